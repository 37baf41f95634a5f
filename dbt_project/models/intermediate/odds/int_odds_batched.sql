{%- set slices = payload_slices(ref('int_responses_batched')) -%}

with

responses as (

    select * from {{ ref('int_responses_batched') }}

),

payloads as (

    select response_id, payload from {{ ref('stg_odds_api__responses') }}
    where {{ within_batch('captured_at') }}

),

{% for slice in slices %}
documents_{{ loop.index }} as (

    select
        responses.response_seq,
        responses.is_historical,
        responses.odds_format = 'decimal' as is_decimal,
        responses.captured_at,
        responses.captured_at - interval '{{ var("stale_after_minutes") }} minutes' as stale_before,
        payloads.payload
    from responses
    inner join payloads
        on responses.response_id = payloads.response_id
    where responses.response_seq between {{ slice[0] }} and {{ slice[1] }}

),

{% endfor %}
flattened as (

    {% for slice in slices -%}
    {{ flatten_odds('documents_' ~ loop.index) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (

    {{ priced_quotes('flattened') }}

)

select * from final
