{#- votes averaged in logit space by weight; the spread of the votes is in probability -#}
{% macro consensus_of(votes) -%}
    select
        {{ consensus_key() }},
        max(outcome_count) as outcome_count,
        max(moment_at) as moment_at,
        {{ logistic('sum(weight * log_odds) / sum(weight)') }} as probability,
        cast(count(*) as integer) as source_count,
        min(captured_at) as oldest_captured_at,
        coalesce(stddev_samp({{ logistic('log_odds') }}), 0) as dispersion
    from {{ votes }}
    group by {{ consensus_key() }}
{%- endmacro %}
