{{ config(materialized='ephemeral') }}

with

observed as (

    select
        showings.window_no,
        quotes.response_seq,
        {{ quote_key('quotes') }},
        quotes.point,
        quotes.american_price,
        quotes.decimal_price,
        quotes.market_updated_at,
        quotes.is_in_play,
        quotes.is_stale,
        responses.request_kind,
        showings.commence_time,
        showings.captured_at,
        showings.is_asked,
        showings.ends_seq
    from {{ ref('int_odds_parsed') }} as quotes
    inner join {{ ref('int_showings') }} as showings
        on
            quotes.response_seq = showings.response_seq
            and quotes.event_id = showings.event_id
            and quotes.bookmaker_key = showings.bookmaker_key
            and quotes.market_key = showings.market_key
    inner join {{ ref('int_responses_to_process') }} as responses
        on quotes.response_seq = responses.response_seq
    union all
    select
        carried.window_no,
        0 as response_seq,
        {{ quote_key('carried') }},
        carried.point,
        carried.american_price,
        carried.decimal_price,
        carried.market_updated_at,
        carried.is_in_play,
        carried.is_stale,
        carried.request_kind,
        carried.commence_time,
        carried.captured_at,
        true as is_asked,
        showings.ends_seq
    from {{ ref('int_quotes_carried') }} as carried
    inner join {{ ref('int_showings') }} as showings
        on
            carried.window_no = showings.window_no
            and showings.response_seq = 0
            and carried.event_id = showings.event_id
            and carried.bookmaker_key = showings.bookmaker_key
            and carried.market_key = showings.market_key

),

neighboured as (

    select
        *,
        lead(response_seq) over quote_history as next_seq,
        lag(response_seq) over quote_history as previous_seq,
        lag(ends_seq) over quote_history as previous_ends_seq,
        lag(captured_at) over quote_history as previous_captured_at,
        lag(decimal_price) over quote_history as previous_decimal_price,
        lag(american_price) over quote_history as previous_american_price,
        lag(point) over quote_history as previous_point,
        lag(is_stale) over quote_history as previous_is_stale,
        lag(is_in_play) over quote_history as previous_is_in_play,
        lag(request_kind) over quote_history as previous_kind,
        lag(market_updated_at) over quote_history as previous_market_updated_at
    from observed
    window quote_history as (partition by window_no, {{ quote_key() }} order by response_seq)

),

standing_before as (

    select
        *,
        -- what comes back after a withdrawal did not stand before
        previous_seq is not null
        and coalesce(previous_ends_seq >= response_seq, true)
            as stood_before
    from neighboured

),

compared as (

    select
        *,
        (
            not stood_before
            or decimal_price is distinct from previous_decimal_price
            or american_price is distinct from previous_american_price
            or point is distinct from previous_point
            or is_stale is distinct from previous_is_stale
            or is_in_play is distinct from previous_is_in_play
        ) as is_changed,
        -- who may withdraw it follows from who showed it, and why from whether it had a stamp; who
        -- did not ask for it may or may not show it the next time
        (
            not is_asked
            or request_kind is distinct from previous_kind
            or (market_updated_at is null) is distinct from (previous_market_updated_at is null)
        ) as is_shown_otherwise,
        coalesce(ends_seq < next_seq, ends_seq is not null) as is_withdrawn_next
    from standing_before

),

-- all else repeats what its predecessor said
final as (

    select
        response_seq,
        {{ quote_key() }},
        point,
        american_price,
        decimal_price,
        market_updated_at,
        is_in_play,
        is_stale,
        request_kind,
        commence_time,
        captured_at,
        case when stood_before then previous_captured_at end as previous_seen_at,
        ends_seq,
        response_seq > 0 and is_changed as is_changed,
        response_seq > 0 and is_shown_otherwise as is_shown_otherwise,
        is_withdrawn_next
    from compared
    where (response_seq > 0 and (is_changed or is_shown_otherwise)) or is_withdrawn_next

)

select * from final
