"""The reports as tables for people."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from benchmarks.backtests import (
    GOAL_GROWTH,
    GOAL_LOG,
    GOAL_LUCK,
    GOAL_MART,
    GOAL_PEER,
    SEASON_BETS,
    BacktestsReport,
)
from benchmarks.bulk import GOAL_EVERY_MART, GOAL_FACTOR, GOAL_SECONDS, BulkReport
from benchmarks.incremental import (
    GOAL_OVERHEAD_SECONDS,
    GOAL_RATIO,
    HistoryCost,
    IncrementalReport,
)
from benchmarks.landing_speed import LandingReport
from benchmarks.point_reads import GOAL_SECONDS as GOAL_READ
from benchmarks.point_reads import PointReadsReport
from benchmarks.season_of_calls import SeasonOfCalls
from benchmarks.storage import GOAL_SHARE, StorageReport

SHOWN_NODES = 10
SHOWN_TABLES = 8
Page = Iterator[Table | str]


def bulk_page(report: BulkReport) -> Page:
    """Steps of both sides, the heaviest models, and the goal."""
    runs = "1 run" if report.runs == 1 else f"medians of {report.runs} runs"
    steps = _table(
        f"bulk, {report.target}, {report.recording}, {runs}", "step", "seconds", "processor"
    )
    for title, side in (("ours", report.ours), ("baseline", report.baseline)):
        for name, seconds in side["wall"].items():
            steps.add_row(f"{title}: {name}", f"{seconds:.2f}", f"{side['processor'][name]:.2f}")
        steps.add_row(
            f"[bold]{title}: all[/]",
            f"[bold]{sum(side['wall'].values()):.2f}[/]",
            f"[bold]{sum(side['processor'].values()):.2f}[/]",
        )
        memory = side["memory_mb"]
        steps.add_row(f"{title}: peak memory", f"{memory['process']:.0f} MB", "", end_section=True)
    yield steps
    nodes = _table("heaviest models", "model", "seconds", "in SQL")
    by_weight = sorted(report.ours["nodes"].items(), key=lambda node: -node[1])
    for name, seconds in by_weight[:SHOWN_NODES]:
        in_sql = report.ours["statements"].get(name, 0.0)
        nodes.add_row(name, f"{seconds:.2f}", f"{in_sql:.2f}")
    yield nodes
    rows = ", ".join(f"{count:,} {name}" for name, count in report.ours["rows"].items())
    yield f"rows: {rows}"
    for name, (ours, baseline) in report.differing_rows.items():
        yield f"[red]rows differ: {name}: ours {ours:,}, baseline {baseline:,}[/]"
    yield f"apart: start-up (imports, parse) {report.ours['startup_seconds']:.1f} s"
    yield (
        f"apart: the other marts {report.ours['other_marts_seconds']:.1f} s; a build of every mart"
        f" takes {report.every_mart_ratio:.2f} x the build above; goal {GOAL_EVERY_MART:g}:"
        f" {_verdict(report.every_mart_ratio <= GOAL_EVERY_MART)}"
    )
    if report.ours["tests_seconds"] is not None:
        yield f"apart: data tests {report.ours['tests_seconds']:.1f} s"
    yield (
        f"ours / baseline = {report.ratio:.2f} ({report.processor_ratio:.2f} of processor time);"
        f" goal {GOAL_FACTOR:g} x baseline + {GOAL_SECONDS:g} s = {report.goal_seconds:.1f} s:"
        f" {_verdict(report.is_goal_met)}"
    )


def incremental_page(report: IncrementalReport) -> Page:
    """The three warehouses side by side, and the goals."""
    costs: Sequence[HistoryCost] = (report.one, report.many, report.many_in_few_loads)
    table = _table(
        f"one more response, {report.target}, medians of {report.cycles} cycles",
        "",
        *(cost.name for cost in costs),
    )
    table.add_row("responses behind it", *(f"{cost.responses:,}" for cost in costs))
    table.add_row("change rows behind it", *(f"{cost.changes:,}" for cost in costs))
    for name in ("land", "dbt", "sql"):
        table.add_row(f"{name}, ms", *(_ms(getattr(cost.cycle, name)) for cost in costs))
    table.add_row("whole cycle, ms", *(_ms(cost.whole) for cost in costs))
    table.add_row("processor, ms", *(_ms(cost.cycle.processor) for cost in costs), end_section=True)
    for name in sorted(report.many.cycle.models, key=lambda name: -report.many.cycle.models[name]):
        table.add_row(
            f"sql of {name or 'the macros'}, ms",
            *(_ms(cost.cycle.models.get(name, 0.0)) for cost in costs),
        )
    table.add_section()
    for name in ("rows", "buffers"):
        if name in report.many.reads:
            table.add_row(f"{name} read", *(f"{cost.reads.get(name, 0):,.0f}" for cost in costs))
    yield table
    yield (
        f"{report.many.name} / {report.one.name} = {report.ratio:.2f}"
        f" (SQL alone {report.sql_ratio:.2f}); goal {GOAL_RATIO:g}:"
        f" {_verdict(report.ratio <= GOAL_RATIO)}"
    )
    yield (
        f"beyond its SQL a cycle takes {report.overhead_seconds:.2f} s; goal"
        f" {GOAL_OVERHEAD_SECONDS:g} s:"
        f" {_verdict(report.overhead_seconds <= GOAL_OVERHEAD_SECONDS)}"
    )


def storage_page(reports: Sequence[StorageReport]) -> Page:
    """Shares by recording, then the largest tables of each."""
    shares = _table(
        f"change log, pre-match, {reports[0].target}",
        *("recording", "quotes", "changes", "share", "with withdrawals", "lost", "invented", ""),
    )
    for report in reports:
        shares.add_row(
            report.recording,
            f"{report.pre_match_quotes:,}",
            f"{report.pre_match_changes:,}",
            f"{report.share:.1%}",
            f"{report.share_with_withdrawals:.1%}",
            f"{report.lost:,}",
            f"{report.invented:,}",
            _verdict(report.is_goal_met),
        )
    yield shares
    for report in reports:
        sizes = _table(f"size, {report.recording}", "table", "MB", "indexes, MB")
        for size in report.tables[:SHOWN_TABLES]:
            sizes.add_row(
                size.name, f"{size.table_bytes / 1e6:.1f}", f"{size.index_bytes / 1e6:.1f}"
            )
        yield sizes
    yield f"goal: at most {GOAL_SHARE:.0%} on live recordings; nothing lost, nothing invented"


def landing_page(report: LandingReport) -> Page:
    """One line of figures."""
    table = _table(
        f"landing, {report.target}, {report.recording}",
        *("responses", "MB", "replay, s", "responses/s", "MB/s", "one response, warm, ms"),
    )
    table.add_row(
        f"{report.responses:,}",
        f"{report.megabytes:.1f}",
        f"{report.replay_seconds:.2f}",
        f"{report.rows_a_second:,.0f}",
        f"{report.megabytes_a_second:.1f}",
        _ms(report.single_seconds),
    )
    yield table


def planner_page(report: Sequence[SeasonOfCalls]) -> Page:
    """A row a policy."""
    table = _table(
        "a season of calls",
        *("policy", "calls", "credits", "dearest month", "promises kept", "closes within 5 min"),
    )
    for season in report:
        table.add_row(
            season.name,
            f"{season.calls:,}",
            f"{season.credits:,}",
            f"{season.dearest_month:,}",
            f"{season.promises_kept:.1%}",
            f"{season.closes_kept:.1%}",
        )
    yield table


def backtests_page(report: BacktestsReport) -> Page:
    """Seconds and ratios by number of seasons, then the goals."""
    table = _table(
        f"backtests, {report.target}, medians of {report.runs} runs",
        "",
        *(f"{each.seasons} seasons" for each in report.by_seasons),
    )
    for name in ("events", "changes", "offers", "bets"):
        table.add_row(name, *(f"{getattr(each, name):,}" for each in report.by_seasons))
    table.add_row("bankroll at the end", *(f"{each.bankroll:,.2f}" for each in report.by_seasons))
    for title, name in (
        ("a query an event, s", "loop"),
        ("engine from the change log, s", "from_log"),
        ("engine from the decision mart, s", "from_mart"),
        ("with fills and closing-line value, s", "whole_from_mart"),
    ):
        times = (getattr(each, name) for each in report.by_seasons)
        table.add_row(title, *("" if each is None else f"{each:.3f}" for each in times))
    for title, ratios in (("log", report.log_ratios), ("mart", report.mart_ratios)):
        table.add_row(f"events/s, {title} / loop", *(f"{ratio:.1f}" for ratio in ratios))
    yield table
    yield (
        f"from the change log {report.log_ratios[0]:.1f} times the loop; goal {GOAL_LOG:g}:"
        f" {_verdict(report.log_ratios[0] >= GOAL_LOG)}"
    )
    yield (
        f"from the decision mart {report.mart_ratios[-1]:.1f} times the loop; goal {GOAL_MART:g}:"
        f" {_verdict(report.mart_ratios[-1] >= GOAL_MART)}"
    )
    yield (
        f"the last number of seasons takes {report.growth:.1f} times the first;"
        f" goal {GOAL_GROWTH:g}: {_verdict(report.growth <= GOAL_GROWTH)}"
    )
    if report.peer is not None:
        yield (
            f"penaltyblog {report.peer.peer:.2f} s, ours {report.peer.ours:.2f} s for the same"
            f" {report.peer.bets:,} bets: {report.peer.ratio:.1f} times; goal {GOAL_PEER:g}:"
            f" {_verdict(report.peer.ratio >= GOAL_PEER)}"
        )
    slowest = max(report.interval_seconds, report.fair_draws_seconds)
    yield (
        f"10,000 seasons of {SEASON_BETS:,} bets: interval {report.interval_seconds:.3f} s, fair"
        f" draws {report.fair_draws_seconds:.3f} s; goal {GOAL_LUCK:g} s:"
        f" {_verdict(slowest <= GOAL_LUCK)}"
    )


def point_reads_page(report: PointReadsReport) -> Page:
    """A row a read and number of seasons, then the goal."""
    table = _table(
        f"point reads, {report.target}, {report.repeats} repeats",
        *("read", "seasons", "changes behind it", "rows", "p50, ms", "p95, ms", "processor, ms"),
    )
    for name in report.growth:
        for size in report.by_seasons:
            read = size.reads[name]
            times = (f"{each * 1000:.2f}" for each in (read.p50, read.p95, read.processor))
            table.add_row(name, str(size.seasons), f"{size.changes:,}", str(read.rows), *times)
        table.add_section()
    yield table
    yield "last / first p50: " + ", ".join(
        f"{name} {growth:.1f}" for name, growth in report.growth.items()
    )
    yield (
        f"goal p50 {GOAL_READ[report.target] * 1000:g} ms: {_verdict(not report.slow)}"
        + (f" by {', '.join(report.slow)}" if report.slow else "")
    )


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f}"


def _verdict(is_met: bool) -> str:
    return "[green]met[/]" if is_met else "[red]missed[/]"
