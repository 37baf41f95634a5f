{{ config(materialized='view') }}

with

quotes as (

    select * from {{ ref('int_quotes_sequenced') }}
    where decimal_price is not null

),

moves as (

    select
        {{ quote_key() }},
        count(*) as move_count
    from {{ ref('int_quotes_moved') }}
    group by {{ quote_key() }}

),

extremes as (

    select
        {{ quote_key() }},
        max(decimal_price) as highest_decimal_price,
        min(decimal_price) as lowest_decimal_price,
        max(point) as highest_point,
        min(point) as lowest_point
    from quotes
    group by {{ quote_key() }}

),

final as (

    select
        {{ quote_key('extremes') }},
        cast(coalesce(moves.move_count, 0) as integer) as move_count,
        extremes.highest_decimal_price,
        extremes.lowest_decimal_price,
        extremes.highest_point,
        extremes.lowest_point
    from extremes
    left join moves
        on {{ same_quote('extremes', 'moves') }}

)

select * from final
