{{ config(materialized='table', pre_hook='{{ without_nested_loops() }}') }}

with

-- what a book asked last before the start: of a price that stands for days one look is enough
shown as (

    select
        changes.*,
        row_number() over (
            partition by {{ quote_key('changes') }}
            order by changes.valid_from desc, changes.response_id collate "C" desc
        ) as recency_rank
    from {{ ref('fct_odds_changes') }} as changes
    inner join {{ known('int_events') }} as events
        on changes.event_id = events.event_id and changes.valid_from < events.starts_at
    where changes.decimal_price is not null and not changes.is_stale and not changes.is_in_play

),

quotes as (

    select * from shown
    where recency_rank = 1

),

moves as (

    select * from {{ ref('int_quotes_moved') }}

),

-- moves of one book on what another quotes too, and whether that came to the same price at once
shared_moves as (

    select
        moves.bookmaker_key,
        quotes.bookmaker_key as other_bookmaker_key,
        count(*) as move_count,
        count(joint_moves.bookmaker_key) as joint_move_count
    from moves
    inner join quotes
        on
            {{ same_asked('moves', 'quotes') }}
            and moves.bookmaker_key != quotes.bookmaker_key
    left join moves as joint_moves
        on
            {{ same_asked('quotes', 'joint_moves') }}
            and quotes.bookmaker_key = joint_moves.bookmaker_key
            and moves.response_id = joint_moves.response_id
            and moves.decimal_price = joint_moves.decimal_price
            and moves.point is not distinct from joint_moves.point
    group by moves.bookmaker_key, quotes.bookmaker_key

),

bookmakers as (

    select * from {{ ref('bookmakers') }}

),

-- quotes of one outcome that stood at one time; a pair is listed once
pairs as (

    select
        quotes.bookmaker_key,
        other_quotes.bookmaker_key as other_bookmaker_key,
        count(distinct quotes.event_id) as event_count,
        count(*) as shared_quote_count,
        count(
            case
                when
                    quotes.decimal_price = other_quotes.decimal_price
                    and quotes.point is not distinct from other_quotes.point
                    then 1
            end
        ) as equal_quote_count
    from quotes
    inner join quotes as other_quotes
        on
            {{ same_asked('quotes', 'other_quotes') }}
            and quotes.bookmaker_key collate "C" < other_quotes.bookmaker_key collate "C"
    where
        (other_quotes.valid_from < quotes.valid_to or quotes.valid_to is null)
        and (quotes.valid_from < other_quotes.valid_to or other_quotes.valid_to is null)
    group by quotes.bookmaker_key, other_quotes.bookmaker_key

),

measured as (

    select
        pairs.*,
        coalesce(books.book_group, pairs.bookmaker_key) as book_group,
        coalesce(other_books.book_group, pairs.other_bookmaker_key) as other_book_group,
        cast(pairs.equal_quote_count as double precision) / pairs.shared_quote_count
            as equal_share,
        coalesce(moves.move_count, 0) + coalesce(others_moves.move_count, 0) as move_count,
        coalesce(moves.joint_move_count, 0) + coalesce(others_moves.joint_move_count, 0)
            as joint_move_count
    from pairs
    left join bookmakers as books
        on pairs.bookmaker_key = books.bookmaker_key
    left join bookmakers as other_books
        on pairs.other_bookmaker_key = other_books.bookmaker_key
    left join shared_moves as moves
        on
            pairs.bookmaker_key = moves.bookmaker_key
            and pairs.other_bookmaker_key = moves.other_bookmaker_key
    left join shared_moves as others_moves
        on
            pairs.other_bookmaker_key = others_moves.bookmaker_key
            and pairs.bookmaker_key = others_moves.other_bookmaker_key

),

classified as (

    select
        *,
        book_group = other_book_group as is_one_house,
        shared_quote_count >= {{ var('one_house_quotes') }}
        and equal_share >= {{ var('one_house_share') }} as agrees_too_often
    from measured

),

final as (

    select
        bookmaker_key,
        other_bookmaker_key,
        book_group,
        other_book_group,
        cast(event_count as integer) as event_count,
        cast(shared_quote_count as integer) as shared_quote_count,
        cast(equal_quote_count as integer) as equal_quote_count,
        equal_share,
        cast(move_count as integer) as move_count,
        cast(joint_move_count as integer) as joint_move_count,
        cast(joint_move_count as double precision) / nullif(move_count, 0) as joint_move_share,
        is_one_house,
        agrees_too_often,
        agrees_too_often and not is_one_house as is_suggested
    from classified

)

select * from final
