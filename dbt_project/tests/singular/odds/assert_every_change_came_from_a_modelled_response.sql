-- The ledger and the change log are of the same responses. A row here is a change of a response that
-- the ledger does not hold: it would be modelled a second time.

with

modelled as (

    select response_id from {{ ref('int_modelled_responses') }}

)

select
    event_id,
    bookmaker_key,
    market_key,
    valid_from,
    response_id
from {{ ref('int_quote_changes') }}
where response_id not in (select modelled.response_id from modelled)
