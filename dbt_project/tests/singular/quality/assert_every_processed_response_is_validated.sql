-- The quality rules keep a ledger of their own. A response that was modelled and never looked at
-- could be full of faults without a finding. It warns, since the hot cycle models responses between
-- two builds of the rules.
{{ config(severity='warn') }}

select responses.response_id
from {{ known('int_processed_responses') }} as responses
left join {{ ref('int_responses_validated') }} as ledger
    on responses.response_id = ledger.response_id
where ledger.response_id is null
