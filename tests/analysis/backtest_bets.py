"""Frames of bets for tests: the columns of a run, of bets described in a few words each."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

START = datetime(2025, 1, 1, 18, tzinfo=UTC)
PAYS = {"win": 1.0, "half_win": 0.5, "push": 0.0, "void": 0.0, "half_loss": -0.5, "loss": -1.0}
TIMES = ("decided_at", "commence_time", "captured_at", "valid_from", "filled_at", "settled_at")


def bet(
    settlement: str | None,
    *,
    day: float = 0.0,
    stake: float = 100.0,
    price: float = 2.0,
    **columns: Any,
) -> dict[str, Any]:
    """One bet, decided at 18:00 UTC plus `day` days and settled six hours later."""
    decided_at = START + timedelta(days=day)
    won = PAYS.get(settlement or "", np.nan)
    profit = stake * won * (price - 1 if won > 0 else 1)
    row = {
        "bet_id": "b",
        "run_id": "r",
        "bet_group": None,
        "event_id": None,
        "sport_key": "basketball_nba",
        "home_team": "Home",
        "away_team": "Away",
        "market_key": "h2h",
        "market_kind": "moneyline",
        "outcome_name": "Home",
        "outcome_description": None,
        "point": np.nan,
        "bookmaker_key": "book_a",
        "american_price": 100,
        "decimal_price": price,
        "net_decimal_price": price,
        "decided_at": decided_at,
        "commence_time": decided_at + timedelta(hours=2),
        "minutes_to_start": 120.0,
        "captured_at": decided_at,
        "valid_from": decided_at,
        "response_id": "x",
        "win_probability": np.nan,
        "push_probability": np.nan,
        "edge": np.nan,
        "fill_status": "filled",
        "filled_at": decided_at,
        "paper_stake": stake,
        "paper_profit": profit,
        "stake": stake,
        "profit": profit,
        "settlement": settlement,
        "settled_at": decided_at + timedelta(hours=6) if settlement else None,
        "home_score": np.nan,
        "away_score": np.nan,
        "close_fair_probability": np.nan,
        "close_push_probability": 0.0,
        "price_clv": np.nan,
        "implied_clv": np.nan,
        "no_vig_clv": np.nan,
        "points_clv": np.nan,
        "point_adjusted_clv": np.nan,
        "own_price_clv": np.nan,
        "beat_close": np.nan,
        "clv_missing_reason": None,
    }
    return row | columns


def frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """The bets as a frame, numbered in their order, each of its own event unless it says which."""
    columns = list(bet(None))
    bets = pd.DataFrame(list(rows), columns=columns)
    numbers = pd.Series(range(1, len(bets) + 1), dtype="int64")
    bets.insert(2, "bet_number", numbers)
    bets["event_id"] = bets["event_id"].where(bets["event_id"].notna(), numbers.astype(str))
    for column in TIMES:
        bets[column] = pd.to_datetime(bets[column], utc=True).astype("datetime64[us, UTC]")
    return bets


def season(
    generator: np.random.Generator,
    *,
    dates: int = 170,
    bets_a_date: float = 10.0,
    price: float = 1.91,
    win_probability: float = 0.53,
    day_effect: float = 0.0,
    is_even: bool = False,
    games_a_date: int = 0,
) -> pd.DataFrame:
    """Flat bets on so many dates; those of one date share a good or bad day of that size.

    As many on each date if `is_even`; of bets on `games_a_date` games those on one are one side's.
    """
    counts = np.maximum(generator.poisson(bets_a_date, dates), 1)
    if is_even:
        counts = np.full(dates, int(bets_a_date))
    shift = day_effect * generator.choice([-1.0, 1.0], dates)
    day = np.repeat(np.arange(dates), counts)
    game = np.arange(len(day))
    if games_a_date:
        game = day * games_a_date + game % games_a_date
    won = generator.random(len(day))[game] < (win_probability + shift[day])
    rows = pd.DataFrame([bet("win", price=price)]).loc[np.zeros(len(day), dtype=int)]
    bets = rows.reset_index(drop=True).assign(
        bet_number=np.arange(1, len(day) + 1),
        event_id=[str(number) for number in game],
        settlement=np.where(won, "win", "loss"),
        profit=np.where(won, 100 * (price - 1), -100.0),
        paper_profit=np.where(won, 100 * (price - 1), -100.0),
    )
    for column in TIMES:
        moments = pd.to_datetime(bets[column], utc=True) + pd.to_timedelta(day, unit="D")
        bets[column] = moments.astype("datetime64[us, UTC]")
    return bets
