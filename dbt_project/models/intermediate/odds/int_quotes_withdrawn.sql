{{ config(materialized='ephemeral') }}

with

vanishing as (

    select * from {{ ref('int_quotes_compared') }}
    where is_vanishing

),

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

final as (

    select
        {{ quote_key('vanishing') }},
        vanishing.line as point,
        cast(null as integer) as american_price,
        cast(null as double precision) as decimal_price,
        responses.captured_at as valid_from,
        showing_responses.captured_at as previous_seen_at,
        responses.known_at,
        cast(null as timestamp with time zone) as market_updated_at,
        true as is_withdrawn,
        false as is_stale,
        responses.captured_at >= coalesce(headers_then.commence_time, headers_before.commence_time)
            as is_in_play,
        -- the API drops what it has not read for a while: a quote without a stamp may be such a one
        case when vanishing.market_updated_at is not null then vanishing.is_stale end
            as is_aged_out,
        false as is_resighting,
        showing_responses.lane,
        responses.response_id
    from vanishing
    inner join responses
        on vanishing.next_spoken_seq = responses.response_seq
    inner join responses as showing_responses
        on vanishing.response_seq = showing_responses.response_seq
    inner join headers as headers_before
        on
            vanishing.response_seq = headers_before.response_seq
            and vanishing.event_id = headers_before.event_id
    left join headers as headers_then
        on
            vanishing.next_spoken_seq = headers_then.response_seq
            and vanishing.event_id = headers_then.event_id
    where vanishing.is_rebuilt or responses.is_new or responses.is_contested

)

select * from final
