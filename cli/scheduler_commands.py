"""`odds scheduler …`: collects by plan, now or for good."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from cli import display
from cli.examples import examples
from cli.options import AsOfOption, CsvOption, JsonOption, TargetOption
from cli.session import Answer, Session, now, run
from ingestion.errors import UsageError

if TYPE_CHECKING:
    from scheduler.agenda import Collection, Entry
    from scheduler.collector import RunReport
    from scheduler.state import State

MOST_DAYS = 14
RUNS_SHOWN = 15

scheduler = typer.Typer(help="Collect by plan: what is due, what it costs, now or for good.")

DaysOption = Annotated[
    int, typer.Option(metavar="DAYS", help=f"How far to look ahead, 1 to {MOST_DAYS} days.")
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what is due now and what it costs; do nothing.")
]


@scheduler.command(epilog=examples("odds scheduler start", "odds scheduler start --dry-run"))
def start(
    *,
    dry_run: DryRunOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Collect until stopped: fetch when due, land, build, once a day everything with all tests.

    SIGTERM and Ctrl-C end it within ten seconds, with nothing lost. What is due is derived from
    the warehouse, so it may be killed and started again at any time.
    """

    def work(session: Session) -> Answer:
        if dry_run:
            return _agenda_answer(session, days=1, is_due_only=True)
        from ingestion.demo_data import refuse_beside_a_demo  # noqa: PLC0415
        from ingestion.fetching import key_of  # noqa: PLC0415 - dlt takes a second to import
        from scheduler.backends.local import Worker  # noqa: PLC0415 - and dbt more

        _need_the_clock(session)
        key_of(session.settings)
        refuse_beside_a_demo(session.settings)
        Worker(session.settings).run()
        return Answer(data={"stopped_at": now()}, page=[Text("stopped")])

    run("scheduler start", work, target=target, as_of=as_of, as_json=as_json)


