{{ config(indexes=lookup_indexes(['event_id']), pre_hook='{{ without_nested_loops() }}') }}

with

rules as (

    select * from {{ ref('quality_rules') }}

),

sets as (

    select * from {{ ref('int_sets_to_validate') }}
    where implied_total is not null and kind != 'dfs'

),

-- prices compare at one line; lines compare near even money, where the point alone says what a book
-- thinks: a run line at 3.00 says less
opinions as (

    select
        *,
        'outlier_price' as rule_id,
        coalesce(set_point, 0) as line,
        {{ logit('fair_1') }} as opinion,
        {{ logit('greatest(lowest_1, 1e-6)') }} as lowest,
        {{ logit('highest_1') }} as highest
    from sets
    union all
    select
        *,
        'outlier_point' as rule_id,
        0 as line,
        set_point as opinion,
        set_point as lowest,
        set_point as highest
    from sets
    where market_key in ('spreads', 'totals') and lowest_1 >= 0.38 and highest_1 <= 0.62

),

-- what the other houses showed when this one came up, one price each
shown_beside as (

    select
        {{ set_version('opinions') }},
        avg(other_opinions.opinion) as opinion
    from opinions
    inner join opinions as other_opinions
        on
            opinions.rule_id = other_opinions.rule_id
            and opinions.event_id = other_opinions.event_id
            and opinions.market_key = other_opinions.market_key
            and coalesce(opinions.outcome_description, '')
            = coalesce(other_opinions.outcome_description, '')
            and opinions.line = other_opinions.line
    where
        opinions.book_group != other_opinions.book_group
        and other_opinions.valid_from <= opinions.valid_from
        and (other_opinions.valid_to > opinions.valid_from or other_opinions.valid_to is null)
    group by {{ set_version('opinions') }}, other_opinions.book_group

),

{{ median_of_others('shown_beside', 'opinion') }},

outlying as (

    select
        opinions.*,
        medians.median_value,
        medians.book_count
    from opinions
    inner join medians
        on {{ same_set('opinions', 'medians') }}
    inner join rules
        on
            opinions.rule_id = rules.rule_id
            and {{ robust_z(
                'medians.median_value',
                'opinions.lowest',
                'opinions.highest',
                'medians.deviation',
                'rules.second_threshold'
            ) }} > rules.threshold

),

final as (

    select
        {{ finding(
            'rule_id',
            sport_key='sport_key',
            event_id='event_id',
            bookmaker_key='bookmaker_key',
            market_key='market_key',
            sample=set_text('outlying') ~ " || case rule_id
            when 'outlier_price'
                then ': fair ' || " ~ number_text('fair_1', 3) ~ "
                || ', others ' || " ~ number_text(logistic('median_value'), 3) ~ "
            else ', others ' || " ~ number_text('median_value', 2) ~ "
        end || ' (' || cast(book_count as text) || ' houses)'",
            seen_at='valid_from',
            cause_at='valid_from',
            until_at='valid_to'
        ) }}
    from outlying

)

select * from final
