"""`odds compare`: every book side by side on one game."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from analysis import comparison
from analysis.warehouse import Record
from cli import display
from cli.board_command import check_keys, line_text, outcome_text
from cli.event_argument import RELATIONS, EventArgument, chosen_event
from cli.options import (
    AsOfOption,
    CsvOption,
    JsonOption,
    MarketOption,
    PricesOption,
    TargetOption,
    ZoneOption,
)
from cli.reading import reading, warn_of_an_old_build, warn_of_news
from cli.session import Answer, Session, run


def compare(
    *,
    event: EventArgument,
    market: MarketOption = None,
    time_zone: ZoneOption = None,
    prices: PricesOption = None,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show every book side by side on one game: prices, the best of each outcome, fair and hold.

    Fair is the book's own price without its margin, hold what it keeps of all stakes, both of a
    whole set of outcomes; consensus is the fair price by all books together. With --as-of it shows
    the prices of that moment, from the change log; of a game that has begun those before its start.
    """

    def work(session: Session) -> Answer:
        needed = (*RELATIONS, *comparison.RELATIONS)
        with reading(session.settings, *needed) as warehouse:
            if session.as_of is None:
                warn_of_an_old_build(session, warehouse)
            warn_of_news(session, warehouse, *needed)
            found = chosen_event(warehouse, event, session)
            moment = comparison.last_moment(found["starts_at"], until=session.looks_from)
            if moment != session.looks_from:
                session.warn(
                    f"the game began at {display.moment_text(found['starts_at'])}: "
                    "these are the last prices before"
                )
            rows = comparison.query(
                warehouse, found, moment=session.looks_from, market_key=market
            ).rows(warehouse)
        if not rows:
            check_keys(market_key=market)
        return Answer(
            data={"event": found, "rows": rows},
            page=_page(found, rows, moment=moment),
            as_of=moment,
        )

    run(
        "compare", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv,
        time_zone=time_zone, prices=prices,
    )  # fmt: skip


def _page(event: Record, rows: Sequence[Record], *, moment: datetime) -> list[RenderableType]:
    title = f"{event['event_name']} as of {display.moment_text(moment)}"
    if not rows:
        return [Text(f"{title}: no price.")]
    page: list[RenderableType] = [Text(title, style="bold")]
    for market_key, group in groupby(rows, key=lambda row: row["market_key"]):
        page.append(_market_table(market_key, list(group)))
    return page


def _market_table(market_key: str, rows: Sequence[Record]) -> RenderableType:
    prices = display.price_headings()
    numbers = ("line", *prices, "age", "fair", "hold", "consensus")
    grid = display.table(
        market_key, "outcome", "line", "book", *prices, "", "age", "fair", "hold", "consensus",
        numbers=numbers,
    )  # fmt: skip
    last = None
    for row in rows:
        outcome = (outcome_text(row), line_text(row))
        is_first = outcome != last
        last = outcome
        grid.add_row(
            Text(outcome[0] if is_first else ""),
            outcome[1] if is_first else "",
            row["bookmaker_key"],
            *display.price_cells(row["decimal_price"], row["american_price"]),
            "best" if row["is_best"] else "",
            display.age(row["age_minutes"]),
            display.price(row["fair_decimal_price"]),
            display.share(row["hold"], is_signed=False),
            display.price(row["consensus_decimal_price"]) if is_first else "",
        )
    return grid
