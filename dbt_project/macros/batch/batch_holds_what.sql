{#- whether requests of several lanes meet in the batch: only there can coverage depend on the quote -#}
{% macro batch_has_mixed_lanes(batch) -%}
    {%- set lanes = 'select count(distinct lane) from ' ~ batch ~ ' where is_quoting' -%}
    {{ return((found(lanes) or [[0]])[0][0] > 1) }}
{%- endmacro %}

{#- whether a response of the batch shows a market of a book more than once: few do -#}
{% macro batch_lists_twice(batch) -%}
    {%- set twice = 'select count(*) from ' ~ batch ~ ' where lists_twice' -%}
    {{ return((found(twice) or [[0]])[0][0] > 0) }}
{%- endmacro %}
