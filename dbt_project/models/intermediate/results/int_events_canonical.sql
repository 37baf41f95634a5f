{{ config(materialized='view') }}

with

events as (

    select * from {{ known('int_events') }}

),

sports as (

    select * from {{ ref('sports') }}

),

team_aliases as (

    select * from {{ ref('team_aliases') }}

),

final as (

    {{ canonical_events() }}

)

select * from final
