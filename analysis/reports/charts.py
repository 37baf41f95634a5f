"""The charts of a report, one function a chart, as plain plotly figures.

A colour is the name of a CSS variable: the page looks it up when it draws, so that one figure
serves light and dark. A chart without anything to show is None.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import floor, log10, sqrt
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.backtest.book import LOST, WON, book
from analysis.backtest.ratios import Floats
from analysis.reports import formats

Figure = dict[str, Any]

INK, RULE, ZERO = "var(--ink)", "var(--rule)", "var(--zero)"
ACCENT, SECOND, BAND, BAD = "var(--series-1)", "var(--series-2)", "var(--band)", "var(--bad)"
SERIES: Final = tuple(f"var(--series-{number})" for number in range(1, 9))
DASHES: Final = ("solid", "dash", "dot", "dashdot")

NORMAL_95: Final = 1.959963984540054
BETS_OF_A_CALIBRATION_BIN: Final = 50
MOST_CALIBRATION_BINS: Final = 8
BARS_OF_A_HISTOGRAM: Final = 40
LONGEST_LABEL: Final = 36


@dataclass(frozen=True)
class Chart:
    """A figure, and in words what it shows for those who cannot see it."""

    figure: Figure
    summary: str
    height: int = 360


def equity(daily: pd.DataFrame, band: pd.DataFrame) -> Chart | None:
    """The bankroll with its interval band, the drawdown and the open exposure below."""
    if daily.empty:
        return None
    dates, bankroll = _days(daily["date"]), _floats(daily["bankroll"])
    # without any drawdown the axis still has somewhere to go
    deepest = min(1.05 * float(daily["drawdown"].min()), -0.05)
    traces = [
        *_band_traces(band),
        _line("Bankroll", dates, _values(bankroll), color=ACCENT, hover="%{y:,.2f}"),
        _area("Drawdown", dates, _values(daily["drawdown"]), axis="y2", hover="%{y:.1%}"),
        _area(
            "Open exposure", dates, _values(daily["open_exposure"]), axis="y3", hover="%{y:,.2f}"
        ),
    ]
    layout = layout_of(
        hovermode="x unified",
        xaxis=axis_of(anchor="y3", **_time_axis(dates)),
        yaxis=axis_of(domain=[0.46, 1], title="Bankroll"),
        yaxis2=axis_of(
            domain=[0.23, 0.40], title="Drawdown", tickformat=".0%", nticks=4, range=[deepest, 0]
        ),
        yaxis3=axis_of(domain=[0, 0.17], title="Open", rangemode="tozero", nticks=4),
    )
    summary = (
        f"Bankroll from {formats.day(daily['date'].iloc[0])} to "
        f"{formats.day(daily['date'].iloc[-1])}: {formats.money(bankroll[-1])} at the end, "
        f"lowest {formats.money(bankroll.min())}, highest {formats.money(bankroll.max())}, "
        f"deepest drawdown {formats.percent(daily['drawdown'].min())}."
    )
    return Chart(figure=figure_of(traces, layout), summary=summary, height=560)


def executable_against_paper(bets: pd.DataFrame) -> Chart | None:
    """The profit so far of what could be executed beside that of every price as shown."""
    executable = _profit_so_far(bets, stake="stake", profit="profit")
    paper = _profit_so_far(bets, stake="paper_stake", profit="paper_profit")
    if paper.empty and executable.empty:
        return None
    figure = _profits(
        _steps("On paper", paper, color=SECOND, dash="dot"),
        _steps("Executable", executable, color=ACCENT, dash="solid"),
    )
    summary = (
        f"Profit at the end: {formats.money(_last(executable))} executable, "
        f"{formats.money(_last(paper))} on paper."
    )
    return Chart(figure=figure, summary=summary)


def profit_beside_expected(bets: pd.DataFrame) -> Chart | None:
    """The profit so far beside what the bets were worth by the close.

    Args:
        bets: settled ones, by time: `settled_at`, `profit`, and `expected_profit`, NaN without a
            close.
    """
    if bets.empty:
        return None
    known = bets[bets["expected_profit"].notna()]
    profit = bets.groupby("settled_at")["profit"].sum().cumsum()
    expected = known.groupby("settled_at")["expected_profit"].sum().cumsum()
    figure = _profits(
        *([] if expected.empty else [_steps("By CLV", expected, color=SECOND, dash="dot")]),
        _steps("Profit", profit, color=ACCENT, dash="solid"),
    )
    if known.empty:
        by_close = "no close says what they were worth"
    else:
        by_close = f"worth {formats.money(_last(expected))} by the close"
        if len(known) < len(bets):
            earned = formats.money(known["profit"].sum())
            by_close = f"{len(known):,} of them have a close, were {by_close}, and earned {earned}"
    summary = (
        f"Profit of {formats.counted(len(bets), 'settled bet')}: {formats.money(_last(profit))}; "
        f"{by_close}."
    )
    return Chart(figure=figure, summary=summary)


def closing_line_values(bets: pd.DataFrame) -> Chart | None:
    """How the closing-line values of the executable bets are spread, their mean and zero."""
    values = _floats(book(bets, stake="stake", profit="profit")["clv"].dropna())
    if not len(values):
        return None
    mean = float(values.mean())
    edges, counts = _histogram(values)
    middles = (edges[:-1] + edges[1:]) / 2
    bars: Figure = {
        "type": "bar",
        "x": _values(middles),
        "y": [int(number) for number in counts],
        "width": float(edges[1] - edges[0]) * 0.94,
        "marker": {"color": [ACCENT if middle > 0 else BAD for middle in middles]},
        "hovertemplate": "%{y:,} bets near %{x:.1%}<extra></extra>",
        "showlegend": False,
    }
    layout = layout_of(
        xaxis=axis_of(title="Closing-line value", tickformat=".0%" if _is_wide(edges) else ".1%"),
        # few bets would otherwise be counted in fractions
        yaxis=axis_of(title="Bets", **({"dtick": 1} if counts.max() <= 5 else {})),
        bargap=0,
        shapes=[upright(0.0, color=ZERO, dash="solid"), upright(mean, color=INK, dash="dash")],
        annotations=[_above(mean, f"mean {formats.percent(mean)}")],
    )
    number = formats.counted(len(values), "bet")
    summary = (
        f"{number} with a closing-line value: mean {formats.percent(mean)}, "
        f"median {formats.percent(float(np.median(values)))}, "
        f"{formats.percent(float((values > 0).mean()))} of them above zero. "
        "The outermost bars hold what lies further out."
    )
    return Chart(figure=figure_of([bars], layout), summary=summary)


def calibration(bets: pd.DataFrame) -> Chart | None:
    """How often bets won beside how often they should, by the strategy and by the close."""
    rows = book(bets, stake="stake", profit="profit")
    rows = rows[rows["settlement"].isin([*WON, *LOST])]
    own = rows["win_probability"].astype(float)
    is_won = rows["settlement"].isin(WON)
    own_traces, own_text = _reliability("Strategy", own, is_won, color=ACCENT, symbol="circle")
    close_traces, close_text = _reliability(
        "Close", rows["close_fair_probability"].astype(float), is_won, color=SECOND, symbol="square"
    )
    traces = [*own_traces, *close_traces]
    if not traces:
        return None
    ends = _span(
        [value for trace in traces for value in (*trace["x"], *trace["y"]) if value is not None]
    )
    layout = layout_of(
        xaxis=axis_of(title="Said probability", tickformat=".0%", range=ends),
        yaxis=axis_of(title="Share won", tickformat=".0%", range=ends),
        shapes=[_diagonal(ends)],
    )
    summary = " ".join(
        [own_text, close_text, "Whiskers are 95% Wilson intervals; pushes left out."]
    )
    return Chart(figure=figure_of(traces, layout), summary=summary.strip(), height=420)


def yields(groups: pd.DataFrame) -> Chart | None:
    """The yield of each group as a dot, its interval as a whisker."""
    known = groups[groups["yield_"].notna()]
    if known.empty:
        return None
    labels = [
        f"{label_text(group)} ({int(bets):,})"
        for group, bets in zip(known["group"], known["bets"], strict=True)
    ]
    middle = _values(known["yield_"])
    dots: Figure = {
        "type": "scatter",
        "mode": "markers",
        "x": middle,
        "y": labels,
        "marker": {"color": ACCENT, "size": 10},
        "hovertemplate": "%{y}: %{x:.1%}<extra></extra>",
        "showlegend": False,
    }
    traces = [_whiskers(labels, known["low"], known["high"]), dots]
    layout = layout_of(
        margin={"l": 10, "r": 14, "t": 8, "b": 10},
        xaxis=axis_of(title="Yield, with its interval", tickformat=".0%", **ZERO_LINE),
        yaxis=axis_of(type="category", autorange="reversed", showgrid=False, dtick=1),
    )
    order = np.argsort(_floats(known["yield_"]), kind="stable")
    best, worst = known.iloc[int(order[-1])], known.iloc[int(order[0])]
    number = formats.counted(len(known), "group")
    summary = (
        f"{number}, bets in brackets: highest {formats.text(best['group'])} with "
        f"{formats.percent(best['yield_'])}, lowest {formats.text(worst['group'])} with "
        f"{formats.percent(worst['yield_'])}."
    )
    return Chart(figure=figure_of(traces, layout), summary=summary, height=84 + 30 * len(known))


def growth(curves: Mapping[str, pd.DataFrame]) -> Chart | None:
    """The bankrolls of several runs, each as growth since its own start.

    Args:
        curves: for each run's label its `daily` frame.
    """
    shown = {label: daily for label, daily in curves.items() if not daily.empty}
    if not shown:
        return None
    traces, ends = [], []
    for number, label in enumerate(curves):
        if label not in shown:
            continue
        dates, grown = _days(shown[label]["date"]), _growth(shown[label])
        traces.append(
            _line(
                label_text(label),
                dates,
                _values(grown),
                color=SERIES[number % len(SERIES)],
                dash=DASHES[number // len(SERIES) % len(DASHES)],
                hover="%{y:.1%}",
            )
        )
        ends.append(f"{label}: {formats.percent(grown[-1])}")
    layout = layout_of(
        hovermode="x unified",
        xaxis=axis_of(**_time_axis([day for trace in traces for day in trace["x"]])),
        yaxis=axis_of(title="Growth of the bankroll", tickformat=".0%", **ZERO_LINE),
    )
    summary = "Growth at the end. " + "; ".join(ends) + "."
    return Chart(figure=figure_of(traces, layout), summary=summary, height=460)


def wilson_interval(wins: int, trials: int) -> tuple[float, float]:
    """The 95% interval of a share after Wilson (1927)."""
    share, z_squared = wins / trials, NORMAL_95**2
    middle = share + z_squared / (2 * trials)
    reach = NORMAL_95 * sqrt(share * (1 - share) / trials + z_squared / (4 * trials**2))
    scale = 1 + z_squared / trials
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def _band_traces(band: pd.DataFrame) -> list[Figure]:
    if band.empty:
        return []
    dates = _days(band["date"])
    low = _line("Low", dates, _values(band["low"]), color=BAND, width=0, hover="%{y:,.2f}")
    high = _line("High", dates, _values(band["high"]), color=BAND, width=0, hover="%{y:,.2f}")
    fill = {"fill": "tonexty", "fillcolor": BAND, "name": "5% to 95% of resampled seasons"}
    middle = _line(
        "Middle of them",
        dates,
        _values(band["middle"]),
        color=ZERO,
        dash="dot",
        hover="%{y:,.2f}",
    )
    return [{**low, "showlegend": False}, {**high, **fill}, middle]


def _profits(*traces: Figure) -> Figure:
    layout = layout_of(
        hovermode="x unified",
        showlegend=True,
        xaxis=axis_of(**_time_axis([time for trace in traces for time in trace["x"]])),
        yaxis=axis_of(title="Profit so far", **ZERO_LINE),
    )
    return figure_of(list(traces), layout)


def _profit_so_far(bets: pd.DataFrame, *, stake: str, profit: str) -> pd.Series:
    rows = book(bets, stake=stake, profit=profit)
    settled = rows[rows["settlement"].notna()]
    return settled.groupby("settled_at")["profit"].sum().sort_index().cumsum()


def _steps(name: str, so_far: pd.Series, *, color: str, dash: str) -> Figure:
    times = [pd.Timestamp(moment).strftime("%Y-%m-%d %H:%M:%S") for moment in so_far.index]
    trace = _line(name, times, _values(so_far), color=color, dash=dash, hover="%{y:,.2f}")
    trace["line"]["shape"] = "hv"
    return trace


def _last(so_far: pd.Series) -> float | None:
    return None if so_far.empty else float(so_far.iloc[-1])


def _histogram(values: Floats) -> tuple[Floats, Floats]:
    """Bars of a round width of which none straddles zero; the far tails go to the last ones."""
    low, high = np.quantile(values, [0.005, 0.995])
    width = _round_width(max(float(high - low), 0.001) / BARS_OF_A_HISTOGRAM)
    first, last = floor(low / width), floor(high / width) + 1
    edges = width * np.arange(first, last + 1, dtype=float)
    counts, _ = np.histogram(values.clip(edges[0], edges[-1]), bins=edges)
    return edges, counts.astype(float)


def _round_width(width: float) -> float:
    scale = 10.0 ** floor(log10(width))
    return float(next(step * scale for step in (1, 2, 5, 10) if step * scale >= width * 0.999))


def _is_wide(edges: Floats) -> bool:
    return bool(edges[-1] - edges[0] > 0.1)


def _reliability(
    name: str, probabilities: pd.Series, is_won: pd.Series, *, color: str, symbol: str
) -> tuple[list[Figure], str]:
    said = _floats(probabilities.dropna())
    if not len(said):
        return [], f"{name}: no probabilities."
    won = is_won[probabilities.notna()].to_numpy(dtype=bool)
    bins = _same_size_bins(said)
    rows = [_bin(said[bins == number], won[bins == number]) for number in np.unique(bins)]
    x, y, low, high, sizes = (list(column) for column in zip(*rows, strict=True))
    whiskers = {
        "type": "scatter",
        "mode": "lines",
        "x": _with_gaps(x, x),
        "y": _with_gaps(low, high),
        "line": {"color": color, "width": 1.5},
        "hoverinfo": "skip",
        "showlegend": False,
        "legendgroup": name,
    }
    dots = {
        "type": "scatter",
        "mode": "markers",
        "name": f"{name} ({formats.counted(len(said), 'bet')})",
        "x": x,
        "y": y,
        "customdata": sizes,
        "marker": {"color": color, "size": 9, "symbol": symbol},
        "hovertemplate": "said %{x:.1%}, won %{y:.1%} of %{customdata:,}<extra></extra>",
        "legendgroup": name,
    }
    summary = (
        f"{name}: {formats.counted(len(said), 'bet')}, said {formats.percent(float(said.mean()))}, "
        f"won {formats.percent(float(won.mean()))}."
    )
    return [whiskers, dots], summary


def _same_size_bins(said: Floats) -> np.ndarray[Any, np.dtype[np.int64]]:
    wanted = min(max(len(said) // BETS_OF_A_CALIBRATION_BIN, 1), MOST_CALIBRATION_BINS)
    inner = np.unique(np.quantile(said, np.linspace(0, 1, wanted + 1)[1:-1]))
    return np.searchsorted(inner, said, side="right").astype(np.int64)


def _bin(
    said: Floats, won: np.ndarray[Any, np.dtype[np.bool_]]
) -> tuple[float, float, float, float, int]:
    low, high = wilson_interval(int(won.sum()), len(won))
    return float(said.mean()), float(won.mean()), low, high, len(won)


def _whiskers(labels: Sequence[str], low: pd.Series, high: pd.Series) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": _with_gaps(_values(low), _values(high)),
        "y": _with_gaps(labels, labels),
        "line": {"color": ACCENT, "width": 1.5},
        "marker": {"symbol": "line-ns-open", "size": 9, "color": ACCENT},
        "hovertemplate": "%{x:.1%}<extra></extra>",
        "showlegend": False,
    }


def _growth(daily: pd.DataFrame) -> Floats:
    bankroll = _floats(daily["bankroll"])
    return _floats(bankroll / (bankroll[0] - float(daily["profit"].iloc[0])) - 1)


ZERO_LINE: Final[Figure] = {"zeroline": True, "zerolinecolor": ZERO, "zerolinewidth": 2}


def layout_of(**changes: Any) -> Figure:
    """The layout that all charts share, with what one has of its own."""
    layout: Figure = {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": INK, "family": "system-ui, sans-serif", "size": 13},
        "hoverlabel": {"bgcolor": "var(--panel)", "bordercolor": RULE, "font": {"color": INK}},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "margin": {"l": 10, "r": 14, "t": 34, "b": 10},
    }
    return {**layout, **changes}


def _time_axis(dates: Sequence[str]) -> Figure:
    """An axis of dates; around a single day it would count in thousandths of a second."""
    first, last = pd.Timestamp(min(dates)), pd.Timestamp(max(dates))
    if first < last:
        return {"type": "date"}
    ends = [formats.day(first - pd.Timedelta(days=1)), formats.day(last + pd.Timedelta(days=1))]
    return {"type": "date", "range": ends, "dtick": 24 * 60 * 60 * 1000}


def axis_of(*, title: str | None = None, **changes: Any) -> Figure:
    """The axis that all charts share, with what one has of its own."""
    axis: Figure = {
        "automargin": True,
        "gridcolor": RULE,
        "linecolor": RULE,
        "zeroline": False,
        "title": {"text": title, "standoff": 10} if title else {},
    }
    return {**axis, **changes}


def _line(
    name: str,
    x: Sequence[str],
    y: Sequence[float | None],
    *,
    color: str,
    hover: str,
    dash: str = "solid",
    width: float = 2,
) -> Figure:
    return {
        "type": "scatter",
        # a line through one point would not show
        "mode": "lines" if len(x) > 1 else "markers",
        "name": name,
        "x": list(x),
        "y": list(y),
        "line": {"color": color, "dash": dash, "width": width},
        "hovertemplate": hover,
    }


def _area(
    name: str, x: Sequence[str], y: Sequence[float | None], *, axis: str, hover: str
) -> Figure:
    color = BAD if axis == "y2" else ACCENT
    trace = _line(name, x, y, color=color, hover=hover, width=1)
    return {**trace, "yaxis": axis, "fill": "tozeroy", "showlegend": False}


def upright(x: float | str, *, color: str, dash: str) -> Figure:
    """An upright line over the whole height, at a number or a time."""
    ends = {"x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", **ends, "line": {"color": color, "dash": dash, "width": 2}}


def _diagonal(ends: Sequence[float]) -> Figure:
    corners = {"x0": ends[0], "y0": ends[0], "x1": ends[1], "y1": ends[1]}
    return {
        "type": "line",
        **corners,
        "layer": "below",
        "line": {"color": ZERO, "dash": "dash", "width": 1.5},
    }


def _above(x: float, words: str) -> Figure:
    place = {"x": x, "y": 1, "yref": "paper", "yanchor": "bottom"}
    return {"text": words, **place, "showarrow": False, "font": {"color": INK}}


def _span(values: Sequence[float]) -> list[float]:
    return [max(0.0, min(values) - 0.03), min(1.0, max(values) + 0.03)]


def _with_gaps(starts: Sequence[Any], ends: Sequence[Any]) -> list[Any]:
    """Pairs of ends with a gap after each, so that one line draws them all apart."""
    return [value for pair in zip(starts, ends, strict=True) for value in (*pair, None)]


def label_text(value: Any) -> str:
    """Text that plotly shows as it is: it would read tags as its own."""
    label = formats.text(value)
    if len(label) > LONGEST_LABEL:
        label = label[: LONGEST_LABEL - 1] + "…"
    return escape(label, quote=False)


def figure_of(traces: Sequence[Figure], layout: Figure) -> Figure:
    """What plotly draws."""
    return {"data": list(traces), "layout": layout}


def _days(dates: pd.Series) -> list[str]:
    return [formats.day(date) for date in dates]


def _floats(values: Any) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _values(values: Any) -> list[float | None]:
    """Numbers as JSON has them: null for none."""
    return [float(value) if np.isfinite(value) else None for value in _floats(values)]
