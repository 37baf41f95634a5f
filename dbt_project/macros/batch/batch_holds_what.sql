{#- whether requests of several lanes meet in the batch: only there can coverage depend on the quote -#}
{% macro batch_has_mixed_lanes(batch) -%}
    {%- if execute -%}
        {%- set lanes -%}
            select count(distinct lane) from {{ batch }}
            where is_quoting
        {%- endset -%}
        {{ return((run_query(lanes).rows[0][0] | int) > 1) }}
    {%- endif -%}
    {{ return(false) }}
{%- endmacro %}

{#- whether a response of the batch shows a market of a book more than once: few do -#}
{% macro batch_lists_twice(batch) -%}
    {%- if execute -%}
        {%- set twice = 'select count(*) from ' ~ batch ~ ' where lists_twice' -%}
        {{ return((run_query(twice).rows[0][0] | int) > 0) }}
    {%- endif -%}
    {{ return(false) }}
{%- endmacro %}
