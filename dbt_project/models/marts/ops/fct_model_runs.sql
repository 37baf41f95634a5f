with

runs as (

    select * from {{ ref('stg_collector__model_runs') }}

),

final as (

    select
        relation,
        began_at,
        build_kind,
        status,
        seconds,
        row_count,
        is_failure
    from runs

)

select * from final
