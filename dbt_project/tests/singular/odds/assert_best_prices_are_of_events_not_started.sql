-- A best price can be taken now: its event has not begun, and nothing later than now is known. A
-- row here is a board that offers what is gone, or that has seen the future.

select
    best_prices.event_id,
    best_prices.market_key,
    best_prices.bookmaker_key,
    best_prices.captured_at,
    events.starts_at,
    clock.as_of
from {{ ref('fct_best_prices') }} as best_prices
inner join {{ ref('dim_events') }} as events
    on best_prices.event_id = events.event_id
cross join {{ ref('stg_run__clock') }} as clock
where
    events.starts_at <= clock.as_of
    or best_prices.captured_at > clock.as_of
    or best_prices.captured_at >= events.starts_at
