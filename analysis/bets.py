"""One's own bets and their legs: what became of them, and what they were worth by the close."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from analysis.query import Conditions, Query
from analysis.warehouse import Record, Warehouse

RELATIONS = ("marts.fct_bets", "marts.fct_bet_legs")


@dataclass(frozen=True)
class WantedBets:
    """Which bets a reader wants; null wants all."""

    status: str | None = None
    bookmaker_key: str | None = None
    sport_key: str | None = None
    since: datetime | None = None
    is_unmatched: bool = False


def query() -> Query:
    """One row per leg of a bet, by the time it was placed; what is the bet's is called `bet_…`."""
    return Query(
        """
        select
            bets.bet_kind,
            bets.bookmaker_key as bet_bookmaker_key,
            bets.stake as bet_stake,
            bets.currency as bet_currency,
            bets.decimal_price as bet_decimal_price,
            bets.status as bet_status,
            bets.profit as bet_profit,
            bets.source as bet_source,
            bets.unmatched_reason as bet_unmatched_reason,
            legs.*
        from marts.fct_bets as bets
        inner join marts.fct_bet_legs as legs
            on bets.bet_id = legs.bet_id
        order by bets.placed_at, bets.bet_id collate "C", legs.leg_number
        """
    )


def bets_with_legs(warehouse: Warehouse, wanted: WantedBets) -> list[Record]:
    """One row of `fct_bets` per bet, the latest first, with `legs`, rows of `fct_bet_legs`."""
    conditions = Conditions()
    conditions.equal("bets.status", wanted.status)
    conditions.equal("bets.bookmaker_key", wanted.bookmaker_key)
    conditions.equal("bets.sport_key", wanted.sport_key)
    if wanted.since is not None:
        conditions.add("bets.placed_at >= ?", wanted.since)
    if wanted.is_unmatched:
        conditions.add("bets.unmatched_reason is not null")
    bets = warehouse.rows(
        f"""
        select bets.* from marts.fct_bets as bets
        where {conditions.sql}
        order by bets.placed_at desc, bets.bet_id collate "C"
        """,  # noqa: S608 - our own conditions; values are parameters
        conditions.parameters,
    )
    legs: dict[str, list[Record]] = {bet["bet_id"]: [] for bet in bets}
    for leg in warehouse.rows("select * from marts.fct_bet_legs order by bet_id, leg_number"):
        if leg["bet_id"] in legs:
            legs[leg["bet_id"]].append(leg)
    return [{**bet, "legs": legs[bet["bet_id"]]} for bet in bets]


def unmatched(warehouse: Warehouse, bet_ids: Collection[str]) -> list[Record]:
    """The legs of these bets of which something could not be made out, with what that is."""
    rows = warehouse.rows(
        """
        select
            bet_id,
            leg_number,
            told_event,
            told_market,
            told_outcome,
            told_bookmaker,
            unmatched_reason
        from marts.fct_bet_legs
        where unmatched_reason is not null
        order by bet_id, leg_number
        """
    )
    wanted = set(bet_ids)
    return [row for row in rows if row["bet_id"] in wanted]
