{#- schemas are named alike on every engine and target: other programs query them -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {#- dbt comes here before it opens the warehouse, and before anything else could fail -#}
    {{- refuse_unfit_file_name() -}}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
