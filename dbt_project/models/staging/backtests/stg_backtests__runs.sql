with

source as (

    select * from {{ source('backtests', 'backtest_runs') }}

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
        name,
        strategy,
        parameters,
        config,
        config_hash,
        data_hash,
        code_version,
        strategy_hash,
        clock,
        metrics,

        ---------- numerics
        cast(bets as integer) as bets,
        cast(pending as integer) as pending,
        turnover,
        profit,
        yield,
        yield_low,
        yield_high,
        p_value,
        p_value_fair,
        clv_mean,
        clv_low,
        clv_high,
        sharpe_per_day,
        skewness,
        kurtosis,
        max_drawdown,
        initial_bankroll,
        final_bankroll,
        paper_yield,

        ---------- timestamps
        decided_from,
        decided_to,
        as_of,
        started_at,
        landed_at

    from landed
    where copy_number = 1

)

select * from typed
