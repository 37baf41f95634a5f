-- How do teams do against the closing spread of a book, season by season? A push is half a win.
select
    teams.short_name as team,
    closes.season,
    count(*) as games,
    avg(
        case
            when
                case when closes.outcome_name = events.home_team then 1 else -1 end
                * (events.home_score - events.away_score) + closes.point > 0
                then 1.0
            when
                case when closes.outcome_name = events.home_team then 1 else -1 end
                * (events.home_score - events.away_score) + closes.point < 0
                then 0.0
            else 0.5
        end
    ) as covered_share
from {{ ref('fct_closing_lines') }} as closes
inner join {{ ref('dim_events') }} as events
    on closes.event_id = events.event_id
inner join {{ ref('dim_teams') }} as teams
    on
        teams.team_id
        = case
            when closes.outcome_name = events.home_team then events.home_team_id
            else events.away_team_id
        end
where
    closes.market_key = 'spreads'
    and closes.bookmaker_key = 'draftkings'
    and closes.missing_reason is null
    and events.status = 'final'
group by teams.short_name, closes.season
order by covered_share desc, team
