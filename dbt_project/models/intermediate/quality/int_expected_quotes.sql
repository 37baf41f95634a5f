with

-- every quote shown before a start that has come has its row there
quoted as (

    select distinct
        events.sport_key,
        closes.event_id,
        events.starts_at,
        closes.bookmaker_key,
        {{ base_market('closes.market_key') }} as market_key
    from {{ known('int_closes') }} as closes
    inner join {{ known('int_events') }} as events
        on closes.event_id = events.event_id and closes.starts_at = events.starts_at
    cross join {{ ref('stg_run__clock') }} as clock
    where events.starts_at <= clock.as_of

),

events as (

    select distinct
        sport_key,
        event_id,
        starts_at
    from quoted

),

requests as (

    select distinct
        sport_key,
        scope_event_id,
        case when event_count > 0 then bookmakers end as bookmakers,
        markets
    from {{ known('int_processed_responses') }}
    where is_quoting

),

requested_books as (

    select
        sport_key,
        unnest(string_to_array(bookmakers, ',')) as bookmaker_key
    from requests

),

-- one that was merely seen may be expected from its first game to its last
books as (

    select
        sport_key,
        bookmaker_key,
        true as is_requested,
        cast(null as timestamp with time zone) as starts_at
    from requested_books
    union all
    select
        sport_key,
        bookmaker_key,
        false as is_requested,
        starts_at
    from quoted

),

expected_books as (

    select
        sport_key,
        bookmaker_key,
        max(case when is_requested then 1 else 0 end) = 1 as is_requested,
        min(starts_at) as first_quoted_start_at,
        max(starts_at) as last_quoted_start_at
    from books
    group by sport_key, bookmaker_key

),

requested_markets as (

    select
        sport_key,
        scope_event_id,
        unnest(string_to_array(markets, ',')) as market_key
    from requests

),

-- a call about one event asks for that one, a call about a sport for all of its games
expected_markets as (

    select distinct
        events.sport_key,
        events.event_id,
        events.starts_at,
        requested_markets.market_key
    from events
    inner join requested_markets
        on
            events.sport_key = requested_markets.sport_key
            and coalesce(requested_markets.scope_event_id, events.event_id) = events.event_id

),

final as (

    select
        events.sport_key,
        events.event_id,
        events.starts_at,
        books.bookmaker_key,
        cast(null as text) as market_key,
        books.is_requested,
        case
            when exists (
                select 1 from quoted
                where
                    events.event_id = quoted.event_id and books.bookmaker_key = quoted.bookmaker_key
            ) then 'held'
            when books.first_quoted_start_at is null then 'never_seen'
            when
                events.starts_at < books.first_quoted_start_at
                or events.starts_at > books.last_quoted_start_at
                then 'not_carried_then'
            else 'not_quoted'
        end as outcome
    from events
    inner join expected_books as books
        on events.sport_key = books.sport_key
    union all
    select
        markets.sport_key,
        markets.event_id,
        markets.starts_at,
        cast(null as text) as bookmaker_key,
        markets.market_key,
        true as is_requested,
        case
            when exists (
                select 1 from quoted
                where
                    markets.event_id = quoted.event_id and markets.market_key = quoted.market_key
            ) then 'held'
            else 'not_quoted'
        end as outcome
    from expected_markets as markets

)

select * from final
