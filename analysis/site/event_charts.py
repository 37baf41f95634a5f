"""The charts of one game: the path of its point and price by book, and its fair prices by point."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
import pandas as pd

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
    changes: pd.DataFrame,
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
    shown = changes[changes["outcome_name"].isin([outcome for _, outcome, _ in panels])]
    if shown.empty:
        return None
    end = formats.iso(min(starts_at, until))
    traces: list[Figure] = []
    times = shown["valid_from"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    shown = shown.assign(at=times)
    for place, (_, outcome, column) in enumerate(panels):
        side = shown[shown["outcome_name"] == outcome]
        quotes = dict(iter(side.groupby("bookmaker_key", sort=True)))
        for book in sorted(quotes, key=lambda name: name == sharp):
            traces.append(
                _book_trace(
                    quotes[book], book, column, end=end, is_sharp=book == sharp, books=books,
                    place=place,
                )
            )  # fmt: skip
        if sharp in quotes and starts_at <= until:
            traces.extend(_open_and_close(quotes[sharp], column, end=end, place=place))
        traces.extend(_steam(moves, outcome, column, place=place))
    layout = layout_of(
        hovermode="x",
        margin={"l": 10, "r": 14, "t": 60, "b": 10},
        legend={"orientation": "h", "x": 0, "y": 1.04, "yanchor": "bottom", "font": {"size": 11}},
        xaxis=axis_of(anchor=_LOWER, type="date"),
        yaxis=axis_of(domain=[0.54, 1], title=panels[0][0], nticks=5),
        yaxis2=axis_of(domain=[0, 0.46], title=panels[1][0], nticks=5),
        shapes=[upright(formats.iso(starts_at), color=INK, dash="dash")]
        if starts_at <= until
        else [],
    )
    named = f" {sharp} (thick) is the sharp book." if sharp in set(shown["bookmaker_key"]) else ""
    summary = (
        f"{formats.counted(shown['bookmaker_key'].nunique(), 'book')}, "
        f"{formats.counted(len(shown), 'quote')} shown from {times.min()[:10]} on.{named} "
        "Circle: open, diamond: close, triangle: steam, dashed: the start. "
        "Times are those of your own zone."
    )
    return Chart(figure=figure_of(traces, layout), summary=summary, height=430)


def _book_trace(
    quotes: pd.DataFrame,
    book: str,
    column: str,
    *,
    end: str,
    is_sharp: bool,
    books: Sequence[str],
    place: int,
) -> Figure:
    values = quotes[column].where(~quotes["is_withdrawn"].astype(bool))
    heights = [None if np.isnan(value) else round(float(value), 4) for value in values]
    number = books.index(book)
    others = SERIES[1:]
    line = (
        {"color": ACCENT, "width": SHARP_WIDTH}
        if is_sharp
        else {
            "color": others[number % len(others)],
            "width": OTHER_WIDTH,
            "dash": DASHES[number // len(others) % len(DASHES)],
        }
    )
    return {
        "type": "scatter",
        "mode": "lines",
        "name": label_text(f"{book} (sharp)" if is_sharp else book),
        "legendgroup": book,
        "showlegend": place == 0,
        "x": [*quotes["at"], end],
        "y": [*heights, heights[-1]],
        "yaxis": (_UPPER, _LOWER)[place],
        "line": {**line, "shape": "hv"},
        "opacity": 1 if is_sharp else 0.8,
        "hovertemplate": "%{y}",
    }


def _open_and_close(quotes: pd.DataFrame, column: str, *, end: str, place: int) -> list[Figure]:
    told = quotes[~quotes["is_withdrawn"].astype(bool)]
    if told.empty:
        return []
    ends = [(told["at"].iloc[0], told[column].iloc[0], "circle-open", "open")]
    if not quotes["is_withdrawn"].iloc[-1]:
        ends.append((end, quotes[column].iloc[-1], "diamond", "close"))
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "showlegend": False,
            "x": [time],
            "y": [float(height)],
            "yaxis": (_UPPER, _LOWER)[place],
            "marker": {"color": ACCENT, "size": 11, "symbol": symbol, "line": {"width": 2}},
            "hovertemplate": f"{name} %{{y}}<extra></extra>",
        }
        for time, height, symbol, name in ends
        if not np.isnan(height)
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
            "marker": {"color": INK, "size": 7, "symbol": "triangle-up"},
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
