{#-
    Who may read a table (`grants` in dbt_project.yml): a role that the server does not have gets nothing,
    and nothing fails. What it lacks is granted, its schema too; what somebody granted by hand stays.
-#}
{% macro postgres__apply_grants(relation, grant_config, should_revoke=true) -%}
    {%- for privilege, roles in (grant_config or {}).items() -%}
        {%- set lacking -%}
            select rolname
            from pg_roles
            where
                rolname in ('{{ roles | join("', '") }}')
                and not (
                    has_table_privilege(oid, '{{ relation }}'::regclass, '{{ privilege }}')
                    and has_schema_privilege(oid, '{{ relation.schema }}', 'usage')
                )
        {%- endset -%}
        {%- for row in run_query(lacking).rows -%}
            {%- set role = adapter.quote(row[0]) -%}
            {%- do run_query(
                'grant usage on schema ' ~ relation.schema ~ ' to ' ~ role ~ ';'
                ~ get_grant_sql(relation, privilege, [role])
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

{#- DuckDB has no roles -#}
{% macro duckdb__apply_grants(relation, grant_config, should_revoke=true) -%}{%- endmacro %}
