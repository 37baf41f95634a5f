{{ config(materialized='ephemeral') }}

with

fair as (

    select {{ fair_columns() }} from {{ ref('int_fair_at_open') }}
    union all
    select {{ fair_columns() }} from {{ ref('int_fair_at_moments') }}
    where moment = 'close'

),

final as (

    select
        fair.*,
        case when {{ lists_many_lines('fair.market_key') }} then fair.point end as line
    from fair
    inner join {{ ref('markets') }} as markets
        on fair.market_key = markets.market_key
    where fair.method = {{ default_method('markets.market_kind') }}

)

select * from final
