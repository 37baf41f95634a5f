"""`odds db backup` and `odds db restore`: all that cannot be made again, and back."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli import display
from cli.building import build_everything
from cli.options import AsOfOption, JsonOption, NoBuildOption, TargetOption
from cli.progress import waiting
from cli.session import Answer, Session, now, run

ToArgument = Annotated[
    Path, typer.Argument(metavar="FOLDER|FILE", help="A folder to make, or a file FILE.tar.")
]
FromArgument = Annotated[
    Path, typer.Argument(metavar="FOLDER|FILE", help="What `odds db backup` made.")
]
MergeOption = Annotated[
    bool,
    typer.Option(
        "--merge", help="Leave what the warehouse holds, and add what it lacks; not in production."
    ),
]


def backup(
    *,
    path: ToArgument,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy all that cannot be made again to files that either engine takes back.

    Answers, results, bets, backtests, the collector's records, and what waits to be landed: as of
    one moment, while the collector goes on. It has its name once it is whole. What dbt made is not
    in it: a restore builds that.
    """

    def work(session: Session) -> Answer:
        from ingestion.copies.backup import back_up  # noqa: PLC0415 - pyarrow is slow to import

        with waiting("backing up"):
            made = back_up(session.settings, path.absolute(), now=now())
        facts = [
            ("backup", made.path),
            *((name, f"{rows:,} rows") for name, rows in made.tables.items()),
            ("waiting answers", made.waiting),
            ("size", display.size(made.bytes)),
            ("took", f"{made.seconds:.1f} s"),
        ]
        return Answer(data=asdict(made), page=[display.fact_table("Backup", facts)])

    run("db backup", work, target=target, as_of=as_of, as_json=as_json)


def restore(
    *,
    path: FromArgument,
    merge: MergeOption = False,
    no_build: NoBuildOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a backup back into an empty warehouse, on either engine, and build everything.

    All of it is checked before anything lands. Each row lands once: a restore that was cut off is
    finished with --merge.
    """

    def work(session: Session) -> Answer:
        from ingestion.copies.restoring import restore_backup  # noqa: PLC0415 - as above

        with waiting("restoring"):
            done = restore_backup(session.settings, path, now=now, is_merged=merge)
        if not no_build:
            build_everything(session)
        facts = [
            ("backup of", display.moment_text(done.made_at)),
            *(
                (name, f"{table.landed:,} of {table.rows:,} rows landed")
                for name, table in done.tables.items()
            ),
            ("time to land", f"{done.seconds:.1f} s"),
        ]
        return Answer(data=asdict(done), page=[display.fact_table("Restore", facts)])

    run("db restore", work, target=target, as_of=as_of, as_json=as_json)
