{#-
    One build at a time on a Postgres server, whoever starts it: by hand, a command, the collector. The
    lease is a row of ops.build_lease; each node renews it with the process that works for it, so that
    a build that died is told from one that takes long. A DuckDB file is a lock itself.
-#}
{% macro take_build_lease() -%}
    {{ return(adapter.dispatch('take_build_lease')()) }}
{%- endmacro %}

{% macro duckdb__take_build_lease() -%}{%- endmacro %}

{% macro default__take_build_lease() -%}
    {%- set patience = env_var('ODDS_BUILD_PATIENCE', '600') | int -%}
    {%- set holder = env_var('ODDS_BUILD_HOLDER', '`dbt ' ~ flags.WHICH | lower ~ '`') -%}
    {%- if not adapter.get_relation(
        database=target.database, schema='ops', identifier='view_fingerprints'
    ) -%}
        {%- do run_query(build_tables()) -%}
    {%- endif -%}
    {%- set wait = namespace(seconds=0, is_over=false) -%}
    {%- for _ in range(patience + 1) if not wait.is_over -%}
        {%- set taken = run_query(claim_build_lease(holder)) -%}
        {%- do run_query('commit') -%}
        {%- if taken.rows | length -%}
            {%- set wait.is_over = true -%}
        {%- else -%}
            {%- set others = run_query(
                "select holder, to_char(started_at at time zone 'UTC', 'HH24:MI:SS') from ops.build_lease"
            ).rows -%}
            {%- do run_query('commit') -%}
            {%- set other = others[0][0] ~ ' since ' ~ others[0][1] ~ ' UTC' if others else 'unknown' -%}
            {%- if wait.seconds >= patience -%}
                {{ exceptions.raise_compiler_error(
                    'Another build is under way (' ~ other ~ ') and was not done within '
                    ~ patience ~ ' s: run this again after it, or give ODDS_BUILD_PATIENCE more seconds.'
                ) }}
            {%- endif -%}
            {%- if wait.seconds == 0 -%}
                {{ log(
                    'Another build is under way (' ~ other ~ '): waiting for it, up to '
                    ~ patience ~ ' s.', info=true
                ) }}
            {%- endif -%}
            {%- do run_query('select pg_sleep(1)') -%}
            {%- do run_query('commit') -%}
            {%- set wait.seconds = wait.seconds + 1 -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{% macro build_tables() -%}
    create schema if not exists ops;
    create table if not exists ops.build_lease (
        is_taken boolean primary key,
        invocation_id text not null,
        holder text not null,
        started_at timestamp with time zone not null,
        touched_at timestamp with time zone not null,
        backend_pid integer not null,
        backend_started_at timestamp with time zone
    );
    create table if not exists ops.view_fingerprints (view_oid oid primary key, fingerprint text not null);
    commit;
{%- endmacro %}

{#- takes the lease where there is none, or its holder is gone: no process, no sign for a minute -#}
{% macro claim_build_lease(holder) -%}
    insert into ops.build_lease
    select true, '{{ invocation_id }}', '{{ holder | replace("'", "''") }}', clock_timestamp(), {{ backend_of_this_session() }}
    on conflict (is_taken) do update set
        invocation_id = excluded.invocation_id,
        holder = excluded.holder,
        started_at = excluded.started_at,
        touched_at = excluded.touched_at,
        backend_pid = excluded.backend_pid,
        backend_started_at = excluded.backend_started_at
    where
        build_lease.touched_at < clock_timestamp() - interval '60 seconds'
        and not exists (
            select 1 from pg_stat_activity as sessions
            where
                sessions.pid = build_lease.backend_pid
                and sessions.backend_start = build_lease.backend_started_at
        )
    returning invocation_id
{%- endmacro %}

{#- touched_at, backend_pid, backend_started_at -#}
{% macro backend_of_this_session() -%}
    clock_timestamp(), pg_backend_pid(), (
        select sessions.backend_start from pg_stat_activity as sessions
        where sessions.pid = pg_backend_pid()
    )
{%- endmacro %}

{#- before each node: this session works for the lease now; a build that lost it must not go on -#}
{% macro renew_build_lease() -%}
    {%- call statement('renewed', fetch_result=True) -%}
        update ops.build_lease
        set (touched_at, backend_pid, backend_started_at) = ({{ backend_of_this_session() }})
        where invocation_id = '{{ invocation_id }}'
        returning invocation_id
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {%- if not load_result('renewed').data -%}
        {{ exceptions.raise_compiler_error(
            'Another build has taken over, since this one gave no sign of life: run it again.'
        ) }}
    {%- endif -%}
{%- endmacro %}

{#- after every run, gives the lease back -#}
{% macro end_run() -%}
    {%- if execute and flags.WHICH in ('run', 'build', 'seed') -%}
        {{ return(adapter.dispatch('release_build_lease')()) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__release_build_lease() -%}
    delete from ops.build_lease where invocation_id = '{{ invocation_id }}';
    commit;
{%- endmacro %}

{% macro duckdb__release_build_lease() -%}{%- endmacro %}
