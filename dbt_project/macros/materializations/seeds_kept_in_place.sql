{#-
    A seed's old rows go and its new ones come in one transaction. dbt would truncate the table, and that
    waits for every reader who has it open. A seed of other columns than its table makes the table anew.
-#}
{% macro postgres__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
    {{ return(seed_in_place(model, full_refresh, old_relation, agate_table)) }}
{%- endmacro %}

{% macro duckdb__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
    {{ return(seed_in_place(model, full_refresh, old_relation, agate_table)) }}
{%- endmacro %}

{#-
    Empties a seed's table in the transaction that fills it; makes it anew where its columns
    changed.
-#}
{% macro seed_in_place(model, full_refresh, old_relation, agate_table) -%}
    {%- set held = [] -%}
    {%- for column in adapter.get_columns_in_relation(old_relation) -%}
        {%- do held.append(column.name) -%}
    {%- endfor -%}
    {%- if full_refresh or held | sort != agate_table.column_names | list | sort -%}
        {{ return(default__reset_csv_table(model, true, old_relation, agate_table)) }}
    {%- endif -%}
    {%- set emptied = 'delete from ' ~ old_relation -%}
    {%- call statement('emptied') -%} {{ emptied }} {%- endcall -%}
    {{ return(emptied) }}
{%- endmacro %}
