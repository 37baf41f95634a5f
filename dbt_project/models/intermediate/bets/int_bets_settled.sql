with

legs as (

    select
        legs.bet_id,
        legs.leg_id,
        legs.decimal_price,
        legs.listed_decimal_price,
        settled.outcome,
        settled.settled_at,
        {{ payout_factor('settled.outcome', 'legs.decimal_price') }} as payout_factor
    from {{ ref('int_bet_legs_matched') }} as legs
    left join {{ ref('int_bet_legs_settled') }} as settled
        on legs.leg_id = settled.leg_id

),

bets as (

    select * from {{ ref('int_bet_legs_named') }}
    where leg_number = 1

),

-- legs pay together: what one pays is staked on the next, and one that is lost loses all
by_bet as (

    select
        bet_id,
        {{ product_of('listed_decimal_price') }} as listed_decimal_price,
        {{ product_of('payout_factor') }} as payout_factor,
        count(case when outcome is null then 1 end) as open_legs,
        count(case when outcome = 'loss' then 1 end) as lost_legs,
        count(case when outcome = 'win' then 1 end) as won_legs,
        count(case when outcome = 'void' then 1 end) as void_legs,
        max(settled_at) as settled_at,
        min(case when outcome = 'loss' then settled_at end) as lost_at,
        min(outcome) as one_outcome
    from legs
    group by bet_id

),

priced as (

    select
        bets.*,
        by_bet.payout_factor,
        by_bet.open_legs,
        by_bet.lost_legs,
        by_bet.won_legs,
        by_bet.void_legs,
        by_bet.one_outcome,
        coalesce(bets.total_decimal_price, by_bet.listed_decimal_price) as bet_decimal_price,
        -- a price in whole cents is that of the legs all the same
        coalesce(
            abs(bets.total_decimal_price / by_bet.listed_decimal_price - 1) > 0.01,
            by_bet.listed_decimal_price is null
        ) as has_own_price,
        case when by_bet.lost_legs > 0 then by_bet.lost_at else by_bet.settled_at end as settled_at
    from bets
    inner join by_bet
        on bets.bet_id = by_bet.bet_id

),

-- what a boost becomes where a leg is returned is the book's to say
paid as (

    select
        *,
        case
            when lost_legs > 0 then 0
            when open_legs > 0 then null
            when leg_count > 1 and won_legs = leg_count then bet_decimal_price
            when leg_count > 1 and has_own_price and void_legs < leg_count then null
            else payout_factor
        end as factor
    from priced

),

by_rules as (

    select
        *,
        case
            when lost_legs > 0 then 'lost'
            when open_legs > 0 then null
            when void_legs = leg_count then 'void'
            when leg_count = 1
                then
                    case one_outcome
                        when 'win' then 'won'
                        when 'half_win' then 'half_won'
                        when 'half_loss' then 'half_lost'
                        else one_outcome
                    end
            when won_legs > 0 or payout_factor > 1 then 'won'
            when payout_factor = 1 then 'push'
            else 'half_lost'
        end as rules_status,
        {{ bet_profit('factor') }} as rules_profit,
        case status
            when 'won' then bet_decimal_price
            when 'lost' then 0
            when 'push' then 1
            when 'void' then 1
            when 'half_won' then (1 + bet_decimal_price) / 2
            when 'half_lost' then cast(0.5 as double precision)
        end as told_factor
    from paid

),

final as (

    select
        bet_id,
        bet_decimal_price as decimal_price,
        case when status != 'pending' then status end as told_status,
        case
            when status = 'pending' then null
            when payout is not null and is_free_bet then payout
            when payout is not null then payout - stake
            else {{ bet_profit('told_factor') }}
        end as told_profit,
        rules_status,
        rules_profit,
        settled_at,
        open_legs
    from by_rules

)

select * from final
