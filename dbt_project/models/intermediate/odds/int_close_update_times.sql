{{ config(materialized='ephemeral') }}

{%- set processed = previous_build('int_processed_responses') %}
{%- set edges = closes_due() %}

with

closes as (

    select close_response_id from {{ ref('int_closes_classified') }}

),

batch as (

    select * from {{ ref('int_responses_to_process') }}

),

update_times_in_batch as (

    select
        batch.response_id,
        batch.captured_at,
        batch.known_at,
        odds.*
    from {{ ref('int_odds_parsed') }} as odds
    inner join batch
        on odds.response_seq = batch.response_seq
    where batch.response_id in (select closes.close_response_id from closes)

),

{% if processed -%}
-- a close older than the batch is read again from raw: the log has its price, not its update times
older_responses as (

    select
        *,
        row_number() over (order by sequence_key collate "C") as response_seq
    from {{ processed }}
    where
        response_id in (select closes.close_response_id from closes)
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

older_quotes_listed_once as (

    {{ one_listing('older_quotes') }}

),

older_update_times as (

    select
        response_id,
        captured_at,
        known_at,
        response_seq as older_seq
    from older_responses

),

{% endif -%}
final as (

    select {{ update_time_columns() }} from update_times_in_batch
    {% if processed -%}
    union all
    select {{ update_time_columns() }} from older_quotes_listed_once as older_quotes
    inner join older_update_times
        on older_quotes.response_seq = older_update_times.older_seq
    {%- endif %}

)

select * from final
