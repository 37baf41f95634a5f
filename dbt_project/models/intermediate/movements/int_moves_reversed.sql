{{ config(materialized='view') }}

with

moves as (

    select * from {{ ref('int_quotes_moved') }}

),

sharp_moves as (

    select
        moves.*,
        sharp_references.priority
    from moves
    inner join {{ ref('sharp_references') }} as sharp_references
        on moves.bookmaker_key = sharp_references.bookmaker_key

),

-- of the sharps that had just moved the first of the list speaks, by its last move
ranked as (

    select
        {{ quote_key('moves') }},
        moves.response_id,
        moves.direction,
        sharp_moves.bookmaker_key as sharp_bookmaker_key,
        sharp_moves.moved_at as sharp_moved_at,
        sharp_moves.direction as sharp_direction,
        row_number() over (
            partition by {{ quote_key('moves') }}, moves.response_id
            order by
                sharp_moves.priority asc,
                sharp_moves.moved_at desc,
                sharp_moves.response_id collate "C" desc
        ) as sharp_rank
    from moves
    inner join sharp_moves
        on {{ same_moved_outcome('moves', 'sharp_moves') }}
    where
        moves.kind = 'retail'
        and moves.book_group != sharp_moves.book_group
        and sharp_moves.moved_at < moves.moved_at
        and {{ minutes_between('sharp_moves.moved_at', 'moves.moved_at') }}
        <= {{ var('reverse_minutes') }}

),

final as (

    select
        {{ quote_key() }},
        response_id,
        sharp_bookmaker_key,
        sharp_moved_at,
        direction != sharp_direction as is_reverse
    from ranked
    where sharp_rank = 1

)

select * from final
