{{ config(materialized='view') }}

with

-- nobody can take a price that is withdrawn or stale
offers as (

    select * from {{ ref('int_quotes_upcoming') }}
    where
        not is_withdrawn
        and not is_stale
        and not is_in_play
        and decimal_price is not null

),

offered_pieces as (

    select distinct
        event_id,
        bookmaker_key,
        market_key,
        base_market_key,
        lane
    from offers

),

-- when each question was last answered with the event in it
sightings as {{ worked_out_once() }} (

    select
        snapshots.event_id,
        requests.lane,
        requests.markets,
        requests.bookmakers,
        max(snapshots.captured_at) as captured_at
    from {{ known('int_event_snapshots') }} as snapshots
    inner join {{ known('int_modelled_responses') }} as requests
        on snapshots.response_id = requests.response_id
    inner join {{ ref('int_events_upcoming') }} as events
        on
            snapshots.event_id = events.event_id
            and snapshots.captured_at <= events.as_of
    where snapshots.is_listed and snapshots.is_quoting
    group by
        snapshots.event_id,
        requests.lane,
        requests.markets,
        requests.bookmakers

),

-- an unchanged price is as old as the last snapshot that showed it, not as its last change
seen as (

    select
        offers.event_id,
        offers.bookmaker_key,
        offers.market_key,
        max(sightings.captured_at) as captured_at
    from offered_pieces as offers
    inner join sightings
        on
            offers.event_id = sightings.event_id
            and offers.lane = sightings.lane
            and offers.base_market_key = any(string_to_array(sightings.markets, ','))
            and (
                sightings.bookmakers is null
                or offers.bookmaker_key = any(string_to_array(sightings.bookmakers, ','))
            )
    group by
        offers.event_id,
        offers.bookmaker_key,
        offers.market_key

),

final as (

    select
        {{ quote_key('offers') }},
        offers.point,
        offers.american_price,
        offers.decimal_price,
        offers.base_market_key,
        seen.captured_at,
        offers.valid_from,
        offers.known_at,
        offers.market_updated_at,
        offers.as_of,
        offers.response_id
    from offers
    inner join seen
        on
            offers.event_id = seen.event_id
            and offers.bookmaker_key = seen.bookmaker_key
            and offers.market_key = seen.market_key

)

select * from final
