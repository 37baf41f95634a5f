"""`odds board`: the best prices of upcoming games."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from analysis import board as board_queries
from analysis.filters import NO_FILTERS, Filters
from analysis.warehouse import Record
from cli import display
from cli.options import (
    AsOfOption,
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
from cli.reading import reading, warn_of_an_old_build, warn_of_news
from cli.session import Answer, Session, run
from ingestion.odds_api.catalogue import known

HANDICAPS = ("spread", "handicap")

BestBookOption = Annotated[
    str | None,
    typer.Option(
        "--book", metavar="KEY", help="Only where this book has the best price.", show_default=False
    ),
]


def board(
    *,
    sport: SportOption = None,
    market: MarketOption = None,
    team: TeamOption = None,
    day: DayOption = None,
    book: BestBookOption = None,
    time_zone: ZoneOption = None,
    prices: PricesOption = None,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show the best price of every outcome of the games to come, and what it is worth.

    Beside each price stand its book, its age, the fair price and the expected value of a bet (EV)
    by the other houses, and the fair price by all together (consensus); empty where nobody tells.
    Without --market it shows the line that most books offer; with --market every line. With --as-of
    it shows the board of that moment, from the change log, without values that later games taught.
    """

    def work(session: Session) -> Answer:
        filters = Filters(sport=sport, market=market, book=book, team=team, day=day)
        rows, moment = read_board(session, filters)
        if not rows:
            check_keys(sport_key=sport, market_key=market, bookmaker_key=book)
        shown = rows if market else board_queries.main_lines(rows)
        return Answer(
            data={"rows": rows},
            page=board_page(shown, moment=moment),
            as_of=moment,
        )

    run(
        "board", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv,
        time_zone=time_zone, prices=prices,
    )  # fmt: skip


def read_board(
    session: Session, filters: Filters = NO_FILTERS, *, event_id: str | None = None
) -> tuple[list[Record], datetime]:
    """The board of the moment asked for, else of now (or of what the last build was asked for)."""
    moment = session.as_of
    relations = board_queries.RELATIONS if moment is None else board_queries.PAST_RELATIONS
    with reading(session.settings, *relations) as warehouse:
        if moment is None:
            warn_of_an_old_build(session, warehouse)
        warn_of_news(session, warehouse, *relations)
        wanted = filters.wanted(warehouse, moment)
        if event_id is not None:
            wanted = replace(wanted, event_ids=[event_id])
        rows = board_queries.query(warehouse, moment=moment, wanted=wanted).rows(warehouse)
        clock = warehouse.clock()
    return rows, moment or (clock.moment if clock else session.looks_from)


def check_keys(
    *,
    sport_key: str | None = None,
    market_key: str | None = None,
    bookmaker_key: str | None = None,
) -> None:
    """Raise UsageError, with the nearest keys, for one that nobody knows."""
    if sport_key is not None:
        known().sport(sport_key)
    if market_key is not None:
        known().market(market_key)
    if bookmaker_key is not None:
        known().bookmaker(bookmaker_key, in_history=True)


def board_page(rows: Sequence[Record], *, moment: datetime) -> list[RenderableType]:
    """A table per game, from rows in the order of the board."""
    if not rows:
        return [Text(f"No prices of games to come, as of {display.moment_text(moment)}.")]
    page: list[RenderableType] = [Text(f"Board as of {display.moment_text(moment)}")]
    for _, offers in groupby(rows, key=lambda row: row["event_id"]):
        page.append(_game_table(list(offers), moment=moment))
    return page


def _game_table(offers: Sequence[Record], *, moment: datetime) -> RenderableType:
    game = offers[0]
    title = (
        f"{game['event_name']} · {display.when_zoned(game['starts_at'])}"
        f" ({display.until(game['starts_at'], seen_from=moment)}) · {game['event_id'][:8]}"
    )
    prices = display.price_headings()
    grid = display.table(
        title, "market", "outcome", "line", *prices, "book", "books", "age",
        "fair", "EV", "consensus",
        numbers=("line", *prices, "books", "age", "fair", "EV", "consensus"),
    )  # fmt: skip
    for offer in offers:
        grid.add_row(
            offer["market_key"],
            Text(outcome_text(offer)),
            line_text(offer),
            *display.price_cells(offer["decimal_price"], offer["american_price"]),
            offer["bookmaker_key"],
            str(offer["bookmaker_count"]),
            display.age(offer["age_minutes"]),
            display.price(offer["fair_decimal_price"]),
            display.share(offer["ev_default"]),
            display.price(offer["consensus_decimal_price"]),
        )
    return grid


def outcome_text(row: Record) -> str:
    """An outcome with whom it is about, where it says so."""
    return " ".join(filter(None, (row["outcome_description"], row["outcome_name"])))


def line_text(row: Record) -> str:
    """The point of a row, with a sign if it is a handicap."""
    is_handicap = any(word in row["market_key"] for word in HANDICAPS)
    return display.line(row["point"], is_handicap=is_handicap)
