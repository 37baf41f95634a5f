{{
    config(
        materialized='incremental',
        tags='hot',
        indexes=lookup_indexes(['event_id'], ['starts_at']),
        pre_hook='{{ tuned_session() }}',
        post_hook='{{ statistics_after_bulk() }}',
        incremental_strategy='delete+insert',
        unique_key='event_id',
    )
}}

-- depends_on: {{ ref('int_events') }}
-- depends_on: {{ ref('int_odds_batched') }}
-- depends_on: {{ ref('int_responses_batched') }}

{% if due_edges().event_count == 0 -%}
-- most snapshots fall between starts: nothing to write, and nothing to compile
select * from {{ this }}
where 1 = 0
{%- else -%}
with

judged as (

    select * from {{ ref('int_closes_judged') }}

),

stamps as (

    select * from {{ ref('int_quotes_stamped') }}

),

final as (

    select
        {{ quote_key('judged') }},
        judged.sport_key,
        judged.starts_at,
        judged.missing_reason,
        case when judged.missing_reason is null then judged.point end as point,
        case when judged.missing_reason is null then judged.american_price end as american_price,
        case when judged.missing_reason is null then judged.decimal_price end as decimal_price,
        stamps.captured_at,
        stamps.known_at,
        stamps.market_updated_at,
        case when judged.missing_reason is null then judged.minutes_before_start end
            as minutes_before_start,
        stamps.response_id
    from judged
    left join stamps
        on
            judged.close_response_id = stamps.response_id
            and {{ same_quote('judged', 'stamps') }}

)

select * from final
{%- endif %}
