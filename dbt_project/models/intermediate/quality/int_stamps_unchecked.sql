{{
    config(
        materialized='table',
        indexes=lookup_indexes(['response_seq']),
        pre_hook='{{ tuned_session() }}',
        post_hook='{{ gathered_statistics() }}',
    )
}}

{%- set slices = payload_slices(ref('int_responses_unchecked')) -%}

with

responses as (

    select * from {{ ref('int_responses_unchecked') }}
    where is_quoting

),

{% for slice in slices %}
documents_{{ loop.index }} as (

    {{ documents_of(
        'responses', captured_since=slice[2], captured_until=slice[3]
    ) }} and responses.response_seq between {{ slice[0] }} and {{ slice[1] }}

),

{% endfor %}
flattened as (

    {% for slice in slices -%}
    {{ flatten_stamps('documents_' ~ loop.index) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (

    select
        response_seq,
        event_id,
        bookmaker_key,
        market_key,
        market_updated_at,
        captured_at,
        captured_at >= commence_time as is_in_play
    from flattened
    where event_id is not null and commence_time is not null

)

select * from final
