{{ config(materialized='ephemeral') }}

with

-- the sighting before, by the same request: until then a price it shows had not changed
final as (

    select
        snapshots.event_id,
        snapshots.response_id,
        snapshots.commence_time,
        lag(snapshots.captured_at) over (
            partition by
                snapshots.event_id, requests.lane, requests.markets, requests.bookmakers
            order by snapshots.sequence_key collate "C"
        ) as previous_captured_at
    from {{ ref('int_event_snapshots') }} as snapshots
    inner join {{ ref('int_modelled_responses') }} as requests
        on snapshots.response_id = requests.response_id
    where snapshots.is_listed and snapshots.is_quoting

)

select * from final
