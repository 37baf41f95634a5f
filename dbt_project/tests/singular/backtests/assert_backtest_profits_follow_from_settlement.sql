-- What a bet earns follows from its stake, its price after commission and what became of it; a bet
-- that is pending earned nothing yet, which is not 0. A row here was paid too much or too little.

with

bets as (

    select * from {{ ref('fct_backtest_bets') }}

),

paid as (

    select
        *,
        case settlement
            when 'win' then net_decimal_price - 1
            when 'half_win' then (net_decimal_price - 1) / 2
            when 'push' then 0
            when 'void' then 0
            when 'half_loss' then -0.5
            when 'loss' then -1
        end as profit_per_unit
    from bets

),

final as (

    select
        run_id,
        bet_id,
        settlement,
        net_decimal_price,
        stake,
        profit,
        paper_stake,
        paper_profit
    from paid
    where
        abs(profit - stake * profit_per_unit) > 1e-6
        or abs(paper_profit - paper_stake * profit_per_unit) > 1e-6
        or (settlement is not null and (profit is null or paper_profit is null))
        or (settlement is null and stake > 0 and profit is not null)
        or (settlement is null and paper_stake > 0 and paper_profit is not null)

)

select * from final
