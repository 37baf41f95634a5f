-- A quote opens before it closes, or at once. A row here has its two prices the wrong way round,
-- and every movement measured between them is reversed.

select
    openings.event_id,
    openings.bookmaker_key,
    openings.market_key,
    openings.outcome_name,
    openings.captured_at as opened_at,
    closes.captured_at as closed_at
from {{ ref('fct_opening_lines') }} as openings
inner join {{ ref('fct_closing_lines') }} as closes
    on
        openings.event_id = closes.event_id
        and openings.bookmaker_key = closes.bookmaker_key
        and openings.market_key = closes.market_key
        and openings.outcome_name = closes.outcome_name
        and openings.outcome_description is not distinct from closes.outcome_description
        and openings.line is not distinct from closes.line
where closes.captured_at < openings.captured_at
