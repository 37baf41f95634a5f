"""`odds edges`: what pays more than it should, by the last look."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, get_args

import typer
from rich.console import RenderableType
from rich.text import Text

from analysis import edges as edge_queries
from analysis.edges import Kind
from analysis.filters import Filters
from analysis.warehouse import Record
from cli import display
from cli.board_command import check_keys, line_text, outcome_text
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
from cli.reading import reading, warn_of_an_old_build, warn_of_news
from cli.session import Answer, Session, run

Word = Literal["ev", "arb", "middle", "low-hold", "steam"]
KINDS: Mapping[Word, Kind] = dict(zip(get_args(Word), edge_queries.KINDS, strict=True))
TITLES: Mapping[Kind, str] = {
    "positive_ev": "Positive expected value",
    "arbitrage": "Arbitrage",
    "middle": "Middles",
    "low_hold": "Low hold",
    "steam": "Steam",
}

KindOption = Annotated[
    Word | None,
    typer.Option("--kind", help="Only edges of this kind.", show_default=False),
]
MinEvOption = Annotated[
    float | None,
    typer.Option(
        "--min-ev",
        metavar="SHARE",
        help="Only what is expected to pay at least this per unit staked (0.02): ev, arb, middle.",
        show_default=False,
    ),
]


def edges(
    *,
    kind: KindOption = None,
    min_ev: MinEvOption = None,
    sport: SportOption = None,
    market: MarketOption = None,
    team: TeamOption = None,
    day: DayOption = None,
    book: BookOption = None,
    time_zone: ZoneOption = None,
    prices: PricesOption = None,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show the edges of the last look: expected value, arbitrage, middles, low hold and steam.

    Each leg stands with its book, price and age; an edge counts while all its prices are fresh.
    Stakes of a set of legs are shares of all that is staked, and its decimal prices are after
    commission; the stake of a single bet is a share of the bankroll (a quarter of Kelly). Of a set
    --book and --market want one leg there. With --as-of it tells what was known then, without
    steam, which later moves decide.
    """

    def work(session: Session) -> Answer:
        moment = session.as_of
        kinds = _kinds(kind, is_past=moment is not None)
        if kind is None and moment is not None:
            session.warn("steam is left out: whether a move was steam may rest on moves after it")
        relations = edge_queries.RELATIONS if moment is None else edge_queries.PAST_RELATIONS
        with reading(session.settings, *relations) as warehouse:
            if moment is None:
                warn_of_an_old_build(session, warehouse)
            warn_of_news(session, warehouse, *relations)
            filters = Filters(sport=sport, market=market, book=book, team=team, day=day)
            wanted = filters.wanted(warehouse, moment)
            found: dict[Kind, list[Record]] = {
                each: edge_queries.query(
                    warehouse, each, moment=moment, wanted=wanted,
                    min_value=min_ev if kind or edge_queries.worth(each) else None,
                ).rows(warehouse)
                for each in kinds
            }  # fmt: skip
            looked_at = edge_queries.looked_at(warehouse, moment=moment, wanted=wanted)
            clock = warehouse.clock()
        if not any(found.values()):
            check_keys(sport_key=sport, market_key=market, bookmaker_key=book)
        return Answer(
            data={"looked_at": looked_at, **{str(each): rows for each, rows in found.items()}},
            page=[*_page(found), Text(_looked_at_text(looked_at))],
            as_of=moment or (clock.moment if clock else None),
        )

    run(
        "edges", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv,
        time_zone=time_zone, prices=prices,
    )  # fmt: skip


def _kinds(word: Word | None, *, is_past: bool) -> list[Kind]:
    if word is not None:
        return [KINDS[word]]
    return [kind for kind in edge_queries.KINDS if not (is_past and kind == "steam")]


def _page(found: Mapping[Kind, Sequence[Record]]) -> list[RenderableType]:
    tables: Mapping[Kind, Callable[[Sequence[Record]], RenderableType]] = {
        "positive_ev": _bets_table,
        "steam": _steam_table,
    }
    return [
        tables.get(kind, lambda rows, kind=kind: _sets_table(kind, rows))(rows)
        if rows
        else Text(f"{TITLES[kind]}: none")
        for kind, rows in found.items()
    ]


