{#-
    What the warehouse answers while a model is compiled: a list of rows. The one place where it is
    asked, and only by what runs models or tests; to compile, to document and to lint ask nothing, and
    go on as if nothing were there.
-#}
{% macro found(query) -%}
    {%- if execute and not flags.EMPTY and flags.WHICH in ('run', 'build', 'retry', 'test', 'show') -%}
        {{ return(run_query(query).rows) }}
    {%- endif -%}
    {{ return([]) }}
{%- endmacro %}
