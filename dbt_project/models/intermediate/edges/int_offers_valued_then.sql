{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        indexes=lookup_indexes(['moment', 'event_id']),
        pre_hook=['{{ without_nested_loops() }}', '{{ begin_valuing() }}'],
        post_hook='{{ end_valuing() }}',
    )
}}

with

valued as (

    select * from {{ ref('int_offers_valued') }}

),

final as (

    select * from valued
    where moment != 'now'

)

select * from final
