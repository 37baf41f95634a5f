{#- what earlier runs built, read by name: a ref would be a cycle, since it stands downstream -#}
{% macro earlier(model_name) -%}
    {%- if execute and not flags.FULL_REFRESH -%}
        {{ return(adapter.get_relation(
            database=this.database, schema='intermediate', identifier=model_name
        )) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}
