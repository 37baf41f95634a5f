{{ config(schema='quality', materialized='table', pre_hook='{{ without_nested_loops() }}') }}

with

rules as (

    select * from {{ ref('quality_rules') }}

),

found as (

    select {{ finding_columns() }} from {{ ref('int_events_validated') }}
    where rule_id is not null
    union all
    select {{ finding_columns() }} from {{ ref('int_responses_validated') }}
    where rule_id is not null
    union all
    select * from {{ ref('int_findings_responses') }}
    union all
    select * from {{ ref('int_findings_events') }}
    union all
    select * from {{ ref('int_findings_coverage') }}
    union all
    select * from {{ ref('int_findings_results') }}

),

identified as (

    select
        *,
        md5(concat_ws(
            '|',
            rule_id,
            coalesce(sport_key, ''),
            coalesce(event_id, ''),
            coalesce(bookmaker_key, ''),
            coalesce(market_key, ''),
            coalesce(subject, '')
        )) as finding_id
    from found

),

ranked as (

    select
        *,
        row_number() over (
            partition by finding_id
            order by seen_at nulls last, sample collate "C"
        ) as seen_rank
    from identified

),

final as (

    select
        ranked.finding_id,
        ranked.rule_id,
        rules.severity,
        ranked.sport_key,
        ranked.event_id,
        ranked.bookmaker_key,
        ranked.market_key,
        ranked.subject,
        max(case when ranked.seen_rank = 1 then ranked.sample end) as sample,
        min(ranked.seen_at) as first_seen_at,
        max(ranked.seen_at) as last_seen_at,
        cast(sum(ranked.times) as integer) as finding_count,
        max(case when ranked.cause_at is not null and ranked.until_at is null then 1 else 0 end) = 1
            as is_standing
    from ranked
    inner join rules
        on ranked.rule_id = rules.rule_id
    group by
        ranked.finding_id,
        ranked.rule_id,
        rules.severity,
        ranked.sport_key,
        ranked.event_id,
        ranked.bookmaker_key,
        ranked.market_key,
        ranked.subject

)

select * from final
