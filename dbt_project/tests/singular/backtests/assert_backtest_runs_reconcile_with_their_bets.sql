-- Turnover and profit of a run are the sums over its settled bets that are not void. A row here is
-- a run whose report tells something else than its bets; without settled bets both may be missing.

with

bets as (

    select * from {{ ref('fct_backtest_bets') }}
    where settlement is not null and settlement != 'void'

),

runs as (

    select * from {{ ref('fct_backtest_runs') }}

),

summed as (

    select
        run_id,
        sum(stake) as turnover,
        sum(profit) as profit
    from bets
    group by run_id

),

final as (

    select
        runs.run_id,
        runs.turnover,
        runs.profit,
        summed.turnover as turnover_of_bets,
        summed.profit as profit_of_bets
    from runs
    left join summed
        on runs.run_id = summed.run_id
    where
        abs(coalesce(runs.turnover, 0) - coalesce(summed.turnover, 0))
        > 1e-9 * greatest(1, summed.turnover)
        or abs(coalesce(runs.profit, 0) - coalesce(summed.profit, 0))
        > 1e-9 * greatest(1, summed.turnover)

)

select * from final
