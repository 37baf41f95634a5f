with

trials as (

    select * from {{ ref('stg_backtests__trials') }}

),

final as (

    select
        run_id,
        strategy,
        config_hash,
        strategy_hash,
        data_hash,
        daily_profits,
        p_value,
        sharpe_per_day,
        started_at,
        landed_at
    from trials

)

select * from final
