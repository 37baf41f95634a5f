{#- the consensus on every outcome of fair prices, with the sharp reference beside it -#}
{% macro consensus_prices(fair) -%}
    select
        {{ consensus_key('consensus') }},
        consensus.moment_at,
        case
            when consensus.outcome_count = 3 and consensus.method != 'worst_case'
                then consensus.probability / sum(consensus.probability) over (
                    partition by
                        consensus.event_id,
                        consensus.market_key,
                        consensus.outcome_description,
                        consensus.method,
                        consensus.moment
                )
            else consensus.probability
        end as fair_probability,
        consensus.source_count,
        consensus.dispersion,
        consensus.oldest_captured_at,
        sharp.bookmaker_key as sharp_bookmaker_key,
        sharp.fair_probability as sharp_probability,
        sharp.captured_at as sharp_captured_at,
        case
            when sharp.priority = 1 then 'primary'
            when sharp.priority is not null then 'fallback'
            else 'sharp_missing'
        end as sharp_status
    from ({{ consensus_of('(' ~ consensus_votes(fair) ~ ') as votes') }}) as consensus
    left join ({{ sharp_prices(fair) }}) as sharp
        on {{ same_outcome('consensus', 'sharp') }}
{%- endmacro %}
