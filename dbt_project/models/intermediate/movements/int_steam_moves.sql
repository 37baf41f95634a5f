{{ config(materialized='view') }}

{%- set stretch = "interval '" ~ var('steam_minutes') ~ " minutes'" %}

with

-- a move lies after one look and not later than the next: when exactly, nobody knows
moves as (

    select distinct
        {{ moved_outcome() }},
        book_group,
        moved_after_at,
        moved_at
    from {{ ref('int_quotes_moved') }}
    where is_large

),

moments as (

    select distinct
        {{ moved_outcome() }},
        moved_after_at,
        moved_at
    from moves

),

openings as (

    select distinct
        {{ moved_outcome() }},
        moved_after_at as begins_at
    from moves

),

-- stretches in which enough book groups moved, whenever in its interval each of them did
certain as (

    select
        {{ moved_outcome('openings') }},
        openings.begins_at
    from openings
    inner join moves
        on
            {{ same_moved_outcome('openings', 'moves') }}
            and openings.direction = moves.direction
    where
        moves.moved_after_at >= openings.begins_at
        and moves.moved_at <= openings.begins_at + {{ stretch }}
    group by
        {{ moved_outcome('openings') }},
        openings.begins_at
    having count(distinct moves.book_group) >= {{ var('steam_min_books') }}

),

endings as (

    select distinct
        {{ moved_outcome() }},
        moved_at as begins_at
    from moves

),

-- stretches in which enough may have: the latest one that so many reach begins as one of them ends
possible as (

    select
        {{ moved_outcome('endings') }},
        endings.begins_at
    from endings
    inner join moves
        on
            {{ same_moved_outcome('endings', 'moves') }}
            and endings.direction = moves.direction
    where
        moves.moved_at >= endings.begins_at
        and moves.moved_after_at < endings.begins_at + {{ stretch }}
    group by
        {{ moved_outcome('endings') }},
        endings.begins_at
    having count(distinct moves.book_group) >= {{ var('steam_min_books') }}

),

classified as (

    select
        {{ moved_outcome('moments') }},
        moments.moved_after_at,
        moments.moved_at,
        count(certain.begins_at) > 0 as is_certain,
        count(possible.begins_at) > 0 as is_possible
    from moments
    left join certain
        on
            {{ same_moved_outcome('moments', 'certain') }}
            and moments.direction = certain.direction
            and moments.moved_after_at >= certain.begins_at
            and moments.moved_at <= certain.begins_at + {{ stretch }}
    left join possible
        on
            {{ same_moved_outcome('moments', 'possible') }}
            and moments.direction = possible.direction
            and moments.moved_at >= possible.begins_at
            and moments.moved_after_at < possible.begins_at + {{ stretch }}
    group by
        {{ moved_outcome('moments') }},
        moments.moved_after_at,
        moments.moved_at

),

final as (

    select
        {{ moved_outcome() }},
        moved_after_at,
        moved_at,
        case when is_certain then true when not is_possible then false end as is_steam
    from classified

)

select * from final
