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
    from ({{ consensus_of('(' ~ consensus_references(fair) ~ ') as prices') }}) as consensus
    left join ({{ sharp_prices(fair) }}) as sharp
        on {{ same_outcome('consensus', 'sharp') }}
{%- endmacro %}

{#- prices averaged in logit space by weight; their spread is in probability -#}
{% macro consensus_of(prices) -%}
    select
        {{ consensus_key() }},
        max(outcome_count) as outcome_count,
        max(moment_at) as moment_at,
        {{ logistic('sum(weight * log_odds) / sum(weight)') }} as probability,
        cast(count(*) as integer) as source_count,
        min(captured_at) as oldest_captured_at,
        coalesce(stddev_samp({{ logistic('log_odds') }}), 0) as dispersion
    from {{ prices }}
    group by {{ consensus_key() }}
{%- endmacro %}

{#-
    One price per book group on each outcome: the mean of its books in logit space, so that books under
    one roof count once. `fair` has fair_outcomes with their moment; books of weight 0 do not count.
-#}
{% macro consensus_references(fair) -%}
    select
        {{ consensus_key('fair') }},
        coalesce(books.book_group, fair.bookmaker_key) as book_group,
        max(fair.outcome_count) as outcome_count,
        max(fair.moment_at) as moment_at,
        max(weights.weight) as weight,
        avg({{ logit('fair.fair_probability') }}) as log_odds,
        min(fair.captured_at) as captured_at
    from {{ fair }} as fair
    left join {{ ref('bookmakers') }} as books
        on fair.bookmaker_key = books.bookmaker_key
    inner join {{ ref('consensus_weights') }} as weights
        on coalesce(books.kind, 'unknown') = weights.kind
    where fair.fair_probability is not null and weights.weight > 0
    group by {{ consensus_key('fair') }}, coalesce(books.book_group, fair.bookmaker_key)
{%- endmacro %}

{#- the fair price of the first book of `sharp_references` that quotes the outcome -#}
{% macro sharp_prices(fair) -%}
    select
        {{ consensus_key() }},
        bookmaker_key,
        priority,
        fair_probability,
        captured_at
    from (
        select
            fair.*,
            sharp_references.priority,
            row_number() over (
                partition by {{ consensus_key('fair') }}
                order by sharp_references.priority
            ) as sharp_rank
        from {{ fair }} as fair
        inner join {{ ref('sharp_references') }} as sharp_references
            on fair.bookmaker_key = sharp_references.bookmaker_key
        where fair.fair_probability is not null
    ) as ranked
    where sharp_rank = 1
{%- endmacro %}

{#- what a consensus is about: an outcome at a point, by one method, at one moment -#}
{% macro consensus_key(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{ prefix }}event_id,
    {{ prefix }}market_key,
    {{ prefix }}outcome_name,
    {{ prefix }}outcome_description,
    {{ prefix }}point,
    {{ prefix }}method,
    {{ prefix }}moment
{%- endmacro %}

{#- whether two rows are about one outcome at one point, by one method, at one moment -#}
{% macro same_outcome(left, right) -%}
    {{ left }}.event_id = {{ right }}.event_id
    and {{ left }}.market_key = {{ right }}.market_key
    and {{ left }}.outcome_name = {{ right }}.outcome_name
    and {{ left }}.outcome_description is not distinct from {{ right }}.outcome_description
    and {{ left }}.point is not distinct from {{ right }}.point
    and {{ left }}.method = {{ right }}.method
    and {{ left }}.moment = {{ right }}.moment
{%- endmacro %}
