-- At which book is the best price of the games to come, and how old is it?
select
    prices.sport_key,
    books.title as bookmaker,
    count(*) as best_prices,
    avg(prices.age_minutes) as mean_age_minutes
from {{ ref('fct_best_prices') }} as prices
inner join {{ ref('dim_bookmakers') }} as books
    on prices.bookmaker_key = books.bookmaker_key
group by prices.sport_key, books.title
order by prices.sport_key, best_prices desc
