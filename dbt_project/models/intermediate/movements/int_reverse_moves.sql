{{ config(materialized='view') }}

with

moves as (

    select * from {{ ref('int_quotes_moved') }}

),

sharp_moves as (

    select
        moves.*,
        sharp_references.priority,
        lead(moves.moved_at) over (
            partition by {{ quote_key('moves') }}
            order by moves.moved_at, moves.response_id collate "C"
        ) as next_moved_at
    from moves
    inner join {{ ref('sharp_references') }} as sharp_references
        on moves.bookmaker_key = sharp_references.bookmaker_key

),

-- each move lies after one look and not later than the next: what may have come shortly before
recent as (

    select
        {{ quote_key('moves') }},
        moves.response_id,
        sharp_moves.bookmaker_key as sharp_bookmaker_key,
        sharp_moves.moved_at as sharp_moved_at,
        sharp_moves.response_id as sharp_response_id,
        sharp_moves.priority,
        moves.direction != sharp_moves.direction as is_against,
        -- a later move of that book that was seen before says more
        sharp_moves.next_moved_at is null
        or sharp_moves.next_moved_at > moves.moved_after_at as may_be_last,
        sharp_moves.moved_at <= moves.moved_after_at
        and {{ minutes_between('sharp_moves.moved_after_at', 'moves.moved_at') }}
        <= {{ var('reverse_minutes') }} as is_certain
    from moves
    inner join sharp_moves
        on {{ same_moved_outcome('moves', 'sharp_moves') }}
    where
        moves.kind = 'retail'
        and moves.book_group != sharp_moves.book_group
        and sharp_moves.moved_after_at < moves.moved_at
        and {{ minutes_between('sharp_moves.moved_at', 'moves.moved_after_at') }}
        < {{ var('reverse_minutes') }}

),

compared as (

    select
        *,
        min(case when is_certain then priority end) over (
            partition by {{ quote_key() }}, response_id
        ) as certain_priority
    from recent

),

-- of the sharps that had just moved the first of the list counts, by its last move
ranked as (

    select
        *,
        row_number() over (
            partition by {{ quote_key() }}, response_id
            order by
                priority asc,
                sharp_moved_at desc,
                sharp_response_id collate "C" desc
        ) as sharp_rank
    from compared
    where may_be_last and (certain_priority is null or priority <= certain_priority)

),

final as (

    select
        {{ quote_key() }},
        response_id,
        max(case when sharp_rank = 1 then sharp_bookmaker_key end) as sharp_bookmaker_key,
        max(case when sharp_rank = 1 then sharp_moved_at end) as sharp_moved_at,
        case
            when count(case when is_against then 1 end) = 0 then false
            when
                count(case when not is_against then 1 end) = 0
                and max(certain_priority) is not null
                then true
        end as is_reverse
    from ranked
    group by {{ quote_key() }}, response_id

)

select * from final
