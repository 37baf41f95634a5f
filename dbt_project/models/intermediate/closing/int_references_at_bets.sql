with

fair as (

    select * from {{ ref('int_fair_at_bets') }}

),

consensus as (

    {{ consensus_prices('fair') }}

),

default_consensus as (

    {{ by_default_method('consensus') }}

),

final as (

    {{ references_of('default_consensus', 'fair') }}

)

select * from final
