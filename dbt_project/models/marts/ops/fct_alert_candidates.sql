with

rules as (

    select * from {{ ref('alert_rules') }}

),

alerts as (

    select * from {{ ref('int_alerts_jobs') }}
    union all
    select * from {{ ref('int_alerts_credits') }}
    union all
    select * from {{ ref('int_alerts_closes') }}
    union all
    select * from {{ ref('int_alerts_feeds') }}
    union all
    select * from {{ ref('int_alerts_results') }}
    union all
    select * from {{ ref('int_alerts_findings') }}
    union all
    select * from {{ ref('int_alerts_edges') }}
    union all
    select * from {{ ref('int_alerts_moves') }}
    union all
    select * from {{ ref('int_alerts_digest') }}

),

final as (

    select
        alerts.rule_id,
        rules.severity,
        alerts.dedupe_key,
        alerts.title,
        alerts.body,
        alerts.sport_key,
        alerts.event_id,
        alerts.bookmaker_key,
        alerts.raised_at,
        alerts.value,
        rules.threshold,
        rules.cooldown_minutes
    from alerts
    inner join rules
        on alerts.rule_id = rules.rule_id

)

select * from final
