{{ config(materialized='view') }}

with

clock as (

    select
        as_of,
        date_trunc('month', as_of at time zone 'UTC') at time zone 'UTC' as month_started_at,
        (date_trunc('month', as_of at time zone 'UTC') + interval '1 month') at time zone 'UTC'
            as month_ends_at
    from {{ ref('int_moment_monitored') }}

),

calls as (

    select
        responses.requested_at,
        responses.credits_used,
        responses.credits_remaining,
        responses.credits_charged,
        coalesce(responses.credits_charged, responses.credits_estimated, 0) as credits,
        responses.requested_at >= clock.month_started_at as is_of_month,
        responses.requested_at > clock.as_of - interval '7 days' as is_of_week,
        row_number() over (
            order by
                case when responses.credits_remaining is not null then 0 else 1 end,
                responses.requested_at desc,
                responses.response_id collate "C" desc
        ) as told_rank
    from {{ known('stg_odds_api__responses') }} as responses
    cross join clock
    where
        responses.origin != 'replay'
        and responses.requested_at <= clock.as_of
        and (
            responses.requested_at >= clock.month_started_at
            or responses.requested_at > clock.as_of - interval '7 days'
        )

),

told as (

    select
        *,
        max(
            case
                when told_rank = 1 and is_of_month and credits_remaining is not null
                    then requested_at
            end
        ) over () as told_at
    from calls

),

summed as (

    select
        coalesce(sum(case when is_of_month then credits_charged end), 0) as credits_charged,
        -- the estimate stands in for a charge until the API tells what was used
        coalesce(sum(
            case
                when
                    is_of_month
                    and credits_charged is null
                    and requested_at >= coalesce(told_at, requested_at)
                    then credits
            end
        ), 0) as credits_unknown,
        coalesce(sum(case when is_of_week then credits end), 0) as credits_of_week,
        min(case when is_of_week then requested_at end) as week_began_at,
        max(case when told_rank = 1 and is_of_month then credits_used end) as told_used,
        max(case when told_rank = 1 and is_of_month then credits_remaining end) as told_remaining
    from told

),

used as (

    select
        *,
        greatest(credits_charged, coalesce(told_used, 0)) + credits_unknown as credits_used
    from summed

),

final as (

    select
        clock.as_of,
        clock.month_started_at,
        clock.month_ends_at,
        used.credits_used,
        used.told_remaining as credits_remaining,
        used.told_used + used.told_remaining as credits_granted,
        -- as the last seven days went on, or what there is of them, but no less than one
        used.credits_used
        + used.credits_of_week
        * {{ minutes_between('clock.as_of', 'clock.month_ends_at') }}
        / greatest(coalesce({{ minutes_between('used.week_began_at', 'clock.as_of') }}, 0), 1440)
            as credits_forecast
    from used
    cross join clock

)

select * from final
