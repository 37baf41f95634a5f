{{
    config(
        materialized='table',
        indexes=lookup_indexes(['response_id']),
        pre_hook='{{ hot_session() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

-- depends_on: {{ ref('int_events_validated') }}

with

quoting as (

    select
        *,
        lag(response_id) over (
            partition by scope_id
            order by sequence_key collate "C"
        ) as previous_response_id
    from {{ known('int_processed_responses') }}
    where is_quoting

),

arrivals as (

    select processed.response_id
    from {{ known('int_processed_responses') }} as processed
    where {{ responses_to_validate('processed') }}

),

-- a response is compared with the one before it: one that comes late changes that of its successor
compared as (

    select
        {{ scope_columns() }},
        previous_response_id
    from quoting
    where
        response_id in (select arrivals.response_id from arrivals)
        or previous_response_id in (select arrivals.response_id from arrivals)

),

read_only as (

    select
        {{ scope_columns() }},
        cast(null as text) as previous_response_id
    from quoting
    where
        response_id in (select compared.previous_response_id from compared)
        and response_id not in (select compared.response_id from compared)

),

-- calls that show no prices are only ticked off
unquoting as (

    select
        {{ scope_columns() }},
        cast(null as text) as previous_response_id
    from {{ known('int_processed_responses') }}
    where not is_quoting and response_id in (select arrivals.response_id from arrivals)

),

final as (

    select
        *,
        true as is_compared
    from compared
    union all
    select
        *,
        false as is_compared
    from read_only
    union all
    select
        *,
        true as is_compared
    from unquoting

)

select
    row_number() over (order by sequence_key collate "C") as response_seq,
    *
from final
