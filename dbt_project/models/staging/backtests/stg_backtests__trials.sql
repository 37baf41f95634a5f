with

source as (

    select * from {{ source('backtests', 'backtest_trials') }}

),

complete_loads as (

    select load_id from {{ source('raw', '_dlt_loads') }}
    where status = 0

),

-- dlt shows rows before their load is complete, and shows them twice if it died after the commit
landed as (

    select
        *,
        row_number() over (
            partition by run_id
            order by _dlt_load_id collate "C"
        ) as copy_number
    from source
    where _dlt_load_id in (select complete_loads.load_id from complete_loads)

),

typed as (

    select

        ---------- ids
        run_id,
        _dlt_load_id as load_id,

        ---------- strings
        strategy,
        config_hash,
        strategy_hash,
        data_hash,
        daily_profits,
        paper_daily_profits,

        ---------- numerics
        p_value,
        sharpe_per_day,

        ---------- timestamps
        started_at,
        landed_at

    from landed
    where copy_number = 1

)

select * from typed
