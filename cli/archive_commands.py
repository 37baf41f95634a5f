"""`odds archive export` and `odds archive restore`: copies of what the API said, and back."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.table import Table

from cli import display
from cli.building import build_everything
from cli.examples import examples
from cli.options import (
    AsOfOption,
    JsonOption,
    NoBuildOption,
    SportOption,
    TargetOption,
)
from cli.progress import counting, steps
from cli.reading import reading
from cli.session import Answer, Session, now, run
from ingestion.errors import UsageError

if TYPE_CHECKING:
    from ingestion.archive.export import ExportedFile

archive = typer.Typer(
    help="Copy what the API said to files that outlive the warehouse, and back. It is no backup: "
    "backtests, bets and the collector's records are not in it (docs/running.md, Backup)."
)


@archive.command(
    epilog=examples(
        "odds archive export --dry-run",
        "odds archive export --to /mnt/backup/odds",
        "odds archive export --since 2026-01-01 --before 2026-02-01 --sport basketball_nba --json",
    )
)
def export(
    *,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Only what was captured on this UTC day or later: 2026-01-31."
        ),
    ] = None,
    before: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Only what was captured before this UTC day."),
    ] = None,
    sport: SportOption = None,
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where to; default ODDS_ARCHIVE_DIR, else `archive` in ODDS_DATA_DIR.",
            show_default=False,
        ),
    ] = None,
    file_format: Annotated[
        Literal["parquet", "jsonl"],
        typer.Option("--format", help="jsonl is what `odds replay` reads, packed by zstd."),
    ] = "parquet",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be written; touch nothing.")
    ] = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy raw responses and score tables to files: one a UTC month and sport.

    Only what the folder does not hold yet is written, and what it holds stays: a month that has
    grown is written again, with the rows of both. Every file is read back and compared before it
    gets its name. Score tables are Parquet whatever the format, and counted to the month in which
    they landed. Nothing leaves the warehouse. An archive is no backup (docs/running.md).
    """

    def work(session: Session) -> Answer:
        from ingestion.archive.export import Export  # noqa: PLC0415 - pyarrow is slow to import
        from ingestion.archive.source import Selection  # noqa: PLC0415 - as above

        settings = session.settings
        selection = Selection(
            since=_day("--since", since), before=_day("--before", before), sport_key=sport
        )
        folder = to or settings.odds_archive_dir or settings.odds_data_dir / "archive"
        with reading(settings, "raw.api_responses"):
            pass
        exporting = Export(settings, folder, selection=selection, file_format=file_format)
        with steps("exporting") as on_total:
            months = exporting.months()
            act = exporting.plan if dry_run else exporting.write
            summary = act(months, on_progress=on_total(sum(month.rows for month in months)))
        if not summary.files:
            session.warn("nothing that is selected has landed: there is nothing to export")
        data = {
            "folder": folder,
            "format": file_format,
            "files": [asdict(file) for file in summary.files],
            "rows": sum(file.rows for file in summary.files),
            "new_rows": sum(file.new_rows for file in summary.files),
            "seconds": summary.seconds,
        }
        return Answer(data=data, page=[_files_table(folder, summary.files)])

    run("archive export", work, target=target, as_of=as_of, as_json=as_json)


@archive.command(
    epilog=examples(
        "odds archive restore /mnt/backup/odds",
        "odds archive restore data/archive/*2026-01*.parquet --target postgres",
    )
)
def restore(
    *,
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Archive folders, or single files of them."),
    ],
    no_build: NoBuildOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Land archived rows with all their clocks, each once, and build all models.

    Rows that the warehouse holds already are left alone. Each row is checked against its id and its
    payload's checksum: one that was changed is named, and nothing lands. `odds replay` reads the
    files in jsonl too, but not those in Parquet.
    """

    def work(session: Session) -> Answer:
        from ingestion.archive.restore import restore_archive  # noqa: PLC0415 - dlt takes a second
        from ingestion.demo_data import refuse_beside_a_demo  # noqa: PLC0415

        refuse_beside_a_demo(session.settings)
        with counting("restoring") as report:
            summary = restore_archive(paths, session.settings, now=now, on_progress=report)
        if not no_build:
            build_everything(session)
        facts = [
            ("files", summary.files),
            ("rows", f"{summary.rows:,}"),
            ("landed", f"{summary.landed:,}"),
            ("held already", f"{summary.already_held:,}"),
            ("time to land", f"{summary.seconds:.1f} s"),
        ]
        return Answer(data=asdict(summary), page=[display.fact_table("Restore", facts)])

    run("archive restore", work, target=target, as_of=as_of, as_json=as_json)


def _day(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: {text!r} is not a date such as 2026-01-31") from None


def _files_table(folder: Path, files: "Sequence[ExportedFile]") -> Table:
    grid = display.table(
        str(folder), "file", "rows", "new", "size", "", numbers=("rows", "new", "size")
    )
    for file in files:
        size = "" if file.bytes is None else display.size(file.bytes)
        grid.add_row(file.file.name, f"{file.rows:,}", f"{file.new_rows:,}", size, file.state)
    return grid
