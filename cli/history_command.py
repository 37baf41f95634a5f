"""`odds history`: every change of the quotes of one game."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from analysis import history as history_queries
from analysis.warehouse import Record
from cli import display
from cli.board_command import check_keys, line_text, outcome_text
from cli.event_argument import RELATIONS, EventArgument, chosen_event
from cli.options import (
    AsOfOption,
    BookOption,
    CsvOption,
    JsonOption,
    MarketOption,
    PricesOption,
    TargetOption,
    ZoneOption,
)
from cli.reading import reading, warn_of_news
from cli.session import Answer, Session, run
from ingestion.errors import UsageError

OutcomeOption = Annotated[
    str | None,
    typer.Option(
        "--outcome", metavar="NAME", help="Only this outcome, as its book calls it.",
        show_default=False,
    ),
]  # fmt: skip


def history(
    *,
    event: EventArgument,
    market: MarketOption = None,
    book: BookOption = None,
    outcome: OutcomeOption = None,
    time_zone: ZoneOption = None,
    prices: PricesOption = None,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show every change of the quotes of one game: when, where, from what to what, who moved first.

    A change is seen at a look and lies after the one before. Moves tell the house that moved first
    and whether they were steam or a reverse move; with --as-of they do not, since later moves may
    have told.
    """

    def work(session: Session) -> Answer:
        needed = (*RELATIONS, *history_queries.RELATIONS)
        with reading(session.settings, *needed) as warehouse:
            warn_of_news(session, warehouse, *needed)
            found = chosen_event(warehouse, event, session)
            rows = history_queries.query(
                found["event_id"],
                moment=session.looks_from,
                is_past=session.as_of is not None,
            ).rows(warehouse)
        if not rows:
            check_keys(market_key=market, bookmaker_key=book)
        for column, value in (
            ("market_key", market),
            ("bookmaker_key", book),
            ("outcome_name", outcome),
        ):
            rows = only(rows, column, value, of=found["event_name"])
        return Answer(data={"event": found, "rows": rows}, page=_page(found, rows))

    run(
        "history", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv,
        time_zone=time_zone, prices=prices,
    )  # fmt: skip


def only(rows: list[Record], column: str, wanted: str | None, *, of: str) -> list[Record]:
    """The rows with one value in a column; where there are others only, says which.

    Raises:
        UsageError: there are rows, and none with this value.
    """
    if wanted is None or not rows:
        return rows
    held = sorted({row[column] for row in rows})
    if wanted not in held:
        what = column.removesuffix("_key").removesuffix("_name").replace("_", " ")
        raise UsageError(f"no {what} {wanted!r} of {of}: there are {', '.join(held)}")
    return [row for row in rows if row[column] == wanted]


def _page(event: Record, rows: Sequence[Record]) -> list[RenderableType]:
    if not rows:
        return [Text(f"{event['event_name']}: no quote was ever seen.")]
    grid = display.table(
        f"{event['event_name']} · {display.when_zoned(event['starts_at'])}",
        display.zoned("seen"), "market", "outcome", "book", "from", "to", "", "first",
        numbers=("from", "to"),
    )  # fmt: skip
    for row in rows:
        grid.add_row(
            display.to_the_second(row["valid_from"]),
            row["market_key"],
            Text(outcome_text(row)),
            row["bookmaker_key"],
            _quote_text(row, "previous_"),
            _quote_text(row),
            _remarks(row),
            row["first_mover"] or "",
        )
    return [grid]


def _quote_text(row: Record, prefix: str = "") -> str:
    """The line, where there is one, and the price; empty where none stood."""
    decimal_price = row[f"{prefix}decimal_price"]
    if decimal_price is None:
        return ""
    line = line_text({"market_key": row["market_key"], "point": row[f"{prefix}point"]})
    return f"{line} {display.price(decimal_price, row[f'{prefix}american_price'])}".strip()


def _remarks(row: Record) -> str:
    """What the change is, where it is not simply another price."""
    words = {
        "withdrawn": row["is_withdrawn"],
        "first seen": row["was_withdrawn"] is None and not row["is_withdrawn"],
        "offered again": row["was_withdrawn"] and not row["is_withdrawn"],
        "stale": row["is_stale"],
        "in play": row["is_in_play"],
        "steam": row["is_steam"],
        "reverse": row["is_reverse"],
    }
    return ", ".join(word for word, is_so in words.items() if is_so)
