{{ config(materialized='ephemeral') }}

with

bets as (

    select * from {{ ref('int_bets_judged') }}
    where unusable_reason is null

),

closes as (

    select * from {{ ref('fct_closing_lines') }}

),

fair as (

    select * from {{ ref('int_fair_at_moments') }}
    where moment = 'close'

),

quoted as (

    select
        bets.*,
        closes.event_id is not null as is_quoted,
        closes.point as close_point,
        closes.decimal_price as close_decimal_price,
        closes.missing_reason,
        coalesce(closes.point = bets.point, closes.point is null and bets.point is null)
            as is_at_point
    from bets
    left join closes
        on {{ same_quote('bets', 'closes') }}

),

final as (

    select
        bets.bet_id,
        bets.close_point as own_close_point,
        case when bets.is_at_point then bets.close_decimal_price end as own_close_decimal_price,
        fair.fair_probability as own_close_fair_probability,
        case
            when not bets.is_quoted then 'never_quoted'
            when bets.missing_reason is not null then bets.missing_reason
            when not bets.is_at_point then 'other_point'
        end as own_missing_reason
    from quoted as bets
    left join fair
        on
            bets.event_id = fair.event_id
            and bets.bookmaker_key = fair.bookmaker_key
            and bets.market_key = fair.market_key
            and bets.outcome_name = fair.outcome_name
            and bets.outcome_description is not distinct from fair.outcome_description
            and bets.point is not distinct from fair.point
            and bets.method = fair.method

)

select * from final
