"""One's own bets: what they came to, what they were worth by the close, and what is not clear."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from analysis import bet_report, bets
from analysis.backtest.luck import LEAST_BETS
from analysis.bets import WantedBets
from analysis.reports import charts, formats
from analysis.reports.charts import Chart
from analysis.site.pages import Card, Page
from analysis.site.tables import Column, DataTable, fine_percent, signed_percent
from analysis.site.view import View
from analysis.warehouse import Record

RELATIONS: Final = bets.RELATIONS
# a page stays below 2 MB
MOST_BETS: Final = 600
NONE: Final = "No bet is held yet: `odds bets template` prints a file to begin with."


def page(view: View, *, time_zone: str) -> Page:
    """What the bets came to by currency, the bets and their legs, and the four closes.

    Args:
        view: the warehouse.
        time_zone: whose days and months count.
    """
    held = bets.bets_with_legs(view.warehouse, WantedBets())
    if not held:
        return Page(title="My bets", lead=NONE)
    told = bet_report.report(view.warehouse, time_zone=time_zone)
    # the currency that most bets are of first
    books = sorted(told["books"], key=lambda book: -book["bets"])
    return Page(
        title="My bets",
        lead="Money of two currencies is never added up. CLV is what a bet was worth per unit "
        "staked if the close before the believed start is right.",
        cards=[card for book in books for card in _cards(book, group=_name(book))],
        tables=[
            *_by_group(view, books),
            _bets(view, held),
            _legs(view, held),
            _unmatched(view, held),
            _conventions(view, told["conventions"]),
        ],
    )


def _cards(book: Mapping[str, Any], *, group: str) -> list[Card]:
    """The headline numbers of one currency."""
    left_of = formats.counted(book["left_on_table_bets"], "bet")
    clv = formats.interval(book["clv_low"], book["clv_high"])
    told = [
        ("Bets", formats.count(book["bets"]), _standing(book)),
        ("Turnover", formats.money(book["turnover"]), "settled bets of one's own money"),
        ("Profit", formats.money(book["profit"]), _decided(book)),
        (
            "Yield",
            signed_percent(book["yield_"]),
            formats.interval(book["yield_low"], book["yield_high"]),
        ),
        (
            "CLV",
            signed_percent(book["clv_mean"]),
            f"of {formats.counted(book['clv_bets'], 'bet')}; {clv}",
        ),
        (
            "Beat the close",
            formats.percent(book["beat_close_rate"]),
            "of single bets with a close; half counts where they are equal",
        ),
        (
            "Left on the table",
            fine_percent(book["left_on_table_mean"]),
            f"the best price then over one's own, of {left_of}",
        ),
        (
            "Free bets",
            formats.count(book["free_bets"]),
            f"which earned {formats.money(book['free_bet_profit'])}, not in the profit",
        ),
        ("Disputed", formats.count(book["disputed"]), "settled otherwise than the rules say"),
    ]
    return [Card(*each, group=group) for each in told]


def _name(book: Mapping[str, Any]) -> str:
    currency = book["currency"]
    is_told = currency != bet_report.NOT_TOLD
    return f"In {currency}" if is_told else "In a currency that was not told"


def _standing(book: Mapping[str, Any]) -> str:
    told = f"{book['pending']:,} pending, {book['unmatched']:,} unmatched"
    unknown = book["unknown_profit"]
    return f"{told}, {unknown:,} settled without a profit told" if unknown else told


def _decided(book: Mapping[str, Any]) -> str:
    counts = {
        "won": book["won"],
        "lost": book["lost"],
        "pushed": book["pushed"],
        "void": book["void"],
        "cashed out": book["cashed_out"],
    }
    return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)


def _by_group(view: View, books: Sequence[Mapping[str, Any]]) -> list[DataTable]:
    """A table a currency: its bets by book, market, sport, month and odds."""
    settled = bet_report.settled(view.warehouse)
    tables = []
    for number, book in enumerate(books, start=1):
        rows = [
            {"by": word, **group}
            for word, column in bet_report.BREAKDOWNS.items()
            for group in book["breakdowns"][column]
        ]
        of_currency = settled[settled["currency"] == book["currency"]]
        chart = _profit_chart(of_currency)
        too_few = (
            f"A line of the profit is drawn from {LEAST_BETS} settled bets on; these are "
            f"{len(of_currency)}. "
            if chart is None
            else ""
        )
        tables.append(
            DataTable(
                id=f"came-to-{number}",
                title=f"{_name(book)}: by book, market, sport, month and odds",
                mart="marts.fct_bets",
                columns=[
                    Column("group", "Group"),
                    Column("by", "By"),
                    Column("bets", "Bets", "count"),
                    Column("turnover", "Turnover", "money"),
                    Column("profit", "Profit", "money"),
                    Column("yield_", "Yield", "signed percent"),
                    Column("low", "95%, low", "signed percent"),
                    Column("high", "95%, high", "signed percent"),
                    Column("clv_mean", "CLV", "signed percent"),
                ],
                rows=rows,
                absent="There are free bets only, or none whose profit is known.",
                as_of=view.as_of,
                note=f"{too_few}Free bets left out. A yield without an interval has too few bets "
                "or days to say anything.",
                filters=("by",),
                chart=chart,
            )
        )
    return tables


def _profit_chart(settled: pd.DataFrame) -> Chart | None:
    return charts.profit_beside_expected(settled) if len(settled) >= LEAST_BETS else None


def _bets(view: View, held: Sequence[Record]) -> DataTable:
    return DataTable(
        id="bets",
        title="Bets",
        mart="marts.fct_bets",
        columns=[
            Column("what", "Bet", link="page", under="about", is_of_mart=False),
            Column("placed_at", "Placed", "moment"),
            Column("book", "Book", is_of_mart=False),
            Column("stake", "Stake", "money", under="money"),
            Column("decimal_price", "Price", "price"),
            Column("status", "Status", "words", under="dispute"),
            Column("profit", "Profit", "money"),
            Column("clv", "CLV", "signed percent"),
            Column("left_on_table", "Left on the table", "fine percent"),
            Column("reason", "Because", "words", is_of_mart=False),
            Column("bet_id", "Id"),
        ],
        rows=[_bet_row(view, bet) for bet in held[:MOST_BETS]],
        cut=len(held) if len(held) > MOST_BETS else 0,
        absent=NONE,
        as_of=view.as_of,
        note="The latest first.",
        filters=("book", "status"),
    )


def _bet_row(view: View, bet: Record) -> dict[str, Any]:
    first, *others = bet["legs"]
    is_single = not others
    return {
        **bet,
        "what": _outcome(first) if is_single else f"{bet['leg_count']} legs",
        "about": _game(first) if is_single else " + ".join(map(_outcome, bet["legs"])),
        "page": view.page_of(first["event_id"]) if is_single else None,
        "book": bet["bookmaker_key"] or bet["told_bookmaker"],
        "money": " ".join(filter(None, (bet["currency"], "free" if bet["is_free_bet"] else ""))),
        "dispute": f"disputed: {bet['rules_status'] or 'rules'}" if bet["is_disputed"] else "",
        "reason": bet["unmatched_reason"] or bet["pending_reason"],
    }


def _legs(view: View, held: Sequence[Record]) -> DataTable:
    legs = [leg for bet in held for leg in bet["legs"]]
    return DataTable(
        id="legs",
        title="Legs",
        mart="marts.fct_bet_legs",
        columns=[
            Column("game", "Game", link="page", is_of_mart=False),
            Column("market_key", "Market"),
            Column("outcome_name", "Outcome", under="outcome_description"),
            Column("point", "Point", "line"),
            Column("decimal_price", "Price", "price"),
            Column("outcome", "Result", "words"),
            Column("close_decimal_price_start", "Its book closed", "price"),
            Column("clv_price_start", "Over it", "signed percent"),
            Column("clv", "CLV", "signed percent"),
            Column("best_decimal_price", "Best then", "price", under="best_bookmaker_key"),
            Column("reason", "Not settled because", "words", is_of_mart=False),
            Column("clv_missing_reason_start", "No CLV because", "words"),
            Column("leg_id", "Id"),
        ],
        rows=[
            {
                **leg,
                "game": _game(leg),
                "page": view.page_of(leg["event_id"]),
                "reason": leg["unmatched_reason"] or leg["pending_reason"],
            }
            for leg in legs[:MOST_BETS]
        ],
        cut=len(legs) if len(legs) > MOST_BETS else 0,
        absent=NONE,
        as_of=view.as_of,
    )


def _unmatched(view: View, held: Sequence[Record]) -> DataTable:
    rows = bets.unmatched(view.warehouse, [bet["bet_id"] for bet in held])
    return DataTable(
        id="unmatched",
        title="What could not be made out",
        mart="marts.fct_bet_legs",
        columns=[
            Column("bet_id", "Bet"),
            Column("leg_number", "Leg", "count"),
            Column("unmatched_reason", "Why", "words"),
            Column("told_event", "Game as told"),
            Column("told_market", "Market as told"),
            Column("told_outcome", "Outcome as told"),
            Column("told_bookmaker", "Book as told"),
        ],
        rows=rows[:MOST_BETS],
        cut=len(rows) if len(rows) > MOST_BETS else 0,
        absent="Every leg was matched with a game, a market, an outcome and a book.",
        as_of=view.as_of,
        note="Nothing is guessed: a bet that is imported again under its id with clearer words is "
        "a correction. One of an unknown book is settled all the same.",
    )


def _conventions(view: View, rows: Sequence[Mapping[str, Any]]) -> DataTable:
    return DataTable(
        id="conventions",
        title="CLV by what the close is",
        mart="marts.fct_bet_legs",
        columns=[
            Column("close", "Last price", is_of_mart=False),
            Column("clv_mean", "CLV", "signed percent"),
            Column("clv_low", "95%, low", "signed percent"),
            Column("clv_high", "95%, high", "signed percent"),
            Column("clv_legs", "Legs", "count"),
            Column("no_vig_clv_mean", "No vig", "signed percent"),
            Column("no_vig_clv_legs", "Legs", "count"),
            Column("point_adjusted_clv_mean", "By points", "signed percent"),
            Column("point_adjusted_clv_legs", "Legs", "count"),
            Column("price_clv_mean", "Its book's price", "signed percent"),
            Column("price_clv_legs", "Legs", "count"),
        ],
        rows=[{**row, "close": bet_report.CONVENTIONS[row["convention"]]} for row in rows],
        absent=NONE,
        as_of=view.as_of,
        note="All legs of all currencies. No vig: by the reference at the point of the leg, its "
        "margin taken out; by points: read off the score's distribution where the close has "
        "another point.",
    )


def _game(leg: Record) -> str | None:
    if leg["home_team"] is None:
        return leg["told_event"] or None
    return f"{leg['away_team']} @ {leg['home_team']}"


def _outcome(leg: Record) -> str:
    if leg["outcome_name"] is None:
        return str(leg["told_outcome"])
    is_handicap = leg["market_kind"] == "spread"
    point = formats.line(leg["point"], is_handicap=is_handicap)
    return " ".join(filter(None, (leg["outcome_description"], leg["outcome_name"], point)))
