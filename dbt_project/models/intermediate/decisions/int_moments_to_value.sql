{{ config(materialized='table') }}

-- filled by the model that values them, and emptied again in the same transaction
select
    event_id,
    moment
from {{ ref('int_decision_moments') }}
where false
