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
    inner join {{ known('int_events') }} as events
        on fair.event_id = events.event_id
    inner join {{ ref('markets') }} as markets
        on fair.market_key = markets.market_key
    inner join {{ ref('dim_default_methods') }} as default_methods
        on
            events.sport_key = default_methods.sport_key
            and markets.market_kind = default_methods.market_kind
    where fair.method = default_methods.method

)

select * from final
