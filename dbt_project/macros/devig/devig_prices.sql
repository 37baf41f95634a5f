{#- the prices of one outcome set, all null unless each of them is a probability -#}
{% macro devig_prices(outcome_set) -%}
    select
        {%- for outcome in [1, 2, 3] %}
        case
            when {{ outcome_set }}.implied_1 > 1e-9 and {{ outcome_set }}.implied_1 < 1
                and {{ outcome_set }}.implied_2 > 1e-9 and {{ outcome_set }}.implied_2 < 1
                and coalesce(
                    {{ outcome_set }}.implied_3 > 1e-9 and {{ outcome_set }}.implied_3 < 1, true
                )
                then cast({{ outcome_set }}.implied_{{ outcome }} as double precision)
        end as implied_{{ outcome }}{{ ',' if not loop.last }}
        {%- endfor %}
    {{ not_inlined() }}
{%- endmacro %}
