"""The charts of one game: the path of its point and price by book, and its fair prices by point."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from analysis.reports import formats
from analysis.reports.charts import (
    ACCENT,
    DASHES,
    INK,
    SECOND,
    SERIES,
    Chart,
    Figure,
    axis_of,
    figure_of,
    label_text,
    layout_of,
    upright,
)
from analysis.warehouse import Record

SHARP_WIDTH, OTHER_WIDTH = 3, 1.25
_UPPER, _LOWER = "y", "y2"


def path(
    changes: Sequence[Record],
    *,
    panels: Sequence[tuple[str, str, str]],
    sharp: str | None,
    books: Sequence[str],
    moves: Sequence[Record],
    starts_at: datetime,
    until: datetime,
) -> Chart | None:
    """Two panels over one time: each book a step line, the sharp one thick and marked.

    Args:
        changes: of one market of one game, before its start.
        panels: title, outcome and column (`point` or `decimal_price`) of each of the two.
        sharp: the sharp book that counts here.
        books: all books, so that each keeps its colour.
        moves: steam moves of this market.
        starts_at: when the game starts.
        until: how far is known.
    """
    quotes: dict[str, dict[str, list[Record]]] = {outcome: {} for _, outcome, _ in panels}
    for change in changes:
        if change["outcome_name"] in quotes:
            books_of = quotes[change["outcome_name"]]
            books_of.setdefault(change["bookmaker_key"], []).append(change)
    found = {book for books_of in quotes.values() for book in books_of}
    if not found:
        return None
    end = formats.iso(min(starts_at, until))
    traces: list[Figure] = []
    for place, (_, outcome, column) in enumerate(panels):
        # the sharp one lies on top
        for book in sorted(quotes[outcome], key=lambda name: (name == sharp, name)):
            trace = _book_trace(quotes[outcome][book], book, column, end=end, place=place)
            traces.append(trace | _looks(book, sharp=sharp, books=books))
        if sharp in quotes[outcome] and starts_at <= until:
            traces.extend(_open_and_close(quotes[outcome][sharp], column, end=end, place=place))
        traces.extend(_steam(moves, outcome, column, place=place))
    layout = layout_of(
        hovermode="x",
        legend={"orientation": "h", "x": 0, "y": -0.1, "yanchor": "top", "font": {"size": 11}},
        margin={"l": 10, "r": 14, "t": 12, "b": 10},
        xaxis=axis_of(anchor=_LOWER, type="date"),
        yaxis=axis_of(domain=[0.54, 1], title=panels[0][0], nticks=5),
        yaxis2=axis_of(domain=[0, 0.46], title=panels[1][0], nticks=5),
        shapes=[upright(formats.iso(starts_at), color=INK, dash="dash")]
        if starts_at <= until
        else [],
    )
    named = f" {sharp} (thick) is the sharp book." if sharp in found else ""
    marks = (
        "Circle: open, diamond: close, triangle: steam, dashed: the start."
        if starts_at <= until
        else "Triangle: steam."
    )
    summary = (
        f"{formats.counted(len(found), 'book')}.{named} {marks} Times are those of your own zone."
    )
    return Chart(figure=figure_of(traces, layout), summary=summary, height=460)


def _book_trace(
    quotes: Sequence[Record], book: str, column: str, *, end: str, place: int
) -> Figure:
    heights = [_height(quote, column) for quote in quotes]
    return {
        "type": "scatter",
        "mode": "lines",
        "legendgroup": book,
        "showlegend": place == 0,
        "x": [*(formats.iso(quote["valid_from"]) for quote in quotes), end],
        "y": [*heights, heights[-1]],
        "yaxis": (_UPPER, _LOWER)[place],
        "hovertemplate": "%{y}",
    }


def _height(quote: Record, column: str) -> float | None:
    """How high a quote stands; a withdrawn one leaves a gap."""
    value = quote[column]
    return None if quote["is_withdrawn"] or value is None else round(float(value), 4)


def _looks(book: str, *, sharp: str | None, books: Sequence[str]) -> Figure:
    """The name and the line of a book: the same in every chart."""
    if book == sharp:
        line: Figure = {"color": ACCENT, "width": SHARP_WIDTH, "shape": "hv"}
        return {"name": label_text(f"{book} (sharp)"), "line": line}
    number, others = books.index(book), SERIES[1:]
    dash = DASHES[number // len(others) % len(DASHES)]
    line = {"color": others[number % len(others)], "width": OTHER_WIDTH, "dash": dash}
    return {"name": label_text(book), "line": {**line, "shape": "hv"}, "opacity": 0.8}


def _open_and_close(quotes: Sequence[Record], column: str, *, end: str, place: int) -> list[Figure]:
    first, last = _height(quotes[0], column), _height(quotes[-1], column)
    ends = [
        (formats.iso(quotes[0]["valid_from"]), first, "circle-open", "open"),
        (end, last, "diamond", "close"),
    ]
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "showlegend": False,
            "x": [time],
            "y": [height],
            "yaxis": (_UPPER, _LOWER)[place],
            "marker": {"color": ACCENT, "size": 10, "symbol": symbol, "line": {"width": 2}},
            "hovertemplate": f"{name} %{{y}}<extra></extra>",
        }
        for time, height, symbol, name in ends
        if height is not None
    ]


def _steam(moves: Sequence[Record], outcome: str, column: str, *, place: int) -> list[Figure]:
    shown = [
        move
        for move in moves
        if move["is_steam"] and move["outcome_name"] == outcome and move[column] is not None
    ]
    if not shown:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "steam",
            "legendgroup": "steam",
            "showlegend": place == 0,
            "x": [formats.iso(move["moved_at"]) for move in shown],
            "y": [float(move[column]) for move in shown],
            "yaxis": (_UPPER, _LOWER)[place],
            "marker": {"color": INK, "size": 5, "symbol": "triangle-up"},
            "text": [label_text(move["bookmaker_key"]) for move in shown],
            "hovertemplate": "steam at %{text}: %{y}<extra></extra>",
        }
    ]


_SCORES: Final[Mapping[str, str]] = {
    "margin": "Home margin above",
    "total": "Total above",
}


def distributions(rows: Sequence[Record]) -> Chart | None:
    """How likely the score was to end above each number, as the closes have it."""
    kinds = [kind for kind in _SCORES if any(row["score_kind"] == kind for row in rows)]
    if not kinds:
        return None
    traces: list[Figure] = []
    axes: dict[str, Any] = {}
    for place, kind in enumerate(kinds):
        of_kind = [row for row in rows if row["score_kind"] == kind]
        number = "" if place == 0 else "2"
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [row["threshold"] for row in of_kind],
                "y": [round(row["above_probability"], 5) for row in of_kind],
                "xaxis": f"x{number}",
                "yaxis": f"y{number}",
                "line": {"color": (ACCENT, SECOND)[place], "width": 2},
                "showlegend": False,
                "hovertemplate": "above %{x}: %{y:.1%}<extra></extra>",
            }
        )
        width = [place / len(kinds) + (0.06 if place else 0), (place + 1) / len(kinds)]
        axes[f"xaxis{number}"] = axis_of(title=_SCORES[kind], domain=width, anchor=f"y{number}")
        axes[f"yaxis{number}"] = axis_of(tickformat=".0%", anchor=f"x{number}", range=[0, 1])
    centres = {row["score_kind"]: row["centre"] for row in rows}
    told = ", ".join(f"{kind} {formats.points(centres[kind])}" for kind in kinds)
    summary = f"Middle of the distribution at the close: {told}."
    layout = layout_of(margin={"l": 10, "r": 14, "t": 12, "b": 10}, **axes)
    return Chart(figure=figure_of(traces, layout), summary=summary, height=280)
