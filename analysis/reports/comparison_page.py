"""The page of several backtest runs side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.reports import charts, formats
from analysis.reports.backtest_page import RunReport, Section
from analysis.reports.page import document


@dataclass(frozen=True)
class _Cell:
    """A value with what it must not stand without."""

    value: str
    note: str = ""


_NOTHING = _Cell(formats.MISSING)


def render_comparison(reports: Sequence[RunReport]) -> str:
    """The page of several runs: their curves, their headlines, and the facts they differ in.

    Adjusted p-values are headline numbers like any other: whoever has all the runs adds them.
    """
    # two runs may share a title
    labels = [f"{number} {report.title}" for number, report in enumerate(reports, start=1)]
    curves = {label: report.daily for label, report in zip(labels, reports, strict=True)}
    headline_names, headlines = _table(labels, reports, _headline)
    fact_names, facts = _table(labels, reports, _facts)
    differing = [
        place
        for place in range(len(fact_names))
        if len({cells[place].value for _, cells in facts}) > 1
    ]
    return document(
        "comparison.html",
        title=f"{formats.counted(len(reports), 'run')} side by side",
        runs=labels,
        warnings=_warnings(labels, reports),
        section=Section(
            "Growth of the bankroll",
            charts.growth(curves),
            "No run has a day to draw.",
            "Each from its own first day and its own first bankroll.",
        ),
        headline_names=headline_names,
        headlines=headlines,
        fact_names=[fact_names[place] for place in differing],
        facts=[(label, [cells[place] for place in differing]) for label, cells in facts],
    )


def _table(
    labels: Sequence[str],
    reports: Sequence[RunReport],
    cells_of: Callable[[RunReport], dict[str, _Cell]],
) -> tuple[list[str], list[tuple[str, list[_Cell]]]]:
    """One row a run, one column for every name that any of them has."""
    cells = [cells_of(report) for report in reports]
    names = list(dict.fromkeys(name for of_run in cells for name in of_run))
    rows = [[of_run.get(name, _NOTHING) for name in names] for of_run in cells]
    return names, list(zip(labels, rows, strict=True))


def _headline(report: RunReport) -> dict[str, _Cell]:
    return {name: _Cell(value, note) for name, value, note in report.headline}


def _facts(report: RunReport) -> dict[str, _Cell]:
    return {name: _Cell(value) for name, value in report.facts}


def _warnings(labels: Sequence[str], reports: Sequence[RunReport]) -> list[tuple[str, str]]:
    return [
        (label, warning)
        for label, report in zip(labels, reports, strict=True)
        for warning in report.warnings
    ]
