"""`odds events`, `odds show` and `odds movement`."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from analysis import events as event_queries
from analysis import quotes as quote_queries
from analysis.filters import Filters
from analysis.quotes import QuoteHistory, histories
from analysis.warehouse import Record, Warehouse
from cli import display
from cli.board_command import board_page, check_keys, line_text, outcome_text, read_board
from cli.event_argument import RELATIONS, EventArgument, chosen_event
from cli.history_command import only
from cli.options import (
    AsOfOption,
    BookOption,
    CsvOption,
    DayOption,
    JsonOption,
    MarketOption,
    PricesOption,
    SportOption,
    TargetOption,
    TeamOption,
    ZoneOption,
)
from cli.reading import reading, warn_of_news
from cli.session import Answer, Session, run

PLOT_WIDTH = 24

AllOption = Annotated[
    bool, typer.Option("--all", help="Also the games that are over, postponed or cancelled.")
]
QuotedByOption = Annotated[
    str | None,
    typer.Option(
        "--book", metavar="KEY", help="Only games that this book has quoted.", show_default=False
    ),
]


def events(
    *,
    sport: SportOption = None,
    team: TeamOption = None,
    day: DayOption = None,
    book: QuotedByOption = None,
    show_all: AllOption = False,
    time_zone: ZoneOption = None,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """List the games to come and under way, with their ids, starts and scores."""

    def work(session: Session) -> Answer:
        with reading(session.settings, *RELATIONS) as warehouse:
            warn_of_news(session, warehouse, *RELATIONS)
            filters = Filters(sport=sport, team=team, day=day)
            wanted = filters.wanted(warehouse, session.looks_from)
            rows = event_queries.events_at(
                warehouse,
                session.looks_from,
                sport_key=sport,
                event_ids=wanted.event_ids,
                is_over_included=show_all,
            )
            if book is not None:
                quoted = event_queries.quoted_by(warehouse, book, until=session.looks_from)
                rows = [row for row in rows if row["event_id"] in quoted]
        if not rows:
            check_keys(sport_key=sport, bookmaker_key=book)
        return Answer(data={"rows": rows}, page=[_event_table(rows, session)])

    run(
        "events", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv,
        time_zone=time_zone,
    )  # fmt: skip


def show(
    *,
    event: EventArgument,
    time_zone: ZoneOption = None,
    prices: PricesOption = None,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show one game: its start, its result, the best prices now, and how every book closed.

    A team or two name the game (`lakers`, `lakers celtics`, `lakers@celtics`), with the day by the
    league's date where need be (`lakers 2026-01-31`); of several games the message lists the ids.
    """

    def work(session: Session) -> Answer:
        needed = (*RELATIONS, *quote_queries.RELATIONS)
        with reading(session.settings, *needed) as warehouse:
            warn_of_news(session, warehouse, *needed)
            found = chosen_event(warehouse, event, session)
            is_started = found["starts_at"] <= session.looks_from
            closes = _closes(warehouse, found["event_id"], session) if is_started else []
        best = [] if is_started else read_board(session, event_id=found["event_id"])[0]
        page: list[RenderableType] = [display.fact_table(found["event_name"], _facts(found))]
        if best:
            page += board_page(best, moment=session.looks_from)
        if closes:
            page.append(close_table(closes))
        return Answer(
            data={"event": found, "best_prices": best, "closing_lines": closes}, page=page
        )

    run(
        "show", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv,
        time_zone=time_zone, prices=prices,
    )  # fmt: skip


