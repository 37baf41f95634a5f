{{
    config(
        materialized='incremental',
        tags='hot',
        indexes=lookup_indexes(['event_id', 'valid_from'], ['valid_from']),
        pre_hook=['{{ tuned_session() }}', '{{ forget_rewritten_changes() }}'],
        post_hook='{{ statistics_after_bulk() }}',
        incremental_strategy='append',
    )
}}

-- depends_on: {{ ref('int_response_turns') }}

with

responses as (

    select * from {{ ref('int_responses_batched') }}

),

headers as (

    select
        response_seq,
        event_id,
        commence_time
    from {{ ref('int_odds_batched') }}
    where bookmaker_key is null

),

neighboured as (

    select
        *,
        lead(response_seq) over quote_history as next_seq,
        lag(response_seq) over quote_history as previous_seq,
        lag(next_spoken_seq) over quote_history as previous_spoken_seq,
        lag(decimal_price) over quote_history as previous_decimal_price,
        lag(american_price) over quote_history as previous_american_price,
        lag(point) over quote_history as previous_point,
        lag(is_stale) over quote_history as previous_is_stale,
        lag(is_in_play) over quote_history as previous_is_in_play,
        lag(lane_number) over quote_history as previous_lane_number
    from {{ ref('int_quotes_spoken') }}
    window quote_history as (
        partition by
            event_id,
            bookmaker_key,
            market_key,
            outcome_name,
            outcome_description,
            line
        order by response_seq
    )

),

judged as (

    select
        *,
        (
            previous_seq is null
            or coalesce(previous_spoken_seq < response_seq, false)
            or decimal_price is distinct from previous_decimal_price
            or american_price is distinct from previous_american_price
            or point is distinct from previous_point
            or is_stale is distinct from previous_is_stale
            or is_in_play is distinct from previous_is_in_play
        ) as is_changed,
        (lane_number is distinct from previous_lane_number) as is_lane_changed,
        coalesce(next_spoken_seq < next_seq, next_spoken_seq is not null) as is_vanishing
    from neighboured

),

-- all else repeats what its predecessor said
notable as (

    select * from judged
    where is_changed or is_lane_changed or is_vanishing

),

shown as (

    select
        notable.*,
        responses.response_id,
        responses.captured_at,
        responses.known_at,
        responses.lane
    from notable
    inner join responses
        on notable.response_seq = responses.response_seq
    where notable.is_rewritten and (notable.is_changed or notable.is_lane_changed)

),

withdrawn as (

    select
        notable.*,
        responses.response_id,
        responses.captured_at,
        responses.known_at,
        showing_responses.lane,
        responses.captured_at >= coalesce(headers_then.commence_time, headers_before.commence_time)
            as is_in_play_then
    from notable
    inner join responses
        on notable.next_spoken_seq = responses.response_seq
    inner join responses as showing_responses
        on notable.response_seq = showing_responses.response_seq
    inner join headers as headers_before
        on
            notable.response_seq = headers_before.response_seq
            and notable.event_id = headers_before.event_id
    left join headers as headers_then
        on
            notable.next_spoken_seq = headers_then.response_seq
            and notable.event_id = headers_then.event_id
    where
        notable.is_vanishing
        and (notable.is_rebuilt or responses.is_new or responses.is_contested)

),

final as (

    select
        event_id,
        bookmaker_key,
        market_key,
        outcome_name,
        outcome_description,
        line,
        point,
        american_price,
        decimal_price,
        captured_at as valid_from,
        known_at,
        market_updated_at,
        false as is_withdrawn,
        is_stale,
        is_in_play,
        not is_changed as is_resighting,
        lane,
        response_id
    from shown
    union all
    select
        event_id,
        bookmaker_key,
        market_key,
        outcome_name,
        outcome_description,
        line,
        line as point,
        cast(null as integer) as american_price,
        cast(null as double precision) as decimal_price,
        captured_at as valid_from,
        known_at,
        cast(null as timestamp with time zone) as market_updated_at,
        true as is_withdrawn,
        false as is_stale,
        is_in_play_then as is_in_play,
        false as is_resighting,
        lane,
        response_id
    from withdrawn

)

select * from final
