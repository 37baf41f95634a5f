{{ config(materialized='view') }}

with

clock as (

    select as_of from {{ ref('int_moment_monitored') }}

),

events as (

    select count(case when events.starts_at > clock.as_of then 1 end) as upcoming_count
    from {{ known('int_events') }} as events
    cross join clock

),

-- what changed within a day is of games to come, or of that day
changes as (

    select count(*) as change_count
    from {{ known('int_quote_changes') }} as changes
    inner join {{ known('int_events') }} as events
        on changes.event_id = events.event_id
    cross join clock
    where
        events.starts_at > clock.as_of - interval '2 days'
        and changes.valid_from > clock.as_of - interval '1 day'

),

closes as (

    select count(distinct closes.event_id) as missed_count
    from {{ known('int_closes') }} as closes
    inner join {{ known('int_events') }} as events
        on closes.event_id = events.event_id and closes.starts_at = events.starts_at
    cross join clock
    where
        closes.missing_reason = 'fetch_gap'
        and events.starts_at <= clock.as_of
        and events.starts_at > clock.as_of - interval '7 days'

),

findings as (

    select
        count(case when findings.severity = 'error' then 1 end) as error_count,
        count(case when findings.severity = 'warn' then 1 end) as warn_count,
        count(case when findings.severity = 'info' then 1 end) as info_count
    from {{ ref('fct_findings') }} as findings
    cross join clock
    where findings.last_seen_at > clock.as_of - interval '1 day'

),

quarantined as (

    select
        count(case when quarantined.is_set_aside then 1 end) as response_count,
        count(
            case
                when
                    quarantined.is_set_aside
                    and quarantined.quarantined_at > clock.as_of - interval '1 day'
                    then 1
            end
        ) as late_count
    from {{ ref('stg_collector__quarantined_responses') }} as quarantined
    cross join clock

),

final as (

    select
        {{ measure(
            'quarantined_responses', 'response_count', 'responses',
            'Responses that are set aside, since no model could take them in, or by hand.',
            warning='late_count > 0'
        ) }}
    from quarantined
    union all
    select
        {{ measure('upcoming_events', 'upcoming_count', 'games', 'Games that have not started.') }}
    from events
    union all
    select
        {{ measure(
            'quote_changes_24h', 'change_count', 'changes',
            'Prices and points that changed within 24 hours.'
        ) }}
    from changes
    union all
    select
        {{ measure(
            'missed_closes_7d', 'missed_count', 'games',
            'Games of the last seven days without a price from shortly before their start.',
            warning='missed_count > 0'
        ) }}
    from closes
    union all
    select
        {{ measure(
            'findings_error_24h', 'error_count', 'findings',
            'What cannot be true among the data of the last 24 hours, as of the last full build.',
            error='error_count > 0'
        ) }}
    from findings
    union all
    select
        {{ measure(
            'findings_warn_24h', 'warn_count', 'findings',
            'What somebody should look at, of the same 24 hours.'
        ) }}
    from findings
    union all
    select
        {{ measure(
            'findings_info_24h', 'info_count', 'findings',
            'What is good to know, of the same 24 hours.'
        ) }}
    from findings

)

select * from final
