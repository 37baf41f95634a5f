-- How far do fair prices go between opening and close? Openings that nobody may have seen are left out.
select
    sport_key,
    market_key,
    count(*) as quotes,
    avg(abs(fair_probability_move)) as mean_move,
    avg(move_count) as mean_moves
from {{ ref('fct_open_to_close') }}
where not is_left_censored and fair_probability_move is not null
group by sport_key, market_key
order by mean_move desc
