"""`odds replay` and `odds results import`: what comes from files."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from analysis import results as result_queries
from cli import display
from cli.building import build_everything
from cli.examples import examples
from cli.options import AsOfOption, JsonOption, NoBuildOption, TargetOption
from cli.progress import counting, waiting
from cli.reading import reading
from cli.session import Answer, Session, now, run
from ingestion.results import read_results

results = typer.Typer(help="Bring in final scores.")


def replay(
    *,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...", help="Recordings or archives: .jsonl, .jsonl.gz, .xz or .zst."
        ),
    ],
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave out broken lines and count them.")
    ] = False,
    no_build: NoBuildOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Land recorded API responses, each once however often it is replayed, and build all models.

    Nothing lands if a line is broken, unless --skip-bad is given.
    """

    def work(session: Session) -> Answer:
        from ingestion import pipelines  # noqa: PLC0415 - and dlt more so
        from ingestion.demo_data import refuse_beside_a_demo  # noqa: PLC0415 - pyarrow is slow

        refuse_beside_a_demo(session.settings)
        with counting("landing") as report:
            summary = pipelines.replay(
                paths, session.settings, skip_bad=skip_bad, now=now, on_progress=report
            )
        if not no_build:
            build_everything(session)
        speed = summary.lines / summary.seconds
        facts = [
            ("files", summary.files),
            ("lines", f"{summary.lines:,}"),
            ("landed", f"{summary.landed:,}"),
            ("held already", f"{summary.already_held:,}"),
            ("bad, left out", f"{summary.skipped_bad:,}"),
            ("time to land", f"{summary.seconds:.1f} s ({speed:,.0f} lines/s)"),
        ]
        return Answer(data=asdict(summary), page=[display.fact_table("Replay", facts)])

    run("replay", work, target=target, as_of=as_of, as_json=as_json)


@results.command(
    "import",
    epilog=examples(
        "odds results import results.csv", "odds results import nfl.csv --source league --json"
    ),
)
def import_(
    *,
    csv: Annotated[
        Path,
        typer.Argument(
            metavar="CSV",
            help="Columns sport_key, game_date, starts_at, home_team, away_team, home_score, "
            "away_score, status (final, postponed, cancelled or abandoned); if wanted also "
            "home_score_regulation and away_score_regulation (before overtime) and is_shortened.",
        ),
    ],
    source: Annotated[
        str | None,
        typer.Option(
            help="Who says so; default the file's name without its ending.", show_default=False
        ),
    ] = None,
    no_build: NoBuildOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Land a table of final scores, build all models, and say which rows found their game.

    Every row is matched or unmatched; postponed counts those of either that say so. What is
    unmatched, and why, stands in quality.rpt_unmatched_results. With --no-build both are null.
    """

    def work(session: Session) -> Answer:
        from ingestion import pipelines  # noqa: PLC0415 - and dlt more so
        from ingestion.demo_data import refuse_beside_a_demo  # noqa: PLC0415 - pyarrow is slow

        refuse_beside_a_demo(session.settings)
        said_by = source or csv.stem
        started = time.perf_counter()
        with waiting("landing"):
            summary = pipelines.import_results(csv, session.settings, source=said_by, now=now)
        seconds = time.perf_counter() - started
        rows = read_results(csv, source=said_by)
        data: dict[str, int | None] = {
            "rows": summary.rows,
            "landed": summary.landed,
            "already_held": summary.already_held,
            "matched": None,
            "unmatched": None,
            "postponed": sum(row.status == "postponed" for row in rows),
        }
        if not no_build:
            build_everything(session)
            with reading(session.settings, *result_queries.RELATIONS) as warehouse:
                unmatched_ids = result_queries.unmatched_row_ids(warehouse, source=said_by)
            unmatched = sum(row.result_row_id in unmatched_ids for row in rows)
            data |= {"matched": len(rows) - unmatched, "unmatched": unmatched}
        facts = [
            ("rows", f"{summary.rows:,}"),
            ("landed", f"{summary.landed:,}"),
            ("held already", f"{summary.already_held:,}"),
            ("matched", _count(data["matched"])),
            ("unmatched", _count(data["unmatched"])),
            ("postponed", _count(data["postponed"])),
            ("time to land", f"{seconds:.1f} s ({summary.rows / seconds:,.0f} rows/s)"),
        ]
        return Answer(data=data, page=[display.fact_table("Results", facts)])

    run("results import", work, target=target, as_of=as_of, as_json=as_json)


def _count(number: int | None) -> str:
    return "not built yet" if number is None else f"{number:,}"
