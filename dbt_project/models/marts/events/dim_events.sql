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

    select * from described_events

)

select * from final
