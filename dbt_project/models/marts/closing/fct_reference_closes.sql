with

consensus as (

    select * from {{ ref('int_consensus_at_moments') }}
    where moment = 'close'

),

default_consensus as (

    {{ by_default_method('consensus') }}

),

closes as (

    select * from {{ ref('int_fair_at_moments') }}
    where moment = 'close'

),

reference_closes as (

    {{ references_of('default_consensus', 'closes') }}

),

final as (

    select {{ reference_columns() }}
    from reference_closes

)

select * from final
