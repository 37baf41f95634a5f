-- A close is the last price before the start; a snapshot at the very start is in play. A row here
-- is a price that nobody could bet before the game: every closing line value on it is false.

select
    closes.event_id,
    closes.bookmaker_key,
    closes.market_key,
    closes.captured_at,
    events.starts_at
from {{ ref('fct_closing_lines') }} as closes
inner join {{ ref('dim_events') }} as events
    on closes.event_id = events.event_id
where
    closes.captured_at >= events.starts_at
    or closes.minutes_before_start <= 0
    or closes.minutes_before_start > {{ var('closing_max_age_minutes') }}
