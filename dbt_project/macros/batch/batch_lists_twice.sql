{#- whether a response of the batch shows a market of a book more than once: few do -#}
{% macro batch_lists_twice(batch) -%}
    {%- if execute -%}
        {%- set twice = 'select count(*) from ' ~ batch ~ ' where lists_twice' -%}
        {{ return((run_query(twice).rows[0][0] | int) > 0) }}
    {%- endif -%}
    {{ return(false) }}
{%- endmacro %}
