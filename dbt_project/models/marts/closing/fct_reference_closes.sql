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

    select
        reference_closes.event_id,
        reference_closes.market_key,
        reference_closes.outcome_name,
        reference_closes.outcome_description,
        reference_closes.point,
        reference_closes.method,
        reference_closes.reference_source,
        reference_closes.sharp_bookmaker_key,
        reference_closes.sharp_decimal_price,
        reference_closes.fair_probability,
        reference_closes.source_count,
        reference_closes.is_main_line,
        {{ event_labels('events') }}
    from reference_closes
    inner join {{ ref('int_events_labelled') }} as events
        on reference_closes.event_id = events.event_id

)

select * from final
