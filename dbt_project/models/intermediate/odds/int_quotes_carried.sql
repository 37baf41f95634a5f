{{
    config(
        materialized='table',
        tags='hot',
        pre_hook='{{ tuned_session() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

-- depends_on: {{ ref('int_responses_batched') }}
-- depends_on: {{ ref('int_odds_batched') }}
-- depends_on: {{ ref('int_quotes_standing_before') }}
{%- set log = earlier('int_quote_changes') %}
{%- set ledger, known_events = earlier('int_modelled_responses'), earlier('int_events') %}
{%- set known_snapshots = earlier('int_event_snapshots') %}

{% if not log or not ledger -%}
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
    cast(null as text) as lane,
    cast(null as text) as regions,
    sport_key,
    commence_time,
    cast(null as timestamp with time zone) as captured_at
from {{ ref('int_odds_batched') }}
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
        sport_key,
        bookmaker_key,
        market_key,
        base_market_key,
        regions,
        book_market_key
    from standing

),

-- the last look of each kind before the window
looks as (

    select
        windows.window_no,
        ledger.sport_key,
        ledger.scope_event_id,
        ledger.markets,
        ledger.bookmakers,
        ledger.regions,
        max(ledger.sequence_key) as look_key
    from {{ ledger }} as ledger
    inner join windows
        on ledger.sport_key = windows.sport_key and ledger.captured_at < windows.since_at
    where
        ledger.can_withdraw
        and not ledger.is_filtered
        and ledger.captured_at >= cast('{{ since }}' as timestamp with time zone)
    group by
        windows.window_no,
        ledger.sport_key,
        ledger.scope_event_id,
        ledger.markets,
        ledger.bookmakers,
        ledger.regions

),

asked as (

    select distinct
        window_no,
        bookmaker_key,
        base_market_key,
        regions
    from book_markets

),

looks_at_the_sport as (

    select
        asked.window_no,
        asked.bookmaker_key,
        asked.base_market_key,
        asked.regions,
        max(looks.look_key) as look_key
    from asked
    inner join looks
        on
            asked.window_no = looks.window_no
            and looks.scope_event_id is null
            and {{ asks_for_book_market('looks', 'asked') }}
    group by asked.window_no, asked.bookmaker_key, asked.base_market_key, asked.regions

),

looks_at_the_event as (

    select
        book_markets.window_no,
        book_markets.event_id,
        book_markets.bookmaker_key,
        book_markets.market_key,
        max(looks.look_key) as look_key
    from book_markets
    inner join looks
        on
            book_markets.window_no = looks.window_no
            and book_markets.event_id = looks.scope_event_id
            and {{ asks_for_book_market('looks', 'book_markets') }}
    group by
        book_markets.window_no,
        book_markets.event_id,
        book_markets.bookmaker_key,
        book_markets.market_key

),

-- what stands was shown by whatever looked for it since it last changed, else it would be withdrawn
shown as (

    select
        book_markets.*,
        greatest(
            book_markets.book_market_key,
            looks_at_the_sport.look_key,
            looks_at_the_event.look_key
        ) as shown_key
    from book_markets
    left join looks_at_the_sport
        on
            book_markets.window_no = looks_at_the_sport.window_no
            and book_markets.bookmaker_key = looks_at_the_sport.bookmaker_key
            and book_markets.base_market_key = looks_at_the_sport.base_market_key
            and coalesce(book_markets.regions, '') = coalesce(looks_at_the_sport.regions, '')
    left join looks_at_the_event
        on
            book_markets.window_no = looks_at_the_event.window_no
            and book_markets.event_id = looks_at_the_event.event_id
            and book_markets.bookmaker_key = looks_at_the_event.bookmaker_key
            and book_markets.market_key = looks_at_the_event.market_key

),

listed as (

    select
        event_id,
        sport_key,
        commence_time,
        captured_at,
        sequence_key
    from {{ known_snapshots }}
    where
        is_listed
        and is_quoting
        and captured_at >= cast('{{ since }}' as timestamp with time zone)

),

-- what was forgotten the last look did not show, and nobody said that it was gone
seen as (

    select
        shown.window_no,
        shown.event_id,
        shown.bookmaker_key,
        shown.market_key,
        coalesce(last_listed.sport_key, listed.sport_key) as sport_key,
        coalesce(last_listed.commence_time, listed.commence_time) as commence_time,
        coalesce(last_listed.captured_at, listed.captured_at) as captured_at
    from shown
    inner join listed
        on shown.event_id = listed.event_id and shown.book_market_key = listed.sequence_key
    left join listed as last_listed
        on shown.event_id = last_listed.event_id and shown.shown_key = last_listed.sequence_key

),

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
        standing.lane,
        standing.regions,
        seen.sport_key,
        seen.commence_time,
        seen.captured_at
    from standing
    inner join seen
        on
            standing.window_no = seen.window_no
            and standing.event_id = seen.event_id
            and standing.bookmaker_key = seen.bookmaker_key
            and standing.market_key = seen.market_key

)

select * from final
{%- endif %}
