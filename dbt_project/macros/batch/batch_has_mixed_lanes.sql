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
