{{ config(materialized='ephemeral') }}

with

thresholds as (

    select
        max(case when rule_id = 'market_updated_in_future' then threshold end) as seconds_ahead,
        max(case when rule_id = 'market_updated_out_of_order' then threshold end) as seconds_back
    from {{ ref('quality_rules') }}

),

responses as (

    select * from {{ ref('int_responses_unchecked') }}

),

stamps as (

    select
        *,
        {{ minutes_between('captured_at', 'market_updated_at') }} * 60 as seconds_ahead
    from {{ ref('int_stamps_unchecked') }}

),

compared as (

    select
        responses.response_id,
        responses.sport_key,
        stamps.*,
        previous.seconds_ahead as previous_seconds_ahead,
        {{ minutes_between('stamps.market_updated_at', 'previous.market_updated_at') }} * 60
            as seconds_back
    from stamps
    inner join responses
        on stamps.response_seq = responses.response_seq and responses.is_compared
    left join responses as previous_responses
        on responses.previous_response_id = previous_responses.response_id
    left join stamps as previous
        on
            previous_responses.response_seq = previous.response_seq
            and stamps.event_id = previous.event_id
            and stamps.bookmaker_key = previous.bookmaker_key
            and stamps.market_key = previous.market_key

),

judged as (

    select
        compared.*,
        case
            when compared.seconds_ahead > thresholds.seconds_ahead then 'market_updated_in_future'
            when
                compared.seconds_back > thresholds.seconds_back
                -- after a stamp from the future the right one only looks as if it went back
                and compared.previous_seconds_ahead <= thresholds.seconds_ahead
                then 'market_updated_out_of_order'
        end as rule_id
    from compared
    cross join thresholds

),

final as (

    select
        {{ finding(
            'rule_id',
            sport_key='sport_key',
            event_id='event_id',
            bookmaker_key='bookmaker_key',
            market_key='market_key',
            sample="case rule_id
            when 'market_updated_in_future'
                then " ~ number_text('seconds_ahead', 0) ~ " || ' s after the capture'
            else " ~ number_text('seconds_back', 0) ~ " || ' s before the stamp of the snapshot before'
        end",
            seen_at='captured_at'
        ) }},
        response_id
    from judged
    where rule_id is not null

)

select * from final
