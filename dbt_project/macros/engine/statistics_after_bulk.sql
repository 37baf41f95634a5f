{#- a hot table that has just taken in many responses is not what Postgres last counted -#}
{% macro statistics_after_bulk() -%}
    {%- if execute -%}
        {%- set responses = run_query('select count(*) from ' ~ ref('int_responses_batched')) -%}
        {%- if responses.rows[0][0] | int > 100 -%}
            {{ gathered_statistics() }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
