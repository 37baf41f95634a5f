with

trials as (

    select * from {{ ref('stg_backtests__trials') }}

),

runs as (

    select * from {{ ref('stg_backtests__runs') }}

),

-- of a version that kept no ledger of trials
kept_without_a_trial as (

    select
        run_id,
        strategy,
        config_hash,
        coalesce(strategy_hash, code_version) as strategy_hash,
        data_hash,
        cast(null as text) as daily_profits,
        cast(null as text) as paper_daily_profits,
        p_value,
        sharpe_per_day,
        started_at,
        landed_at
    from runs
    where run_id not in (select trials.run_id from trials)

),

final as (

    select
        run_id,
        strategy,
        config_hash,
        strategy_hash,
        data_hash,
        daily_profits,
        paper_daily_profits,
        p_value,
        sharpe_per_day,
        started_at,
        landed_at
    from trials

    union all

    select * from kept_without_a_trial

)

select * from final
