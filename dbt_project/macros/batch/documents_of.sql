{#-
    Payloads with what flatten_odds needs, of the responses in a relation (response_seq, response_id and
    the columns of scope_columns) captured between two literals, which bound the read of raw.
-#}
{% macro documents_of(responses, captured_since, captured_until) -%}
    select
        responses.response_seq,
        responses.is_historical,
        responses.odds_format = 'decimal' as is_decimal,
        responses.captured_at,
        responses.captured_at - interval '{{ var("stale_after_minutes") }} minutes' as stale_before,
        {{ parsed_json('landed.readable_payload') }} as payload
    from {{ responses }} as responses
    inner join {{ ref('stg_odds_api__responses') }} as landed
        on responses.response_id = landed.response_id
    where
        landed.captured_at between cast('{{ captured_since }}' as timestamp with time zone)
        and cast('{{ captured_until }}' as timestamp with time zone)
{%- endmacro %}
