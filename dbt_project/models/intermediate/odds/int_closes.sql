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

{%- set ledger = earlier('int_modelled_responses') %}
{%- set edges = due_edges() %}

-- depends_on: {{ ref('int_events') }}
-- depends_on: {{ ref('stg_odds_api__responses') }}

with

judged as (

    select * from {{ ref('int_closes_judged') }}

),

batch as (

    select * from {{ ref('int_responses_batched') }}

),

stamps_in_batch as (

    select
        batch.response_id,
        batch.captured_at,
        batch.known_at,
        odds.*
    from {{ ref('int_odds_batched') }} as odds
    inner join batch
        on odds.response_seq = batch.response_seq
    where batch.response_id in (select judged.close_response_id from judged)

),

{% if ledger -%}
-- a close older than the batch is read again from raw: the log has its price, not its stamps
older_responses as (

    select
        *,
        row_number() over (order by sequence_key collate "C") as response_seq
    from {{ ledger }}
    where
        response_id in (
            select judged.close_response_id from judged
        )
        and response_id not in (select batch.response_id from batch)

),

older_documents as (

    {{ documents_of(
        'older_responses',
        captured_since=edges.close_since,
        captured_until=edges.close_until
    ) }}

),

older_odds as (

    {{ flatten_odds('older_documents') }}

),

older_quotes as (

    {{ priced_quotes('older_odds') }}

),

older_stamps as (

    select
        response_id,
        captured_at,
        known_at,
        response_seq as older_seq
    from older_responses

),

{% endif -%}
stamps as (

    select {{ stamp_columns() }} from stamps_in_batch
    {% if ledger -%}
    union all
    select {{ stamp_columns() }} from older_quotes
    inner join older_stamps
        on older_quotes.response_seq = older_stamps.older_seq
    {%- endif %}

),

final as (

    select
        judged.event_id,
        judged.sport_key,
        judged.bookmaker_key,
        judged.market_key,
        judged.outcome_name,
        judged.outcome_description,
        judged.line,
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
            and judged.event_id = stamps.event_id
            and judged.bookmaker_key = stamps.bookmaker_key
            and judged.market_key = stamps.market_key
            and judged.outcome_name = stamps.outcome_name
            and judged.outcome_description is not distinct from stamps.outcome_description
            and judged.line is not distinct from stamps.line

)

select * from final
