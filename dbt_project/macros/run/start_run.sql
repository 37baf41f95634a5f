{#- before every run: say what is missing, refuse what would break the chain, set the clock -#}
{% macro start_run() -%}
    {%- if execute and flags.WHICH in ('run', 'build') -%}
        {%- set landed = adapter.get_relation(
            database=target.database, schema='raw', identifier='api_responses'
        ) -%}
        {%- if not landed and flags.EMPTY -%}
            {%- do run_query(empty_sources()) -%}
        {%- elif not landed -%}
            {{ exceptions.raise_compiler_error(
                'Nothing has been landed yet: there is no table raw.api_responses in '
                ~ target.name ~ '. Try `odds demo`, `odds replay PATH` or `odds fetch odds` first.'
            ) }}
        {%- endif -%}
        {{ refuse_bad_vars() }}
        {{ refuse_part_of_the_chain() }}
        {{ refuse_old_chain() }}
    {%- endif -%}
    {%- if execute and flags.WHICH in ('run', 'build', 'seed') -%}
        {{ take_build_lease() }}
    {%- endif -%}
    {%- if execute and flags.WHICH in ('run', 'build') -%}
        {{ complete_raw_tables() }}
        {{ set_run_clock() }}
    {%- endif -%}
{%- endmacro %}

{#-
    The moment that was asked to look from, none where nobody asked: views then read the wall clock
    when they are read, and an age is an age. `built_at` is when the last run began.
-#}
{% macro set_run_clock() -%}
    {%- set asked = asked_as_of() -%}
    {%- set clock = adapter.get_relation(
        database=target.database, schema='ops', identifier='run_clock'
    ) -%}
    create schema if not exists ops;
    {{ keep_quarantine() }}
    {{ keep_model_runs() }}
    create table if not exists ops.run_clock (
        as_of timestamp with time zone,
        built_at timestamp with time zone
    );
    {%- if clock and adapter.get_columns_in_relation(clock) | length == 1 %}
    alter table ops.run_clock add column built_at timestamp with time zone;
    {%- endif %}
    delete from ops.run_clock;
    insert into ops.run_clock (as_of, built_at) values (
        {% if asked -%} cast('{{ asked }}' as timestamp with time zone) {%- else -%} null {%- endif %},
        cast('{{ run_started_at.isoformat() }}' as timestamp with time zone)
    );
    {{ gathered_statistics('ops.run_clock') }};
    {%- if target.type == 'postgres' %}
    -- whoever reads marts must be able to say of which moment they are
    do $$ begin
        if exists (
            select 1 from pg_roles
            where rolname = 'bi_reader' and not has_table_privilege(oid, 'ops.run_clock', 'select')
        )
        then
            grant usage on schema ops to bi_reader;
            grant select on ops.run_clock to bi_reader;
        end if;
    end $$;
    {%- endif %}
    {{ note_inputs() }}
    commit;
{%- endmacro %}

{#- the tables that a landing would make, for `--empty` on a warehouse without any -#}
{% macro empty_sources() -%}
    create schema if not exists raw;
    create schema if not exists ops;
    {#- what a run makes for itself it makes anyway -#}
    {%- for source in graph.sources.values()
        if source.source_name != 'ops' and source.name not in ('quarantined_responses', 'model_runs') %}
    create table if not exists {{ source.schema }}.{{ source.identifier }} (
        {%- for column in source.columns.values() %}
        {{ column.name }} {{ column.data_type }}{{ ',' if not loop.last }}
        {%- endfor %}
    );
    {%- endfor %}
{%- endmacro %}
