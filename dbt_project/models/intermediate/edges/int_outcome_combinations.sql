{{ config(materialized='view') }}

{%- set line = [
    'event_id',
    'line_market_key',
    'outcome_description',
    'outcome_count',
    'threshold',
] | join(', ') %}

with

-- books of one house are one counterparty: its best price stands for it
offers as (

    select
        *,
        row_number() over (
            partition by {{ line }}, side_no, book_group
            order by net_decimal_price desc, bookmaker_key collate "C", market_key collate "C"
        ) as rank_in_house
    from {{ ref('int_offers_bettable') }}
    where moment = 'now'

),

ranked as (

    select
        *,
        row_number() over (
            partition by {{ line }}, side_no
            order by net_decimal_price desc, bookmaker_key collate "C", market_key collate "C"
        ) as price_rank
    from offers
    where rank_in_house = 1

),

-- the two best houses are enough to find the best legs that are not all of one
best as {{ materialized_cte() }} (

    select * from ranked
    where price_rank <= 2

),

-- a combination has a price of each outcome, every outcome once, all at one line
legs as (

    select
        firsts.event_id,
        firsts.sport_key,
        firsts.line_market_key,
        firsts.market_kind,
        firsts.outcome_description,
        firsts.outcome_count,
        firsts.threshold,
        greatest(firsts.push_share, seconds.push_share, coalesce(thirds.push_share, 0))
            as push_share,
        {%- for column in leg_columns() %}
        firsts.{{ column }} as {{ column }}_1,
        seconds.{{ column }} as {{ column }}_2,
        thirds.{{ column }} as {{ column }}_3,
        {%- endfor %}
        firsts.book_group = seconds.book_group
        and firsts.book_group = coalesce(thirds.book_group, firsts.book_group) as is_one_house,
        least(
            firsts.captured_at,
            seconds.captured_at,
            coalesce(thirds.captured_at, firsts.captured_at)
        ) as first_captured_at,
        greatest(
            firsts.captured_at,
            seconds.captured_at,
            coalesce(thirds.captured_at, firsts.captured_at)
        ) as last_captured_at,
        firsts.price_rank + seconds.price_rank + coalesce(thirds.price_rank, 0) as rank_sum,
        firsts.price_rank as first_rank,
        seconds.price_rank as second_rank
    from best as firsts
    inner join best as seconds
        on {{ same_line('firsts', 'seconds') }} and seconds.side_no = 2
    left join best as thirds
        on {{ same_line('firsts', 'thirds') }} and thirds.side_no = 3
    where firsts.side_no = 1 and (firsts.outcome_count = 2 or thirds.event_id is not null)

),

summed as (

    select
        *,
        1 / net_decimal_price_1 + 1 / net_decimal_price_2 + coalesce(1 / net_decimal_price_3, 0)
            as implied_sum
    from legs

),

-- no house pays more than it takes: a gain all at one is passed over where two make one
chosen as (

    select
        *,
        min(implied_sum) over (partition by {{ line }}) as best_implied_sum,
        row_number() over (
            partition by {{ line }}
            order by
                case when implied_sum < 1 and is_one_house then 2 else 1 end,
                rank_sum,
                implied_sum,
                first_rank,
                second_rank
        ) as choice_rank
    from summed

),

final as (

    select
        event_id,
        sport_key,
        line_market_key,
        market_kind,
        outcome_description,
        outcome_count,
        threshold,
        push_share,
        {%- for side_no in (1, 2, 3) %}
        {%- for column in leg_columns() %}
        {{ column }}_{{ side_no }},
        {%- endfor %}
        {%- endfor %}
        is_one_house,
        first_captured_at,
        last_captured_at,
        implied_sum,
        1 / implied_sum - 1 as roi,
        -- a push returns its share of the stakes and takes that share of the gain
        least(1 / implied_sum - 1, (1 / implied_sum - 1) * (1 - push_share)) as guaranteed_roi,
        case
            when implied_sum < 1 and is_one_house then 'one_house'
            when
                {{ minutes_between('first_captured_at', 'last_captured_at') }} * 60
                > {{ var('max_leg_gap_seconds') }}
                then 'legs_apart'
            -- a price that is an error stays one where its sister's is passed over
            when 1 / best_implied_sum - 1 > {{ var('max_roi') }} then 'too_good'
        end as rejection_reason
    from chosen
    where choice_rank = 1

)

select * from final
