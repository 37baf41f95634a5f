{{
    config(
        materialized='table',
        indexes=lookup_indexes(['response_seq']),
        pre_hook='{{ tuned_session() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

{%- set unchecked, batch = ref('int_responses_unchecked'), ref('int_responses_batched') -%}
{%- set quotes = ref('int_odds_batched') -%}
{%- set is_read = batch_holds(unchecked, batch) -%}
{%- set slices = [] if is_read else payload_slices(unchecked) -%}

with

responses as (

    select * from {{ unchecked }}
    where is_quoting

),

{% if is_read -%}
flattened as (

    select distinct
        responses.response_seq,
        quotes.event_id,
        quotes.bookmaker_key,
        quotes.market_key,
        quotes.market_updated_at,
        responses.captured_at
    from responses
    inner join {{ batch }} as batch
        on responses.response_id = batch.response_id
    inner join {{ quotes }} as quotes
        on batch.response_seq = quotes.response_seq
    where quotes.commence_time is null

),

{% endif -%}
{% for slice in slices %}
documents_{{ loop.index }} as (

    {{ documents_of(
        'responses', captured_since=slice[2], captured_until=slice[3]
    ) }} and responses.response_seq between {{ slice[0] }} and {{ slice[1] }}

),

{% endfor %}
{% if slices -%}
flattened as (

    {% for slice in slices -%}
    {{ flatten_stamps('documents_' ~ loop.index) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

{% endif -%}
final as (

    select
        response_seq,
        event_id,
        bookmaker_key,
        market_key,
        market_updated_at,
        captured_at
    from flattened

)

select * from final
