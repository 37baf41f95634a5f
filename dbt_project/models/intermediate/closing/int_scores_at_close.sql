{{ config(materialized='view') }}

with

reference_closes as (

    select
        *,
        'close' as moment
    from {{ ref('fct_reference_closes') }}

),

final as (

    {{ expected_scores_of('reference_closes') }}

)

select * from final
