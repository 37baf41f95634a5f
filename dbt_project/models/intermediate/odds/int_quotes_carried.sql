{{
    config(
        materialized='table',
        tags='hot',
        pre_hook='{{ hot_session() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

{%- set log = previous_build('int_quote_changes') %}
{%- set processed = previous_build('int_processed_responses') %}
{%- set known_events = previous_build('int_events') %}
{%- set known_snapshots = previous_build('int_event_snapshots') %}

{% if not log or not processed -%}
-- before the first response nothing stands
select
    cast(null as integer) as window_no,
    {{ quote_key() }},
    point,
    american_price,
    decimal_price,
    market_updated_at,
    is_in_play,
    is_stale,
    cast(null as text) as request_kind,
    cast(null as text) as regions,
    sport_key,
    commence_time,
    cast(null as timestamp with time zone) as captured_at
from {{ ref('int_odds_parsed') }}
where 1 = 0
{%- else -%}
{%- set since = carried_since(known_events) %}
with

windows as (

    {{ windows_of_batch() }}

),

standing as (

    select * from {{ ref('int_quotes_standing_before') }}

),

book_markets as (

    select distinct
        window_no,
        event_id,
        window_sport_key as sport_key,
        bookmaker_key,
        market_key,
        base_market_key,
        regions,
        book_market_key,
        since_at as commence_time,
        {{ sequence_key('since_at', "''") }}
            as shown_key
    from standing

),

-- a filtered call that showed it is in the log
calls as (

    select
        windows.window_no,
        processed.*,
        processed.sequence_key as call_key
    from {{ processed }} as processed
    inner join windows
        on processed.sport_key = windows.sport_key and processed.captured_at < windows.since_at
    where
        processed.can_withdraw
        and not processed.is_filtered
        and processed.captured_at >= cast('{{ since }}' as timestamp with time zone)

),

{{ calls_covering('book_markets', 'calls', backwards=true) }},

-- what stands was shown by whatever looked for it since it last changed, else it would be withdrawn
shown as (

    select
        book_markets.*,
        greatest(
            book_markets.book_market_key, sport_calls.call_key, event_calls.call_key
        ) as last_key
    from book_markets
    left join covering_sport_calls as sport_calls
        on {{ is_answer_to('sport_calls', 'book_markets', ['sport_key']) }}
    left join covering_event_calls as event_calls
        on {{ is_answer_to('event_calls', 'book_markets', event_as_shown()) }}

),

listed as (

    select
        snapshots.event_id,
        snapshots.sport_key,
        snapshots.commence_time,
        snapshots.captured_at,
        snapshots.sequence_key
    from {{ known_snapshots }} as snapshots
    where
        snapshots.is_listed
        and snapshots.is_quoting
        and snapshots.captured_at >= cast('{{ since }}' as timestamp with time zone)

),

-- what was forgotten the last look did not show, and nobody said that it was gone
final as (

    select
        standing.window_no,
        {{ quote_key('standing') }},
        standing.point,
        standing.american_price,
        standing.decimal_price,
        standing.market_updated_at,
        standing.is_in_play,
        standing.is_stale,
        standing.request_kind,
        standing.regions,
        coalesce(last_listed.sport_key, listed.sport_key) as sport_key,
        coalesce(last_listed.commence_time, listed.commence_time) as commence_time,
        coalesce(last_listed.captured_at, listed.captured_at) as captured_at
    from standing
    inner join shown
        on {{ equal_columns(
            'standing', 'shown', ['window_no', 'event_id', 'bookmaker_key', 'market_key']
        ) }}
    inner join listed
        on shown.event_id = listed.event_id and shown.book_market_key = listed.sequence_key
    left join listed as last_listed
        on shown.event_id = last_listed.event_id and shown.last_key = last_listed.sequence_key

)

select * from final
{%- endif %}
