"""`odds doctor`: is all well, and if not, how to mend it."""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from cli import display
from cli.options import AsOfOption, CsvOption, JsonOption, TargetOption
from cli.session import Answer, Session, now, run

if TYPE_CHECKING:
    from scheduler.checkup import Check

QuickOption = Annotated[
    bool,
    typer.Option(
        "--quick",
        help="What a container asks every minute: no call to the API, no DuckDB file opened.",
    ),
]
OfflineOption = Annotated[bool, typer.Option("--offline", help="No call to the API.")]


def doctor(
    *,
    quick: QuickOption = False,
    offline: OfflineOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Check settings, key, clock, engine, rights, disk, what waits, and the collector.

    It says how to mend what is wrong, and whether a call is late. The key is tried by a call that
    costs no credit. Ends with status 1 where a check failed.
    """

    def work(session: Session) -> Answer:
        from scheduler import checkup, checkup_connections  # noqa: PLC0415

        settings = session.settings
        if "odds_log_level" not in settings.model_fields_set:
            logging.getLogger().setLevel(logging.ERROR)  # the checks say it in a line
        checks: list[Check] = []
        if not quick:
            checks.append(checkup_connections.configuration(settings))
            if not offline:
                checks += checkup_connections.api_checks(settings, clock=now)
        if quick and settings.odds_target == "duckdb":
            checks.append(checkup_connections.duckdb_file(settings))
        else:
            checks += checkup_connections.warehouse_checks(settings)
        checks += checkup.file_checks(settings)
        grid = display.table("", "", "", "")
        grid.show_header = False
        for check in checks:
            words = check.text if check.remedy is None else f"{check.text}\n→ {check.remedy}"
            grid.add_row(display.status(check.status), check.name, Text(words))
        failed = sum(check.status == "failed" for check in checks)
        return Answer(
            data={"checks": [asdict(check) for check in checks]},
            page=[grid, Text(_summary(checks))],
            is_well=not failed,
        )

    run("doctor", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv)


def _summary(checks: Sequence["Check"]) -> str:
    failed, warned = (
        sum(check.status == status for check in checks) for status in ("failed", "warning")
    )
    if failed:
        return f"{failed} of {len(checks)} checks failed."
    return f"No check failed, {warned} warned." if warned else "All is well."
