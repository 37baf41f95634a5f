with

snapshots as (

    select * from {{ known('int_event_snapshots') }}

),

requests as (

    select * from {{ known('int_processed_responses') }}

),

final as (

    select
        snapshots.event_id,
        snapshots.sport_key,
        snapshots.home_team,
        snapshots.away_team,
        snapshots.captured_at,
        snapshots.known_at,
        snapshots.commence_time,
        snapshots.is_listed,
        snapshots.is_quoting,
        snapshots.is_in_play,
        requests.request_kind,
        requests.markets,
        requests.bookmakers,
        snapshots.response_id
    from snapshots
    inner join requests
        on snapshots.response_id = requests.response_id

)

select * from final
