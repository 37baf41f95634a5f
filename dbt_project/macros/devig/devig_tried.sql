{#- the prices that the roots found so far would give -#}
{% macro devig_tried(roots) -%}
    select
        {{ devig_columns() | indent(8) }},
        power_exponent,
        odds_ratio,
        insider_share,
        {%- for outcome in [1, 2, 3] %}
        {{ devig_power(outcome) | indent(8) }} as power_{{ outcome }},
        {{ devig_shin(outcome) | indent(8) }} as shin_{{ outcome }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ roots }}
    {{ not_inlined() }}
{%- endmacro %}
