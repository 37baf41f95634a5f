{{ config(materialized='view') }}

with

legs as (

    select
        leg_id as bet_id,
        event_id,
        bookmaker_key,
        market_key,
        outcome_name,
        outcome_description,
        point,
        decimal_price,
        placed_at
    from {{ ref('int_bet_legs_matched') }}
    where is_settleable

),

final as (

    select * from legs
    union all
    select * from {{ ref('stg_bets__bets') }}

)

select * from final
