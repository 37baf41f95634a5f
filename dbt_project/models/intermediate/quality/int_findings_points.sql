{{ config(materialized='ephemeral') }}

with

rules as (

    select * from {{ ref('quality_rules') }}
    where rule_id = 'outlier_point'

),

-- only near even money does the point alone say what a book thinks: a run line at 3.00 says less
sets as (

    select * from {{ ref('int_sets_unchecked') }}
    where
        implied_total is not null
        and kind != 'dfs'
        and market_key in ('spreads', 'totals')
        and lowest_1 >= 0.38
        and highest_1 <= 0.62

),

-- what the other houses showed when this line came up, one vote each
shown_beside as (

    select
        sets.event_id,
        sets.bookmaker_key,
        sets.market_key,
        sets.outcome_description,
        sets.set_point,
        sets.valid_from,
        avg(other_sets.set_point) as other_point
    from sets
    inner join sets as other_sets
        on sets.event_id = other_sets.event_id and sets.market_key = other_sets.market_key
    where
        sets.book_group != other_sets.book_group
        and other_sets.valid_from <= sets.valid_from
        and (other_sets.valid_to > sets.valid_from or other_sets.valid_to is null)
    group by
        sets.event_id,
        sets.bookmaker_key,
        sets.market_key,
        sets.outcome_description,
        sets.set_point,
        sets.valid_from,
        other_sets.book_group

),

{{ middles_of_others('shown_beside', 'other_point') }},

outlying as (

    select
        sets.*,
        middles.middle,
        middles.book_count
    from sets
    inner join middles
        on {{ same_set('sets', 'middles') }}
    inner join rules
        on
            {{ robust_z(
                'middles.middle',
                'sets.set_point',
                'sets.set_point',
                'middles.deviation',
                'rules.second_threshold'
            ) }} > rules.threshold

),

final as (

    select
        {{ finding(
            "'outlier_point'",
            sport_key='sport_key',
            event_id='event_id',
            bookmaker_key='bookmaker_key',
            market_key='market_key',
            sample=set_text('outlying') ~ " || ', others ' || " ~ number_text('middle', 2)
            ~ " || ' (' || cast(book_count as text) || ' houses)'",
            seen_at='valid_from',
            cause_at='valid_from',
            until_at='valid_to'
        ) }}
    from outlying

)

select * from final