def movement(
    *,
    event: EventArgument,
    market: MarketOption = None,
    book: BookOption = None,
    time_zone: ZoneOption = None,
    prices: PricesOption = None,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show how the pre-match quotes of one game moved: first, lowest, highest, last, and a plot.

    A spread or total is told by its line, with the price beside it, all else by its price. Plots
    run from the first quote of the game to the start, or to now; gaps are withdrawals.
    """

    def work(session: Session) -> Answer:
        needed = (*RELATIONS, *quote_queries.RELATIONS)
        with reading(session.settings, *needed) as warehouse:
            warn_of_news(session, warehouse, *needed)
            found = chosen_event(warehouse, event, session)
            changes = quote_queries.changes_of(
                warehouse, found["event_id"], moment=session.looks_from
            )
        if not changes:
            check_keys(market_key=market, bookmaker_key=book)
        changes = only(changes, "market_key", market, of=found["event_name"])
        changes = only(changes, "bookmaker_key", book, of=market or found["event_name"])
        until = min(found["starts_at"], session.looks_from)
        moved = histories(changes, until=until, buckets=PLOT_WIDTH)
        page: list[RenderableType] = [Text(found["event_name"], style="bold")]
        for market_key, group in groupby(moved, key=lambda history: history.first["market_key"]):
            page.append(_movement_table(market_key, list(group)))
        if not moved:
            page.append(Text("No pre-match quotes."))
        return Answer(data={"event": found, "changes": changes}, page=page)

    run(
        "movement", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv,
        time_zone=time_zone, prices=prices,
    )  # fmt: skip


def close_table(closes: Sequence[Record]) -> RenderableType:
    """Closing lines with how long before the start they were seen, or why there is none."""
    prices = display.price_headings()
    grid = display.table(
        "Closing lines", "market", "outcome", "book", "line", *prices, "before start", "missing",
        numbers=("line", *prices, "before start"),
    )  # fmt: skip
    for close in closes:
        grid.add_row(
            close["market_key"],
            Text(outcome_text(close)),
            close["bookmaker_key"],
            line_text(close),
            *display.price_cells(close["decimal_price"], close["american_price"]),
            display.age(close["minutes_before_start"]),
            close["missing_reason"] or "",
        )
    return grid


def score_text(event: Record) -> str:
    """The score as home:away, empty while there is none."""
    return "" if event["home_score"] is None else f"{event['home_score']}:{event['away_score']}"


def _closes(warehouse: Warehouse, event_id: str, session: Session) -> list[Record]:
    closes = quote_queries.closes_of(warehouse, event_id, moment=session.as_of)
    if not closes and session.as_of and quote_queries.closes_of(warehouse, event_id):
        session.warn(
            "the start has moved since then, and only closes of the one believed now are held: a "
            f"`dbt build` with ODDS_AS_OF={session.as_of.isoformat()} makes those of then"
        )
    return closes


def _event_table(rows: Sequence[Record], session: Session) -> RenderableType:
    grid = display.table(
        f"Events as of {display.moment_text(session.looks_from)}",
        display.zoned("start"), "", "game", "status", "score", "sport", "event",
    )  # fmt: skip
    for row in rows:
        grid.add_row(
            display.when(row["starts_at"]),
            display.until(row["starts_at"], seen_from=session.looks_from),
            Text(row["event_name"]),
            row["status"],
            score_text(row),
            row["sport_key"],
            row["event_id"],
        )
    return grid if rows else Text("No events.")


def _facts(event: Record) -> list[tuple[str, object]]:
    scheduled, observed = event["scheduled_start_at"], event["observed_start_at"]
    facts = [
        ("event", event["event_id"]),
        ("sport", event["sport_key"]),
        ("status", event["status"]),
        ("score (home:away)", score_text(event)),
        ("scheduled start", display.moment_text(scheduled)),
        ("observed start", display.moment_text(observed) if observed else ""),
        ("first seen", display.moment_text(event["first_seen_at"])),
        ("last seen", display.moment_text(event["last_seen_at"])),
        ("superseded by", event["superseded_by_event_id"] or ""),
    ]
    return [(name, value) for name, value in facts if value]


def _movement_table(market_key: str, moved: Sequence[QuoteHistory]) -> RenderableType:
    is_by_line = any(history.lines for history in moved)
    plots = ("line", "price") if is_by_line else ("price",)
    since, until = moved[0].since, moved[0].until
    grid = display.table(
        f"{market_key}, {display.when(since)} to {display.when_zoned(until)}"
        f" ({display.age((until - since) / timedelta(minutes=1))})",
        "outcome", "book", "first", display.zoned("seen"), "low", "high", "last",
        display.zoned("changed"), "changes", *plots,
        numbers=("first", "low", "high", "last", "changes"),
    )  # fmt: skip
    for history in moved:
        first, last = history.first, history.last
        lows = (history.low_line, history.high_line) if is_by_line else (history.low, history.high)
        low, high = (_line_or_price(each, market_key, is_by_line=is_by_line) for each in lows)
        plotted = (history.lines, history.prices) if is_by_line else (history.prices,)
        grid.add_row(
            Text(outcome_text(first)),
            first["bookmaker_key"],
            _quote_text(first),
            display.when(first["valid_from"]),
            low,
            high,
            "withdrawn" if last["is_withdrawn"] else _quote_text(last),
            display.when(last["valid_from"]) if history.change_count else "",
            str(history.change_count),
            *map(display.sparkline, plotted),
        )
    return grid


def _quote_text(quote: Record) -> str:
    """The line, where there is one, and the price."""
    price = display.price(quote["decimal_price"], quote["american_price"])
    return f"{line_text(quote)} {price}".strip()


def _line_or_price(value: float | None, market_key: str, *, is_by_line: bool) -> str:
    if is_by_line:
        return line_text({"point": value, "market_key": market_key})
    return display.price(value)