def _looked_at_text(looked_at: Record) -> str:
    if not looked_at["offers"]:
        return "Looked at no offer: there are no prices of games to come."
    return (
        f"Looked at {looked_at['offers']:,} offers of {looked_at['games']} games; "
        f"the last look was {display.age(looked_at['age_minutes'])} before."
    )


def _bets_table(rows: Sequence[Record]) -> RenderableType:
    prices = display.price_headings()
    numbers = ("line", *prices, "age", "fair", "EV", "worst case", "error", "stake")
    grid = display.table(
        TITLES["positive_ev"], display.zoned("start"), "game", "market", "outcome", "line", *prices,
        "book", "age", "fair", "EV", "worst case", "error", "stake", "counts",
        numbers=numbers,
    )  # fmt: skip
    for row in rows:
        grid.add_row(
            display.when(row["starts_at"]),
            Text(row["event_name"]),
            row["market_key"],
            Text(outcome_text(row)),
            line_text(row),
            *display.price_cells(row["decimal_price"], row["american_price"]),
            row["bookmaker_key"],
            display.age(row["age_minutes"]),
            display.price(row["fair_decimal_price"]),
            display.share(row["ev_default"]),
            display.share(row["ev_worst_case"]),
            display.share(row["ev_error"], is_signed=False),
            display.share(row["kelly_capped"], is_signed=False),
            _counts(row),
        )
    return grid


def _sets_table(kind: Kind, rows: Sequence[Record]) -> RenderableType:
    """A line a leg; what is of the whole set stands beside its first one."""
    gains = ("expected", "if missed") if kind == "middle" else ("gain", "worst case")
    prices = display.price_headings()
    grid = display.table(
        TITLES[kind], display.zoned("start"), "game", "market", "outcome", "line", *prices, "book",
        "age", "stake", *gains, "counts",
        numbers=("line", *prices, "age", "stake", *gains),
    )  # fmt: skip
    for row in rows:
        for number, leg in enumerate(edge_queries.legs(row)):
            is_first = number == 0
            grid.add_row(
                display.when(row["starts_at"]) if is_first else "",
                Text(row["event_name"] if is_first else ""),
                leg["market_key"],
                Text(outcome_text({**leg, "outcome_description": row["outcome_description"]})),
                line_text(leg),
                *display.price_cells(leg["net_decimal_price"], leg["american_price"]),
                leg["bookmaker_key"],
                display.age(leg["age_minutes"]),
                display.share(leg["stake_share"], is_signed=False),
                *(_gains(kind, row) if is_first else ("", "")),
                _counts(row) if is_first else "",
            )
    return grid


def _gains(kind: Kind, row: Record) -> tuple[str, str]:
    """What it brings, and what it brings at worst."""
    if kind == "middle":
        return display.share(row["expected_roi"]), display.share(0 - row["cost_if_missed"])
    return display.share(row["roi"]), display.share(row["guaranteed_roi"])


def _steam_table(rows: Sequence[Record]) -> RenderableType:
    grid = display.table(
        TITLES["steam"], display.zoned("start"), "game", "market", "outcome", "towards", "by",
        "houses", "first", display.zoned("since"), "age",
        numbers=("by", "houses", "age"),
    )  # fmt: skip
    for row in rows:
        points = row["mean_point_move"]
        grid.add_row(
            display.when(row["starts_at"]),
            Text(row["event_name"]),
            row["market_key"],
            Text(outcome_text(row)),
            row["direction"],
            f"{points:+.2g} points" if points else display.share(row["mean_probability_move"]),
            str(row["book_group_count"]),
            row["first_mover"],
            display.when(row["moved_after_at"]),
            display.age(row["age_minutes"]),
        )
    return grid


def _counts(row: Mapping[str, Any]) -> str:
    """Whether its prices are recent enough to be there still."""
    return "yes" if row["is_fresh"] else "too old"
