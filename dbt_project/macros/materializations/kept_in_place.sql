{#-
    Tables and views on Postgres stay what they are while their rows are made anew. dbt's own way puts a
    new table in the place of the old one: that waits for every reader who has the old one open, all
    others wait behind it, and the views on the old one are gone until they are made again. Here the
    old rows go and the new ones come in one transaction, which no reader waits for or sees half of. A
    table whose columns changed, a view whose text changed, and all of a full refresh, are made as
    dbt makes them.
-#}
{% materialization table, adapter='postgres' %}
    {{ return(rows_in_place() or dbt.materialization_table_default()) }}
{% endmaterialization %}

{% materialization incremental, adapter='postgres' %}
    {%- do begin_node() -%}
    {{ return(dbt.materialization_incremental_default()) }}
{% endmaterialization %}

{% materialization view, adapter='postgres' %}
    {%- do begin_node() -%}
    {%- set existing = load_cached_relation(this) -%}
    {#- a database may be renamed, or copied to another name: its views are what they were -#}
    {%- set fingerprint = local_md5(sql | replace(adapter.quote(this.database) ~ '.', '')) -%}
    {%- if existing and existing.is_view and is_view_unchanged(existing, fingerprint) -%}
        {%- call noop_statement('main', 'unchanged') -%} {{ sql }} {%- endcall -%}
        {%- do tell_readers(existing) -%}
        {%- do adapter.commit() -%}
        {{ return({'relations': [existing]}) }}
    {%- endif -%}
    {%- set made = dbt.materialization_view_default() -%}
    {%- do remember_view(this, fingerprint) -%}
    {{ return(made) }}
{% endmaterialization %}

{#-
    A lock that does not come soon is given up: who waits for it holds up all who come after. dbt leaves
    it to the driver to begin the first transaction of a node, and nobody begins another one: so we do.
-#}
{% macro begin_node() -%}
    {%- do renew_build_lease() -%}
    {%- call statement('patience') -%}
        set lock_timeout = '{{ env_var('ODDS_LOCK_TIMEOUT', '5s') }}';
        commit;
        begin;
    {%- endcall -%}
{%- endmacro %}

{#- makes the rows of a table anew where it stands; none where there is no table like it -#}
{% macro rows_in_place() -%}
    {%- do begin_node() -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if not existing or not existing.is_table or should_full_refresh() -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set fresh = make_temp_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        {{ get_create_table_as_sql(True, fresh, sql) }}
    {%- endcall -%}
    {%- set columns = same_columns(fresh, existing) -%}
    {%- if not columns -%}
        {#- dbt goes on as in the same transaction -#}
        {%- do run_query('rollback; begin') -%}
        {{ return(none) }}
    {%- endif -%}
    {%- call statement('replace_rows') -%}
        delete from {{ target }};
        insert into {{ target }} ({{ columns | join(', ') }}) select {{ columns | join(', ') }} from {{ fresh }};
        drop table {{ fresh }};
    {%- endcall -%}
    {%- do tell_readers(target) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{%- endmacro %}

{#- what stays where it is may be read by whom and means what the project says by now -#}
{% macro tell_readers(relation) -%}
    {%- do apply_grants(relation, config.get('grants'), should_revoke=false) -%}
    {%- do persist_docs(relation, model) -%}
{%- endmacro %}

{#-
    The names of the columns of both, quoted; none where they differ in name or type. A contract says
    which type a column has, whatever its expression gives; text is text, with a length or without.
-#}
{% macro same_columns(relation, existing) -%}
    {%- set types = {} -%}
    {%- for column in adapter.get_columns_in_relation(existing) -%}
        {%- do types.update({column.name: column.data_type}) -%}
    {%- endfor -%}
    {%- set names = [] -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- set promised = model.columns[column.name].data_type if config.get('contract').enforced -%}
        {%- set wanted = promised or ('text' if column.is_string() else column.data_type) -%}
        {%- if types.get(column.name) not in (wanted, promised or column.data_type) -%}
            {{ return(none) }}
        {%- endif -%}
        {%- do names.append(adapter.quote(column.name)) -%}
    {%- endfor -%}
    {{ return(names if names | length == types | length else none) }}
{%- endmacro %}

{#- by the view's own number, too: one that somebody made anew is another view -#}
{% macro is_view_unchanged(view, fingerprint) -%}
    {%- set found = run_query(
        "select 1 from ops.view_fingerprints where view_oid = '" ~ view ~ "'::regclass::oid"
        ~ " and fingerprint = '" ~ fingerprint ~ "'"
    ) -%}
    {{ return(found.rows | length > 0) }}
{%- endmacro %}

{#- notes from which text a view was made, and forgets views that are gone -#}
{% macro remember_view(view, fingerprint) -%}
    {%- call statement('remember') -%}
        delete from ops.view_fingerprints where view_oid not in (select oid from pg_class where relkind = 'v');
        insert into ops.view_fingerprints select '{{ view }}'::regclass::oid, '{{ fingerprint }}'
        on conflict (view_oid) do update set fingerprint = excluded.fingerprint;
    {%- endcall -%}
    {%- do adapter.commit() -%}
{%- endmacro %}
