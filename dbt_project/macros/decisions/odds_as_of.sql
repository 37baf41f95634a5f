{#-
    The quotes a bettor could have taken at each decision: the last state of a quote by then, unless it
    was withdrawn, stale or in play, and only where a snapshot that asks for it is not older than
    `max_age_minutes`. `decisions` has event_id, moment, decided_at and max_age_minutes.
-#}
{% macro odds_as_of(decisions, states, sightings) -%}
    select
        {{ quote_key('standing') }},
        standing.moment,
        standing.decided_at,
        standing.point,
        standing.american_price,
        standing.decimal_price,
        standing.valid_from,
        standing.market_updated_at,
        standing.response_id,
        max(seen.captured_at) as captured_at
    from (
        select
            states.*,
            decisions.moment,
            decisions.decided_at,
            row_number() over (
                partition by decisions.moment, {{ quote_key('states') }}
                order by states.valid_from desc, states.response_id collate "C" desc
            ) as recency_rank
        from {{ decisions }} as decisions
        inner join {{ states }} as states
            on
                decisions.event_id = states.event_id
                and decisions.decided_at >= states.valid_from
    ) as standing
    inner join (
        select
            decisions.event_id,
            decisions.moment,
            sightings.lane,
            sightings.markets,
            sightings.bookmakers,
            max(sightings.captured_at) as captured_at
        from {{ decisions }} as decisions
        inner join {{ sightings }} as sightings
            on
                decisions.event_id = sightings.event_id
                and decisions.decided_at >= sightings.captured_at
        where
            sightings.is_listed
            and sightings.is_quoting
            and {{ minutes_between('sightings.captured_at', 'decisions.decided_at') }}
            <= decisions.max_age_minutes
        group by
            decisions.event_id,
            decisions.moment,
            sightings.lane,
            sightings.markets,
            sightings.bookmakers
    ) as seen
        on
            standing.event_id = seen.event_id
            and standing.moment = seen.moment
            and standing.lane = seen.lane
            and standing.base_market_key = any(string_to_array(seen.markets, ','))
            and (
                seen.bookmakers is null
                or standing.bookmaker_key = any(string_to_array(seen.bookmakers, ','))
            )
    where
        standing.recency_rank = 1
        and not standing.is_withdrawn
        and not standing.is_stale
        and not standing.is_in_play
    group by
        {{ quote_key('standing') }},
        standing.moment,
        standing.decided_at,
        standing.point,
        standing.american_price,
        standing.decimal_price,
        standing.valid_from,
        standing.market_updated_at,
        standing.response_id
{%- endmacro %}
