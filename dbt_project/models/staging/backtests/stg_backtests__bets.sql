with

source as (

    select * from {{ source('backtests', 'backtest_bets') }}

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
            partition by run_id, bet_id
            order by _dlt_load_id collate "C"
        ) as copy_number
    from source
    where _dlt_load_id in (select complete_loads.load_id from complete_loads)

),

typed as (

    select

        ---------- ids
        bet_id,
        run_id,
        bet_group,
        event_id,
        response_id,
        _dlt_load_id as load_id,

        ---------- strings
        sport_key,
        home_team,
        away_team,
        market_key,
        market_kind,
        outcome_name,
        outcome_description,
        bookmaker_key,
        fill_status,
        settlement,
        clv_missing_reason,

        ---------- numerics
        cast(bet_number as integer) as bet_number,
        point,
        cast(american_price as integer) as american_price,
        decimal_price,
        net_decimal_price,
        minutes_to_start,
        win_probability,
        push_probability,
        edge,
        stake,
        profit,
        paper_stake,
        paper_profit,
        cast(settlement_version as integer) as settlement_version,
        cast(home_score as integer) as home_score,
        cast(away_score as integer) as away_score,
        close_fair_probability,
        close_push_probability,
        price_clv,
        implied_clv,
        no_vig_clv,
        points_clv,
        point_adjusted_clv,
        own_price_clv,
        beat_close,

        ---------- timestamps
        decided_at,
        commence_time,
        captured_at,
        valid_from,
        filled_at,
        settled_at,
        landed_at

    from landed
    where copy_number = 1

)

select * from typed
