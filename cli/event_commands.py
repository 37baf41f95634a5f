"""`odds events`, `odds show` and `odds movement`."""

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from analysis import events as event_queries
from analysis import quotes as quote_queries
from analysis.quotes import QuoteHistory, histories
from analysis.warehouse import Record, Warehouse
from cli import display
from cli.board_command import board_page, check_keys, line_text, outcome_text, read_board
from cli.options import AsOfOption, JsonOption, MarketOption, SportOption, TargetOption
from cli.reading import reading, warn_of_news
from cli.session import Answer, Session, run
from ingestion.errors import UsageError

PLOT_WIDTH = 32

EventArgument = Annotated[
    str, typer.Argument(metavar="EVENT", help="An event id, or the beginning of one.")
]
AllOption = Annotated[
    bool, typer.Option("--all", help="Also the games that are over, postponed or cancelled.")
]
BookOption = Annotated[
    str | None, typer.Option("--book", metavar="KEY", help="Only this book.", show_default=False)
]


def events(
    *,
    sport: SportOption = None,
    show_all: AllOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the games to come and under way, with their ids, starts and scores."""

    def work(session: Session) -> Answer:
        with reading(session.settings, *event_queries.RELATIONS) as warehouse:
            warn_of_news(session, warehouse, *event_queries.RELATIONS)
            rows = event_queries.events_at(
                warehouse, session.looks_from, sport_key=sport, is_over_included=show_all
            )
        if not rows:
            check_keys(sport_key=sport)
        return Answer(data={"rows": rows}, page=[_event_table(rows, session)])

    run("events", work, target=target, as_of=as_of, as_json=as_json)


def show(
    *,
    event: EventArgument,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one game: its start, its result, the best prices now, and how every book closed."""

    def work(session: Session) -> Answer:
        needed = (*event_queries.RELATIONS, *quote_queries.RELATIONS)
        with reading(session.settings, *needed) as warehouse:
            warn_of_news(session, warehouse, *needed)
            found = _one_event(warehouse, event, session)
            is_started = found["starts_at"] <= session.looks_from
            closes = _closes(warehouse, found["event_id"], session) if is_started else []
        prices = [] if is_started else read_board(session, event_id=found["event_id"])[0]
        page: list[RenderableType] = [display.fact_table(_title(found), _facts(found))]
        if prices:
            page += board_page(prices, moment=session.looks_from)
        if closes:
            page.append(close_table(closes))
        return Answer(
            data={"event": found, "best_prices": prices, "closing_lines": closes}, page=page
        )

    run("show", work, target=target, as_of=as_of, as_json=as_json)


def movement(
    *,
    event: EventArgument,
    market: MarketOption = None,
    book: BookOption = None,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how the pre-match prices of one game moved: first, lowest, highest, last, and a plot.

    The plot is of the decimal price from the first quote of the game on; gaps are withdrawals.
    """

    def work(session: Session) -> Answer:
        needed = (*event_queries.RELATIONS, *quote_queries.RELATIONS)
        with reading(session.settings, *needed) as warehouse:
            warn_of_news(session, warehouse, *needed)
            found = _one_event(warehouse, event, session)
            changes = quote_queries.changes_of(
                warehouse,
                found["event_id"],
                moment=session.looks_from,
                market_key=market,
                bookmaker_key=book,
            )
        if not changes:
            check_keys(market_key=market)
        until = min(found["starts_at"], session.looks_from)
        moved = histories(changes, until=until, buckets=PLOT_WIDTH)
        page: list[RenderableType] = [Text(_title(found), style="bold")]
        for market_key, group in groupby(moved, key=lambda history: history.first["market_key"]):
            page.append(_movement_table(market_key, list(group)))
        if not moved:
            page.append(Text("No pre-match quotes."))
        return Answer(data={"event": found, "changes": changes}, page=page)

    run("movement", work, target=target, as_of=as_of, as_json=as_json)


def close_table(closes: Sequence[Record]) -> RenderableType:
    """Closing lines with how long before the start they were seen, or why there is none."""
    grid = display.table(
        "Closing lines", "market", "outcome", "book", "line", "price", "american", "before start",
        "missing", numbers=("line", "price", "american", "before start"),
    )  # fmt: skip
    for close in closes:
        grid.add_row(
            close["market_key"],
            Text(outcome_text(close)),
            close["bookmaker_key"],
            line_text(close),
            display.decimal(close["decimal_price"]),
            display.american(close["american_price"]),
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


def _one_event(warehouse: Warehouse, wanted: str, session: Session) -> Record:
    found = event_queries.events_at(
        warehouse, session.looks_from, prefix=wanted, is_over_included=True
    )
    if not found or not wanted:
        raise UsageError(f"no event id begins with {wanted!r}: `odds events --all` lists them")
    exact = [event for event in found if event["event_id"] == wanted]
    if len(exact or found) > 1:
        ids = ", ".join(event["event_id"][:12] for event in found[:4])
        raise UsageError(f"{len(found)} event ids begin with {wanted!r} ({ids} …): give more of it")
    return (exact or found)[0]


def _event_table(rows: Sequence[Record], session: Session) -> RenderableType:
    grid = display.table(
        f"Events as of {display.moment_text(session.looks_from)}",
        "start (UTC)", "", "home", "away", "status", "score", "sport", "event",
    )  # fmt: skip
    for row in rows:
        grid.add_row(
            display.when(row["starts_at"]),
            display.until(row["starts_at"], seen_from=session.looks_from),
            row["home_team"],
            row["away_team"],
            row["status"],
            score_text(row),
            row["sport_key"],
            row["event_id"],
        )
    return grid if rows else Text("No events.")


def _title(event: Record) -> str:
    return f"{event['away_team']} @ {event['home_team']}"


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
    span = display.age(max(history.minutes for history in moved))
    grid = display.table(
        f"{market_key}, over {span}", "outcome", "book", "line", "first", "low", "high", "last",
        "changes", "price", numbers=("line", "first", "low", "high", "last", "changes"),
    )  # fmt: skip
    for history in moved:
        lines = dict.fromkeys([line_text(history.first), line_text(history.last)])
        grid.add_row(
            Text(outcome_text(history.first)),
            history.first["bookmaker_key"],
            " → ".join(lines),
            display.decimal(history.first["decimal_price"]),
            display.decimal(history.low),
            display.decimal(history.high),
            "withdrawn" if history.last["is_withdrawn"] else
            display.decimal(history.last["decimal_price"]),
            str(history.change_count),
            display.sparkline(history.plot),
        )  # fmt: skip
    return grid
