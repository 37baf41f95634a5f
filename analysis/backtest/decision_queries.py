"""The SQL of the decision view: what stood at each decision, from marts, set-based.

What stood then is said by the macro that the marts use, too. No query reads a result, a close, or
where a start came to lie.
"""

from analysis.backtest.moments import Clock, Moment
from analysis.dbt_macros import quotes_standing_at

_KNOWN_COLUMN = {"published": "captured_at", "ingested": "known_at"}
_SECOND = "interval '1 second'"


def decisions_sql(moment: Moment, *, clock: Clock) -> tuple[str, list[object]]:
    """CTEs that end in `decisions`: an event with its teams, decided_at and commence_time a row.

    Parameters: those of the moment.
    """
    known = _KNOWN_COLUMN[clock]
    if moment.kind == "tier":
        return _first_in_tier(known), [moment.tier]
    if moment.kind == "before_start":
        return _last_announced(known, _BEFORE_START), [moment.seconds]
    return _last_announced(known, _TIME_OF_DAY), [moment.seconds] * 3


_BEFORE_START = f"snapshots.commence_time - cast(? as integer) * {_SECOND}"


# the last such time before the start: on its own day, or where that is later, the day before
_TIME_OF_DAY = f"""
                case
                    when
                        (
                            date_trunc('day', snapshots.commence_time at time zone sports.time_zone)
                            + cast(? as integer) * {_SECOND}
                        ) at time zone sports.time_zone < snapshots.commence_time
                        then (
                            date_trunc('day', snapshots.commence_time at time zone sports.time_zone)
                            + cast(? as integer) * {_SECOND}
                        ) at time zone sports.time_zone
                    else (
                        date_trunc('day', snapshots.commence_time at time zone sports.time_zone)
                        - interval '1 day'
                        + cast(? as integer) * {_SECOND}
                    ) at time zone sports.time_zone
                end"""


def _last_announced(known: str, decided_at: str) -> str:
    """Decisions at a time that follows from the start announced then; a later move changes none."""
    return f"""
        snapshots as (

            select
                *,
                lead({known}) over (
                    partition by event_id
                    order by {known}, captured_at, response_id collate "C"
                ) as next_known_at
            from marts.fct_event_sightings

        ),

        due as (

            select
                snapshots.event_id,
                snapshots.sport_key,
                snapshots.home_team,
                snapshots.away_team,
                snapshots.commence_time,
                snapshots.{known} as sighted_at,
                snapshots.next_known_at,
                {decided_at} as decided_at
            from snapshots
            inner join marts.sports as sports
                on snapshots.sport_key = sports.sport_key
            where snapshots.is_listed

        ),

        ranked as (

            select
                *,
                row_number() over (partition by event_id order by decided_at) as decision_rank
            from due
            where
                sighted_at <= decided_at
                and (next_known_at > decided_at or next_known_at is null)

        ),

        decisions as (

            select
                event_id,
                sport_key,
                home_team,
                away_team,
                decided_at,
                commence_time
            from ranked
            where decision_rank = 1

        )"""  # noqa: S608 - our own text; values are parameters


def _first_in_tier(known: str) -> str:
    """Decisions at the first snapshot of the event that falls into a tier."""
    return f"""
        ranked as (

            select
                snapshots.event_id,
                snapshots.sport_key,
                snapshots.home_team,
                snapshots.away_team,
                snapshots.{known} as decided_at,
                snapshots.commence_time,
                row_number() over (
                    partition by snapshots.event_id
                    order by snapshots.{known}, snapshots.response_id collate "C"
                ) as decision_rank
            from marts.fct_event_sightings as snapshots
            inner join marts.fetch_tiers as tiers
                on
                    snapshots.captured_at
                    <= snapshots.commence_time - tiers.from_hours * interval '1 hour'
                    and (
                        tiers.to_hours is null
                        or snapshots.captured_at
                        > snapshots.commence_time - tiers.to_hours * interval '1 hour'
                    )
            where
                tiers.tier = ?
                and snapshots.is_listed
                and snapshots.is_quoting
                and not snapshots.is_in_play
                and snapshots.{known} < snapshots.commence_time

        ),

        decisions as (

            select
                event_id,
                sport_key,
                home_team,
                away_team,
                decided_at,
                commence_time
            from ranked
            where decision_rank = 1

        )"""  # noqa: S608 - our own text; values are parameters


_STATES = """
        states as (

            select * from marts.fct_quote_states
            where market_key in (MARKETS)

        )"""
