"""How the books price, how right they are, who follows whom, and how fresh they are."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from analysis.reports import formats
from analysis.reports.charts import (
    ACCENT,
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

RELATIONS: Final = (
    "marts.rpt_book_comparison",
    "marts.fct_book_accuracy",
    "marts.rpt_lead_lag",
    "marts.rpt_book_agreement",
    "marts.fct_quote_states",
    "marts.dim_bookmakers",
    "quality.fct_findings",
)
_SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up", "x", "cross")


def page(view: View) -> Page:
    """Everything about the books."""
    return Page(
        title="Books",
        tables=[
            _health(view),
            _comparison(view),
            _accuracy(view),
            _lead_lag(view),
            _agreement(view),
        ],
    )


def _health(view: View) -> DataTable:
    return DataTable(
        id="health",
        title="Health and gaps",
        mart="marts.fct_quote_states",
        columns=[
            Column("bookmaker_key", "Book"),
            Column("title", "Title", is_of_mart=False),
            Column("kind", "Kind", is_of_mart=False),
            Column("commission_rate", "Commission", "fine percent", is_of_mart=False),
            Column("event_count", "Games", "count"),
            Column("market_count", "Markets", "count"),
            Column("last_changed_at", "Last change", "age moment"),
            Column("finding_count", "Findings", "count", is_of_mart=False),
            Column("last_finding_at", "Last finding", "age moment", is_of_mart=False),
        ],
        rows=view.warehouse.rows(
            """
            with

            states as (

                select
                    bookmaker_key,
                    count(distinct event_id) as event_count,
                    count(distinct market_key) as market_count,
                    max(valid_from) as last_changed_at
                from marts.fct_quote_states
                group by bookmaker_key

            ),

            findings as (

                select
                    bookmaker_key,
                    count(*) as finding_count,
                    max(last_seen_at) as last_finding_at
                from quality.fct_findings
                where bookmaker_key is not null
                group by bookmaker_key

            )

            select
                states.*,
                books.title,
                books.kind,
                books.commission_rate,
                coalesce(findings.finding_count, 0) as finding_count,
                findings.last_finding_at
            from states
            left join marts.dim_bookmakers as books
                on states.bookmaker_key = books.bookmaker_key
            left join findings
                on states.bookmaker_key = findings.bookmaker_key
            order by states.bookmaker_key
            """
        ),
        absent="No book has shown a price.",
        as_of=view.as_of,
        note="A book that has not changed a price for long, while others have, is not seen.",
    )


def _comparison(view: View) -> DataTable:
    rows = view.warehouse.rows(
        """
        select *
        from marts.rpt_book_comparison
        order by sport_key, market_key, hours_before_start, bookmaker_key
        """
    )
    return DataTable(
        id="hold",
        title="Hold, coverage and prices",
        mart="marts.rpt_book_comparison",
        columns=[
            Column("bookmaker_key", "Book"),
            Column("market_key", "Market"),
            Column("moment", "Moment"),
            Column("mean_hold", "Hold", "fine percent"),
            Column("coverage", "Coverage", "percent"),
            Column("event_count", "Games", "count"),
            Column("mean_overround", "Overround", "fine percent"),
            Column("mean_absolute_fair_difference", "From the others", "fine percent"),
            Column("best_price_share", "Best price", "percent"),
            Column("sport_key", "Sport"),
        ],
        rows=rows,
        absent="No game has closed yet.",
        as_of=view.as_of,
        note="Moments are times before the start; coverage is the share of games that the book had "
        "a price of.",
        filters=("sport_key", "market_key", "moment", "bookmaker_key"),
        chart=_dots(
            [row for row in rows if row["moment"] == "close"],
            measure="mean_hold",
            title="Mean hold at the close",
            tickformat=".1%",
            write=formats.percent,
        ),
    )


def _accuracy(view: View) -> DataTable:
    rows = view.warehouse.rows(
        """
        select
            accuracy.*
        from marts.fct_book_accuracy as accuracy
        inner join (
            select sport_key, market_key, max(through_date) as through_date
            from marts.fct_book_accuracy
            group by sport_key, market_key
        ) as newest
            on accuracy.sport_key = newest.sport_key
            and accuracy.market_key = newest.market_key
            and accuracy.through_date = newest.through_date
        order by
            accuracy.sport_key, accuracy.market_key, accuracy.hours_before_start, accuracy.method,
            accuracy.log_loss, accuracy.bookmaker_key
        """
    )
    return DataTable(
        id="accuracy",
        title="Accuracy",
        mart="marts.fct_book_accuracy",
        columns=[
            Column("bookmaker_key", "Book"),
            Column("market_key", "Market"),
            Column("moment", "Moment"),
            Column("method", "Method", "words"),
            Column("game_count", "Games", "count"),
            Column("log_loss", "Log loss", "decimals"),
            Column("brier_score", "Brier", "decimals"),
            Column("sharp_close_error", "Error to the sharp close", "decimals"),
            Column("sport_key", "Sport"),
        ],
        rows=rows,
        absent="No game with a close has a result yet.",
        as_of=view.as_of,
        note="How well fair prices foretold results; less is better in all of them.",
        filters=("market_key", "moment", "method", "bookmaker_key"),
        chart=_dots(
            [row for row in rows if row["moment"] == "close" and row["method"] == "multiplicative"],
            measure="log_loss",
            title="Log loss at the close, multiplicative",
            tickformat=".3f",
            write=formats.price,
        ),
    )


def _dots(
    rows: Sequence[Record],
    *,
    measure: str,
    title: str,
    tickformat: str,
    write: Callable[[Any], str],
) -> Chart | None:
    """A line a book, a symbol a market: a dot plot that stays readable without colour."""
    rows = [row for row in rows if row[measure] is not None]
    if not rows:
        return None
    sports = sorted({row["sport_key"] for row in rows})
    # one sport at a time: of several, the one with the most games
    sport = max(sports, key=lambda key: sum(row["sport_key"] == key for row in rows))
    rows = [row for row in rows if row["sport_key"] == sport]
    markets = sorted({row["market_key"] for row in rows})
    means = {
        book: sum(row[measure] for row in rows if row["bookmaker_key"] == book)
        / sum(row["bookmaker_key"] == book for row in rows)
        for book in {row["bookmaker_key"] for row in rows}
    }
    books = sorted(means, key=lambda book: (means[book], book))
    traces: list[Figure] = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": label_text(market),
            "x": [float(row[measure]) for row in of_market],
            "y": [label_text(row["bookmaker_key"]) for row in of_market],
            "marker": {
                "color": SERIES[number % len(SERIES)],
                "symbol": _SYMBOLS[number % len(_SYMBOLS)],
                "size": 10,
            },
            "hovertemplate": f"%{{y}}: %{{x:{tickformat}}}",
        }
        for number, market in enumerate(markets)
        for of_market in [[row for row in rows if row["market_key"] == market]]
    ]
    layout = layout_of(
        showlegend=True,
        xaxis=axis_of(title=title, tickformat=tickformat),
        yaxis=axis_of(
            type="category",
            categoryorder="array",
            categoryarray=[label_text(book) for book in books[::-1]],
            dtick=1,
        ),
    )
    low, high = min(rows, key=lambda row: row[measure]), max(rows, key=lambda row: row[measure])
    summary = (
        f"{sport}: lowest {low['bookmaker_key']} {low['market_key']} with {write(low[measure])}, "
        f"highest {high['bookmaker_key']} {high['market_key']} with {write(high[measure])}."
    )
    return Chart(figure_of(traces, layout), summary, height=110 + 26 * len(books))


def _lead_lag(view: View) -> DataTable:
    return DataTable(
        id="lag",
        title="Who follows whom",
        mart="marts.rpt_lead_lag",
        columns=[
            Column("leader_group", "Leader"),
            Column("follower_group", "Follower"),
            Column("sport_key", "Sport"),
            Column("market_key", "Market"),
            Column("wave_count", "Moves of both", "count"),
            Column("led_count", "Led", "count"),
            Column("followed_count", "Followed", "count"),
            Column("lead_share", "Lead", "percent"),
            Column("median_least_lag_minutes", "Lag at least, min", "plain"),
            Column("median_most_lag_minutes", "Lag at most, min", "plain"),
        ],
        rows=view.warehouse.rows(
            """
            select *
            from marts.rpt_lead_lag
            order by
                sport_key, market_key, lead_share desc nulls last, wave_count desc, leader_group,
                follower_group
            """
        ),
        absent="No two houses moved together yet.",
        as_of=view.as_of,
        filters=("market_key", "leader_group", "follower_group"),
        note="Of the moves whose order is known, the share that the leader made first.",
    )


def _agreement(view: View) -> DataTable:
    rows = view.warehouse.rows(
        """
        select *
        from marts.rpt_book_agreement
        order by equal_share desc nulls last, bookmaker_key, other_bookmaker_key
        """
    )
    return DataTable(
        id="agreement",
        title="Which books price alike",
        mart="marts.rpt_book_agreement",
        columns=[
            Column("bookmaker_key", "Book"),
            Column("other_bookmaker_key", "Other book"),
            Column("event_count", "Games", "count"),
            Column("shared_quote_count", "Quotes of both", "count"),
            Column("equal_share", "Equal", "percent"),
            Column("joint_move_share", "Moved together", "percent"),
            Column("is_one_house", "One house", "yes"),
            Column("agrees_too_often", "Too often", "yes"),
        ],
        rows=rows,
        absent="No two books have quoted the same.",
        as_of=view.as_of,
        chart=_agreement_chart(rows),
    )


def _agreement_chart(rows: Sequence[Record]) -> Chart | None:
    told = [row for row in rows if row["equal_share"] is not None]
    if not told:
        return None
    books = sorted({row[key] for row in told for key in ("bookmaker_key", "other_bookmaker_key")})
    share = {
        pair: float(row["equal_share"])
        for row in told
        for pair in (
            (row["bookmaker_key"], row["other_bookmaker_key"]),
            (row["other_bookmaker_key"], row["bookmaker_key"]),
        )
    }
    labels = [label_text(book) for book in books]
    heat: Figure = {
        "type": "heatmap",
        "x": labels,
        "y": labels,
        "z": [[share.get((one, other)) for other in books] for one in books],
        "colorscale": [[0, "var(--panel)"], [1, ACCENT]],
        "xgap": 1,
        "ygap": 1,
        "colorbar": {"tickformat": ".0%", "thickness": 10, "outlinewidth": 0},
        "hovertemplate": "%{y} and %{x}: %{z:.1%} equal<extra></extra>",
    }
    layout = layout_of(
        margin={"l": 10, "r": 14, "t": 10, "b": 10},
        xaxis=axis_of(showgrid=False, tickangle=-45),
        yaxis=axis_of(showgrid=False, autorange="reversed"),
    )
    first = told[0]
    summary = (
        f"Most alike: {first['bookmaker_key']} and {first['other_bookmaker_key']}, "
        f"{formats.percent(first['equal_share'])} of their quotes equal."
    )
    return Chart(figure_of([heat], layout), summary, height=420)
