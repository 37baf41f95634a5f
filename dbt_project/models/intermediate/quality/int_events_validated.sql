{{
    config(
        materialized='incremental',
        indexes=lookup_indexes(['validated_event_id']),
        pre_hook=['{{ without_nested_loops() }}', '{{ forget_validated() }}'],
        post_hook='{{ gathered_statistics() }}',
        incremental_strategy='delete+insert',
        unique_key='validated_event_id',
    )
}}

with

found as (

    select * from {{ ref('int_findings_quotes') }}
    union all
    select
        *,
        event_id as validated_event_id
    from {{ ref('int_findings_markets') }}
    union all
    select
        *,
        event_id as validated_event_id
    from {{ ref('int_findings_outliers') }}
    union all
    select
        *,
        event_id as validated_event_id
    from {{ ref('int_findings_jumps') }}

),

precedence as (

    select
        'outlier_price' as rule_id,
        'price_jump' as silent_rule_id
    union all
    select
        'outlier_price' as rule_id,
        'spread_against_moneyline' as silent_rule_id
    union all
    select
        'spread_against_moneyline' as rule_id,
        'outlier_point' as silent_rule_id

),

-- one fault, one finding: the rule that knows more about it speaks
said_better as (

    select
        found.*,
        precedence.silent_rule_id
    from found
    inner join precedence
        on found.rule_id = precedence.rule_id

),

kept as (

    select found.*
    from found
    where not exists (
        select 1 from said_better
        where
            found.rule_id = said_better.silent_rule_id
            and found.event_id = said_better.event_id
            and found.bookmaker_key = said_better.bookmaker_key
            and (
                found.market_key = said_better.market_key
                or found.rule_id = 'spread_against_moneyline' and said_better.market_key = 'h2h'
            )
            and found.seen_at >= said_better.cause_at
            and (found.seen_at <= said_better.until_at or said_better.until_at is null)
    )

),

-- an event without findings has a row too: it takes the place of those it had before
events as (

    select
        {{ finding(
            'cast(null as text)',
            sample='cast(null as text)',
            seen_at='cast(null as timestamp with time zone)',
            times='0'
        ) }},
        event_id as validated_event_id
    from {{ known('int_events') }}
    where {{ within_events_to_validate('event_id') }}

),

final as (

    select * from kept
    union all
    select * from events

)

select * from final
