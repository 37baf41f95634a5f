{{ config(materialized='view') }}

with

-- books of one house are one counterparty: its best price stands for it
offers as (

    select
        *,
        row_number() over (
            partition by
                event_id, line_market_key, outcome_description, threshold, side_no, book_group
            order by net_decimal_price desc, bookmaker_key collate "C", market_key collate "C"
        ) as rank_in_house
    from {{ ref('int_offers_bettable') }}
    where moment = 'now' and outcome_count = 2 and point is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by event_id, line_market_key, outcome_description, threshold, side_no
            order by net_decimal_price desc, bookmaker_key collate "C", market_key collate "C"
        ) as price_rank
    from offers
    where rank_in_house = 1

),

-- the two best houses of each line are enough to find the best two of different houses
best as {{ materialized_cte() }} (

    select * from ranked
    where price_rank <= 2

),

-- both sides win where a score lies between the lines; the other way round both would lose there
pairs as (

    select
        first_legs.event_id,
        first_legs.sport_key,
        first_legs.line_market_key,
        first_legs.market_kind,
        first_legs.score_kind,
        first_legs.outcome_description,
        first_legs.threshold as threshold_1,
        second_legs.threshold as threshold_2,
        first_legs.book_group as book_group_1,
        second_legs.book_group as book_group_2,
        {%- for column in leg_columns() %}
        first_legs.{{ column }} as {{ column }}_1,
        second_legs.{{ column }} as {{ column }}_2,
        {%- endfor %}
        least(first_legs.captured_at, second_legs.captured_at) as first_captured_at,
        greatest(first_legs.captured_at, second_legs.captured_at) as last_captured_at,
        1 / first_legs.net_decimal_price + 1 / second_legs.net_decimal_price as implied_sum,
        min(1 / first_legs.net_decimal_price + 1 / second_legs.net_decimal_price) over two_lines
            as best_implied_sum,
        row_number() over (
            two_lines
            order by
                case when first_legs.book_group = second_legs.book_group then 2 else 1 end,
                first_legs.price_rank + second_legs.price_rank,
                1 / first_legs.net_decimal_price + 1 / second_legs.net_decimal_price,
                first_legs.price_rank
        ) as pair_rank,
        first_legs.book_group = second_legs.book_group as is_one_house
    from best as first_legs
    inner join best as second_legs
        on
            first_legs.event_id = second_legs.event_id
            and first_legs.line_market_key = second_legs.line_market_key
            and first_legs.outcome_description is not distinct from second_legs.outcome_description
    where
        first_legs.side_no = 1
        and second_legs.side_no = 2
        and floor(first_legs.threshold) + 1 < second_legs.threshold
    window two_lines as (
        partition by
            first_legs.event_id,
            first_legs.line_market_key,
            first_legs.outcome_description,
            first_legs.threshold,
            second_legs.threshold
    )

),

final as (

    select
        *,
        threshold_2 - threshold_1 as gap,
        1 / implied_sum - 1 as missed_roi,
        1 - 1 / implied_sum as cost_if_missed,
        case
            when
                {{ minutes_between('first_captured_at', 'last_captured_at') }} * 60
                > {{ var('max_leg_gap_seconds') }}
                then 'legs_apart'
            -- a price that is an error stays one where its sister's is passed over
            when 1 / best_implied_sum - 1 > {{ var('max_roi') }} then 'too_good'
        end as rejection_reason
    from pairs
    where pair_rank = 1 and not is_one_house and 1 - 1 / implied_sum <= {{ var('max_middle_cost') }}

)

select * from final
