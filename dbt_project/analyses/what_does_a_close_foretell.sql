-- Do closes come true? Home sides by their consensus at the close, against how often they won.
select
    closes.sport_key,
    floor(closes.consensus_probability * 10) / 10 as foretold_from,
    count(*) as games,
    avg(closes.consensus_probability) as foretold,
    avg(case when events.home_score > events.away_score then 1.0 else 0.0 end) as came_true
from (
    select distinct
        event_id,
        sport_key,
        home_team,
        outcome_name,
        consensus_probability
    from {{ ref('fct_closing_fair_prices') }}
    where market_key = 'h2h' and method = 'multiplicative' and consensus_probability is not null
) as closes
inner join {{ ref('dim_events') }} as events
    on closes.event_id = events.event_id and closes.outcome_name = events.home_team
where events.status = 'final'
group by closes.sport_key, floor(closes.consensus_probability * 10) / 10
order by closes.sport_key, foretold_from
