{{ config(materialized='ephemeral') }}

with

rules as (

    select * from {{ ref('quality_rules') }}

),

sets as (

    select * from {{ ref('int_sets_unchecked') }}
    where implied_total is not null

),

spreads as (

    -- who wins by more than a line also wins: below half a point a tie would count on both sides
    select * from sets
    where market_key = 'spreads' and abs(set_point) >= 0.5

),

moneylines as (

    select * from sets
    where market_key = 'h2h'

),

compared as (

    select
        spreads.*,
        moneylines.decimal_1 as win_decimal_1,
        moneylines.decimal_2 as win_decimal_2,
        greatest(spreads.valid_from, moneylines.valid_from) as seen_at,
        least(spreads.valid_to, moneylines.valid_to) as until_at,
        case
            when spreads.set_point < 0 then spreads.lowest_1 - moneylines.implied_1
            else (1 - spreads.highest_1) - moneylines.implied_2
        end as contradiction
    from spreads
    inner join moneylines
        on
            spreads.event_id = moneylines.event_id
            and spreads.bookmaker_key = moneylines.bookmaker_key
    where
        (spreads.valid_from < moneylines.valid_to or moneylines.valid_to is null)
        and (moneylines.valid_from < spreads.valid_to or spreads.valid_to is null)

),

final as (

    select
        {{ finding(
            'rules.rule_id',
            sport_key='compared.sport_key',
            event_id='compared.event_id',
            bookmaker_key='compared.bookmaker_key',
            market_key='compared.market_key',
            sample=set_text('compared') ~ " || '; to win at ' || " ~ number_text('compared.win_decimal_1', 3)
            ~ " || ' and ' || " ~ number_text('compared.win_decimal_2', 3),
            seen_at='compared.seen_at',
            cause_at='compared.valid_from',
            until_at='compared.until_at'
        ) }}
    from compared
    inner join rules
        on rules.rule_id = 'spread_against_moneyline' and compared.contradiction > rules.threshold

)

select * from final
