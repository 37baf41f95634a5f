{{ config(materialized='view') }}

with

moves as (

    select distinct
        {{ moved_outcome() }},
        book_group,
        moved_at
    from {{ ref('int_quotes_moved') }}
    where is_large

),

-- how many book groups moved in the minutes that begin with a move
followed as (

    select
        {{ moved_outcome('moves') }},
        moves.moved_at,
        count(distinct followers.book_group) as group_count
    from moves
    inner join moves as followers
        on
            {{ same_moved_outcome('moves', 'followers') }}
            and moves.direction = followers.direction
    where
        followers.moved_at >= moves.moved_at
        and {{ minutes_between('moves.moved_at', 'followers.moved_at') }}
        <= {{ var('steam_minutes') }}
    group by
        {{ moved_outcome('moves') }},
        moves.moved_at

),

final as (

    select
        {{ moved_outcome() }},
        moved_at,
        max(group_count) over (
            partition by {{ moved_outcome() }}
            order by moved_at
            range between interval '{{ var("steam_minutes") }} minutes' preceding and current row
        ) >= {{ var('steam_min_books') }} as is_steam
    from followed

)

select * from final
