"""The page of one backtest run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from analysis.reports import charts, formats
from analysis.reports.charts import Chart
from analysis.reports.page import Frame, document

MOST_ROWS: Final = 5_000
SHORT_RESPONSE: Final = 10

_BREAKDOWN_TITLES: Final = {
    "bookmaker_key": "Returns by book",
    "market_kind": "Returns by market",
    "sport_key": "Returns by sport",
    "month": "Returns by month",
    "hours_to_start": "Returns by hours to start",
    "odds": "Returns by odds",
}
_HEADINGS: Final = (
    ("Bet", "number"),
    ("Response", "text"),
    ("Decided", "text"),
    ("Event", "text"),
    ("Pick", "text"),
    ("Market", "text"),
    ("Hours to start", "number"),
    ("Book", "text"),
    ("Price", "number"),
    ("Edge", "number"),
    ("Stake", "number"),
    ("Fill", "text"),
    ("Result", "text"),
    ("Profit", "number"),
    ("Paper profit", "number"),
    ("CLV", "number"),
)
_FILTERED: Final = ("Market", "Book", "Fill", "Result")
_PENDING: Final = "pending"


@dataclass(frozen=True, eq=False)
class RunReport:
    """What a page tells of one run; every text is shown as it stands.

    Attributes:
        title: what the run is called.
        facts: name and value of what fixes the run: its id, its configuration, its data, its
            period, and how many trials there were so far.
        warnings: what a reader must know before believing a number.
        headline: name, value and note of each headline number; see `yield_note`.
        bets: one row a bet.
        daily: `date`, `profit`, `bankroll`, `drawdown`, `open_exposure` of the executable book.
        band: `date`, `low`, `middle`, `high`: 5, 50 and 95 % of the resampled bankrolls.
        breakdowns: by the name of the column or band, one row a group: `group`, `bets`,
            `turnover`, `profit`, `yield_`, `low`, `high`, `clv_mean`.
        paper: value and note of the same headline numbers had every price been taken.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    headline: Sequence[tuple[str, str, str]]
    bets: pd.DataFrame
    daily: pd.DataFrame
    band: pd.DataFrame
    breakdowns: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    paper: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    warnings: Sequence[str] = ()

    def __post_init__(self) -> None:
        on_paper = [(name, *words) for name, words in self.paper.items()]
        for name, value, note in [*self.headline, *on_paper]:
            is_told = value != formats.MISSING
            if "yield" in name.lower() and is_told and not note.strip():
                raise ValueError(f"{name} {value} stands without its interval: see yield_note")


@dataclass(frozen=True)
class Section:
    """A part of a page: a chart, or why there is none, and the numbers behind it."""

    title: str
    chart: Chart | None
    absent: str
    note: str = ""
    groups: Sequence[Any] = ()


@dataclass(frozen=True)
class _Card:
    """One headline number beside the same on paper."""

    name: str
    value: str
    note: str
    paper_value: str
    paper_note: str


@dataclass(frozen=True)
class _Row:
    """One bet of the table and what its details say."""

    bet_id: str
    response_id: str
    anchor: str
    cells: Sequence[str]
    details: Sequence[tuple[str, str]]


def yield_note(
    *,
    low: float | None,
    high: float | None,
    bets: int,
    p_value: float | None,
    trials: int,
) -> str:
    """The words without which no yield may stand.

    Args:
        low: lower end of its 95% interval.
        high: upper end.
        bets: how many bets it counts.
        p_value: how likely luck alone does as well.
        trials: how many runs were tried so far.
    """
    return (
        f"{formats.interval(low, high)}, "
        f"{formats.counted(bets, 'bet')}, p {formats.price(p_value)}, "
        f"{formats.counted(trials, 'trial')}"
    )


def render(report: RunReport, *, frame: Frame | None = None, most_rows: int = MOST_ROWS) -> str:
    """The page of one run: one HTML file that asks for nothing else.

    Args:
        report: what it tells.
        frame: of a page of a site, which shares files with the others.
        most_rows: how many bets it lists.
    """
    bets = report.bets
    rows = [] if bets.empty else list(_rows(bets.head(most_rows)))
    return document(
        "backtest.html",
        frame=frame,
        title=report.title,
        facts=report.facts,
        warnings=report.warnings,
        state=_state(bets),
        cards=_cards(report),
        sections=_sections(report),
        headings=_HEADINGS,
        rows=rows,
        cut=len(bets) if len(bets) > most_rows else 0,
        filters=_filters(rows),
    )


def _state(bets: pd.DataFrame) -> str:
    """What an unfinished or empty run has to say first."""
    if bets.empty:
        return "This run placed no bets, so there is nothing to measure."
    executable = bets[bets["stake"] > 0]
    if executable.empty:
        placed = formats.counted(len(bets), "bet")
        return f"Of {placed} none could be executed: only the paper book has results."
    pending = int(executable["settlement"].isna().sum())
    if pending == len(executable):
        return f"No bet is settled yet: all {pending:,} are pending."
    return f"{pending:,} of {len(executable):,} executed bets are pending." if pending else ""


def _cards(report: RunReport) -> list[_Card]:
    """The headline, then what only the paper book has."""
    on_paper = dict(report.paper)
    cards = [
        _Card(name, value, note, *on_paper.pop(name, ("", "")))
        for name, value, note in report.headline
    ]
    return [*cards, *(_Card(name, formats.MISSING, "", *words) for name, words in on_paper.items())]


