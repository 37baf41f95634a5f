"""Whether a price could have been had: was it still there at the next snapshot?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from analysis.backtest.columns import as_list
from analysis.frames import frame
from analysis.warehouse import Warehouse

RELATIONS = ("marts.fct_quote_states", "marts.fct_event_sightings")

_LATER_QUOTES = """
    with

    bets as (

        select
            unnest(cast(? as integer[])) as bet_number,
            unnest(cast(? as text[])) as event_id,
            unnest(cast(? as text[])) as bookmaker_key,
            unnest(cast(? as text[])) as market_key,
            unnest(cast(? as text[])) as outcome_name,
            unnest(cast(? as text[])) as outcome_description,
            unnest(cast(? as double precision[])) as line,
            unnest(cast(? as timestamp with time zone[])) as ready_at,
            unnest(cast(? as timestamp with time zone[])) as given_up_at

    ),

    states as (

        select
            bets.bet_number,
            bets.event_id,
            bets.bookmaker_key,
            bets.ready_at,
            bets.given_up_at,
            states.base_market_key,
            states.request_kind,
            states.point,
            states.decimal_price,
            states.is_withdrawn or states.is_stale or states.is_in_play as is_gone,
            states.valid_from,
            lead(states.valid_from) over (
                partition by bets.bet_number
                order by states.valid_from, states.response_id collate "C"
            ) as valid_to
        from bets
        inner join marts.fct_quote_states as states
            on
                bets.event_id = states.event_id
                and bets.bookmaker_key = states.bookmaker_key
                and bets.market_key = states.market_key
                and bets.outcome_name = states.outcome_name
                and bets.outcome_description is not distinct from states.outcome_description
                and bets.line is not distinct from states.line

    ),

    -- snapshots that ask for the quote, whether they list the event or not, as they found it
    seen as (

        select
            states.bet_number,
            snapshots.captured_at as seen_at,
            states.point,
            states.decimal_price,
            states.is_gone,
            row_number() over (
                partition by states.bet_number
                order by snapshots.captured_at, snapshots.response_id collate "C"
            ) as seen_rank
        from states
        inner join marts.fct_event_sightings as snapshots
            on
                states.event_id = snapshots.event_id
                and states.request_kind = snapshots.request_kind
                and snapshots.captured_at >= states.ready_at
                and snapshots.captured_at < states.given_up_at
                and snapshots.captured_at >= states.valid_from
                and (snapshots.captured_at < states.valid_to or states.valid_to is null)
        where
            snapshots.is_quoting
            and not snapshots.is_in_play
            and states.base_market_key = any(string_to_array(snapshots.markets, ','))
            and (
                snapshots.bookmakers is null
                or states.bookmaker_key = any(string_to_array(snapshots.bookmakers, ','))
            )

    )

    select
        bet_number,
        seen_at,
        point,
        decimal_price,
        is_gone
    from seen
    where seen_rank = 1
"""


@dataclass(frozen=True)
class FillModel:
    """What it takes to have got a bet down.

    A price counts as had if the first snapshot at least `delay_seconds` after the decision still
    shows that point at that price or a better one; the bet is at the price of the decision. A
    snapshot at the start or later, or over `within_minutes` after the delay, says nothing: what
    the market did by then is news, and bets that survive it are the bad ones. `limits` are the most
    a book takes on a market, by (book, market); `*` stands for any.
    """

    delay_seconds: int = 60
    within_minutes: float = 60.0
    limits: Mapping[tuple[str, str], float] | None = None

    def limit(self, bookmaker_key: str, market_key: str) -> float | None:
        """The most this book takes on this market; None without a limit."""
        known = self.limits or {}
        keys = [(bookmaker_key, market_key), (bookmaker_key, "*"), ("*", market_key), ("*", "*")]
        return next((known[key] for key in keys if key in known), None)


def filled(
    warehouse: Warehouse, bets: pd.DataFrame, *, model: FillModel, as_of: datetime | None = None
) -> pd.DataFrame:
    """One row per bet: `fill_status` and `filled_at`, when the price was seen again.

    Args:
        warehouse: where the marts are.
        bets: `bet_number`, the quote's key, `point`, `decimal_price`, `decided_at`,
            `commence_time`.
        model: what it takes.
        as_of: snapshots after it are not known yet.
    """
    if bets.empty:
        return pd.DataFrame({"fill_status": pd.Series(dtype=object), "filled_at": pd.NaT})
    later = frame(warehouse, _LATER_QUOTES, _parameters(bets, model=model, as_of=as_of))
    seen = bets[["bet_number"]].merge(later, on="bet_number", how="left")
    seen.index = bets.index
    is_line_moved = (seen["point"] != bets["point"]) & bets["point"].notna()
    is_worse = is_line_moved | (seen["decimal_price"] < bets["decimal_price"])
    status = np.select(
        [seen["seen_at"].isna(), seen["is_gone"].fillna(value=True).astype(bool), is_worse],
        ["not_seen_again", "withdrawn", "worse_price"],
        default="filled",
    )
    is_filled = status == "filled"
    return pd.DataFrame(
        {"fill_status": status, "filled_at": seen["seen_at"].where(is_filled)}, index=bets.index
    )


def _parameters(
    bets: pd.DataFrame, *, model: FillModel, as_of: datetime | None
) -> list[list[object]]:
    ready_at = bets["decided_at"] + pd.Timedelta(seconds=model.delay_seconds)
    given_up_at = ready_at + pd.Timedelta(minutes=model.within_minutes)
    if as_of is not None:
        # a snapshot of that very moment is known
        known_until = pd.Timestamp(as_of) + pd.Timedelta(microseconds=1)
        given_up_at = given_up_at.where(given_up_at < known_until, known_until)
    columns = [
        bets["bet_number"],
        bets["event_id"],
        bets["bookmaker_key"],
        bets["market_key"],
        bets["outcome_name"],
        bets["outcome_description"],
        bets["line"],
        ready_at,
        given_up_at.where(given_up_at < bets["commence_time"], bets["commence_time"]),
    ]
    return [as_list(column) for column in columns]
