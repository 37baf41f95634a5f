{#-
    Rows of a response's payload: one header row per event listed (bookmaker_key null, with its start
    and teams), one row per outcome quoted. `documents` is a relation with response_seq, payload,
    is_historical, is_decimal (the odds format asked for), captured_at and stale_before.
-#}
{% macro flatten_odds(documents) -%}
    {{ return(adapter.dispatch('flatten_odds')(documents)) }}
{%- endmacro %}

{% macro default__flatten_odds(documents) -%}
    select
        documents.response_seq,
        documents.captured_at,
        documents.stale_before,
        documents.is_decimal,
        events.body ->> 'id' as event_id,
        events.body ->> 'sport_key' as sport_key,
        events.body ->> 'home_team' as home_team,
        events.body ->> 'away_team' as away_team,
        {{ api_timestamp("(events.body ->> 'commence_time')") }} as commence_time,
        books.body ->> 'key' as bookmaker_key,
        markets.body ->> 'key' as market_key,
        {{ api_timestamp("coalesce(markets.body ->> 'last_update', books.body ->> 'last_update')") }}
            as market_updated_at,
        outcomes.body ->> 'name' as outcome_name,
        outcomes.body ->> 'description' as outcome_description,
        case
            when jsonb_typeof(outcomes.body -> 'point') = 'number'
                then cast(outcomes.body ->> 'point' as double precision)
        end as point,
        case
            when jsonb_typeof(outcomes.body -> 'price') = 'number'
                then cast(outcomes.body ->> 'price' as double precision)
        end as price
    from (
        select
            *,
            case when is_historical then cast(payload as jsonb) -> 'data' else cast(payload as jsonb) end
                as body
        from {{ documents }}
    ) as documents
    cross join lateral jsonb_array_elements(
        case jsonb_typeof(documents.body)
            when 'array' then documents.body
            when 'object' then jsonb_build_array(documents.body)
            else '[]'
        end
    ) as events (body)
    cross join lateral jsonb_array_elements(
        '[null]' || coalesce(nullif(events.body -> 'bookmakers', 'null'), '[]')
    ) as books (body)
    left join lateral jsonb_array_elements(nullif(books.body -> 'markets', 'null')) as markets (body)
        on true
    left join lateral jsonb_array_elements(nullif(markets.body -> 'outcomes', 'null')) as outcomes (body)
        on true
    where books.body = 'null' or outcomes.body is not null
{%- endmacro %}

{% macro duckdb__flatten_odds(documents) -%}
    select
        response_seq,
        captured_at,
        stale_before,
        is_decimal,
        event_id,
        sport_key,
        home_team,
        away_team,
        commence_time,
        bookmaker_key,
        market_key,
        market_updated_at,
        outcome.name as outcome_name,
        outcome.description as outcome_description,
        outcome.point as point,
        outcome.price as price
    from (
        select
            * exclude (market),
            market.key as market_key,
            {{ api_timestamp("coalesce(market.last_update, book_updated)") }} as market_updated_at,
            unnest(case when market is null then [null] else market.outcomes end) as outcome
        from (
            select
                * exclude (book),
                book.key as bookmaker_key,
                book.last_update as book_updated,
                unnest(case when book is null then [null] else book.markets end) as market
            from (
                select
                    response_seq,
                    captured_at,
                    stale_before,
                    is_decimal,
                    event.id as event_id,
                    event.sport_key as sport_key,
                    event.home_team as home_team,
                    event.away_team as away_team,
                    {{ api_timestamp("event.commence_time") }} as commence_time,
                    unnest(list_prepend(null, event.bookmakers)) as book
                from (
                    select
                        * exclude (body),
                        unnest(from_json(
                            case when body like '[%' then body else '[' || body || ']' end,
                            '[{"id": "VARCHAR", "sport_key": "VARCHAR", "commence_time": "VARCHAR",
                            "home_team": "VARCHAR", "away_team": "VARCHAR", "bookmakers": [{
                            "key": "VARCHAR", "last_update": "VARCHAR", "markets": [{
                            "key": "VARCHAR", "last_update": "VARCHAR", "outcomes": [{
                            "name": "VARCHAR", "description": "VARCHAR",
                            "price": "DOUBLE", "point": "DOUBLE"}]}]}]}]'
                        )) as event
                    from (
                        select
                            * exclude (payload),
                            case
                                when is_historical
                                    then cast(json_extract(payload, '$.data') as varchar)
                                else payload
                            end as body
                        from {{ documents }}
                    )
                )
            )
        )
    )
{%- endmacro %}
