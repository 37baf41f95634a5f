with

-- not materialized: what is read twice is read only for the game that is asked for
events as not materialized (

    select
        events.*,
        events.starts_at <= clock.as_of as is_started
    from {{ ref('int_events_labelled') }} as events
    cross join {{ ref('stg_run__clock') }} as clock

),

closes as not materialized (

    select * from {{ known('int_closes') }}

),

closed_events as (

    select distinct
        event_id,
        starts_at
    from closes

),

-- a game that has started since the last build has no close yet
waiting as not materialized (

    select events.*
    from events
    left join closed_events
        on events.event_id = closed_events.event_id and events.starts_at = closed_events.starts_at
    where not events.is_started or closed_events.event_id is null

),

-- every quote ever shown before the start has a row, with its price or with a reason
quotes as (

    select distinct
        {{ quote_key('changes') }}
    from {{ known('int_quote_changes') }} as changes
    inner join waiting
        on changes.event_id = waiting.event_id
    where changes.valid_from < waiting.starts_at

),

upcoming as (

    select
        quotes.*,
        {{ event_labels('waiting') }},
        'not_started' as missing_reason
    from quotes
    inner join waiting
        on quotes.event_id = waiting.event_id

),

final as (

    select
        {{ quote_key('closes') }},
        closes.point,
        closes.american_price,
        closes.decimal_price,
        closes.captured_at,
        closes.known_at,
        closes.market_updated_at,
        closes.minutes_before_start,
        closes.missing_reason,
        closes.is_aged_out,
        closes.response_id,
        {{ event_labels('events') }}
    from closes
    inner join events
        on closes.event_id = events.event_id and closes.starts_at = events.starts_at
    where events.is_started
    union all
    select
        {{ quote_key() }},
        cast(null as double precision) as point,
        cast(null as integer) as american_price,
        cast(null as double precision) as decimal_price,
        cast(null as timestamp with time zone) as captured_at,
        cast(null as timestamp with time zone) as known_at,
        cast(null as timestamp with time zone) as market_updated_at,
        cast(null as double precision) as minutes_before_start,
        missing_reason,
        cast(null as boolean) as is_aged_out,
        cast(null as text) as response_id,
        {{ event_labels('upcoming') }}
    from upcoming

)

select * from final
