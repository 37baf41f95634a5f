{#-
    What a table and its columns mean stands in the database too, where BI tools read it. Postgres keeps
    comments as long as the table, which is kept: there only what differs is written. DuckDB has just made
    the table, and writes all of them in one go.
-#}
{% macro postgres__persist_docs(relation, model, for_relation=true, for_columns=true) -%}
    {%- set differing = [] -%}
    {%- set wanted = wanted_comments(model, for_relation, for_columns) -%}
    {%- for row in run_query(standing_comments(relation)).rows if wanted and row[0] in wanted
        and row[1] != wanted[row[0]] -%}
        {%- do differing.append(comment_statement(relation, row[0], wanted[row[0]])) -%}
    {%- endfor -%}
    {%- if differing -%}
        {%- do run_query(differing | join) -%}
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__persist_docs(relation, model, for_relation=true, for_columns=true) -%}
    {%- set statements = [] -%}
    {%- for column, comment in wanted_comments(model, for_relation, for_columns).items() -%}
        {%- do statements.append(comment_statement(relation, column, comment)) -%}
    {%- endfor -%}
    {%- if statements -%}
        {%- do run_query(statements | join) -%}
    {%- endif -%}
{%- endmacro %}

{#- comments by column; that of the table itself under an empty name -#}
{% macro wanted_comments(model, for_relation, for_columns) -%}
    {%- set wanted = {} -%}
    {%- if for_relation and config.persist_relation_docs() and model.description -%}
        {%- do wanted.update({'': model.description | trim}) -%}
    {%- endif -%}
    {%- for column in model.columns.values()
        if for_columns and config.persist_column_docs() and column.description -%}
        {%- do wanted.update({column.name: column.description | trim}) -%}
    {%- endfor -%}
    {{ return(wanted) }}
{%- endmacro %}

{% macro standing_comments(relation) -%}
    select '' as column_name, obj_description('{{ relation }}'::regclass, 'pg_class') as description
    union all
    select attributes.attname, col_description(attributes.attrelid, attributes.attnum)
    from pg_attribute as attributes
    where
        attributes.attrelid = '{{ relation }}'::regclass
        and attributes.attnum > 0
        and not attributes.attisdropped
{%- endmacro %}

{% macro comment_statement(relation, column, comment) -%}
    comment on
    {{ 'column ' ~ relation ~ '.' ~ adapter.quote(column) if column else relation.type ~ ' ' ~ relation }}
    is '{{ comment | replace("'", "''") }}';
{%- endmacro %}
