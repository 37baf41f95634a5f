"""Keys of sports, markets and books, held to those that the warehouse knows."""

from difflib import get_close_matches

from analysis.warehouse import Warehouse
from ingestion.errors import UsageError

_DIMENSIONS = {
    "sport": ("marts.dim_sports", "sport_key"),
    "market": ("marts.dim_markets", "market_key"),
    "book": ("marts.dim_bookmakers", "bookmaker_key"),
}


def check(warehouse: Warehouse, **keys: str | None) -> None:
    """Make sure that these are known, by the words of filters: `sport`, `market`, `book`.

    Raises:
        UsageError: one is not; the message names those like it.
    """
    for kind, key in keys.items():
        if key is None:
            continue
        relation, column = _DIMENSIONS[kind]
        rows = warehouse.rows(f"select {column} as known from {relation}")  # noqa: S608 - constants
        known = sorted(row["known"] for row in rows)
        if key not in known:
            near = get_close_matches(key.strip().lower(), known, n=3, cutoff=0.4)
            hint = f"did you mean {' or '.join(near)}?" if near else f"see {relation}"
            raise UsageError(f"no {kind} has the key {key!r}: {hint}")
