{{ config(materialized='table', pre_hook='{{ hashed_joins() }}') }}

with

prices as (

    select * from {{ ref('int_prices_compared') }}

),

boards as (

    select
        sport_key,
        market_key,
        moment,
        count(distinct event_id) as event_count
    from prices
    group by sport_key, market_key, moment

),

books as (

    select
        sport_key,
        market_key,
        bookmaker_key,
        moment,
        count(distinct event_id) as event_count,
        count(*) as quote_count,
        avg(implied_probability) as mean_implied_probability,
        avg(fair_probability) as mean_fair_probability,
        avg(overround) as mean_overround,
        avg(hold) as mean_hold,
        avg(case when slot = 1 then fair_difference end) as mean_fair_difference,
        avg(abs(fair_difference)) as mean_absolute_fair_difference,
        avg(cast(is_best as double precision)) as best_price_share
    from prices
    group by sport_key, market_key, bookmaker_key, moment

),

final as (

    select
        books.sport_key,
        books.market_key,
        books.bookmaker_key,
        books.moment,
        cast(coalesce(moments.hours_before_start, 0) as double precision) as hours_before_start,
        cast(books.event_count as integer) as event_count,
        cast(books.event_count as double precision) / boards.event_count as coverage,
        cast(books.quote_count as integer) as quote_count,
        books.mean_implied_probability,
        books.mean_fair_probability,
        books.mean_overround,
        books.mean_hold,
        books.mean_fair_difference,
        books.mean_absolute_fair_difference,
        books.best_price_share
    from books
    inner join boards
        on
            books.sport_key = boards.sport_key
            and books.market_key = boards.market_key
            and books.moment = boards.moment
    left join {{ ref('price_moments') }} as moments
        on books.moment = moments.moment

)

select * from final
