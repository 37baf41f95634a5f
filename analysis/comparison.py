"""Every book side by side on one event: what each asks, what is fair, who asks least."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from analysis import valuation
from analysis.dbt_macros import hold, quotes_standing_at
from analysis.query import Conditions, Query
from analysis.warehouse import Record, Warehouse

RELATIONS = (
    "marts.fct_quote_states",
    "marts.fct_event_sightings",
    "marts.fct_best_prices",
    "marts.fct_fair_prices",
    *valuation.RELATIONS[1:],
    "marts.dim_events",
)

_STANDING = quotes_standing_at(moments="moments", states="states", snapshots="sightings")


def now(warehouse: Warehouse) -> datetime:
    """From when the views of a warehouse look."""
    clock = warehouse.clock()
    return clock.moment if clock else datetime.now(UTC)


def last_moment(starts_at: datetime, *, until: datetime) -> datetime:
    """The last moment up to one at which a game had not begun: prices in play are not compared."""
    return min(until, starts_at - timedelta.resolution)


def query(
    warehouse: Warehouse,
    event: Record,
    *,
    moment: datetime | None,
    market_key: str | None = None,
) -> Query:
    """One row per price that stood at a moment: outcome by outcome, point by point, best first.

    Args:
        warehouse: where to read; it looks from that moment afterwards.
        event: a row of `dim_events`, as known at the moment.
        moment: null for now; once the game has begun the last one before its start counts.
        market_key: only this market.

    Returns:
        `decimal_price` and `american_price` as the book shows them, `captured_at` and `age_minutes`
        of its last look; `is_best` after commission, among books that can be backed at (null where
        the mart names no best price); `fair_probability` and `fair_decimal_price` by the book
        itself and `hold` of its set, by the default method, null where its set is not complete;
        `consensus_…` by all books together.
    """
    asked = moment or now(warehouse)
    at = last_moment(event["starts_at"], until=asked)
    if moment is not None or at != asked:
        warehouse.look_from(at)
    return _standing_at([event["event_id"]], at, None if market_key is None else [market_key])


def now_query(
    warehouse: Warehouse, event_ids: Sequence[str], *, market_keys: Sequence[str] | None = None
) -> Query:
    """The same rows, event by event, of several games to come, now."""
    return _standing_at(event_ids, now(warehouse), market_keys)


def _standing_at(
    event_ids: Sequence[str], at: datetime, market_keys: Sequence[str] | None
) -> Query:
    ids = list(event_ids)
    where = Conditions()
    where.one_of("prices.market_key", market_keys)
    return Query(
        f"""
        with

        moments as (

            select
                event_id,
                'asked' as moment,
                cast(? as timestamp with time zone) as moment_at,
                cast(null as double precision) as max_age_minutes
            from marts.dim_events
            where event_id = any(?)

        ),

        states as (

            select * from marts.fct_quote_states
            where event_id = any(?) and valid_from <= ?

        ),

        sightings as (

            select * from marts.fct_event_sightings
            where event_id = any(?) and captured_at <= ?

        ),

        prices as (

            {_STANDING}

        ),

        described as (

            select
                prices.*,
                methods.method
            from prices
            inner join marts.dim_events as events
                on prices.event_id = events.event_id
            left join marts.dim_markets as markets
                on prices.market_key = markets.market_key
            left join marts.dim_default_methods as methods
                on
                    events.sport_key = methods.sport_key
                    and markets.market_kind = methods.market_kind

        ),

        -- the version of each book's set that stood then
        fair as (

            select * from marts.fct_fair_prices
            where
                event_id = any(?)
                and captured_at <= ?
                and (valid_to > ? or valid_to is null)

        )

        select
            prices.event_id,
            prices.market_key,
            prices.outcome_name,
            prices.outcome_description,
            prices.point,
            prices.bookmaker_key,
            prices.decimal_price,
            prices.american_price,
            prices.bookmaker_key = best.bookmaker_key as is_best,
            prices.captured_at,
            cast(extract(epoch from (prices.moment_at - prices.captured_at)) / 60
                as double precision) as age_minutes,
            prices.valid_from,
            fair.fair_probability,
            fair.fair_decimal_price,
            {hold(implied_sum="(1 + fair.overround)")} as hold,
            consensus.fair_probability as consensus_probability,
            consensus.fair_decimal_price as consensus_decimal_price,
            consensus.source_count as consensus_count
        from described as prices
        left join marts.fct_best_prices as best
            on {valuation.same_outcome("best")}
        left join fair
            on
                prices.bookmaker_key = fair.bookmaker_key
                and prices.method = fair.method
                and {valuation.same_outcome("fair")}
        left join marts.fct_consensus_prices as consensus
            on
                consensus.moment = 'now'
                and prices.method = consensus.method
                and {valuation.same_outcome("consensus")}
        where {where.sql}
        order by
            prices.event_id,
            prices.market_key,
            prices.outcome_description nulls first,
            abs(prices.point) nulls first,
            prices.outcome_name,
            prices.point nulls first,
            prices.decimal_price desc,
            prices.bookmaker_key
        """,  # noqa: S608 - our own conditions; values are parameters
        [at, ids, ids, at, ids, at, ids, at, at, *where.parameters],
    )
