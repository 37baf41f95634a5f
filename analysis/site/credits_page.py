"""What calls cost, day by day, and how far the credits will go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from analysis.reports import formats
from analysis.reports.charts import SERIES, Chart, Figure, axis_of, figure_of, label_text, layout_of
from analysis.site.pages import Card, Page
from analysis.site.tables import Column, DataTable
from analysis.site.view import View
from analysis.warehouse import Record

RELATIONS: Final = ("ops.fct_fetches", "ops.fct_credit_reservations")
DAYS: Final = 31


@dataclass(frozen=True)
class CreditFacts:
    """The credits of the month, as `odds quota` tells them."""

    used: int
    granted: int
    remaining: int | None
    in_flight: int
    held_for_closes: int
    forecast: int
    state: str
    resets_at: datetime


def page(view: View, facts: CreditFacts) -> Page:
    """The month's credits and the days behind them."""
    told = "as the API told" if facts.remaining is not None else "not told yet"
    cards = [
        Card("Used", formats.count(facts.used), f"of {formats.count(facts.granted)} this month"),
        Card("Remaining", formats.count(facts.remaining), told),
        Card("Forecast", formats.count(facts.forecast), "at the month's end, as the week went"),
        Card("In flight", formats.count(facts.in_flight), "set aside for calls not yet back"),
        Card("Held for closes", formats.count(facts.held_for_closes)),
        Card("State", facts.state, f"credits come back {formats.moment(facts.resets_at)} UTC"),
    ]  # fmt: skip
    return Page(title="Credits", cards=cards, tables=[_days(view), _reservations(view)])


def _days(view: View) -> DataTable:
    since = (view.as_of - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = view.warehouse.rows(
        """
        select
            cast(requested_at as date) as day,
            endpoint,
            count(*) as call_count,
            count(case when status_code = 200 then 1 end) as ok_count,
            coalesce(sum(coalesce(credits_charged, credits_estimated, 0)), 0) as credits
        from ops.fct_fetches
        where requested_at >= ? and requested_at <= ? and origin <> 'replay'
        group by cast(requested_at as date), endpoint
        order by day desc, endpoint
        """,
        [since, view.as_of],
    )
    return DataTable(
        id="days",
        title="Day by day",
        mart="ops.fct_fetches",
        columns=[
            Column("day", "Day (UTC)", "day"),
            Column("endpoint", "Endpoint"),
            Column("call_count", "Calls", "count"),
            Column("ok_count", "Answered", "count"),
            Column("credits", "Credits", "count"),
        ],
        rows=rows,
        absent="No call was made within a month.",
        as_of=view.as_of,
        note="Where the API told no charge, its estimate counts; replayed calls do not.",
        filters=("endpoint",),
        chart=_chart(rows),
    )


def _chart(rows: Sequence[Record]) -> Chart | None:
    spent = [row for row in rows if row["credits"]]
    if not spent:
        return None
    traces: list[Figure] = [
        {
            "type": "bar",
            "name": label_text(endpoint),
            "x": [formats.day(row["day"]) for row in of_it],
            "y": [float(row["credits"]) for row in of_it],
            "marker": {"color": SERIES[number % len(SERIES)]},
            "hovertemplate": "%{y:,} credits",
        }
        for number, endpoint in enumerate(sorted({row["endpoint"] for row in spent}))
        for of_it in [[row for row in spent if row["endpoint"] == endpoint]]
    ]
    layout = layout_of(
        barmode="stack",
        showlegend=True,
        hovermode="x unified",
        xaxis=axis_of(type="date"),
        yaxis=axis_of(title="Credits a day", rangemode="tozero"),
    )
    total = sum(int(row["credits"]) for row in spent)
    summary = f"{formats.counted(total, 'credit')} within {DAYS} days; days are UTC."
    return Chart(figure_of(traces, layout), summary, height=300)


def _reservations(view: View) -> DataTable:
    return DataTable(
        id="reservations",
        title="Promises of credits",
        mart="ops.fct_credit_reservations",
        columns=[
            Column("endpoint", "Endpoint"),
            Column("state", "State", "words"),
            Column("reservation_count", "Promises", "count"),
            Column("credits_estimated", "Estimated", "count"),
            Column("credits_charged", "Charged", "count"),
        ],
        rows=view.warehouse.rows(
            """
            select
                endpoint,
                state,
                count(*) as reservation_count,
                sum(credits_estimated) as credits_estimated,
                sum(credits_charged) as credits_charged
            from ops.fct_credit_reservations
            group by endpoint, state
            order by endpoint, state
            """
        ),
        absent="The collector has not set any credits aside yet.",
        as_of=view.as_of,
    )
