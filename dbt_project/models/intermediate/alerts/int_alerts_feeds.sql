{{ config(materialized='view') }}

with

rules as (

    select * from {{ ref('alert_rules') }}

),

clock as (

    select * from {{ ref('int_moment_monitored') }}

),

attempts as (

    select
        responses.sport_key,
        responses.is_complete,
        responses.requested_at as tried_at,
        coalesce(responses.error_code, 'status ' || cast(responses.status_code as text)) as problem
    from {{ known('stg_odds_api__responses') }} as responses
    cross join clock
    where
        responses.endpoint_kind = 'odds'
        and responses.origin = 'live'
        and responses.requested_at > clock.as_of - interval '7 days'
        and responses.requested_at <= clock.as_of
    union all
    select
        runs.sport_key,
        false as is_complete,
        runs.started_at as tried_at,
        coalesce(runs.error, runs.reason, runs.status) as problem
    from {{ ref('stg_collector__job_runs') }} as runs
    cross join clock
    where
        runs.job = 'fetch-odds'
        and (runs.is_failure or (runs.status = 'refused' and runs.reason like '%exhausted'))
        and runs.started_at > clock.as_of - interval '7 days'

),

classified as (

    select
        *,
        max(case when is_complete then tried_at end) over (partition by sport_key) as last_good_at
    from attempts

),

failures as (

    select
        sport_key,
        tried_at,
        problem,
        last_good_at,
        min(tried_at) over (partition by sport_key) as failing_since,
        row_number() over (
            partition by sport_key
            order by tried_at desc, problem collate "C"
        ) as recency_rank
    from classified
    where not is_complete and (last_good_at is null or tried_at > last_good_at)

),

next_games as (

    select
        events.sport_key,
        min(events.starts_at) as starts_at
    from {{ known('int_events') }} as events
    cross join clock
    where
        events.starts_at > clock.as_of
        and events.starts_at <= clock.as_of + interval '1 day'
    group by events.sport_key

),

silent as (

    select
        failures.*,
        next_games.starts_at,
        {{ minutes_between('failures.failing_since', 'clock.as_of') }} as minutes
    from failures
    inner join next_games
        on failures.sport_key = next_games.sport_key
    cross join clock
    where failures.recency_rank = 1

),

moments as (

    select
        event_id,
        'now' as moment,
        as_of as moment_at,
        cast(null as double precision) as max_age_minutes
    from {{ ref('int_events_upcoming') }}

),

quotes as (

    {{ quotes_standing_at(
        'moments', ref('fct_quote_states'), ref('fct_event_sightings'), with_stale=true
    ) }}

),

frozen as (

    select
        events.sport_key,
        max(quotes.moment_at) as as_of,
        count(*) as price_count,
        count(case when quotes.is_stale then 1 end) / cast(count(*) as double precision)
            as stale_share
    from quotes
    inner join {{ known('int_events') }} as events
        on quotes.event_id = events.event_id
    group by events.sport_key

),

final as (

    select
        {{ alert(
            'rules.rule_id',
            'silent.sport_key',
            "'No odds of ' || silent.sport_key || ' since '
            || coalesce(" ~ moment_text('silent.last_good_at') ~ ", 'a week and more')",
            "'Calls have failed since ' || " ~ moment_text('silent.failing_since') ~ " || ', the last one with: '
            || silent.problem || '. The next game starts at ' || " ~ moment_text('silent.starts_at') ~ " || '.'",
            'silent.tried_at',
            'silent.minutes',
            sport_key='silent.sport_key'
        ) }}
    from silent
    inner join rules
        on rules.rule_id = 'stale_feed' and silent.minutes >= rules.threshold
    union all
    select
        {{ alert(
            'rules.rule_id',
            'frozen.sport_key',
            "'Most prices of ' || frozen.sport_key || ' stand still'",
            number_text('frozen.stale_share * 100', 0) ~ " || ' % of ' || cast(frozen.price_count as text)
            || ' prices of games to come were not read again by the vendor.'",
            'frozen.as_of',
            'frozen.stale_share',
            sport_key='frozen.sport_key'
        ) }}
    from frozen
    inner join rules
        on rules.rule_id = 'stale_prices' and frozen.stale_share >= rules.threshold

)

select * from final
