"""The page of one game: its books side by side, their paths, fair prices, moves and result."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from analysis import odds_math
from analysis.reports import formats
from analysis.reports.charts import Chart
from analysis.reports.page import Frame, document
from analysis.site import event_charts
from analysis.site.event_data import Catalogue, EventData
from analysis.site.tables import Column, DataTable, words
from analysis.warehouse import Record

MOST_MOVES: Final = 60
_MARKET_TITLES: Final = {"h2h": "Moneyline", "spreads": "Spread", "totals": "Total"}


@dataclass(frozen=True)
class Path:
    """The path of one market."""

    title: str
    anchor: str
    chart: Chart


_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")


def address(event_id: str) -> str:
    """Where the page of a game lies, from the root of the site.

    An id comes from outside: what is no plain name of a file is called by its hash.
    """
    is_plain = _FILE_NAME.fullmatch(event_id)
    name = event_id if is_plain else hashlib.sha256(event_id.encode()).hexdigest()
    return f"events/{name}.html"


def render(event: Record, data: EventData, *, frame: Frame, catalogue: Catalogue) -> str:
    """The page of one game."""
    known = _Known(event, data, frame.as_of, catalogue)
    return document(
        "event.html",
        frame=frame,
        title=event["event_name"],
        event=event,
        facts=_facts(event),
        is_over=known.is_started,
        paths=_paths(known),
        books=_book_tables(known),
        fair=_fair_table(known),
        distribution=event_charts.distributions(data.distribution),
        moves=_moves_table(known),
        results=_results_table(known),
    )


@dataclass(frozen=True)
class _Known:
    """One game, and what its page looks from."""

    event: Record
    data: EventData
    as_of: datetime
    catalogue: Catalogue

    @property
    def is_started(self) -> bool:
        """Whether it has closes instead of prices to take."""
        return bool(self.event["starts_at"] <= self.as_of)

    @property
    def moment(self) -> str:
        """Which fair prices count."""
        return "close" if self.is_started else "now"

    def outcomes(self, found: Sequence[str]) -> list[str]:
        """Outcomes as people list them: away, home, and then by name."""
        first = [self.event["away_team"], self.event["home_team"]]
        return sorted(set(found), key=lambda name: (name not in first, first.index(name)
            if name in first else 0, name))  # fmt: skip


def _facts(event: Record) -> list[tuple[str, Any, str]]:
    """Name, value and kind of what stands at the top."""
    score = (
        formats.MISSING
        if event["home_score"] is None
        else f"{event['home_score']} : {event['away_score']}"
    )
    facts = [
        ("Start", event["starts_at"], "moment"),
        ("Status", event["status"], "text"),
        ("Score, home : away", score, "text"),
        ("Sport", event["sport_key"], "text"),
        ("Scheduled", event["scheduled_start_at"], "moment"),
        ("Seen in play since", event["observed_start_at"], "moment"),
        ("First seen", event["first_seen_at"], "moment"),
        ("Last seen", event["last_seen_at"], "moment"),
        ("Superseded by", event["superseded_by_event_id"], "text"),
        ("Event", event["event_id"], "key"),
    ]
    return [fact for fact in facts if fact[1] is not None]


def _paths(known: _Known) -> list[Path]:
    changes = known.data.changes
    books = sorted({change["bookmaker_key"] for change in changes})
    sharp = known.catalogue.sharp_of(books)
    found = []
    for market in sorted({change["market_key"] for change in changes}):
        rows = [change for change in changes if change["market_key"] == market]
        chart = event_charts.path(
            rows,
            panels=_panels(known, market, {change["outcome_name"] for change in rows}),
            sharp=sharp,
            books=books,
            moves=[move for move in known.data.moves if move["market_key"] == market],
            starts_at=known.event["starts_at"],
            until=known.as_of,
        )
        if chart is not None:
            found.append(Path(_title(market), f"path-{market}", chart))
    return found


def _panels(known: _Known, market: str, found: Collection[str]) -> list[tuple[str, str, str]]:
    """Title, outcome and column of the two panels of a market."""
    away, home = known.event["away_team"], known.event["home_team"]
    kind = known.catalogue.market_kinds.get(market)
    if kind == "spread" and home in found:
        return [("Home point", home, "point"), ("Home price", home, "decimal_price")]
    if kind == "total" and "Over" in found:
        return [("Point", "Over", "point"), ("Over price", "Over", "decimal_price")]
    if home in found and away in found:
        return [("Home price", home, "decimal_price"), ("Away price", away, "decimal_price")]
    return []


def _title(market: str) -> str:
    return _MARKET_TITLES.get(market, words(market).capitalize())


def _book_tables(known: _Known) -> list[DataTable]:
    """One table a market: every book with its prices and what it keeps of them."""
    quotes = known.data.closes if known.is_started else known.data.standing
    tables = []
    for market in known.catalogue.featured:
        of_market = [row for row in quotes if row["market_key"] == market]
        if of_market:
            tables.append(_book_table(known, market, of_market))
    return tables


def _book_table(known: _Known, market: str, quotes: Sequence[Record]) -> DataTable:
    outcomes = known.outcomes([row["outcome_name"] for row in quotes])
    kind = known.catalogue.market_kinds.get(market)
    reference = known.event["home_team"] if kind == "spread" else "Over"
    has_points = any(row["point"] is not None for row in quotes)
    books = _by_book(known, quotes, reference)
    sharp = known.catalogue.sharp_of([book["bookmaker_key"] for book in books])
    points = Counter(book["point"] for book in books if book["point"] is not None)
    point = points.most_common(1)[0][0] if points else None
    rows = [
        _book_row(book, outcomes, market=market, sharp=sharp, is_main=book["point"] == point)
        for book in books
    ]
    fair = _fair_row(known, market, outcomes, reference, point)
    heading = "Home point" if kind == "spread" else "Point"
    columns = [
        Column("name", "Book"),
        *([Column("point", heading, "line")] if has_points else []),
        *(Column(outcome, outcome, "price") for outcome in outcomes),
        Column("hold", "Hold", "fine percent", is_of_mart=False),
    ]
    if any(row["missing_reason"] for row in rows):
        columns.append(Column("missing_reason", "Missing", "words"))
    since = (
        Column("minutes_before_start", "Min before", "plain")
        if known.is_started
        else Column("captured_at", "Seen", "age moment")
    )
    return DataTable(
        id=f"books-{market}",
        title=_title(market),
        mart="marts.fct_closing_lines" if known.is_started else "marts.fct_quote_states",
        columns=[*columns, since],
        rows=[fair, *rows] if fair else rows,
        absent="No book had a price.",
        as_of=known.as_of,
    )


def _by_book(known: _Known, quotes: Sequence[Record], reference: str) -> list[dict[str, Any]]:
    """One row a book, with its quotes by outcome; of a book that lists many lines one for each."""
    books: dict[tuple[str, float], dict[str, Any]] = {}
    for row in quotes:
        line = row["line"] if known.is_started else row["point"]
        key = (row["bookmaker_key"], 0.0 if line is None else abs(line))
        book = books.setdefault(
            key, {"bookmaker_key": row["bookmaker_key"], "point": None, "quotes": {}}
        )
        book["quotes"][row["outcome_name"]] = row
        if row["outcome_name"] == reference:
            book["point"] = row["point"]
    return [book for _, book in sorted(books.items())]


def _book_row(
    book: Mapping[str, Any],
    outcomes: Sequence[str],
    *,
    market: str,
    sharp: str | None,
    is_main: bool,
) -> dict[str, Any]:
    name, quotes = book["bookmaker_key"], book["quotes"]
    row: dict[str, Any] = {
        "name": f"{name}{' (sharp)' if name == sharp else ''}",
        "market_key": market,
        "point": book["point"],
        "hold": _hold([quotes.get(outcome) for outcome in outcomes]),
        **dict.fromkeys(outcomes),
        **dict.fromkeys(("captured_at", "minutes_before_start", "missing_reason")),
    }
    for outcome, quote in quotes.items():
        row[outcome] = quote["decimal_price"]
        for fact in ("captured_at", "minutes_before_start", "missing_reason"):
            row[fact] = row[fact] or quote.get(fact)
        if is_main and quote.get("is_best"):
            row[f"{outcome} tone"] = "best"
    return row


def _hold(quotes: Sequence[Record | None]) -> float | None:
    """What the book keeps of all stakes, if it has a price of every outcome."""
    prices = [quote["decimal_price"] for quote in quotes if quote and quote["decimal_price"]]
    if len(quotes) < 2 or len(prices) < len(quotes):
        return None
    return odds_math.hold([odds_math.implied_probability(price) for price in prices])


def _fair_row(
    known: _Known, market: str, outcomes: Sequence[str], reference: str, point: Any
) -> dict[str, Any] | None:
    """What the books together make of the line that most of them have."""
    own = {
        reference: point,
        **{
            outcome: -point if point is not None and market == "spreads" else point
            for outcome in outcomes
            if outcome != reference
        },
    }
    fair = {
        row["outcome_name"]: row["fair_decimal_price"]
        for row in known.data.consensus
        if row["moment"] == known.moment
        and row["market_key"] == market
        and row["point"] == own.get(row["outcome_name"])
    }
    if not fair:
        return None
    return {
        "name": "fair, all books",
        "market_key": market,
        "point": point,
        "hold": None,
        "captured_at": None,
        "minutes_before_start": None,
        "missing_reason": None,
        **{outcome: fair.get(outcome) for outcome in outcomes},
    }


def _fair_table(known: _Known) -> DataTable:
    rows = [row for row in known.data.consensus if row["moment"] == known.moment]
    return DataTable(
        id="fair",
        title="Fair prices by point",
        mart="marts.fct_consensus_prices",
        columns=[
            Column("market_key", "Market"),
            Column("outcome_name", "Outcome"),
            Column("point", "Point", "line"),
            Column("fair_probability", "Fair", "fine percent"),
            Column("fair_decimal_price", "Fair price", "price"),
            Column("sharp_probability", "Sharp", "fine percent"),
            Column("sharp_bookmaker_key", "Sharp book"),
            Column("source_count", "Books", "count"),
            Column("dispersion", "Spread of opinions", "decimals"),
        ],
        rows=rows,
        absent="The books had no whole set of prices to take a margin out of.",
        as_of=known.as_of,
        note="What all books together make of each point, without their margin (default method), "
        + ("at the close." if known.is_started else "now."),
        filters=("market_key",),
    )


def _moves_table(known: _Known) -> DataTable:
    moves = known.data.moves
    return DataTable(
        id="moves",
        title="Steam and reverse moves",
        mart="marts.fct_line_movements",
        columns=[
            Column("moved_at", "Moved", "moment"),
            Column("market_key", "Market"),
            Column("outcome_name", "Outcome"),
            Column("bookmaker_key", "Book"),
            Column("previous_point", "Point before", "line"),
            Column("point", "Point", "line"),
            Column("previous_decimal_price", "Price before", "price"),
            Column("decimal_price", "Price", "price"),
            Column("probability_move", "Probability", "signed percent"),
            Column("is_first_mover", "First", "yes"),
            Column("is_steam", "Steam", "yes"),
            Column("is_reverse", "Reverse", "yes"),
        ],
        rows=moves[:MOST_MOVES],
        absent="No steam and no reverse move was seen.",
        as_of=known.as_of,
        cut=len(moves) if len(moves) > MOST_MOVES else 0,
        note="The newest first. A dash: there was too little to tell.",
    )


def _results_table(known: _Known) -> DataTable:
    return DataTable(
        id="result",
        title="Result",
        mart="marts.fct_results",
        columns=[
            Column("version", "Version", "count"),
            Column("home_score", "Home", "count"),
            Column("away_score", "Away", "count"),
            Column("status", "Status", "words"),
            Column("is_final", "Final", "yes"),
            Column("source", "Source"),
            Column("published_at", "Published", "moment"),
            Column("known_at", "Known", "moment"),
        ],
        rows=known.data.results,
        absent="There is no result yet.",
        as_of=known.as_of,
    )
