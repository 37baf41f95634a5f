{#- a literal bound around the batch's responses, so that DuckDB reads no more of a large table -#}
{% macro within_batch(column) -%}
    {%- set edges = batch_edges() -%}
    {{ column }} between cast('{{ edges.first_at }}' as timestamp with time zone)
    and cast('{{ edges.last_at }}' as timestamp with time zone)
{%- endmacro %}

{% macro batch_edges() -%}
    {%- set edges = {'first_at': '1970-01-01', 'last_at': '1970-01-01'} -%}
    {%- if execute -%}
        {%- set found = run_query(
            'select min(captured_at), max(captured_at) from ' ~ ref('int_responses_batched')
        ).rows[0] -%}
        {%- if found[0] -%}
            {%- do edges.update({'first_at': found[0], 'last_at': found[1]}) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(edges) }}
{%- endmacro %}
