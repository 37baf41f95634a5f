{{
    config(
        materialized='incremental',
        indexes=lookup_indexes(['response_id'], ['load_id']),
        pre_hook='{{ hashed_joins() }}',
        post_hook='{{ gathered_statistics() }}',
        incremental_strategy='delete+insert',
        unique_key='response_id',
    )
}}

with

responses as (

    select * from {{ ref('int_responses_unchecked') }}
    where is_compared

),

found as (

    select * from {{ ref('int_findings_stamps') }}
    union all
    select * from {{ ref('int_findings_gaps') }}

),

-- a response without findings has a row too: it is the ledger of what the rules have looked at
ticked_off as (

    select
        {{ finding(
            'cast(null as text)',
            sample='cast(null as text)',
            seen_at='cast(null as timestamp with time zone)',
            times='0'
        ) }},
        response_id
    from responses

),

marked as (

    select * from found
    union all
    select * from ticked_off

),

final as (

    select
        marked.*,
        -- who looks back must not tick off what is still to be looked at
        {{ "cast('' as text)" if looks_back() else 'responses.load_id' }} as load_id
    from marked
    inner join responses
        on marked.response_id = responses.response_id

)

select * from final
