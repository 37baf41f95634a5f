with

events as (

    select * from {{ ref('int_events_labelled') }}

),

fair_now as (

    select * from {{ ref('int_fair_standing') }}
    where moment = 'now'

),

consensus_now as (

    {{ consensus_prices('fair_now') }}

),

consensus as (

    select * from consensus_now
    union all
    select * from {{ ref('int_consensus_at_moments') }}

),

final as (

    select
        consensus.event_id,
        consensus.market_key,
        consensus.outcome_name,
        consensus.outcome_description,
        consensus.point,
        consensus.method,
        consensus.moment,
        consensus.moment_at,
        consensus.fair_probability,
        1 / consensus.fair_probability as fair_decimal_price,
        consensus.source_count,
        consensus.dispersion,
        consensus.oldest_captured_at,
        {{ minutes_between('consensus.oldest_captured_at', 'consensus.moment_at') }} as age_minutes,
        consensus.sharp_bookmaker_key,
        consensus.sharp_probability,
        consensus.sharp_captured_at,
        consensus.sharp_status,
        {{ event_labels('events') }}
    from consensus
    left join events
        on consensus.event_id = events.event_id

)

select * from final
