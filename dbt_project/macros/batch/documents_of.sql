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

{#-
    Ranges of the batch that hold var `events_per_range` events each, as literals (first and last
    response_seq, first and last captured_at). DuckDB parses the JSON of 2,048 rows at a time, whatever
    their size: a part bounds the memory that takes. Postgres parses row by row, in one part.
-#}
{% macro payload_ranges(batch) -%}
    {{ return(adapter.dispatch('payload_ranges')(batch)) }}
{%- endmacro %}

{% macro default__payload_ranges(batch) -%}
    {{ return(ranges_of(batch, none)) }}
{%- endmacro %}

{% macro duckdb__payload_ranges(batch) -%}
    {{ return(ranges_of(batch, var('events_per_range'))) }}
{%- endmacro %}

{#- the ranges `payload_ranges` gives on either engine -#}
{% macro ranges_of(batch, events_per_range) -%}
    {%- set weighed -%}
        select
            response_seq,
            captured_at,
            {% if events_per_range -%}
            floor(
                sum(greatest(event_count, 30)) over (order by response_seq)
                / {{ events_per_range }}
            ) as part
            {%- else -%}
            0 as part
            {%- endif %}
        from {{ batch }}
    {%- endset -%}
    {%- set bounds -%}
        select min(response_seq), max(response_seq), min(captured_at), max(captured_at)
        from ({{ weighed }}) as weighed
        group by part
        order by 1
    {%- endset -%}
    {%- set ranges = [] -%}
    {%- for row in found(bounds) -%}
        {%- do ranges.append((row[0] | int, row[1] | int, row[2], row[3])) -%}
    {%- endfor -%}
    {{ return(ranges or [(0, 0, '1970-01-01', '1970-01-01')]) }}
{%- endmacro %}
