-- The vendor cannot have read a market after it told us about it; real feeds run up to 4 seconds
-- ahead, 10 are tolerated. A row here is a clock gone wrong, ours or theirs: staleness is not to
-- be trusted around it. It warns, since a feed's clock is not ours to mend.
{{ config(severity='warn') }}

select
    event_id,
    bookmaker_key,
    market_key,
    valid_from,
    market_updated_at,
    response_id
from {{ ref('fct_odds_changes') }}
where market_updated_at > valid_from + interval '10 seconds'
