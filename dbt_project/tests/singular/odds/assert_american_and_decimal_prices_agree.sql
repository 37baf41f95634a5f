-- One price, two notations: one was shown, the other computed. A row here is a price no notation
-- can carry (american odds between -100 and 100, decimal odds of 1 or less), or a wrong formula.
-- It warns, since a book may show such a price.
{{ config(severity='warn') }}

select
    event_id,
    bookmaker_key,
    market_key,
    outcome_name,
    valid_from,
    american_price,
    decimal_price,
    response_id
from {{ ref('fct_odds_changes') }}
where
    not is_withdrawn
    and nullif({{ decimal_to_american('decimal_price') }}, 100)
    is distinct from nullif(nullif(american_price, 100), -100)
