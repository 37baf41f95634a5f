with

bets as (

    select * from {{ ref('stg_backtests__bets') }}

),

runs as (

    select * from {{ ref('stg_backtests__runs') }}

),

-- a run lands after its bets: without it they are of a run that was cut off
final as (

    select
        bets.bet_id,
        bets.run_id,
        bets.bet_group,
        bets.event_id,
        bets.response_id,
        bets.sport_key,
        bets.home_team,
        bets.away_team,
        bets.market_key,
        bets.market_kind,
        bets.outcome_name,
        bets.outcome_description,
        bets.bookmaker_key,
        bets.fill_status,
        bets.settlement,
        bets.clv_missing_reason,
        bets.bet_number,
        bets.point,
        bets.american_price,
        bets.decimal_price,
        bets.net_decimal_price,
        bets.minutes_to_start,
        bets.win_probability,
        bets.push_probability,
        bets.edge,
        bets.stake,
        bets.profit,
        bets.paper_stake,
        bets.paper_profit,
        bets.settlement_version,
        bets.home_score,
        bets.away_score,
        bets.close_fair_probability,
        bets.close_push_probability,
        bets.price_clv,
        bets.implied_clv,
        bets.no_vig_clv,
        bets.points_clv,
        bets.point_adjusted_clv,
        bets.own_price_clv,
        bets.beat_close,
        bets.decided_at,
        bets.commence_time,
        bets.captured_at,
        bets.valid_from,
        bets.filled_at,
        bets.settled_at,
        bets.landed_at
    from bets
    inner join runs
        on bets.run_id = runs.run_id

)

select * from final
