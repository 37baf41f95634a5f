"""One's own bets: what became of them, and what they were worth by the close."""

from datetime import datetime
from typing import Final

import pandas as pd

from analysis.frames import frame
from analysis.warehouse import Record, Warehouse

RELATIONS: Final = ("marts.fct_bets", "marts.fct_bet_legs")
# what a close may be taken to be, as `fct_bet_legs` names its columns
CONVENTIONS: Final = ("announced_start", "start", "in_play", "removal")
_SETTLEMENTS: Final = {
    "won": "win",
    "lost": "loss",
    "push": "push",
    "void": "void",
    "half_won": "half_win",
    "half_lost": "half_loss",
}


def bets_of(
    warehouse: Warehouse,
    *,
    status: str | None = None,
    bookmaker_key: str | None = None,
    sport_key: str | None = None,
    since: datetime | None = None,
    is_unmatched: bool = False,
) -> list[Record]:
    """One row per bet, the latest first, with its legs as `legs`: rows of `fct_bet_legs`."""
    conditions = {
        "status = ?": status,
        "bookmaker_key = ?": bookmaker_key,
        "sport_key = ?": sport_key,
        "placed_at >= ?": since,
    }
    given = {text: value for text, value in conditions.items() if value is not None}
    where = [*given, *(["unmatched_reason is not null"] if is_unmatched else [])]
    bets = warehouse.rows(
        f"""
        select * from marts.fct_bets
        where {" and ".join(where) or "true"}
        order by placed_at desc, bet_id collate "C"
        """,  # noqa: S608 - our own conditions; values are parameters
        list(given.values()),
    )
    legs: dict[str, list[Record]] = {}
    for leg in warehouse.rows("select * from marts.fct_bet_legs order by bet_id, leg_number"):
        legs.setdefault(leg["bet_id"], []).append(leg)
    return [{**bet, "legs": legs.get(bet["bet_id"], [])} for bet in bets]


def unmatched(warehouse: Warehouse, bet_ids: list[str]) -> list[Record]:
    """The legs of these bets that found no game, market, outcome or book, with the reason."""
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


def bets_as_book(warehouse: Warehouse) -> pd.DataFrame:
    """The bets as `analysis.backtest` measures them, so that both are measured alike.

    Returns:
        One row per bet with `bet_number`, `decided_at`, `stake`, `profit`, `settlement`,
        `net_decimal_price`, the closing values of a single, and the columns of `fct_bets`. The stake
        of a free bet is none: what it earns counts, what it loses does not. A cash-out settles as
        a push, with its own profit.
    """
    bets = frame(
        warehouse,
        """
        select
            bets.*,
            legs.event_id,
            legs.outcome_name,
            legs.outcome_description,
            legs.clv_no_vig_start as no_vig_clv,
            legs.clv_point_adjusted_start as point_adjusted_clv,
            legs.close_fair_probability_start as close_fair_probability,
            legs.beat_close
        from marts.fct_bets as bets
        inner join marts.fct_bet_legs as legs
            on bets.bet_id = legs.bet_id and legs.leg_number = 1
        order by bets.placed_at, bets.bet_id collate "C"
        """,
    )
    return bets


__all__ = ["CONVENTIONS", "RELATIONS", "bets_as_book", "bets_of", "unmatched"]
