-- Of how many quotes of a season is the close held, and why not of the rest?
select
    sport_key,
    season,
    coalesce(missing_reason, 'held') as outcome,
    count(*) as quotes,
    count(*) * 1.0 / sum(count(*)) over (partition by sport_key, season) as share
from {{ ref('fct_closing_lines') }}
where coalesce(missing_reason, 'held') != 'not_started'
group by sport_key, season, coalesce(missing_reason, 'held')
order by sport_key, season, quotes desc
