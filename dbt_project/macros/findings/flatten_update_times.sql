{#-
    One row per market of a book that shows an outcome of a game in a payload, with its update time:
    `documents` as for flatten_odds.
-#}
{% macro flatten_update_times(documents) -%}
    {{ return(adapter.dispatch('flatten_update_times')(documents)) }}
{%- endmacro %}

{% macro default__flatten_update_times(documents) -%}
    select
        response_seq,
        captured_at,
        events.body ->> 'id' as event_id,
        books.body ->> 'key' as bookmaker_key,
        markets.body ->> 'key' as market_key,
        {{ api_timestamp("coalesce(markets.body ->> 'last_update', books.body ->> 'last_update')") }}
            as market_updated_at
    from {{ documents }} as documents
    cross join lateral jsonb_array_elements({{ events_array('documents') }}) as events (body)
    cross join lateral jsonb_array_elements(
        coalesce(nullif(events.body -> 'bookmakers', 'null'), '[]')
    ) as books (body)
    cross join lateral jsonb_array_elements(
        coalesce(nullif(books.body -> 'markets', 'null'), '[]')
    ) as markets (body)
    where
        events.body ->> 'id' is not null
        and {{ api_timestamp("(events.body ->> 'commence_time')") }} is not null
        and jsonb_array_length(coalesce(nullif(markets.body -> 'outcomes', 'null'), '[]')) > 0
{%- endmacro %}

{% macro duckdb__flatten_update_times(documents) -%}
    select
        response_seq, captured_at, event_id, bookmaker_key,
        market.key as market_key,
        {{ api_timestamp("coalesce(market.last_update, book_updated)") }} as market_updated_at
    from (
        select
            response_seq, captured_at, event_id,
            book.key as bookmaker_key,
            book.last_update as book_updated,
            unnest(book.markets) as market
        from (
            select
                response_seq, captured_at,
                event.id as event_id,
                unnest(event.bookmakers) as book
            from (
                select
                    response_seq, captured_at,
                    unnest(from_json({{ events_array('documents') }}, '[{"id": "VARCHAR",
                        "commence_time": "VARCHAR", "bookmakers": [{"key": "VARCHAR",
                        "last_update": "VARCHAR", "markets": [{"key": "VARCHAR",
                        "last_update": "VARCHAR", "outcomes": ["JSON"]}]}]}]')) as event
                from {{ documents }} as documents
            ) as events
            where event.id is not null and {{ api_timestamp("event.commence_time") }} is not null
        ) as books
    ) as markets
    where len(market.outcomes) > 0
{%- endmacro %}

{#-
    Whether the present batch has read the payloads of all these responses already, as after a bulk
    load. Of what a book lists twice the batch keeps one listing, and the update times of both count.
-#}
{% macro batch_holds(responses, batch) -%}
    {%- set missing -%}
        select count(*)
        from {{ responses }} as responses
        left join {{ batch }} as batch on responses.response_id = batch.response_id
        where responses.is_quoting and coalesce(batch.lists_twice, true)
    {%- endset -%}
    {{ return((found(missing) or [[1]])[0][0] == 0) }}
{%- endmacro %}
