with

upcoming_events as (

    select
        events.event_id,
        clock.as_of
    from {{ ref('int_events') }} as events
    cross join {{ ref('stg_run__clock') }} as clock
    where events.starts_at > clock.as_of

),

bookmakers as (

    select * from {{ ref('bookmakers') }}

),

changes as (

    select
        changes.*,
        upcoming_events.as_of,
        row_number() over (
            partition by
                changes.event_id,
                changes.bookmaker_key,
                changes.market_key,
                changes.outcome_name,
                changes.outcome_description,
                changes.line
            order by changes.valid_from desc, changes.response_id collate "C" desc
        ) as recency_rank
    from {{ ref('int_quote_changes') }} as changes
    inner join upcoming_events
        on
            changes.event_id = upcoming_events.event_id
            and changes.valid_from <= upcoming_events.as_of

),

-- nobody can take a price that is withdrawn, stale or on the other side of the book
offers as (

    select
        changes.*,
        {{ base_market('changes.market_key') }} as base_market_key
    from changes
    left join bookmakers
        on changes.bookmaker_key = bookmakers.bookmaker_key
    where
        changes.recency_rank = 1
        and not changes.is_withdrawn
        and not changes.is_stale
        and not changes.is_in_play
        and changes.decimal_price is not null
        and changes.market_key not like '%\_lay' escape '\'
        and coalesce(bookmakers.kind, 'unknown') != 'dfs'
        and {{ is_my_book('changes.bookmaker_key') }}

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

sightings as (

    select
        snapshots.event_id,
        snapshots.captured_at,
        requests.lane,
        requests.markets,
        requests.bookmakers
    from {{ ref('int_event_snapshots') }} as snapshots
    inner join {{ ref('int_modelled_responses') }} as requests
        on snapshots.response_id = requests.response_id
    inner join upcoming_events
        on
            snapshots.event_id = upcoming_events.event_id
            and snapshots.captured_at <= upcoming_events.as_of
    where snapshots.is_listed and snapshots.is_quoting

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

ranked as (

    select
        offers.*,
        seen.captured_at,
        row_number() over (
            partition by
                offers.event_id,
                offers.market_key,
                offers.outcome_name,
                offers.outcome_description,
                offers.point
            order by offers.decimal_price desc, offers.bookmaker_key collate "C"
        ) as price_rank,
        count(*) over (
            partition by
                offers.event_id,
                offers.market_key,
                offers.outcome_name,
                offers.outcome_description,
                offers.point
        ) as bookmaker_count
    from offers
    inner join seen
        on
            offers.event_id = seen.event_id
            and offers.bookmaker_key = seen.bookmaker_key
            and offers.market_key = seen.market_key

),

final as (

    select
        event_id,
        market_key,
        outcome_name,
        outcome_description,
        point,
        decimal_price,
        american_price,
        bookmaker_key,
        cast(bookmaker_count as integer) as bookmaker_count,
        captured_at,
        {{ minutes_between('captured_at', 'as_of') }} as age_minutes
    from ranked
    where price_rank = 1

)

select * from final
