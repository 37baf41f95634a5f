{{
    config(
        materialized='table',
        indexes=lookup_indexes(['event_id']),
        pre_hook='{{ without_nested_loops() }}',
    )
}}

with

events as (

    select * from {{ ref('int_events_labelled') }}

),

moves as (

    select * from {{ ref('int_move_waves') }}

),

steam as (

    select * from {{ ref('int_steam_moves') }}

),

reversals as (

    select * from {{ ref('int_reverse_moves') }}

),

final as (

    select
        {{ quote_key('moves') }},
        moves.sport_key,
        moves.book_group,
        moves.moved_at,
        moves.moved_after_at,
        moves.minutes_to_start,
        moves.previous_point,
        moves.point,
        moves.previous_american_price,
        moves.american_price,
        moves.previous_decimal_price,
        moves.decimal_price,
        moves.point_move,
        moves.probability_move,
        moves.cents,
        moves.direction,
        moves.wave_number,
        moves.wave_started_at,
        moves.wave_group_count,
        moves.first_mover,
        case
            when moves.moved_at > moves.group_moved_at then false
            when moves.group_moved_after_at >= moves.wave_started_at then false
            when moves.first_mover = moves.book_group then true
        end as is_first_mover,
        case when moves.is_large then steam.is_steam else false end as is_steam,
        case when reversals.response_id is null then false else reversals.is_reverse end
            as is_reverse,
        reversals.sharp_bookmaker_key,
        reversals.sharp_moved_at,
        moves.known_at,
        moves.response_id,
        {{ event_labels('events', without=['sport_key']) }}
    from moves
    left join events
        on moves.event_id = events.event_id
    left join steam
        on
            {{ same_moved_outcome('moves', 'steam') }}
            and moves.direction = steam.direction
            and moves.moved_after_at = steam.moved_after_at
            and moves.moved_at = steam.moved_at
    left join reversals
        on
            {{ same_quote('moves', 'reversals') }}
            and moves.response_id = reversals.response_id

)

select * from final
