"""What each offer was worth: now, at a fixed moment before the start, or at any past one."""

from datetime import datetime

from analysis.query import EVERYTHING, Conditions, Query, Wanted
from analysis.valuation import LEARNED
from analysis.warehouse import Warehouse

NOW = "now"
RELATIONS = ("marts.fct_offers_valued", "marts.dim_events", "marts.price_moments")


def moments(warehouse: Warehouse) -> list[str]:
    """The names of the moments at which offers are valued: now, and the fixed ones."""
    return [
        NOW,
        *(row["moment"] for row in warehouse.rows("select moment from marts.price_moments")),
    ]


def query(warehouse: Warehouse, *, at: str | datetime = NOW, wanted: Wanted = EVERYTHING) -> Query:
    """One row per price that could be bet and that others can value, with the value it had.

    Args:
        warehouse: where to read; with a time it looks from there afterwards.
        at: `now`; the name of a fixed moment before the announced start (`1h`, `24h`: the seed
            `price_moments`); or a time, of which values that rest on what later games taught are
            left out.
        wanted: which offers.
    """
    where = Conditions()
    if isinstance(at, datetime):
        warehouse.look_from(at)
        where.add(f"offers.moment = 'now' and not ({LEARNED.format(table='offers')})")
    else:
        where.add("offers.moment = ?", at)
    where.equal("offers.sport_key", wanted.sport_key)
    where.equal("offers.market_key", wanted.market_key)
    where.equal("offers.bookmaker_key", wanted.bookmaker_key)
    where.one_of("offers.event_id", wanted.event_ids)
    return Query(
        f"""
        select
            offers.*,
            events.event_name
        from marts.fct_offers_valued as offers
        inner join marts.dim_events as events
            on offers.event_id = events.event_id
        where {where.sql}
        order by
            offers.moment_at,
            offers.event_id,
            offers.market_key,
            offers.outcome_description nulls first,
            offers.outcome_name,
            offers.point nulls first,
            offers.bookmaker_key
        """,  # noqa: S608 - our own conditions; values are parameters
        where.parameters,
    )
