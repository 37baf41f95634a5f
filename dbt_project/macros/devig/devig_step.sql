{#- one step of Newton's on all three roots -#}
{% macro devig_step(tried) -%}
    select
        {{ devig_columns() | indent(8) }},
        {{ devig_power_step() | indent(8) }} as power_exponent,
        {{ devig_odds_ratio_step() | indent(8) }} as odds_ratio,
        {{ devig_shin_step() | indent(8) }} as insider_share
    from {{ tried }}
    {{ not_inlined() }}
{%- endmacro %}
