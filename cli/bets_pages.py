"""How one's own bets look in a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from analysis.bet_report import BREAKDOWNS, CONVENTIONS
from analysis.warehouse import Record
from cli import display
from cli.board_command import line_text, outcome_text

NOTHING = "\N{EN DASH}"


def import_page(data: Mapping[str, Any]) -> list[RenderableType]:
    """How many bets came in, and what of them is not clear."""
    unmatched = data["unmatched"]
    facts = [
        ("bets", f"{data['bets']:,}"),
        ("new", f"{data['new']:,}"),
        ("corrected", f"{data['corrected']:,}"),
        ("held already", f"{data['already_held']:,}"),
        ("not clear", "not built yet" if unmatched is None else f"{len(unmatched):,} legs"),
    ]
    page: list[RenderableType] = [display.fact_table("Bets", facts)]
    if unmatched:
        grid = display.table("Not clear", "bet", "event", "market", "outcome", "book", "why")
        for leg in unmatched:
            grid.add_row(
                leg["bet_id"],
                Text(leg["told_event"] or ""),
                Text(leg["told_market"]),
                Text(leg["told_outcome"]),
                Text(leg["told_bookmaker"]),
                leg["unmatched_reason"],
            )
        page.append(grid)
    return page


def bets_page(bets: Sequence[Record]) -> list[RenderableType]:
    """A line a bet, and one for each leg of a parlay."""
    if not bets:
        return [Text("No bets: `odds bets template FILE` writes one to begin with.")]
    numbers = ("line", "price", "stake", "profit", "CLV", "left")
    grid = display.table(
        "Bets", display.zoned("placed"), "bet", "game", "market", "outcome", "line", "price",
        "book", "stake", "status", "profit", "CLV", "left", "why",
        numbers=numbers,
    )  # fmt: skip
    for bet in bets:
        is_single = bet["leg_count"] == 1
        cells = (
            _leg_cells(bet["legs"][0]) if is_single else [f"{bet['leg_count']} legs", "", "", ""]
        )
        grid.add_row(
            display.when(bet["placed_at"]),
            bet["bet_id"],
            *cells,
            display.price(bet["decimal_price"]),
            Text(bet["bookmaker_key"] or bet["told_bookmaker"]),
            _money(bet["stake"]) + (" free" if bet["is_free_bet"] else ""),
            bet["status"] + (" (disputed)" if bet["is_disputed"] else ""),
            _money(bet["profit"]),
            display.share(bet["clv"]),
            display.share(bet["left_on_table"]),
            bet["unmatched_reason"] or bet["pending_reason"] or "",
        )
        for leg in [] if is_single else bet["legs"]:
            grid.add_row(
                "", "", *_leg_cells(leg), display.price(leg["decimal_price"]), "", "",
                leg["outcome"] or "pending", "", display.share(leg["clv"]),
                display.share(leg["left_on_table"]),
                leg["unmatched_reason"] or leg["pending_reason"] or "",
            )  # fmt: skip
    return [grid]


def report_page(told: Mapping[str, Any], *, only: str | None) -> list[RenderableType]:
    """What the bets came to, a table a currency, then the four closes."""
    if not told["books"]:
        return [Text("No bets: `odds bets template FILE` writes one to begin with.")]
    page: list[RenderableType] = []
    for book in told["books"]:
        page.append(_book_table(book))
        names = BREAKDOWNS if only is None else {only: BREAKDOWNS[only]}
        page += [_breakdown_table(word, book["breakdowns"][by]) for word, by in names.items()]
    page.append(_conventions_table(told["conventions"]))
    return page


def _leg_cells(leg: Record) -> list[str | Text]:
    if leg["home_team"] is None:
        game = leg["told_event"] or ""
    else:
        game = f"{leg['away_team']} @ {leg['home_team']}"
    if leg["outcome_name"] is None or leg["market_key"] is None:
        return [Text(game), Text(leg["told_market"]), Text(leg["told_outcome"]), ""]
    return [Text(game), leg["market_key"], Text(outcome_text(leg)), line_text(leg)]


def _book_table(book: Mapping[str, Any]) -> RenderableType:
    facts = [
        (
            "bets",
            f"{book['bets']:,} ({book['pending']:,} pending, {book['unmatched']:,} unmatched)",
        ),
        (
            "won, lost",
            f"{book['won']:,}, {book['lost']:,}; {book['pushed']:,} pushed, {book['void']:,} void, "
            f"{book['cashed_out']:,} cashed out",
        ),
        ("turnover", _money(book["turnover"])),
        ("profit", _money(book["profit"])),
        ("yield", display.share(book["yield_"]) or NOTHING),
        ("yield, 95 % interval", _interval(book["yield_low"], book["yield_high"])),
        (
            "p, were they worth nothing",
            NOTHING if book["p_value"] is None else f"{book['p_value']:.3f}",
        ),
        ("free bets", f"{book['free_bets']:,}, which earned {_money(book['free_bet_profit'])}"),
        ("CLV", f"{display.share(book['clv_mean']) or NOTHING} of {book['clv_bets']:,} bets"),
        ("CLV, 95 % interval", _interval(book["clv_low"], book["clv_high"])),
        ("beat the close", display.share(book["beat_close_rate"], is_signed=False) or NOTHING),
        (
            "left on the table",
            f"{display.share(book['left_on_table_mean']) or NOTHING} of "
            f"{book['left_on_table_bets']:,} bets",
        ),
        ("disputed", f"{book['disputed']:,}"),
        ("profit not known", f"{book['unknown_profit']:,}"),
    ]
    return display.fact_table(f"Bets in {book['currency']}", facts)


def _breakdown_table(word: str, rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    numbers = ("bets", "turnover", "profit", "yield", "95 % interval", "CLV")
    grid = display.table(f"By {word}", word, *numbers, numbers=numbers)
    for row in rows:
        grid.add_row(
            row["group"],
            f"{row['bets']:,}",
            _money(row["turnover"]),
            _money(row["profit"]),
            display.share(row["yield_"]) or NOTHING,
            _interval(row["low"], row["high"]),
            display.share(row["clv_mean"]) or NOTHING,
        )
    return grid


def _conventions_table(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    numbers = ("price", "legs", "no vig", "legs ", "by points", "legs  ", "CLV", "95 % interval")
    grid = display.table("CLV by what the close is", "close", *numbers, numbers=numbers)
    for row in rows:
        grid.add_row(
            CONVENTIONS[row["convention"]],
            display.share(row["price_clv_mean"]) or NOTHING,
            f"{row['price_clv_legs']:,}",
            display.share(row["no_vig_clv_mean"]) or NOTHING,
            f"{row['no_vig_clv_legs']:,}",
            display.share(row["point_adjusted_clv_mean"]) or NOTHING,
            f"{row['point_adjusted_clv_legs']:,}",
            display.share(row["clv_mean"]) or NOTHING,
            _interval(row["clv_low"], row["clv_high"]),
        )
    return grid


def _money(amount: float | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"


def _interval(low: float | None, high: float | None) -> str:
    return NOTHING if low is None or high is None else f"{low:+.1%} to {high:+.1%}"
