with

combinations as (

    select * from {{ ref('int_outcome_combinations') }}
    where
        implied_sum >= 1
        and implied_sum <= 1 + {{ var('low_hold_max') }}
        and rejection_reason is null

),

final as (

    {{ combination_report('combinations') }}

)

select * from final
