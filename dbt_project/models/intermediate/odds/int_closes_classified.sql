{{ config(materialized='ephemeral') }}

with

quotes as (

    select * from {{ ref('int_quotes_at_start') }}

),

looks as (

    select * from {{ ref('int_looks_before_start') }}

),

snapshots as (

    select
        event_id,
        response_id
    from {{ ref('int_event_snapshots') }}
    where
        is_listed
        and captured_at >= cast('{{ closes_due().first_seen_at }}' as timestamp with time zone)

),

in_scope as (

    select
        quotes.*,
        greatest(quotes.book_market_key, looks.last_key) as last_key
    from quotes
    left join looks
        on
            quotes.event_id = looks.event_id
            and quotes.starts_at = looks.starts_at
            and quotes.bookmaker_key = looks.bookmaker_key
            and quotes.market_key = looks.market_key

),

dated as (

    select
        in_scope.*,
        right(in_scope.last_key, 64) as last_response_id,
        {{ sequence_time('in_scope.last_key') }} as last_captured_at
    from in_scope

),

classified as (

    select
        dated.*,
        {{ minutes_between('dated.last_captured_at', 'dated.starts_at') }} as minutes_before_start,
        case
            when snapshots.event_id is null then 'event_off'
            when
                {{ minutes_between('dated.last_captured_at', 'dated.starts_at') }}
                > {{ var('closing_max_age_minutes') }}
                then 'fetch_gap'
            when dated.is_withdrawn then 'withdrawn'
            when dated.is_stale then 'stale'
            when dated.decimal_price is null then 'unpriced'
        end as missing_reason
    from dated
    left join snapshots
        on
            dated.event_id = snapshots.event_id
            and dated.last_response_id = snapshots.response_id

),

final as (

    select
        *,
        case when missing_reason is null then last_response_id end as close_response_id
    from classified

)

select * from final
