"""What the pages of games are made from: every mart is read once for all of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from analysis import comparison, quotes
from analysis.query import Query, Wanted
from analysis.warehouse import Record, Warehouse

RELATIONS = (
    *comparison.RELATIONS,
    *quotes.CLOSES_RELATIONS,
    "marts.fct_odds_changes",
    "marts.fct_closing_distributions",
    "marts.fct_line_movements",
    "marts.fct_results",
    "marts.sharp_references",
)


@dataclass
class EventData:
    """One game: rows of the marts that tell of it."""

    changes: list[Record] = field(default_factory=list)
    standing: list[Record] = field(default_factory=list)
    closes: list[Record] = field(default_factory=list)
    consensus: list[Record] = field(default_factory=list)
    distribution: list[Record] = field(default_factory=list)
    moves: list[Record] = field(default_factory=list)
    results: list[Record] = field(default_factory=list)


@dataclass(frozen=True)
class Catalogue:
    """What is the same for all games: sharp books by rank, markets by key."""

    sharp_ranks: Mapping[str, int]
    market_kinds: Mapping[str, str]
    featured: Sequence[str]

    def sharp_of(self, books: Sequence[str]) -> str | None:
        """The sharp book that counts first among these."""
        ranked = [book for book in books if book in self.sharp_ranks]
        return min(ranked, key=self.sharp_ranks.__getitem__, default=None)


def catalogue(warehouse: Warehouse) -> Catalogue:
    """Read the books and markets that all games share."""
    ranks = warehouse.rows("select bookmaker_key, priority from marts.sharp_references")
    markets = warehouse.rows(
        "select market_key, market_kind, is_featured, is_lay from marts.dim_markets"
    )
    return Catalogue(
        sharp_ranks={row["bookmaker_key"]: row["priority"] for row in ranks},
        market_kinds={row["market_key"]: row["market_kind"] for row in markets},
        featured=sorted(
            row["market_key"] for row in markets if row["is_featured"] and not row["is_lay"]
        ),
    )


def event_data(
    warehouse: Warehouse,
    events: Sequence[Record],
    *,
    until: datetime,
    featured: Sequence[str],
) -> dict[str, EventData]:
    """Everything about these games that was known by a moment, by their ids.

    Args:
        warehouse: where to read.
        events: which games, rows of `dim_events`.
        until: changes seen later are left out.
        featured: the markets whose books stand side by side.
    """
    ids = [event["event_id"] for event in events]
    to_come = [event["event_id"] for event in events if event["starts_at"] > until]
    parts = {
        "changes": quotes.changes_query(ids, moment=until, is_of_paths=True),
        "closes": quotes.closes_query(wanted=Wanted(event_ids=ids)),
        **{name: Query(sql, [ids]) for name, sql in _PARTS.items()},
    }
    if to_come:
        # it takes a second even for no game
        parts["standing"] = comparison.now_query(warehouse, to_come, market_keys=featured)
    data = {event_id: EventData() for event_id in ids}
    for name, query in parts.items():
        found: defaultdict[str, list[Record]] = defaultdict(list)
        for row in query.rows(warehouse):
            found[row["event_id"]].append(row)
        for event_id, rows in found.items():
            setattr(data[event_id], name, rows)
    return data


_PARTS: Final[Mapping[str, str]] = {
    "consensus": """
        select
            prices.event_id, prices.market_key, prices.outcome_name, prices.outcome_description,
            prices.point, prices.moment, prices.fair_probability, prices.fair_decimal_price,
            prices.source_count, prices.dispersion, prices.sharp_bookmaker_key,
            prices.sharp_probability, prices.method
        from marts.fct_consensus_prices as prices
        inner join marts.dim_events as events
            on prices.event_id = events.event_id
        inner join marts.dim_markets as markets
            on prices.market_key = markets.market_key
        inner join marts.dim_default_methods as methods
            on
                events.sport_key = methods.sport_key
                and markets.market_kind = methods.market_kind
                and prices.method = methods.method
        where prices.moment in ('now', 'close') and prices.event_id = any(?)
        order by
            prices.event_id, prices.market_key, prices.outcome_description nulls first,
            prices.outcome_name, prices.point nulls first
    """,
    "distribution": """
        select event_id, score_kind, centre, threshold, above_probability, at_probability
        from marts.fct_closing_distributions
        where above_probability between 0.02 and 0.98 and event_id = any(?)
        order by event_id, score_kind, threshold
    """,
    "moves": """
        select
            event_id, moved_at, market_key, outcome_name, outcome_description, bookmaker_key,
            previous_point, point, previous_decimal_price, decimal_price, point_move,
            probability_move, is_steam, is_reverse, is_first_mover, minutes_to_start
        from marts.fct_line_movements
        where (is_steam or is_reverse) and event_id = any(?)
        order by event_id, moved_at desc, market_key, outcome_name, bookmaker_key
    """,
    "results": """
        select
            event_id, version, home_score, away_score, status, is_final, source, published_at,
            known_at
        from marts.fct_results
        where event_id = any(?)
        order by event_id, version
    """,
}
