{{ config(materialized='view') }}

with

offers as (

    select
        *,
        row_number() over (
            partition by
                event_id,
                line_market_key,
                outcome_description,
                outcome_count,
                threshold,
                slot
            order by net_decimal_price desc, bookmaker_key collate "C", market_key collate "C"
        ) as price_rank
    from {{ ref('int_offers_bettable') }}

),

-- a combination has the best price of each outcome, every outcome once, all at one line
legs as (

    select
        event_id,
        sport_key,
        line_market_key,
        market_kind,
        outcome_description,
        outcome_count,
        threshold,
        max(push_share) as push_share,
        {%- for slot in (1, 2, 3) %}
        {%- for column in leg_columns() %}
        max(case when slot = {{ slot }} then {{ column }} end) as {{ column }}_{{ slot }},
        {%- endfor %}
        {%- endfor %}
        count(*) as leg_count,
        count(distinct bookmaker_key) as bookmaker_count,
        min(captured_at) as first_captured_at,
        max(captured_at) as last_captured_at
    from offers
    where price_rank = 1
    group by
        event_id,
        sport_key,
        line_market_key,
        market_kind,
        outcome_description,
        outcome_count,
        threshold

),

summed as (

    select
        *,
        1 / net_decimal_price_1 + 1 / net_decimal_price_2 + coalesce(1 / net_decimal_price_3, 0)
            as implied_sum
    from legs
    where leg_count = outcome_count

),

final as (

    select
        *,
        1 / implied_sum - 1 as roi,
        -- a push returns its share of the stakes and takes that share of the gain
        least(1 / implied_sum - 1, (1 / implied_sum - 1) * (1 - push_share)) as guaranteed_roi,
        case
            when implied_sum < 1 and bookmaker_count = 1 then 'one_book'
            when
                {{ minutes_between('first_captured_at', 'last_captured_at') }} * 60
                > {{ var('max_leg_gap_seconds') }}
                then 'legs_apart'
            when 1 / implied_sum - 1 > {{ var('max_roi') }} then 'too_good'
        end as phantom_reason
    from summed

)

select * from final
