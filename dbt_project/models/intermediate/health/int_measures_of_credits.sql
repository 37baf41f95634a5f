{{ config(materialized='view') }}

with

credits as (

    select * from {{ ref('int_credits_projected') }}

),

in_flight as (

    select
        coalesce(sum(reservations.credits_estimated), 0) as credits,
        max({{ minutes_between('reservations.reserved_at', 'clock.as_of') }}) as oldest_minutes
    from {{ ref('stg_collector__credit_reservations') }} as reservations
    cross join {{ ref('int_moment_monitored') }} as clock
    where reservations.state = 'reserved'

),

final as (

    select
        {{ measure(
            'credits_used', 'credits_used', 'credits',
            'Used this month: our sum, or what the API told if that is more.',
            warning='credits_used >= 0.8 * credits_granted',
            error='credits_used >= credits_granted'
        ) }}
    from credits
    union all
    select
        {{ measure(
            'credits_remaining', 'credits_remaining', 'credits',
            'Left this month, as the last answer told.',
            error='credits_remaining = 0'
        ) }}
    from credits
    union all
    select
        {{ measure(
            'credits_forecast', 'credits_forecast', 'credits',
            'Used by the end of the month if it goes on like the last seven days.',
            warning='credits_forecast > credits_granted'
        ) }}
    from credits
    union all
    select
        {{ measure(
            'credits_in_flight', 'credits', 'credits',
            'Set aside for calls that have not come back.',
            warning='oldest_minutes > 15'
        ) }}
    from in_flight

)

select * from final
