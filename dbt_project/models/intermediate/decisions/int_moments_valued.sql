{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        indexes=lookup_indexes(['is_to_value']),
    )
}}

-- written by the model that values the moments, in its transaction
select
    event_id,
    moment,
    cast(null as text) as fingerprint,
    true as is_to_value
from {{ ref('int_decision_moments') }}
where false
