{#-
    What stood at a moment, the one rule for now and for any other: the last state of each quote by
    then that has a price, unless it was withdrawn, stale or in play, with when it was last seen: by the
    last look that asks for its market at its book, among the requests of the kind that last showed it.
    Nothing that was captured later counts. Plain SQL without a macro but `quote_key`, so that a query
    over the marts can be made of it too (`analysis/backtest/decision_queries.py`).
-#}
{% macro quotes_standing_at(moments, states, snapshots, with_stale=false) -%}
    with

    states_by_then as (

        select
            states.*,
            moments.moment,
            moments.moment_at,
            row_number() over (
                partition by moments.moment, {{ quote_key('states') }}
                order by states.valid_from desc, states.response_id collate "C" desc
            ) as recency_rank
        from {{ moments }} as moments
        inner join {{ states }} as states
            on
                moments.event_id = states.event_id
                and moments.moment_at >= states.valid_from

    ),

    standing as (

        select * from states_by_then
        where
            recency_rank = 1
            and not is_withdrawn
            {%- if not with_stale %}
            and not is_stale
            {%- endif %}
            and not is_in_play
            and decimal_price is not null

    ),

    -- when each question was last answered with the event in it
    looks as materialized (

        select
            moments.event_id,
            moments.moment,
            snapshots.request_kind,
            snapshots.markets,
            snapshots.bookmakers,
            max(snapshots.captured_at) as captured_at
        from {{ moments }} as moments
        inner join {{ snapshots }} as snapshots
            on
                moments.event_id = snapshots.event_id
                and moments.moment_at >= snapshots.captured_at
        where
            snapshots.is_listed
            and snapshots.is_quoting
            and (
                moments.max_age_minutes is null
                or snapshots.captured_at
                >= moments.moment_at - moments.max_age_minutes * interval '1 minute'
            )
        group by
            moments.event_id,
            moments.moment,
            snapshots.request_kind,
            snapshots.markets,
            snapshots.bookmakers

    ),

    -- an unchanged price is as old as the last look that showed it, not as its last change
    seen as (

        select
            shown.event_id,
            shown.moment,
            shown.bookmaker_key,
            shown.base_market_key,
            shown.request_kind,
            max(looks.captured_at) as captured_at
        from (
            select distinct event_id, moment, bookmaker_key, base_market_key, request_kind from standing
        ) as shown
        inner join looks
            on
                shown.event_id = looks.event_id
                and shown.moment = looks.moment
                and shown.request_kind = looks.request_kind
                and shown.base_market_key = any(string_to_array(looks.markets, ','))
                and (
                    looks.bookmakers is null
                    or shown.bookmaker_key = any(string_to_array(looks.bookmakers, ','))
                )
        group by
            shown.event_id,
            shown.moment,
            shown.bookmaker_key,
            shown.base_market_key,
            shown.request_kind

    )

    select
        {{ quote_key('standing') }},
        standing.moment,
        standing.moment_at,
        standing.point,
        standing.american_price,
        standing.decimal_price,
        standing.base_market_key,
        standing.is_stale,
        standing.valid_from,
        standing.known_at,
        standing.market_updated_at,
        standing.response_id,
        seen.captured_at
    from standing
    inner join seen
        on
            standing.event_id = seen.event_id
            and standing.moment = seen.moment
            and standing.bookmaker_key = seen.bookmaker_key
            and standing.base_market_key = seen.base_market_key
            and standing.request_kind = seen.request_kind
{%- endmacro %}
