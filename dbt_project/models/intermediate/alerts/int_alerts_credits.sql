{{ config(materialized='view') }}

with

rules as (

    select
        *,
        lead(threshold) over (
            partition by case when rule_id like 'quota\_%' escape '\' then 'quota' else rule_id end
            order by threshold
        ) as next_threshold
    from {{ ref('alert_rules') }}

),

clock as (

    select * from {{ ref('int_moment_monitored') }}

),

credits as (

    select
        *,
        credits_used / cast(credits_granted as double precision) as used_share
    from {{ ref('int_credits_projected') }}
    where credits_granted > 0

),

-- an empty answer is free, and the calls of one event charge for what they bring
charges as (

    select
        responses.endpoint,
        responses.sport_key,
        responses.requested_at,
        responses.credits_estimated,
        responses.credits_charged,
        responses.credits_charged - responses.credits_estimated as difference,
        row_number() over (
            partition by responses.endpoint
            order by responses.requested_at desc, responses.response_id collate "C" desc
        ) as recency_rank
    from {{ known('stg_odds_api__responses') }} as responses
    cross join clock
    where
        responses.origin != 'replay'
        and responses.is_complete
        and responses.credits_charged > 0
        and responses.requested_at > clock.as_of - interval '1 day'
        and responses.credits_charged != responses.credits_estimated
        and (
            responses.event_id is null
            or responses.credits_charged > responses.credits_estimated
        )

),

final as (

    select
        {{ alert(
            'rules.rule_id',
            moment_text('credits.month_started_at'),
            number_text('credits.used_share * 100', 0) ~ " || ' % of the month''s credits are used'",
            "cast(credits.credits_used as text) || ' of ' || cast(credits.credits_granted as text)
            || ' are used. As the last days went it will be '
            || " ~ number_text('credits.credits_forecast', 0) ~ " || ' by '
            || " ~ moment_text('credits.month_ends_at') ~ " || ', when new ones come.'",
            'credits.as_of',
            'credits.used_share'
        ) }}
    from credits
    inner join rules
        on
            rules.rule_id like 'quota\_%' escape '\'
            and credits.used_share >= rules.threshold
            and (rules.next_threshold is null or credits.used_share < rules.next_threshold)
    union all
    select
        {{ alert(
            'rules.rule_id',
            'charges.endpoint',
            "'A call was charged ' || cast(charges.credits_charged as text)
            || ' credits instead of ' || cast(charges.credits_estimated as text)",
            "charges.endpoint || ' at ' || " ~ moment_text('charges.requested_at') ~ " || '.'",
            'charges.requested_at',
            'charges.difference',
            sport_key='charges.sport_key'
        ) }}
    from charges
    inner join rules
        on
            rules.rule_id = 'charge_unlike_estimate'
            and abs(charges.difference) > rules.threshold
    where charges.recency_rank = 1

)

select * from final
