{{ config(materialized='ephemeral') }}

with

showings as (

    select * from {{ ref('int_showings_begun') }}

),

-- calls of one event, and calls with filters, cover showings one by one
single_calls as (

    select * from {{ ref('int_responses_batched') }}
    where is_quoting and can_withdraw and (is_filtered or scope_event_id is not null)

),

shown_alike as (

    select
        window_no,
        event_id,
        sport_key,
        commence_time,
        bookmaker_key,
        market_key,
        base_market_key,
        regions,
        min(response_seq) as first_seq
    from showings
    where exists (select 1 from single_calls)
    group by
        window_no,
        event_id,
        sport_key,
        commence_time,
        bookmaker_key,
        market_key,
        base_market_key,
        regions

),

shown_events as (

    select distinct
        window_no,
        event_id,
        sport_key,
        commence_time
    from shown_alike

),

called_events as (

    select
        shown_events.window_no,
        shown_events.event_id,
        shown_events.sport_key,
        shown_events.commence_time,
        single_calls.response_seq
    from shown_events
    inner join single_calls
        on
            shown_events.window_no = single_calls.window_no
            and {{ asks_for_event('single_calls', 'shown_events') }}

),

single_covers as (

    select
        shown_alike.window_no,
        shown_alike.event_id,
        shown_alike.sport_key,
        shown_alike.commence_time,
        shown_alike.bookmaker_key,
        shown_alike.market_key,
        shown_alike.regions,
        single_calls.response_seq
    from shown_alike
    inner join called_events
        on
            shown_alike.window_no = called_events.window_no
            and shown_alike.event_id = called_events.event_id
            and shown_alike.sport_key = called_events.sport_key
            and shown_alike.commence_time = called_events.commence_time
            and shown_alike.first_seq < called_events.response_seq
    inner join single_calls
        on
            called_events.response_seq = single_calls.response_seq
            and {{ asks_for_book_market('single_calls', 'shown_alike') }}

),

timeline as (

    select
        single_covers.*,
        single_covers.response_seq as covering_seq,
        0 as is_showing
    from single_covers
    union all
    select
        showings.window_no,
        showings.event_id,
        showings.sport_key,
        showings.commence_time,
        showings.bookmaker_key,
        showings.market_key,
        showings.regions,
        showings.response_seq,
        cast(null as bigint) as covering_seq,
        1 as is_showing
    from showings
    where (window_no, event_id, bookmaker_key, market_key) in (
        select
            single_covers.window_no,
            single_covers.event_id,
            single_covers.bookmaker_key,
            single_covers.market_key
        from single_covers
    )

),

next_covering as (

    select
        *,
        min(covering_seq) over (
            partition by
                window_no, event_id, sport_key, commence_time, bookmaker_key, market_key, regions
            order by response_seq, is_showing
            rows between 1 following and unbounded following
        ) as next_seq
    from timeline

),

final as (

    select
        window_no,
        response_seq,
        event_id,
        bookmaker_key,
        market_key,
        next_seq as covering_seq
    from next_covering
    where is_showing = 1 and next_seq is not null

)

select * from final
