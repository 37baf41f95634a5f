{% macro devig_additive(outcome) -%}
    implied_{{ outcome }} - {{ overround('implied_sum') }}
    / case when implied_3 is null then 2 else cast(3 as double precision) end
{%- endmacro %}
