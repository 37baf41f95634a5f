{{ config(materialized='ephemeral') }}

with

moves as (

    select * from {{ ref('int_quotes_moved') }}

),

quotes as (

    select * from {{ ref('int_quotes_last_shown') }}

),

-- moves of one book on what another quotes too, and whether that came to the same price at once
final as (

    select
        moves.bookmaker_key,
        quotes.bookmaker_key as other_bookmaker_key,
        count(*) as move_count,
        count(joined.bookmaker_key) as joined_count
    from moves
    inner join quotes
        on
            {{ same_asked('moves', 'quotes') }}
            and moves.bookmaker_key != quotes.bookmaker_key
    left join moves as joined
        on
            {{ same_asked('quotes', 'joined') }}
            and quotes.bookmaker_key = joined.bookmaker_key
            and moves.response_id = joined.response_id
            and moves.decimal_price = joined.decimal_price
            and moves.point is not distinct from joined.point
    group by moves.bookmaker_key, quotes.bookmaker_key

)

select * from final
