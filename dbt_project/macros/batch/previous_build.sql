{#-
    What earlier runs built, read by name: a ref would be a cycle, since it stands downstream. While dbt
    parses, it is there: so dbt sees what a model refers to in either case.
-#}
{% macro previous_build(model_name) -%}
    {%- if not execute -%}
        {{ return(api.Relation.create(schema='intermediate', identifier=model_name)) }}
    {%- elif not flags.FULL_REFRESH -%}
        {{ return(adapter.get_relation(
            database=this.database, schema='intermediate', identifier=model_name
        )) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}

{#- the greatest value of a column earlier runs wrote, as a literal; none where there is nothing -#}
{% macro max_of(relation, column) -%}
    {%- if relation -%}
        {{ return((found('select max(' ~ column ~ ') from ' ~ relation) or [[none]])[0][0]) }}
    {%- endif -%}
{%- endmacro %}
