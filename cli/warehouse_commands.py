"""`odds quota`, `odds config` and `odds db`."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from pydantic import SecretStr

from analysis import health
from analysis.storage import growth, table_sizes, total_bytes
from cli import credit_outlook, display
from cli.backup_commands import backup, restore
from cli.examples import examples
from cli.options import AsOfOption, CsvOption, JsonOption, TargetOption
from cli.reading import file_of, place, reading
from cli.session import Answer, Session, run
from ingestion.redaction import Redactor
from ingestion.settings import HOME_VARIABLE, Settings, home

MASK = "********"
STATE_WORDS = {
    "normal": "every call that is due is made",
    "throttled": "what is seen seldom is left out",
    "reserve-only": "closes alone are asked for",
    "exhausted": "nothing more can be asked for before they come back",
}
_USER_INFO = re.compile(r"//[^/@]*@")

db = typer.Typer(help="Look after the warehouse.")


def quota(
    target: TargetOption = None, as_of: AsOfOption = None, as_json: JsonOption = False
) -> None:
    """Show the credits used this month, what remains and is held back, and when they come back.

    They are counted from the calls that landed; months are UTC, as the API's are.
    """

    def work(session: Session) -> Answer:
        with reading(session.settings, *credit_outlook.RELATIONS) as warehouse:
            found = credit_outlook.quota_at(warehouse, session.settings, session.looks_from)
        usage = found.usage
        last_call = display.moment_text(usage.last_call_at) if usage.last_call_at else "none"
        facts = [
            ("used", f"{usage.used} of {found.granted}"),
            ("remaining", "not told yet" if usage.remaining is None else usage.remaining),
            ("in flight", usage.in_flight),
            ("held for closes", found.held_for_closes),
            ("forecast", f"{found.forecast} by the end of the month, as the last week went"),
            ("state", f"{found.state}: {STATE_WORDS[found.state]}"),
            ("calls", usage.calls),
            ("last call", last_call),
            ("resets at", display.moment_text(found.resets_at)),
        ]
        return Answer(
            data=credit_outlook.quota_data(found),
            page=[display.fact_table(f"Credits in {found.month:%B %Y}", facts)],
        )

    run("quota", work, target=target, as_of=as_of, as_json=as_json)


def config(
    target: TargetOption = None, as_of: AsOfOption = None, as_json: JsonOption = False
) -> None:
    """Show every setting as it holds here, from the environment, .env or its default.

    ODDS_HOME is the folder whose .env counts and that relative paths start from.
    """

    def work(session: Session) -> Answer:
        values = {HOME_VARIABLE: str(home())} | effective(session.settings)
        facts = [(name, "" if value is None else _flat(value)) for name, value in values.items()]
        return Answer(data=values, page=[display.fact_table("Settings", facts)])

    run("config", work, target=target, as_of=as_of, as_json=as_json)


@db.command(epilog=examples("odds db stats", "odds db stats --target postgres --json"))
def stats(
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show the rows and bytes of every table, how fast they grow, and how long the disk will do."""

    def work(session: Session) -> Answer:
        with reading(session.settings) as warehouse:
            sizes = table_sizes(warehouse)
            total = total_bytes(warehouse)
            is_built = health.FETCHES in warehouse.relations()
            pace = (
                health.bytes_a_day(warehouse, total=total, now=session.looks_from)
                if is_built
                else None
            )
        room = growth(pace, file=file_of(session.settings))
        words = " · ".join([display.size(total), *display.growth_words(room)])
        grid = display.table(
            f"{place(session.settings)}: {words}",
            "table", "rows", "size", numbers=("rows", "size"),
        )  # fmt: skip
        for each in sizes:
            grid.add_row(each.name, f"{each.rows:,}", display.size(each.bytes))
        return Answer(
            data={
                "bytes": total,
                **display.growth_data(room),
                "tables": [asdict(each) for each in sizes],
            },
            page=[grid],
        )

    run("db stats", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv)


db.command(
    epilog=examples("odds db backup /mnt/backup/monday", "odds db backup monday.tar --json")
)(backup)
db.command(
    epilog=examples("odds db restore /mnt/backup/monday", "odds db restore monday.tar --merge")
)(restore)


def effective(settings: Settings) -> dict[str, Any]:
    """The settings by the names of their variables; secrets are masked, wherever they stand."""
    return {name.upper(): _masked(getattr(settings, name)) for name in type(settings).model_fields}


def _masked(value: object) -> Any:
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    if isinstance(value, tuple) and any(isinstance(each, SecretStr) for each in value):
        return tuple(f"{each.get_secret_value().partition('://')[0]}://{MASK}" for each in value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, str):
        return _USER_INFO.sub(f"//{MASK}@", Redactor()(value))
    return value


def _flat(value: object) -> object:
    return ",".join(map(str, value)) if isinstance(value, tuple) else value
