{#- whether a price may be used: with var strict_quality not while an error about it stands -#}
{% macro is_trusted(offers) -%}
    {%- if var('strict_quality') -%}
        not exists (
            select 1 from {{ ref('fct_findings') }} as findings
            where
                findings.severity = 'error'
                and findings.is_standing
                and findings.event_id = {{ offers }}.event_id
                and findings.bookmaker_key = {{ offers }}.bookmaker_key
                and findings.market_key = {{ offers }}.market_key
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
