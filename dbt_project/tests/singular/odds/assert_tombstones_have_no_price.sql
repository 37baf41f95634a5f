-- A withdrawn quote has no price, no stamp of the vendor's and is not stale; a quote that stands
-- was shown with a price. A row here is a bet that nobody offered, or an offer nobody can read.

select
    event_id,
    bookmaker_key,
    market_key,
    outcome_name,
    valid_from,
    is_withdrawn,
    decimal_price,
    response_id
from {{ ref('fct_odds_changes') }}
where
    (
        is_withdrawn
        and (
            decimal_price is not null
            or american_price is not null
            or market_updated_at is not null
            or is_stale
        )
    )
    or (not is_withdrawn and decimal_price is null and american_price is null)