def _sections(report: RunReport) -> list[Section]:
    # a run without bets may come without columns
    bets = report.bets
    has_bets = not bets.empty
    fixed = [
        Section(
            "Bankroll",
            charts.equity(report.daily, report.band),
            "No day to draw: nothing was staked.",
            "Settled bets, day by day. The band holds nine in ten seasons resampled from them.",
        ),
        Section(
            "Executable against paper",
            charts.executable_against_paper(bets) if has_bets else None,
            "No bet is settled.",
            "On paper every price could be taken as shown; executable is what was left to take.",
        ),
        Section(
            "Closing-line value",
            charts.closing_line_values(bets) if has_bets else None,
            "No executed bet has a closing-line value.",
        ),
        Section(
            "Calibration",
            charts.calibration(bets) if has_bets else None,
            "No executed bet with a probability is won or lost.",
            "On the dashed line, bets win as often as said.",
        ),
    ]
    return [*fixed, *(_breakdown(name, groups) for name, groups in report.breakdowns.items())]


def _breakdown(name: str, groups: pd.DataFrame) -> Section:
    title = _BREAKDOWN_TITLES.get(name, f"Returns by {name.replace('_', ' ')}")
    chart = None if groups.empty else charts.yields(groups)
    return Section(
        title,
        chart,
        "No settled bet to group.",
        "Each group is one more look at the same bets: read the intervals, not the dots.",
        list(groups.itertuples(index=False)) if not groups.empty else (),
    )


def _rows(bets: pd.DataFrame) -> Iterator[_Row]:
    no_vig = bets["no_vig_clv"].astype(float)
    described = bets.assign(clv=no_vig.fillna(bets["point_adjusted_clv"].astype(float)))
    for bet in described.to_dict("records"):
        response_id = formats.text(bet["response_id"])
        yield _Row(
            bet_id=formats.text(bet["bet_id"]),
            response_id=response_id,
            # two bets may rest on one response
            anchor=f"response:{response_id}:{bet['bet_number']}",
            cells=_cells(bet),
            details=_details(bet),
        )


def _cells(bet: Mapping[Any, Any]) -> list[str]:
    return [
        str(bet["bet_number"]),
        formats.text(bet["response_id"])[:SHORT_RESPONSE],
        formats.moment(bet["decided_at"]),
        f"{formats.text(bet['away_team'])} at {formats.text(bet['home_team'])}",
        _pick(bet),
        formats.text(bet["market_kind"]),
        formats.points(bet["minutes_to_start"] / 60),
        formats.text(bet["bookmaker_key"]),
        formats.price(bet["decimal_price"]),
        formats.percent(bet["edge"]),
        formats.money(bet["stake"]),
        _words(bet["fill_status"]),
        _PENDING if pd.isna(bet["settlement"]) else _words(bet["settlement"]),
        formats.money(bet["profit"]),
        formats.money(bet["paper_profit"]),
        formats.percent(bet["clv"]),
    ]


def _details(bet: Mapping[Any, Any]) -> list[tuple[str, str]]:
    scores = bet["away_score"], bet["home_score"]
    return [
        ("Start as announced", formats.moment(bet["commence_time"])),
        ("Price shown last", formats.moment(bet["captured_at"])),
        ("Price since", formats.moment(bet["valid_from"])),
        ("Filled", formats.moment(bet["filled_at"])),
        ("Settled", formats.moment(bet["settled_at"])),
        ("Score, away – home", " – ".join(formats.count(score) for score in scores)),  # noqa: RUF001
        ("Market key", formats.text(bet["market_key"])),
        ("American price", formats.american(bet["american_price"])),
        ("Net price", formats.price(bet["net_decimal_price"])),
        ("Paper stake", formats.money(bet["paper_stake"])),
        ("Win, push probability", _pair(bet["win_probability"], bet["push_probability"])),
        (
            "The same at the close",
            _pair(bet["close_fair_probability"], bet["close_push_probability"]),
        ),
        ("CLV by price, implied", _percents(bet["price_clv"], bet["implied_clv"])),
        ("CLV no-vig, adjusted", _percents(bet["no_vig_clv"], bet["point_adjusted_clv"])),
        ("CLV in points", formats.points(bet["points_clv"])),
        ("CLV at own book", formats.percent(bet["own_price_clv"])),
        ("CLV missing because", _words(bet["clv_missing_reason"])),
        ("Group", formats.text(bet["bet_group"])),
        ("Event", formats.text(bet["event_id"])),
    ]


def _pick(bet: Mapping[Any, Any]) -> str:
    described = bet["outcome_description"]
    point = formats.line(bet["point"], is_handicap=bet["market_kind"] == "spread")
    parts = ["" if pd.isna(described) else str(described), formats.text(bet["outcome_name"]), point]
    return " ".join(part for part in parts if part)


def _pair(left: Any, right: Any) -> str:
    return f"{formats.price(left)}, {formats.price(right)}"


def _percents(left: Any, right: Any) -> str:
    return f"{formats.percent(left)}, {formats.percent(right)}"


def _words(value: Any) -> str:
    return formats.text(value).replace("_", " ")


def _filters(rows: Sequence[_Row]) -> list[tuple[str, int, list[str]]]:
    """Heading, column and values of each filter of the table."""
    headings = [heading for heading, _ in _HEADINGS]
    columns = [(heading, headings.index(heading)) for heading in _FILTERED]
    return [
        (heading, column, sorted({row.cells[column] for row in rows}))
        for heading, column in columns
    ]
