{{ config(materialized='view') }}

with

clock as (

    select as_of from {{ ref('int_moment_monitored') }}

),

calls as (

    select
        responses.requested_at,
        responses.is_complete,
        responses.requested_at > clock.as_of - interval '1 day' as is_of_day
    from {{ known('stg_odds_api__responses') }} as responses
    cross join clock
    where
        responses.origin = 'live'
        and responses.requested_at <= clock.as_of

),

summed as (

    select
        max(case when is_complete then requested_at end) as last_fetch_at,
        count(case when is_of_day then 1 end) as call_count,
        count(case when is_of_day and is_complete then 1 end) as good_count
    from calls

),

measured as (

    select
        {{ minutes_between('summed.last_fetch_at', 'clock.as_of') }} as last_fetch_minutes,
        summed.call_count,
        summed.good_count / cast(nullif(summed.call_count, 0) as double precision) as good_share
    from summed
    cross join clock

),

final as (

    select
        {{ measure(
            'last_fetch_age', 'last_fetch_minutes', 'minutes',
            'Since the last call that brought an answer; the announced games are asked for daily.',
            warning='last_fetch_minutes > 26 * 60',
            error='last_fetch_minutes > 72 * 60'
        ) }}
    from measured
    union all
    select
        {{ measure(
            'calls_24h', 'call_count', 'calls',
            'Calls of the last 24 hours, every attempt counted.'
        ) }}
    from measured
    union all
    select
        {{ measure(
            'success_rate_24h', 'good_share', 'share',
            'Of these calls those that brought an answer that can be used.',
            warning='good_share < 0.95',
            error='good_share < 0.8'
        ) }}
    from measured

)

select * from final
