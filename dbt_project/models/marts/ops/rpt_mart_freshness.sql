{{ config(alias='mart_freshness') }}

with

inputs as (

    select * from {{ ref('int_relation_inputs') }}

),

builds as (

    select * from {{ ref('stg_run__builds') }}

),

noted as (

    select * from {{ ref('stg_run__inputs') }}

),

clock as (

    select as_of from {{ ref('stg_run__clock') }}

),

-- what has landed since the last run began: history need not be read again
arrivals as (

    select
        max(load_id) as load_id,
        max(landed_at) as landed_at,
        max(captured_at) as captured_at,
        max(case when endpoint_kind = 'scores' then load_id end) as scores_load_id,
        max(case when endpoint_kind = 'scores' then landed_at end) as scores_landed_at
    from {{ ref('stg_odds_api__responses') }}
    where
        is_complete
        and endpoint_kind != 'sports'
        and load_id > (select noted.load_id from noted)

),

arrived_results as (

    select
        max(load_id) as load_id,
        max(landed_at) as landed_at
    from {{ ref('stg_results__rows') }}
    where load_id > (select noted.result_load_id from noted)

),

newest as (

    select
        greatest(noted.load_id, arrivals.load_id) as load_id,
        greatest(noted.newest_landed_at, arrivals.landed_at) as newest_landed_at,
        greatest(noted.newest_captured_at, arrivals.captured_at) as newest_captured_at,
        greatest(noted.result_load_id, arrivals.scores_load_id, arrived_results.load_id)
            as result_load_id,
        greatest(noted.newest_result_at, arrivals.scores_landed_at, arrived_results.landed_at)
            as newest_result_at
    from noted
    cross join arrivals
    cross join arrived_results

),

-- what looks from a moment misses what has happened since: a game that began, an answer of the past
-- that lay ahead when it was made
happenings as (

    select starts_at as happened_at from {{ ref('int_events') }}
    union all
    select captured_at as happened_at from {{ ref('int_processed_responses') }}

),

last_happening as (

    select max(happenings.happened_at) as happened_at
    from happenings
    cross join clock
    where
        happenings.happened_at <= clock.as_of
        and happenings.happened_at > (select min(builds.looks_from) from builds)

),

-- a table is what it was when it was made, a view what its tables were
parts as (

    select
        inputs.relation,
        builds.built_at,
        builds.looks_from,
        case when inputs.input_reads_responses then builds.newest_landed_at end
            as newest_landed_at,
        case when inputs.input_reads_responses then builds.newest_captured_at end
            as newest_captured_at,
        case when inputs.input_reads_results then builds.newest_result_at end as newest_result_at,
        (
            inputs.input_reads_responses
            and coalesce(builds.load_id < newest.load_id, newest.load_id != '')
        )
        or (
            inputs.input_reads_results
            and coalesce(builds.result_load_id < newest.result_load_id, newest.result_load_id != '')
        )
        or (
            inputs.input_reads_clock
            and coalesce(builds.looks_from < last_happening.happened_at, false)
        ) as is_behind
    from inputs
    left join builds
        on inputs.input = builds.relation
    cross join newest
    cross join last_happening
    where
        inputs.input_kind = 'table'
        and (inputs.relation_kind = 'view' or inputs.input = inputs.relation)

),

known as (

    select
        relation,
        min(built_at) as built_at,
        min(looks_from) as looks_from,
        min(newest_landed_at) as newest_landed_at,
        min(newest_captured_at) as newest_captured_at,
        min(newest_result_at) as newest_result_at,
        max(case when is_behind then 1 else 0 end) = 1 as is_behind
    from parts
    group by relation

),

relations as (

    select
        relation,
        relation_kind,
        input_reads_responses as reads_responses,
        input_reads_results as reads_results
    from inputs
    where input = relation

),

final as (

    select
        relations.relation,
        relations.relation_kind,
        known.built_at,
        known.looks_from,
        -- a view of raw tables alone knows what has landed
        case
            when known.relation is not null then known.newest_landed_at
            when relations.reads_responses then newest.newest_landed_at
        end as newest_landed_at,
        case
            when known.relation is not null then known.newest_captured_at
            when relations.reads_responses then newest.newest_captured_at
        end as newest_captured_at,
        case
            when known.relation is not null then known.newest_result_at
            when relations.reads_results then newest.newest_result_at
        end as newest_result_at,
        coalesce(known.is_behind, false) as is_behind
    from relations
    cross join newest
    left join known
        on relations.relation = known.relation

)

select * from final
