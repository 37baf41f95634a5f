{{ config(materialized='table', indexes=lookup_indexes(['bet_id'])) }}

with

bets as (

    select * from {{ ref('int_bet_legs_named') }}
    where leg_number = 1

),

settled as (

    select * from {{ ref('int_bets_settled') }}

),

by_bet as (

    select
        bet_id,
        case when min(sport_key) = max(sport_key) then min(sport_key) end as sport_key,
        case when min(market_kind) = max(market_kind) then min(market_kind) end as market_kind,
        min(starts_at) as starts_at,
        max(starts_at) as last_starts_at,
        min(unmatched_reason) as unmatched_reason,
        min(pending_reason) as pending_reason,
        {{ product_of('listed_decimal_price') }} as listed_decimal_price,
        {{ product_of('(1 + clv)') }} as worth_at_close,
        {{ product_of('(1 + left_on_table)') }} as best_share
    from {{ ref('fct_bet_legs') }}
    group by bet_id

),

-- what the price of a parlay has over those of its legs; a single's leg has the price of the bet
boosts as (

    select
        bets.bet_id,
        case
            when bets.leg_count > 1 then settled.decimal_price / by_bet.listed_decimal_price
            else 1
        end as boost
    from bets
    inner join settled
        on bets.bet_id = settled.bet_id
    inner join by_bet
        on bets.bet_id = by_bet.bet_id

),

final as (

    select
        bets.bet_id,
        bets.source,
        case when bets.leg_count = 1 then 'single' else 'parlay' end as bet_kind,
        bets.leg_count,
        bets.placed_at,
        by_bet.sport_key,
        by_bet.market_kind,
        by_bet.starts_at,
        bets.bookmaker_key,
        bets.bookmaker as told_bookmaker,
        bets.stake,
        bets.currency,
        bets.is_free_bet,
        settled.decimal_price,
        coalesce(
            settled.told_status,
            settled.rules_status,
            case
                when by_bet.unmatched_reason is null or by_bet.unmatched_reason = 'unknown_book'
                    then 'pending'
                else 'unmatched'
            end
        ) as status,
        case when settled.told_status is null then settled.rules_profit else settled.told_profit end
            as profit,
        case
            when coalesce(settled.told_status, settled.rules_status) is not null
                then coalesce(settled.settled_at, greatest(by_bet.last_starts_at, bets.placed_at))
        end as settled_at,
        settled.told_status,
        settled.told_profit,
        settled.rules_status,
        settled.rules_profit,
        coalesce(
            abs(settled.told_profit - settled.rules_profit) > 0.01
            or (
                settled.told_status != 'cashed_out' and settled.told_status != settled.rules_status
            ),
            false
        ) as is_disputed,
        -- what the legs are worth together, were each decided for itself, at the price of the bet
        by_bet.worth_at_close * boosts.boost - 1 as clv,
        by_bet.best_share / boosts.boost - 1 as left_on_table,
        by_bet.unmatched_reason,
        case
            when coalesce(settled.told_status, settled.rules_status) is null
                then by_bet.pending_reason
        end as pending_reason,
        bets.note,
        bets.version
    from bets
    inner join settled
        on bets.bet_id = settled.bet_id
    inner join by_bet
        on bets.bet_id = by_bet.bet_id
    inner join boosts
        on bets.bet_id = boosts.bet_id

)

select * from final
