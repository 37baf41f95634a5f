{{ config(materialized='ephemeral') }}

with

bets as (

    select * from {{ ref('int_bets_judged') }}

),

own_closes as (

    select * from {{ ref('int_bets_own_closes') }}

),

reference_closes as (

    select * from {{ ref('int_reference_closes') }}

),

final as (

    select
        bets.bet_id,
        bets.event_id,
        bets.bookmaker_key,
        bets.market_key,
        bets.outcome_name,
        bets.outcome_description,
        bets.point,
        bets.decimal_price,
        bets.placed_at,
        bets.starts_at,
        bets.method,
        at_point.reference_source,
        at_point.sharp_bookmaker_key as reference_bookmaker_key,
        main_line.point as close_point,
        at_point.sharp_decimal_price as close_decimal_price,
        at_point.fair_probability as close_fair_probability,
        coalesce(
            bets.unusable_reason,
            case
                when at_point.event_id is not null then null
                when main_line.event_id is not null then 'other_point'
                else 'no_close'
            end
        ) as missing_reason,
        own_closes.own_close_point,
        own_closes.own_close_decimal_price,
        own_closes.own_close_fair_probability,
        coalesce(bets.unusable_reason, own_closes.own_missing_reason) as own_missing_reason
    from bets
    left join own_closes
        on bets.bet_id = own_closes.bet_id
    left join reference_closes as at_point
        on
            bets.event_id = at_point.event_id
            and bets.market_key = at_point.market_key
            and bets.outcome_name = at_point.outcome_name
            and bets.outcome_description is not distinct from at_point.outcome_description
            and bets.point is not distinct from at_point.point
            and bets.unusable_reason is null
    -- a market of many lines has no line of its own that a bet's could be compared with
    left join reference_closes as main_line
        on
            bets.event_id = main_line.event_id
            and bets.market_key = main_line.market_key
            and bets.outcome_name = main_line.outcome_name
            and bets.outcome_description is not distinct from main_line.outcome_description
            and main_line.main_rank = 1
            and not bets.has_many_lines
            and bets.unusable_reason is null

)

select * from final
