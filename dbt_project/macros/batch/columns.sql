{#- columns of a relation, and whether two relations have the same in them -#}
{% macro columns_of(relation, columns) -%}
    {%- for column in columns -%}
        {{ relation }}.{{ column }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro equal_columns(left, right, columns) -%}
    {%- for column in columns -%}
        {{ left }}.{{ column }} = {{ right }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- what is kept of a processed response, and the batch hands on -#}
{% macro scope_columns() -%}
    response_id,
    load_id,
    endpoint_kind,
    sport_key,
    scope_event_id,
    odds_format,
    markets,
    bookmakers,
    regions,
    event_ids,
    commence_time_from,
    commence_time_to,
    request_kind,
    is_historical,
    is_quoting,
    can_withdraw,
    is_filtered,
    event_count,
    lists_twice,
    captured_at,
    known_at,
    sequence_key,
    scope_id
{%- endmacro %}

{#- a quote as one response shows it -#}
{% macro quote_columns(relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {{ prefix }}response_seq,
    {{ quote_key(relation) }},
    {{ prefix }}point,
    {{ prefix }}american_price,
    {{ prefix }}decimal_price,
    {{ prefix }}market_updated_at,
    {{ prefix }}is_in_play,
    {{ prefix }}is_stale
{%- endmacro %}

{#- what identifies a quote in a response, and its clocks -#}
{% macro update_time_columns() -%}
    response_id,
    captured_at,
    known_at,
    {{ quote_key() }},
    market_updated_at
{%- endmacro %}
