{#- a warehouse of an earlier version lacks columns until its next landing, and dbt may come first -#}
{% macro complete_raw_tables() -%}
    {%- set responses = adapter.get_relation(
        database=target.database, schema='raw', identifier='api_responses'
    ) -%}
    {%- set columns = adapter.get_columns_in_relation(responses) | map(attribute='name') | list -%}
    {%- for column in ['bad_headers', 'readable_payload', 'reading_notes', 'games_read'] -%}
        {%- if column not in columns %}
        alter table {{ responses }} add column {{ column }} text;
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
