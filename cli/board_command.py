"""`odds board`: the best prices of upcoming games."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from analysis.board import PAST_RELATIONS, RELATIONS, current_board, main_lines, past_board
from analysis.warehouse import Record
from cli import display
from cli.options import (
    AsOfOption,
    JsonOption,
    MarketOption,
    PricesOption,
    SportOption,
    TargetOption,
    ZoneOption,
)
from cli.reading import reading, warn_of_an_old_build, warn_of_news
from cli.session import Answer, Session, run
from ingestion.odds_api.catalogue import known

HANDICAPS = ("spread", "handicap")


def board(
    *,
    sport: SportOption = None,
    market: MarketOption = None,
    time_zone: ZoneOption = None,
    prices: PricesOption = None,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the best price of every outcome of the games to come, with its book and its age.

    Without --market it shows the line that most books offer; with --market every line.
    With --as-of it shows the board of that moment, from the change log.
    """

    def work(session: Session) -> Answer:
        rows, moment = read_board(session, sport_key=sport, market_key=market)
        if not rows:
            check_keys(sport_key=sport, market_key=market)
        shown = rows if market else main_lines(rows)
        return Answer(
            data={"rows": rows},
            page=board_page(shown, moment=moment),
            as_of=moment,
        )

    run(
        "board", work, target=target, as_of=as_of, as_json=as_json,
        time_zone=time_zone, prices=prices,
    )  # fmt: skip


def read_board(
    session: Session,
    *,
    sport_key: str | None = None,
    market_key: str | None = None,
    event_id: str | None = None,
) -> tuple[list[Record], datetime]:
    """The board of the moment asked for, else of now (or of what the last build was asked for)."""
    wanted = {"sport_key": sport_key, "market_key": market_key, "event_id": event_id}
    if session.as_of is not None:
        with reading(session.settings, *PAST_RELATIONS) as warehouse:
            warn_of_news(session, warehouse, *PAST_RELATIONS)
            return past_board(warehouse, session.as_of, **wanted), session.as_of
    with reading(session.settings, *RELATIONS) as warehouse:
        warn_of_an_old_build(session, warehouse)
        warn_of_news(session, warehouse, *RELATIONS)
        clock = warehouse.clock()
        moment = clock.moment if clock else session.looks_from
        return current_board(warehouse, **wanted), moment


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
        numbers=("line", *prices, "books", "age"),
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
        )
    return grid


def outcome_text(row: Record) -> str:
    """An outcome with whom it is about, where it says so."""
    return " ".join(filter(None, (row["outcome_description"], row["outcome_name"])))


def line_text(row: Record) -> str:
    """The point of a row, with a sign if it is a handicap."""
    is_handicap = any(word in row["market_key"] for word in HANDICAPS)
    return display.line(row["point"], is_handicap=is_handicap)
