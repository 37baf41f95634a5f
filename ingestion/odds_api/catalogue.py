"""The sports, books and markets we know: the dbt seeds, read once."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TypeVar

from ingestion.errors import UsageError
from ingestion.settings import PROJECT_DIR

SEEDS_DIR = PROJECT_DIR / "dbt_project" / "seeds"
_SEEDS = {
    "sport": "dbt_project/seeds/sports.csv",
    "bookmaker": "dbt_project/seeds/bookmakers.csv",
    "market": "dbt_project/seeds/markets.csv",
}


@dataclass(frozen=True)
class Sport:
    """One sport key; `is_outright` marks a winner market without games."""

    key: str
    title: str
    has_scores: bool
    is_outright: bool


@dataclass(frozen=True)
class Bookmaker:
    """One bookmaker key; a retired one turns up in history only."""

    key: str
    title: str
    is_retired: bool


@dataclass(frozen=True)
class Market:
    """One market key; only a featured one is served for a whole sport."""

    key: str
    title: str
    kind: str
    is_featured: bool


Entry = TypeVar("Entry", Sport, Bookmaker, Market)


@dataclass(frozen=True)
class Catalogue:
    """Look-ups by key. Each raises UsageError for a key nobody knows, and suggests the nearest."""

    sports: Mapping[str, Sport]
    bookmakers: Mapping[str, Bookmaker]
    markets: Mapping[str, Market]

    def sport(self, key: str) -> Sport:
        """Return the sport of this key."""
        return _look_up("sport", key, self.sports)

    def bookmaker(self, key: str, *, in_history: bool = False) -> Bookmaker:
        """Return the book of this key; a retired key is known `in_history` only."""
        entry = _look_up("bookmaker", key, self.bookmakers)
        if entry.is_retired and not in_history:
            current = {k: book for k, book in self.bookmakers.items() if not book.is_retired}
            keys = _nearest(key, current)
            hint = f"; did you mean {' or '.join(keys)}?" if keys else ""
            raise UsageError(f"bookmaker {key!r} turns up in history only{hint}")
        return entry

    def market(self, key: str) -> Market:
        """Return the market of this key."""
        return _look_up("market", key, self.markets)


def load_catalogue(seeds_dir: Path = SEEDS_DIR) -> Catalogue:
    """Read sports.csv, bookmakers.csv and markets.csv."""
    return Catalogue(
        sports={
            row["sport_key"]: Sport(
                key=row["sport_key"],
                title=row["title"],
                has_scores=row["has_scores"] == "true",
                is_outright=row["is_outright"] == "true",
            )
            for row in _rows(seeds_dir / "sports.csv")
        },
        bookmakers={
            row["bookmaker_key"]: Bookmaker(
                key=row["bookmaker_key"],
                title=row["title"],
                is_retired=row["is_retired"] == "true",
            )
            for row in _rows(seeds_dir / "bookmakers.csv")
        },
        markets={
            row["market_key"]: Market(
                key=row["market_key"],
                title=row["title"],
                kind=row["market_kind"],
                is_featured=row["is_featured"] == "true",
            )
            for row in _rows(seeds_dir / "markets.csv")
        },
    )


@cache
def known() -> Catalogue:
    """Return the project's catalogue."""
    return load_catalogue()


def _look_up(what: str, key: str, entries: Mapping[str, Entry]) -> Entry:
    if key in entries:
        return entries[key]
    keys = _nearest(key, entries)
    hint = (
        f"did you mean {' or '.join(keys)}?"
        if keys
        else f"a new {what} needs a row in {_SEEDS[what]}"
    )
    raise UsageError(f"unknown {what} {key!r}: {hint}")


def _nearest(word: str, entries: Mapping[str, Entry]) -> list[str]:
    # people type the name they see (Caesars), the API wants its key (williamhill_us)
    names = {entry.title.lower(): key for key, entry in entries.items()} | {
        key: key for key in entries
    }
    near = get_close_matches(word.strip().lower(), list(names), n=3, cutoff=0.6)
    return list(dict.fromkeys(names[name] for name in near))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
