{#-
    Postgres plans by its statistics: without them one response reads all of history, and a clock of
    one row is taken for thousands.
-#}
{% macro gathered_statistics(relation=none) -%}
    {{ return(adapter.dispatch('gathered_statistics')(relation or this)) }}
{%- endmacro %}

{% macro default__gathered_statistics(relation) -%}
    analyze {{ relation }}
{%- endmacro %}

{% macro duckdb__gathered_statistics(relation) -%}
{%- endmacro %}

{#- a hot table that has just taken in many responses is not what Postgres last counted -#}
{% macro statistics_after_bulk() -%}
    {%- for row in found('select count(*) from ' ~ ref('int_responses_to_process')) if row[0] > 100 -%}
        {{ gathered_statistics() }}
    {%- endfor -%}
{%- endmacro %}
