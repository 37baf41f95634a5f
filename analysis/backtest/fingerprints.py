"""What a run's result follows from, as hashes: its setup, its data, the code."""

import hashlib
import json
import marshal
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.backtest.strategy import Strategy

DISTRIBUTION = "odds-warehouse"
# what was decided on, and what came of it
_OFFER_COLUMNS = (
    "decided_at",
    "event_id",
    "commence_time",
    "bookmaker_key",
    "market_key",
    "outcome_name",
    "outcome_description",
    "point",
    "american_price",
    "captured_at",
    "valid_from",
    "response_id",
)
_BET_COLUMNS = ("bet_number", "fill_status", "settlement", "settled_at", "home_score", "away_score")
# numbers that engines work out, each to its last digit in its own way
_RESULT_COLUMNS = (
    "net_decimal_price",
    "win_probability",
    "push_probability",
    "edge",
    "paper_stake",
    "paper_profit",
    "stake",
    "profit",
    "close_fair_probability",
    "price_clv",
    "no_vig_clv",
    "point_adjusted_clv",
    "own_price_clv",
    "beat_close",
)
_RESULT_DIGITS = 7


def canonical(value: Any) -> Any:
    """A setup as plain JSON values: times in ISO 8601, strategies with their name."""
    if is_dataclass(value) and not isinstance(value, type):
        named = {"name": value.name} if hasattr(value, "name") else {}
        members = {field.name: getattr(value, field.name) for field in fields(value)}
        return named | {name: canonical(member) for name, member in members.items()}
    if isinstance(value, Mapping):
        pairs = {
            "/".join(key) if isinstance(key, tuple) else key: each for key, each in value.items()
        }
        return {key: canonical(pairs[key]) for key in sorted(pairs)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [canonical(each) for each in value]
    if isinstance(value, float):
        # a negative zero is zero
        return value + 0.0
    return value


def digest(value: Any) -> str:
    """Sha256 of plain JSON values."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def data_hash(offers: pd.DataFrame, bets: pd.DataFrame) -> str:
    """Sha256 of the offers a strategy saw and of what became of its bets; the same on both engines.

    Prices count as american, times and points as shown: nothing that an engine computes.
    """
    parts = [*(offers[name] for name in _OFFER_COLUMNS), *(bets[name] for name in _BET_COLUMNS)]
    hashed = hashlib.sha256()
    for column in parts:
        hashed.update(_bytes_of(column))
    return hashed.hexdigest()


def results_hash(bets: pd.DataFrame) -> str:
    """Sha256 of opinions, stakes, profits and closing values, as far as both engines agree."""
    hashed = hashlib.sha256()
    for name in _RESULT_COLUMNS:
        hashed.update(_bytes_of(bets[name].astype(float).round(_RESULT_DIGITS)))
    return hashed.hexdigest()


def strategy_hash(strategy: Strategy) -> str:
    """Sha256 of the code a strategy is made of: its package's, or its file where it is shipped.

    An edit makes another attempt of it, wherever it lives.
    """
    hashed = hashlib.sha256(type(strategy).__qualname__.encode())
    sources = _sources_of(strategy)
    for path in sources:
        hashed.update(path.name.encode())
        hashed.update(path.read_bytes())
    if not sources:
        # typed into a session, it has no file
        hashed.update(marshal.dumps(type(strategy).select.__code__))
    return hashed.hexdigest()


def _sources_of(strategy: Strategy) -> list[Path]:
    top = type(strategy).__module__.partition(".")[0]
    folders = [Path(each) for each in getattr(sys.modules.get(top), "__path__", ())]
    if folders and top != __name__.partition(".")[0]:
        return sorted(path for folder in folders for path in folder.rglob("*.py"))
    file = Path(type(strategy).select.__code__.co_filename)
    return [file] if file.is_file() else []


@cache
def code_version() -> str:
    """The version of the distribution and a hash of the code that bets are made by."""
    folder = Path(__file__).resolve().parents[1]
    hashed = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        hashed.update(path.relative_to(folder).as_posix().encode())
        hashed.update(path.read_bytes())
    return f"{version(DISTRIBUTION)}+{hashed.hexdigest()[:12]}"


def _bytes_of(column: pd.Series) -> bytes:
    if pd.api.types.is_numeric_dtype(column.dtype):
        # one byte pattern for every missing number, and none for a negative zero
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0
        return np.where(np.isnan(numbers), np.nan, numbers).tobytes()
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return column.astype("datetime64[us, UTC]").astype("int64").to_numpy().tobytes()
    places, values = pd.factorize(column.astype(object).where(column.notna(), ""))
    known = "\x1f".join(str(value) for value in values).encode()
    return known + places.astype(np.int64).tobytes()
