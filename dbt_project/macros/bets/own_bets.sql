{#- the bets that were imported, null before the first of them; a table of that name may be another's -#}
{% macro own_bets() -%}
    {%- set imported = source('bets', 'bets') -%}
    {%- if execute -%}
        {%- set relation = adapter.get_relation(
            database=target.database, schema='raw', identifier='bets'
        ) -%}
        {%- set columns = (
            adapter.get_columns_in_relation(relation) | map(attribute='name') | list
            if relation else []
        ) -%}
        {{ return(imported if 'bet_row_id' in columns else none) }}
    {%- endif -%}
    {{ return(imported) }}
{%- endmacro %}
