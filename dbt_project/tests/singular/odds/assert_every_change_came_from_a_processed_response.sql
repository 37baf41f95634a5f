-- The ledger and the change log are of the same responses. A row here is a change of a response
-- that the ledger does not hold: it would be modelled a second time.

select
    changes.event_id,
    changes.bookmaker_key,
    changes.market_key,
    changes.valid_from,
    changes.response_id
from {{ ref('int_quote_changes') }} as changes
left join {{ ref('int_processed_responses') }} as processed
    on changes.response_id = processed.response_id
where processed.response_id is null
