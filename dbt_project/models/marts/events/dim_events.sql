with

events as (

    select * from {{ known('int_events') }}

),

sports as (

    select * from {{ ref('sports') }}

),

clock as (

    select * from {{ ref('stg_run__clock') }}

),

superseded_events as (

    select * from {{ ref('int_events_superseded') }}

),

delisted_events as (

    select * from {{ ref('int_events_delisted') }}

),

results as (

    select * from {{ ref('fct_results') }}

),

{{ described_events() }},

final as (

    select
        described_events.*,
        labelled.season,
        {{ team_id('canonical.sport_key', 'canonical.home_team') }} as home_team_id,
        {{ team_id('canonical.sport_key', 'canonical.away_team') }} as away_team_id
    from described_events
    left join {{ ref('int_events_labelled') }} as labelled
        on described_events.event_id = labelled.event_id
    left join {{ ref('int_events_canonical') }} as canonical
        on described_events.event_id = canonical.event_id

)

select * from final
