{{ config(materialized='table', pre_hook='{{ without_nested_loops() }}') }}

with

-- what the books ask and what it is worth by the method default for the market
fair as (

    select
        fair.*,
        events.sport_key,
        coalesce(books.book_group, fair.bookmaker_key) as book_group,
        min(coalesce(books.book_group, fair.bookmaker_key)) over board
        != max(coalesce(books.book_group, fair.bookmaker_key)) over board as has_others,
        max(fair.decimal_price) over board as best_decimal_price
    from {{ ref('int_fair_at_moments') }} as fair
    inner join {{ known('int_events') }} as events
        on fair.event_id = events.event_id
    inner join {{ ref('markets') }} as markets
        on fair.market_key = markets.market_key
    inner join {{ ref('dim_default_methods') }} as default_methods
        on
            events.sport_key = default_methods.sport_key
            and markets.market_kind = default_methods.market_kind
    left join {{ ref('bookmakers') }} as books
        on fair.bookmaker_key = books.bookmaker_key
    where fair.method = default_methods.method
    window board as (
        partition by
            fair.event_id,
            fair.market_key,
            fair.outcome_name,
            fair.outcome_description,
            fair.point,
            fair.moment
    )

),

others as (

    select * from {{ ref('int_prices_of_others') }}

),

prices as (

    select
        fair.sport_key,
        fair.market_key,
        fair.bookmaker_key,
        fair.moment,
        fair.event_id,
        fair.side_no,
        {{ implied_probability('fair.decimal_price') }} as implied_probability,
        fair.fair_probability,
        fair.overround,
        {{ hold('1 + fair.overround') }} as hold,
        -- a book is measured by what the others say, not by a mean that it is part of
        fair.fair_probability - others.fair_probability as fair_difference,
        -- a house alone at its point is neither the best nor worse than another
        case
            when fair.has_others and fair.decimal_price = fair.best_decimal_price then 1
            when fair.has_others then 0
        end as is_best
    from fair
    left join others
        on {{ same_outcome('fair', 'others') }} and fair.book_group = others.book_group

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
        avg(case when side_no = 1 then fair_difference end) as mean_fair_difference,
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