# what a response changed hangs on those before it, also on one that was ingested later: where there
# is such a one, a state counts from the first response that showed it and had been ingested
_STATES_AS_KNOWN = """
        published as (

            select states.*
            from wanted
            inner join marts.fct_quote_states as states
                on
                    wanted.event_id = states.event_id
                    and wanted.moment_at >= states.valid_from
            where states.market_key in (MARKETS)

        ),

        snapshots_known as (

            select snapshots.*
            from wanted
            inner join marts.fct_event_sightings as snapshots
                on
                    wanted.event_id = snapshots.event_id
                    and wanted.moment_at >= snapshots.known_at

        ),

        known as (

            select
                wanted.event_id,
                snapshots.known_at > wanted.moment_at as is_late,
                snapshots.captured_at,
                snapshots.request_kind,
                snapshots.markets,
                snapshots.bookmakers,
                snapshots.response_id
            from wanted
            inner join marts.fct_event_sightings as snapshots
                on
                    wanted.event_id = snapshots.event_id
                    and wanted.moment_at >= snapshots.captured_at

        ),

        disturbed as (

            select distinct event_id
            from known
            where is_late

        ),

        intervals as (

            select
                published.*,
                lead(valid_from) over (
                    partition by
                        event_id,
                        bookmaker_key,
                        market_key,
                        outcome_name,
                        outcome_description,
                        line
                    order by valid_from, response_id collate "C"
                ) as valid_to
            from published
            where event_id in (select disturbed.event_id from disturbed)

        ),

        showings as (

            select
                intervals.*,
                known.captured_at as shown_at,
                known.response_id as shown_by,
                row_number() over (
                    partition by
                        intervals.event_id,
                        intervals.bookmaker_key,
                        intervals.market_key,
                        intervals.outcome_name,
                        intervals.outcome_description,
                        intervals.line,
                        intervals.valid_from,
                        intervals.response_id
                    order by known.captured_at, known.response_id collate "C"
                ) as showing_rank
            from intervals
            inner join known
                on
                    intervals.event_id = known.event_id
                    and intervals.request_kind = known.request_kind
                    and known.captured_at >= intervals.valid_from
                    and (known.captured_at < intervals.valid_to or intervals.valid_to is null)
            where
                not known.is_late
                and intervals.base_market_key = any(string_to_array(known.markets, ','))
                and (
                    known.bookmakers is null
                    or intervals.bookmaker_key = any(string_to_array(known.bookmakers, ','))
                )

        ),

        compared as (

            select
                *,
                row_number() over quote_history as showing_number,
                lag(point) over quote_history as last_point,
                lag(decimal_price) over quote_history as last_price,
                lag(is_withdrawn) over quote_history as was_withdrawn,
                lag(is_stale) over quote_history as was_stale,
                lag(is_in_play) over quote_history as was_in_play,
                lag(request_kind) over quote_history as last_lane
            from showings
            where showing_rank = 1
            window quote_history as (
                partition by
                    event_id,
                    bookmaker_key,
                    market_key,
                    outcome_name,
                    outcome_description,
                    line
                order by shown_at, shown_by collate "C"
            )

        ),

        states as (

            select
                event_id,
                bookmaker_key,
                market_key,
                outcome_name,
                outcome_description,
                line,
                point,
                american_price,
                decimal_price,
                valid_from,
                known_at,
                market_updated_at,
                is_withdrawn,
                is_stale,
                is_in_play,
                request_kind,
                base_market_key,
                response_id
            from published
            where event_id not in (select disturbed.event_id from disturbed)
            union all
            select
                event_id,
                bookmaker_key,
                market_key,
                outcome_name,
                outcome_description,
                line,
                point,
                american_price,
                decimal_price,
                shown_at as valid_from,
                known_at,
                market_updated_at,
                is_withdrawn,
                is_stale,
                is_in_play,
                request_kind,
                base_market_key,
                shown_by as response_id
            from compared
            where
                showing_number = 1
                or point is distinct from last_point
                or decimal_price is distinct from last_price
                or is_withdrawn <> was_withdrawn
                or is_stale <> was_stale
                or is_in_play <> was_in_play
                or request_kind <> last_lane

        )"""


def standing_quotes_sql(*, clock: Clock, markets: int) -> str:
    """CTE `quotes` over `wanted` decisions: what could be taken at each, one row a quote.

    `wanted` has event_id, decided_at, commence_time, and as moments have them moment, moment_at
    (whose prices count) and max_age_minutes. Parameters: the market keys, as many as `markets`.
    """
    states, snapshots = _STATES, "marts.fct_event_sightings"
    if clock == "ingested":
        states, snapshots = _STATES_AS_KNOWN, "snapshots_known"
    return f"""
        {states.replace("MARKETS", ", ".join("?" * markets))},

        standing_quotes as (

            {quotes_standing_at(moments="wanted", states="states", snapshots=snapshots)}

        ),

        quotes as (

            select
                standing_quotes.*,
                wanted.decided_at,
                wanted.commence_time
            from standing_quotes
            inner join wanted
                on standing_quotes.event_id = wanted.event_id

        )"""  # noqa: S608 - our own text; values are parameters
