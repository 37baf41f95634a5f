with

runs as (

    select * from {{ ref('stg_backtests__runs') }}

),

final as (

    select
        run_id,
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
        bets,
        pending,
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
        decided_from,
        decided_to,
        as_of,
        started_at,
        landed_at
    from runs

)

select * from final
