{{ config(materialized='view', tags='known') }}

with

events as (

    select * from {{ ref('int_events_known') }}

),

snapshots as (

    select * from {{ ref('int_event_snapshots_known') }}
    where is_quoting

),

sports as (

    select * from {{ ref('sports') }}

),

team_aliases as (

    select * from {{ ref('team_aliases') }}

),

clock as (

    select * from {{ ref('stg_run__clock') }}

),

results as (

    select * from {{ ref('fct_results') }}
    where published_at <= (select clock.as_of from clock)

),

canonical_events as (

    {{ canonical_events() }}

),

{{ delisted_events() }},

{{ superseded_events() }},

{{ described_events() }},

final as (

    select * from described_events

)

select * from final
