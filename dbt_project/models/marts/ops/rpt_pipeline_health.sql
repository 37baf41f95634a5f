with

final as (

    select * from {{ ref('int_measures_of_calls') }}
    union all
    select * from {{ ref('int_measures_of_credits') }}
    union all
    select * from {{ ref('int_measures_of_data') }}
    union all
    select * from {{ ref('int_measures_of_jobs') }}

)

select * from final
