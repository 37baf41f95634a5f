{#-
    One row per outcome quoted in a payload, and one without a book for each event listed: `documents` is
    a relation with response_seq, payload, is_historical, captured_at, stale_before and is_decimal (the
    odds format asked for). `listing` numbers the listings of what a book shows more than once.
-#}
{% macro flatten_odds(documents) -%}
    {{ return(adapter.dispatch('flatten_odds')(documents)) }}
{%- endmacro %}

{#- the book that stands for the event itself, so that a payload is expanded once -#}
{% macro no_book() -%}
    '[{"markets": [{"outcomes": [{}]}]}]'
{%- endmacro %}

{% macro default__flatten_odds(documents) -%}
    select
        response_seq,
        captured_at,
        stale_before,
        is_decimal,
        events.body ->> 'id' as event_id,
        events.body ->> 'sport_key' as sport_key,
        events.body ->> 'home_team' as home_team,
        events.body ->> 'away_team' as away_team,
        {{ api_timestamp("(events.body ->> 'commence_time')") }} as commence_time,
        books.body ->> 'key' as bookmaker_key,
        markets.body ->> 'key' as market_key,
        {{ api_timestamp("coalesce(markets.body ->> 'last_update', books.body ->> 'last_update')") }}
            as market_updated_at,
        outcomes.name as outcome_name,
        outcomes.description as outcome_description,
        outcomes.point,
        outcomes.price,
        outcomes.listing
    from {{ documents }} as documents
    cross join lateral jsonb_array_elements({{ events_array('documents') }}) as events (body)
    cross join lateral jsonb_array_elements(
        {{ no_book() }} || coalesce(nullif(events.body -> 'bookmakers', 'null'), '[]')
    ) as books (body)
    cross join lateral jsonb_array_elements(
        coalesce(nullif(books.body -> 'markets', 'null'), '[]')
    ) as markets (body)
    cross join lateral jsonb_to_recordset(
        coalesce(nullif(markets.body -> 'outcomes', 'null'), '[]')
    ) as outcomes (
        name text, description text, point double precision, price double precision, listing integer
    )
{%- endmacro %}

{% macro duckdb__flatten_odds(documents) -%}
    {%- set scalars = 'response_seq, captured_at, stale_before, is_decimal' -%}
    {%- set header = 'event_id, sport_key, home_team, away_team, commence_time' -%}
    {%- set books_shape -%}
        [{"key": "VARCHAR", "last_update": "VARCHAR", "markets": [{"key": "VARCHAR",
        "last_update": "VARCHAR", "outcomes": [{"name": "VARCHAR", "description": "VARCHAR",
        "price": "DOUBLE", "point": "DOUBLE", "listing": "INTEGER"}]}]}]
    {%- endset -%}
    select
        {{ scalars }}, {{ header }}, bookmaker_key, market_key, market_updated_at,
        outcome.name as outcome_name,
        outcome.description as outcome_description,
        outcome.point as point,
        outcome.price as price,
        outcome.listing as listing
    from (
        select
            {{ scalars }}, {{ header }}, bookmaker_key,
            market.key as market_key,
            {{ api_timestamp("coalesce(market.last_update, book_updated)") }} as market_updated_at,
            unnest(market.outcomes) as outcome
        from (
            select
                {{ scalars }}, {{ header }},
                book.key as bookmaker_key,
                book.last_update as book_updated,
                unnest(book.markets) as market
            from (
                select
                    {{ scalars }},
                    event.id as event_id,
                    event.sport_key as sport_key,
                    event.home_team as home_team,
                    event.away_team as away_team,
                    {{ api_timestamp("event.commence_time") }} as commence_time,
                    unnest(list_concat(
                        from_json({{ no_book() }}, '{{ books_shape }}'), event.bookmakers
                    )) as book
                from (
                    select
                        {{ scalars }},
                        unnest(from_json({{ events_array('documents') }}, '[{"id": "VARCHAR",
                            "sport_key": "VARCHAR", "home_team": "VARCHAR", "away_team": "VARCHAR",
                            "commence_time": "VARCHAR", "bookmakers": {{ books_shape }}}]')) as event
                    from {{ documents }} as documents
                ) as events
            ) as books
        ) as markets
    ) as outcomes
{%- endmacro %}
