{#-
    Before a run: what had landed by then. What the run builds knows at least this; what lands while it
    builds may be in or not. The row before says where to look from, so that history is not read.
-#}
{% macro note_inputs() -%}
    create table if not exists ops.run_inputs (
        began_at timestamp with time zone,
        looks_from timestamp with time zone,
        load_id text,
        newest_landed_at timestamp with time zone,
        newest_captured_at timestamp with time zone,
        result_load_id text,
        newest_result_at timestamp with time zone
    );
    create table if not exists ops.relation_builds (
        relation text,
        built_at timestamp with time zone,
        looks_from timestamp with time zone,
        load_id text,
        newest_landed_at timestamp with time zone,
        newest_captured_at timestamp with time zone,
        result_load_id text,
        newest_result_at timestamp with time zone
    );
    {% if flags.FULL_REFRESH -%}
    delete from ops.run_inputs;
    {%- endif %}
    insert into ops.run_inputs
    with

    noted as (

        select
            max(load_id) as load_id,
            max(newest_landed_at) as newest_landed_at,
            max(newest_captured_at) as newest_captured_at,
            max(result_load_id) as result_load_id,
            max(newest_result_at) as newest_result_at
        from ops.run_inputs

    ),

    complete_loads as (

        select load_id from raw._dlt_loads
        where status = 0

    ),

    answers as (

        select
            max(_dlt_load_id) as load_id,
            max(landed_at) as landed_at,
            max(captured_at) as captured_at,
            max(case when endpoint like '%/scores' then _dlt_load_id end) as scores_load_id,
            max(case when endpoint like '%/scores' then landed_at end) as scores_landed_at
        from raw.api_responses
        where
            _dlt_load_id > coalesce((select noted.load_id from noted), '')
            and _dlt_load_id in (select complete_loads.load_id from complete_loads)
            and endpoint not like '%/sports'
            and {{ is_complete_answer() }}

    ),

    result_rows as (

        select
            max(_dlt_load_id) as load_id,
            max(landed_at) as landed_at
        from raw.result_rows
        where
            _dlt_load_id > coalesce((select noted.result_load_id from noted), '')
            and _dlt_load_id in (select complete_loads.load_id from complete_loads)

    )

    select
        cast('{{ run_started_at.isoformat() }}' as timestamp with time zone) as began_at,
        {{ as_of() }} as looks_from,
        coalesce(greatest(noted.load_id, answers.load_id), '') as load_id,
        greatest(noted.newest_landed_at, answers.landed_at) as newest_landed_at,
        greatest(noted.newest_captured_at, answers.captured_at) as newest_captured_at,
        coalesce(
            greatest(noted.result_load_id, answers.scores_load_id, result_rows.load_id), ''
        ) as result_load_id,
        greatest(noted.newest_result_at, answers.scores_landed_at, result_rows.landed_at)
            as newest_result_at
    from noted
    cross join answers
    cross join result_rows;
    delete from ops.run_inputs
    where began_at <> cast('{{ run_started_at.isoformat() }}' as timestamp with time zone);
{%- endmacro %}

{#- of a raw response: it is what was asked for, and whole -#}
{% macro is_complete_answer() -%}
    status_code = 200 and error_code is null and event_count is not null
{%- endmacro %}
