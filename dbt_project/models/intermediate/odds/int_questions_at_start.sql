{{ config(materialized='ephemeral') }}

with

pieces as (

    select * from {{ ref('int_pieces_at_start') }}

),

event_calls as (

    select distinct scope_event_id from {{ ref('int_responses_speaking') }}
    where scope_event_id != '' and not is_filtered

),

-- sport calls speak about every event, event calls about their own
scoped as (

    select
        pieces.*,
        '' as scope_event_id
    from pieces
    union all
    select
        pieces.*,
        event_calls.scope_event_id
    from pieces
    inner join event_calls
        on pieces.event_id = event_calls.scope_event_id

),

-- a quote is spoken about through its book's name, or through the regions that last showed it
final as (

    select
        sport_key,
        scope_event_id,
        base_market_key,
        cast(null as text) as regions,
        bookmaker_key,
        starts_at
    from scoped
    union
    select
        sport_key,
        scope_event_id,
        base_market_key,
        lane_regions as regions,
        cast(null as text) as bookmaker_key,
        starts_at
    from scoped
    where lane_regions is not null

)

select * from final
