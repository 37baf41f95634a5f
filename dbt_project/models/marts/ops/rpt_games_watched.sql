with

events as (

    select
        events.*,
        events.starts_at > clock.as_of as is_to_come
    from {{ ref('int_events') }} as events
    cross join {{ ref('stg_run__clock') }} as clock
    -- the API forgets a result three days after the game
    where events.starts_at > clock.as_of - interval '4 days'

),

responses as (

    select responses.*
    from {{ ref('int_modelled_responses') }} as responses
    cross join {{ ref('stg_run__clock') }} as clock
    where responses.captured_at > clock.as_of - interval '4 days'

),

lists as (

    select
        sport_key,
        max(captured_at) as listed_at
    from responses
    where endpoint_kind = 'events' and not is_filtered
    group by sport_key

),

sightings as (

    select
        snapshots.event_id,
        snapshots.is_listed,
        row_number() over (
            partition by snapshots.event_id order by snapshots.sequence_key collate "C" desc
        ) as recency_rank
    from {{ ref('int_event_snapshots') }} as snapshots
    inner join events
        on
            snapshots.event_id = events.event_id
            and snapshots.captured_at < events.starts_at
    where snapshots.is_quoting

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
    left join lists
        on events.sport_key = lists.sport_key
    left join sightings
        on events.event_id = sightings.event_id and sightings.recency_rank = 1
    left join decided
        on events.event_id = decided.event_id
    where
        coalesce(sightings.is_listed, true)
        -- no book need quote a game that is announced, but the newest list must hold it
        and not (events.is_to_come and events.last_seen_at < coalesce(lists.listed_at, '-infinity'))

)

select * from final
