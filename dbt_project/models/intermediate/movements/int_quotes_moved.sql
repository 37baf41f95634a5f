{{
    config(
        materialized='table',
        indexes=lookup_indexes(['event_id']),
        pre_hook='{{ without_nested_loops() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

with

quotes as (

    select
        *,
        {{ points_clv('outcome_name', 'previous_point', 'point') }} as point_move,
        {{ implied_clv('previous_decimal_price', 'decimal_price') }} as probability_move
    from {{ ref('int_quotes_sequenced') }}
    where
        decimal_price is not null
        and previous_decimal_price is not null
        and (decimal_price != previous_decimal_price or point is distinct from previous_point)

),

snapshots as (

    select * from {{ known('int_event_snapshots') }}
    where is_listed

),

final as (

    select
        {{ quote_key('quotes') }},
        quotes.sport_key,
        coalesce(books.book_group, quotes.bookmaker_key) as book_group,
        coalesce(books.kind, 'unknown') as kind,
        quotes.valid_from as moved_at,
        quotes.previous_seen_at as moved_after_at,
        quotes.previous_point,
        quotes.point,
        quotes.previous_american_price,
        quotes.american_price,
        quotes.previous_decimal_price,
        quotes.decimal_price,
        quotes.point_move,
        quotes.probability_move,
        {{ cents_between('quotes.previous_american_price', 'quotes.american_price') }} as cents,
        case
            when coalesce(quotes.point_move, 0) != 0
                then case when quotes.point_move > 0 then 'shorter' else 'longer' end
            when quotes.probability_move > 0 then 'shorter'
            else 'longer'
        end as direction,
        coalesce(quotes.point_move, 0) != 0
        or abs(quotes.probability_move) >= {{ var('steam_min_move') }} as is_large,
        {{ minutes_between('quotes.valid_from', 'snapshots.commence_time') }} as minutes_to_start,
        quotes.known_at,
        quotes.response_id
    from quotes
    inner join snapshots
        on quotes.event_id = snapshots.event_id and quotes.response_id = snapshots.response_id
    left join {{ ref('bookmakers') }} as books
        on quotes.bookmaker_key = books.bookmaker_key

)

select * from final
