with

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
        event_id,
        market_key,
        outcome_name,
        outcome_description,
        point,
        method,
        moment,
        moment_at,
        fair_probability,
        1 / fair_probability as fair_decimal_price,
        source_count,
        dispersion,
        oldest_captured_at,
        {{ minutes_between('oldest_captured_at', 'moment_at') }} as age_minutes,
        sharp_bookmaker_key,
        sharp_probability,
        sharp_captured_at,
        sharp_status
    from consensus

)

select * from final
