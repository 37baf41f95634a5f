{#- the greatest value of a column earlier runs wrote, as a literal; none where there is nothing -#}
{% macro newest(relation, column) -%}
    {%- if relation -%}
        {{ return(run_query('select max(' ~ column ~ ') from ' ~ relation).columns[0].values()[0]) }}
    {%- endif -%}
{%- endmacro %}
