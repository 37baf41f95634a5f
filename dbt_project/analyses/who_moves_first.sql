-- Which houses move first, and how often are their moves part of steam? Unknown is neither yes nor no.
select
    sport_key,
    book_group,
    count(*) as moves,
    avg(case is_first_mover when true then 1.0 when false then 0.0 end) as first_mover_share,
    avg(case is_steam when true then 1.0 when false then 0.0 end) as steam_share
from {{ ref('fct_line_movements') }}
group by sport_key, book_group
order by sport_key, first_mover_share desc nulls last
