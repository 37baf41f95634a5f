"""How much of what was promised is held, and why not the rest."""

from typing import Final

from analysis import quotes
from analysis.reports import formats
from analysis.reports.charts import (
    SERIES,
    Chart,
    Figure,
    axis_of,
    figure_of,
    label_text,
    layout_of,
)
from analysis.site.pages import Page
from analysis.site.tables import Column, DataTable
from analysis.site.view import View
from analysis.warehouse import Record

RELATIONS: Final = ("quality.rpt_coverage", *quotes.CLOSES_RELATIONS)
MOST_MISSING: Final = 300
_HELD: Final = "held"


def page(view: View) -> Page:
    """Coverage, closes by book and market, and the closes that are missing."""
    return Page(title="Closes and coverage", tables=[_coverage(view), _by_book(view), _gone(view)])


def _coverage(view: View) -> DataTable:
    rows = view.warehouse.rows(
        """
        select sport_key, what, outcome, row_count, promised_count, promised_share
        from quality.rpt_coverage
        order by sport_key, what, row_count desc, outcome
        """
    )
    return DataTable(
        id="coverage",
        title="Coverage",
        mart="quality.rpt_coverage",
        columns=[
            Column("sport_key", "Sport"),
            Column("what", "What"),
            Column("outcome", "Outcome", "words"),
            Column("row_count", "Count", "count"),
            Column("promised_count", "Of", "count"),
            Column("promised_share", "Share", "fine percent"),
        ],
        rows=rows,
        absent="Nothing was promised yet.",
        as_of=view.as_of,
        note="What should be there, and how much of it is held.",
        chart=_coverage_chart(rows),
    )


def _coverage_chart(rows: list[Record]) -> Chart | None:
    """The share that is not held, by reason: held ones would leave no room for the rest."""
    lacking = [row for row in rows if row["outcome"] != _HELD and row["promised_share"]]
    if not lacking:
        return None
    labels = list(dict.fromkeys(f"{row['sport_key']} {row['what']}" for row in lacking))
    outcomes = sorted({row["outcome"] for row in lacking})
    traces: list[Figure] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": label_text(outcome.replace("_", " ")),
            "y": [label_text(f"{row['sport_key']} {row['what']}") for row in of_it],
            "x": [float(row["promised_share"]) for row in of_it],
            "marker": {"color": SERIES[number % len(SERIES)]},
            "hovertemplate": "%{y}: %{x:.2%}",
        }
        for number, outcome in enumerate(outcomes)
        for of_it in [[row for row in lacking if row["outcome"] == outcome]]
    ]
    layout = layout_of(
        barmode="stack",
        showlegend=True,
        xaxis=axis_of(title="Share that is not held", tickformat=".1%"),
        yaxis=axis_of(
            type="category", categoryorder="array", categoryarray=labels[::-1], showgrid=False
        ),
    )
    worst = max(lacking, key=lambda row: row["promised_share"])
    summary = (
        f"Most is lacking of {worst['what']}: {formats.percent(worst['promised_share'])} "
        f"{worst['outcome'].replace('_', ' ')}."
    )
    return Chart(figure_of(traces, layout), summary, height=110 + 34 * len(labels))


def _by_book(view: View) -> DataTable:
    rows = view.warehouse.rows(
        """
        select
            market_key,
            bookmaker_key,
            coalesce(missing_reason, 'held') as outcome,
            count(*) as close_count,
            avg(minutes_before_start) as mean_minutes_before_start
        from marts.fct_closing_lines
        where coalesce(missing_reason, 'held') <> 'not_started'
        group by market_key, bookmaker_key, coalesce(missing_reason, 'held')
        order by market_key, bookmaker_key, outcome
        """
    )
    return DataTable(
        id="closes",
        title="Closes by market and book",
        mart="marts.fct_closing_lines",
        columns=[
            Column("market_key", "Market"),
            Column("bookmaker_key", "Book"),
            Column("outcome", "Outcome", "words"),
            Column("close_count", "Closes", "count"),
            Column("mean_minutes_before_start", "Minutes before the start", "plain"),
        ],
        rows=rows,
        absent="No game has begun.",
        as_of=view.as_of,
        filters=("market_key", "bookmaker_key", "outcome"),
    )


def _gone(view: View) -> DataTable:
    found = quotes.closes_query(is_missing=True).rows(view.warehouse)
    latest = sorted(found, key=lambda row: row["starts_at"], reverse=True)
    rows = [{**row, "page": view.page_of(row["event_id"])} for row in latest]
    return DataTable(
        id="missing",
        title="Closes that are missing, and why",
        mart="marts.fct_closing_lines",
        columns=[
            Column("event_name", "Game", link="page", is_of_mart=False),
            Column("starts_at", "Start", "moment", is_of_mart=False),
            Column("market_key", "Market"),
            Column("bookmaker_key", "Book"),
            Column("outcome_name", "Outcome"),
            Column("missing_reason", "Why", "words"),
        ],
        rows=rows[:MOST_MISSING],
        cut=len(rows) if len(rows) > MOST_MISSING else 0,
        absent="No close is missing.",
        as_of=view.as_of,
        filters=("missing_reason", "bookmaker_key"),
    )
