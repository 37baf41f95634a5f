{{
    config(
        materialized='incremental',
        tags='hot',
        indexes=lookup_indexes(['response_id'], ['load_id'], ['scope_id', 'captured_at'], ['sport_key', 'captured_at']),
        pre_hook='{{ hot_session() }}',
        post_hook='{{ statistics_after_bulk() }}',
        incremental_strategy='delete+insert',
        unique_key='response_id',
    )
}}

-- built last: a crash before it only means the same batch again
-- depends_on: {{ ref("int_closes") }}

with

batch as (

    select * from {{ ref('int_responses_to_process') }}

),

final as (

    -- a call that lists several sports stands in a window of each
    select distinct {{ scope_columns() }} from batch
    where is_new

)

select * from final
