with

combinations as (

    select * from {{ ref('int_outcome_combinations') }}
    where implied_sum < 1 and rejection_reason is null

),

final as (

    {{ combination_report('combinations') }}

)

select * from final
