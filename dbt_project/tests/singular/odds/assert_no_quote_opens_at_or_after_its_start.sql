-- An opening is a price before the start. A row here is an in-play price that a backtest would bet
-- as if it had been offered before the game.

select
    openings.event_id,
    openings.bookmaker_key,
    openings.market_key,
    openings.captured_at,
    events.starts_at
from {{ ref('fct_opening_lines') }} as openings
inner join {{ ref('dim_events') }} as events
    on openings.event_id = events.event_id
where openings.captured_at >= events.starts_at
