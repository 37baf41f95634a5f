{{ config(materialized='ephemeral') }}

with

rules as (

    select * from {{ ref('quality_rules') }}
    where rule_id = 'outlier_price'

),

sets as (

    select
        *,
        {{ logit('fair_1') }} as log_odds,
        {{ logit('greatest(lowest_1, 1e-6)') }} as lowest_log_odds,
        {{ logit('highest_1') }} as highest_log_odds
    from {{ ref('int_sets_unchecked') }}
    where implied_total is not null and kind != 'dfs'

),

-- what the other houses showed at the same line when this price came up, one vote each
shown_beside as (

    select
        sets.event_id,
        sets.bookmaker_key,
        sets.market_key,
        sets.outcome_description,
        sets.set_point,
        sets.valid_from,
        avg(other_sets.log_odds) as log_odds
    from sets
    inner join sets as other_sets
        on
            sets.event_id = other_sets.event_id
            and sets.market_key = other_sets.market_key
            and coalesce(sets.outcome_description, '')
            = coalesce(other_sets.outcome_description, '')
            and coalesce(sets.set_point, 0) = coalesce(other_sets.set_point, 0)
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

{{ middles_of_others('shown_beside', 'log_odds') }},

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
                'sets.lowest_log_odds',
                'sets.highest_log_odds',
                'middles.deviation',
                'rules.second_threshold'
            ) }} > rules.threshold

),

final as (

    select
        {{ finding(
            "'outlier_price'",
            sport_key='sport_key',
            event_id='event_id',
            bookmaker_key='bookmaker_key',
            market_key='market_key',
            sample=set_text('outlying') ~ " || ': fair ' || " ~ number_text('fair_1', 3)
            ~ " || ', others ' || " ~ number_text(logistic('middle'), 3)
            ~ " || ' (' || cast(book_count as text) || ' houses)'",
            seen_at='valid_from',
            cause_at='valid_from',
            until_at='valid_to'
        ) }}
    from outlying

)

select * from final
