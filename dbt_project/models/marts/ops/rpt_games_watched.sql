with

events as (

    select events.*
    from {{ known('int_events') }} as events
    cross join {{ ref('stg_run__clock') }} as clock
    -- the API forgets a result three days after the game, and for a week longer it is told whether
    -- the calls for it were made
    where events.starts_at > clock.as_of - interval '8 days'

),

lists as (

    select
        responses.sport_key,
        responses.captured_at
    from {{ known('int_processed_responses') }} as responses
    cross join {{ ref('stg_run__clock') }} as clock
    where
        responses.captured_at > clock.as_of - interval '8 days'
        and responses.endpoint_kind = 'events'
        and not responses.is_filtered

),

-- one list can be empty by mistake; prices say nothing: no book need quote a game that is announced
called_off as (

    select events.event_id
    from events
    inner join lists
        on
            events.sport_key = lists.sport_key
            and events.last_seen_at < lists.captured_at
            and events.starts_at > lists.captured_at
    group by events.event_id
    having count(*) >= 2

),

decided as (

    select distinct event_id
    from {{ ref('fct_results') }}
    where is_final or status in ('postponed', 'cancelled')

),

final as (

    select
        events.event_id,
        events.sport_key,
        events.starts_at,
        events.first_seen_at,
        events.starts_at
        + cast(coalesce(sports.settle_after_hours, 4) * 60 as integer) * interval '1 minute'
            as over_at,
        decided.event_id is not null as is_decided
    from events
    left join {{ ref('sports') }} as sports
        on events.sport_key = sports.sport_key
    left join called_off
        on events.event_id = called_off.event_id
    left join decided
        on events.event_id = decided.event_id
    where called_off.event_id is null

)

select * from final
