{{ config(materialized='view') }}

with

rules as (

    select * from {{ ref('alert_rules') }}
    where rule_id = 'quality_error'

),

quality_rules as (

    select * from {{ ref('quality_rules') }}

),

-- an unforeseen charge has a rule of its own, which does not wait for a build
recent as (

    select
        findings.rule_id,
        findings.sport_key,
        findings.sample,
        findings.last_seen_at,
        row_number() over (
            partition by findings.rule_id, findings.sport_key
            order by findings.last_seen_at desc nulls last, findings.finding_id collate "C"
        ) as recency_rank
    from {{ ref('fct_findings') }} as findings
    cross join {{ ref('int_moment_monitored') }} as clock
    where
        findings.severity = 'error'
        and findings.rule_id != 'credits_mismatch'
        and findings.last_seen_at > clock.as_of - interval '1 day'

),

counted as (

    select
        rule_id,
        sport_key,
        count(*) as finding_count,
        max(last_seen_at) as last_seen_at,
        max(case when recency_rank = 1 then sample end) as sample
    from recent
    group by rule_id, sport_key

),

final as (

    select
        {{ alert(
            'rules.rule_id',
            "concat_ws('|', counted.rule_id, counted.sport_key)",
            "concat_ws(' in ', quality_rules.title, counted.sport_key)",
            "cast(counted.finding_count as text) || ' found within a day by rule ' || counted.rule_id || ', for example: '
            || counted.sample || '. ' || quality_rules.what_to_do",
            'counted.last_seen_at',
            'counted.finding_count',
            sport_key='counted.sport_key'
        ) }}
    from counted
    inner join quality_rules
        on counted.rule_id = quality_rules.rule_id
    inner join rules
        on counted.finding_count > rules.threshold

)

select * from final
