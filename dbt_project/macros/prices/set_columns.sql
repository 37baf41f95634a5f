{#- an outcome set: what it is of, and per outcome (1 home, Over or Yes; 2 the other side; 3 the draw) its name, point and price -#}
{% macro set_columns(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{ prefix }}event_id,
    {{ prefix }}bookmaker_key,
    {{ prefix }}market_key,
    {{ prefix }}outcome_description,
    {{ prefix }}set_point,
    {{ prefix }}outcome_count,
    {{ prefix }}name_1,
    {{ prefix }}name_2,
    {{ prefix }}name_3,
    {{ prefix }}point_1,
    {{ prefix }}point_2,
    {{ prefix }}decimal_1,
    {{ prefix }}decimal_2,
    {{ prefix }}decimal_3,
    {{ prefix }}implied_1,
    {{ prefix }}implied_2,
    {{ prefix }}implied_3
{%- endmacro %}
