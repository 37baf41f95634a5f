{#-
    DuckDB keeps a view's text, and finds schemas without a catalogue in the view's own: so the file
    goes on working under another name, as a copy, or attached. dbt would write the file's name into
    every relation.
-#}
{% macro duckdb__create_view_as(relation, sql) -%}
    create view {{ relation }} as (
        {{ sql | replace(adapter.quote(relation.database) ~ '.', '') }}
    );
{%- endmacro %}
