-- A quote is in one state at a time: the next change begins where the last one ends, and one state
-- is open. A row here shows two prices of one quote at once, and every as-of read of it is
-- ambiguous.

select
    event_id,
    bookmaker_key,
    market_key,
    outcome_name,
    outcome_description,
    line,
    sum(case when valid_to < valid_from then 1 else 0 end) as reversed_count,
    sum(case when valid_to is null then 1 else 0 end) as open_count
from {{ ref('fct_odds_changes') }}
group by
    event_id,
    bookmaker_key,
    market_key,
    outcome_name,
    outcome_description,
    line
having
    sum(case when valid_to < valid_from then 1 else 0 end) > 0
    or sum(case when valid_to is null then 1 else 0 end) != 1
