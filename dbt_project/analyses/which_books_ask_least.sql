-- Which books ask the least margin at the close, by market? Whole outcome sets, one method: the margin
-- is the same by all of them.
select
    closes.sport_key,
    closes.market_key,
    books.title as bookmaker,
    count(distinct closes.event_id) as games,
    avg(closes.overround / (1 + closes.overround)) as mean_hold
from {{ ref('fct_closing_fair_prices') }} as closes
inner join {{ ref('dim_bookmakers') }} as books
    on closes.bookmaker_key = books.bookmaker_key
where closes.method = 'multiplicative'
group by closes.sport_key, closes.market_key, books.title
order by closes.sport_key, closes.market_key, mean_hold