@scheduler.command(
    "run-once", epilog=examples("odds scheduler run-once", "odds scheduler run-once --dry-run")
)
def run_once(
    *,
    dry_run: DryRunOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Do all that is due now, and end: for cron, a Kubernetes CronJob or a serverless function."""

    def work(session: Session) -> Answer:
        if dry_run:
            return _agenda_answer(session, days=1, is_due_only=True)
        from ingestion.fetching import key_of  # noqa: PLC0415 - dlt takes a second to import
        from scheduler.collector import Collector  # noqa: PLC0415 - and dbt more
        from scheduler.collector_lock import machine_lock  # noqa: PLC0415

        _need_the_clock(session)
        key_of(session.settings)
        with machine_lock(session.settings):
            collector = Collector(session.settings, clock=now, sleep=time.sleep, is_wall_clock=True)
            report = collector.run_once()
        return _report_answer(report)

    run("scheduler run-once", work, target=target, as_of=as_of, as_json=as_json)


@scheduler.command(epilog=examples("odds scheduler plan", "odds scheduler plan --days 7 --json"))
def plan(
    *,
    days: DaysOption = 2,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show the calls of the next days, why each is made, what it costs, and what is left out."""

    def work(session: Session) -> Answer:
        if not 1 <= days <= MOST_DAYS:
            raise UsageError(f"--days is {days}: give 1 to {MOST_DAYS}")
        return _agenda_answer(session, days=days, is_due_only=False)

    run("scheduler plan", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv)


@scheduler.command(epilog=examples("odds scheduler status"))
def status(
    *,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show the last runs of the collector's jobs, newest first."""

    def work(session: Session) -> Answer:
        from analysis import job_runs  # noqa: PLC0415
        from cli.reading import reading  # noqa: PLC0415

        with reading(session.settings, *job_runs.RELATIONS) as warehouse:
            runs = job_runs.last_runs(warehouse, until=session.looks_from, limit=RUNS_SHOWN)
        grid = display.table(
            "Jobs of the collector, the last first",
            display.zoned("started"), "job", "sport", "status", "seconds", "credits", "why",
            "error", numbers=("seconds", "credits"),
        )  # fmt: skip
        for row in runs:
            grid.add_row(
                display.to_the_second(row["started_at"]),
                row["job"],
                row["sport_key"] or "",
                row["status"],
                "" if row["seconds"] is None else f"{row['seconds']:.1f}",
                "" if row["credits"] is None else str(row["credits"]),
                Text(row["reason"] or ""),
                Text(row["error"] or ""),
            )
        return Answer(data={"runs": runs}, page=[grid])

    run("scheduler status", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv)


def _agenda_answer(session: Session, *, days: int, is_due_only: bool) -> Answer:
    from scheduler.collector import Collector  # noqa: PLC0415 - dbt takes seconds to import
    from scheduler.leads import costs_of_leads  # noqa: PLC0415

    moment = session.looks_from
    collector = Collector(session.settings, clock=lambda: moment, sleep=time.sleep)
    state, entries = collector.plan(days=days)
    until = moment if is_due_only else moment + timedelta(days=days)
    entries = [e for e in entries if e.job.startswith("fetch") and e.due_at <= until]
    calls = [_call(entry, collector.collection, state) for entry in entries]
    page = _agenda_page(session, state, entries, is_due_only=is_due_only)
    if not is_due_only:
        costs = costs_of_leads(state, collector.collection, now=moment, until=until)
        page += [Text(cost.sentence) for cost in costs]
    return Answer(data=calls, page=page)


def _call(entry: "Entry", collection: "Collection", state: "State") -> dict[str, Any]:
    """One line of the plan, as the contract names its fields."""
    request = collection.request(entry)
    return {
        "due_at": entry.due_at,
        "job": entry.job,
        "sport_key": entry.sport_key,
        "endpoint": request.path,
        "params": request.params,
        "credits": entry.credits,
        "reason": entry.reason,
        "refused": entry.refused,
        "close_lead_minutes": _lead_minutes(entry, state),
    }


def _lead_minutes(entry: "Entry", state: "State") -> float | None:
    """How long before a start its closes are asked for; None for a call that is for no close."""
    from scheduler.promises import lead_of  # noqa: PLC0415

    if not entry.is_close:
        return None
    lead = state.leads.get(entry.sport_key or "")
    return (lead.close_lead if lead else lead_of(None)) / timedelta(minutes=1)


def _agenda_page(
    session: Session, state: "State", entries: Sequence["Entry"], *, is_due_only: bool
) -> list[RenderableType]:
    grid = display.table(
        "Due now" if is_due_only else "Planned",
        display.zoned("due"), "", "job", "sport", "credits", "why", "not made because",
        numbers=("credits",),
    )  # fmt: skip
    for entry in entries:
        grid.add_row(
            display.when(entry.due_at),
            display.until(entry.due_at, seen_from=session.looks_from),
            entry.job,
            entry.sport_key or "",
            str(entry.credits),
            entry.reason,
            entry.refused or "",
        )
    made = [entry for entry in entries if not entry.refused]
    total = sum(entry.credits for entry in made)
    budget = state.budget
    summary = (
        f"{total} credits for {sum(1 for entry in made if entry.credits)} paid calls; "
        f"{budget.remaining} of {budget.granted} credits are left this month."
    )
    return [grid, Text(summary)]


def _report_answer(report: "RunReport") -> Answer:
    grid = display.table(
        "Done", "job", "sport", "status", "credits", "why", "error", numbers=("credits",)
    )
    for job in report.jobs:
        grid.add_row(
            job.job,
            job.sport_key or "",
            job.status,
            "" if job.credits is None else str(job.credits),
            Text(job.reason or ""),
            Text(job.error or ""),
        )
    ahead = Text(f"next: {display.moment_text(report.next_at)}, {report.next_reason}")
    return Answer(data=asdict(report), page=[grid, ahead], is_well=report.is_well)


def _need_the_clock(session: Session) -> None:
    if session.as_of is not None:
        raise UsageError("the collector works now: --as-of and ODDS_AS_OF go with --dry-run alone")
