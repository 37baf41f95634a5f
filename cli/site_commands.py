"""`odds site build` and `odds site serve`: the static site of the warehouse."""

import functools
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import structlog
import typer
from rich.text import Text

from analysis.warehouse import Warehouse
from cli import credit_outlook, display
from cli.dbt_docs import dbt_docs_of
from cli.examples import examples
from cli.options import AsOfOption, JsonOption, TargetOption
from cli.progress import waiting
from cli.reading import place, reading, warn_of_an_old_build
from cli.session import Answer, Session, run
from ingestion.errors import OddsError, UsageError
from ingestion.failures import explanation
from ingestion.settings import PROJECT_DIR, Settings

if TYPE_CHECKING:
    from analysis.site.build import Built
    from analysis.site.credits_page import CreditFacts

# charts and templates take a second to import, and the other commands do without
# ruff: noqa: PLC0415
log = structlog.get_logger(__name__)

FOLDER = Path("site")
PORT = 8080
DAYS = 14
# after a failure: most likely the tables are not there yet, or a build holds the file
SOON_SECONDS = 30.0

site = typer.Typer(help="The warehouse as a static site, readable without a server.")

FolderArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FOLDER]",
        help="A folder of its own: a site of before, an empty one or none yet. Default: site.",
        show_default=False,
    ),
]
DaysOption = Annotated[
    int,
    typer.Option(
        min=0, max=36_500, help="How many days back games get a page; older pages are kept."
    ),
]
DbtDocsOption = Annotated[
    bool,
    typer.Option("--dbt-docs", help="Make dbt docs anew, and column lineage if it is installed."),
]


@site.command(epilog=examples("odds site build", "odds site build public --days 60 --dbt-docs"))
def build(
    *,
    folder: FolderArgument = None,
    days: DaysOption = DAYS,
    dbt_docs: DbtDocsOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the site: board, edges, games, closes, books, bets, backtests, credits, health, docs.

    It is made beside the old one and takes its place whole. It shows what the last build of the
    models looks from; open index.html in any browser.
    """

    def work(session: Session) -> Answer:
        began = time.monotonic()
        where = _folder(folder)
        built = _build(session, where, days=days, dbt_docs=dbt_docs)
        seconds = time.monotonic() - began
        facts = [
            ("open", str((where / "index.html").absolute())),
            ("pages", f"{built.written} written, {built.kept} kept as they were"),
            ("games without a page", f"{built.left_out}: `--days` reaches further back"),
            ("size", display.size(built.bytes)),
            ("seconds", f"{seconds:.1f}"),
            *((f"no page of {key}", f"there is no {name}") for key, name in built.absent.items()),
        ]
        data = asdict(built) | {"folder": str(where.absolute()), "seconds": round(seconds, 2)}
        return Answer(data=data, page=[display.fact_table("Site", facts)])

    run("site build", work, target=target, as_of=as_of, as_json=as_json)


@site.command(epilog=examples("odds site serve", "odds site serve --every 10 --port 8000"))
def serve(
    *,
    folder: FolderArgument = None,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port; 0: any free one.")] = PORT,
    host: Annotated[
        str, typer.Option(help="The address to listen at; 0.0.0.0 lets others in.")
    ] = "127.0.0.1",
    every: Annotated[
        float | None,
        typer.Option(
            metavar="MINUTES",
            min=0.1,
            max=10_080,
            help="Build first, and again after so many minutes.",
            show_default=False,
        ),
    ] = None,
    days: DaysOption = DAYS,
    dbt_docs: DbtDocsOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the site until interrupted; with --every, keep it up to date.

    A build that fails leaves the site as it was, and is tried again.
    """

    def work(session: Session) -> Answer:
        where = _folder(folder)
        if every is None and not (where / "index.html").is_file():
            raise UsageError(f"there is no site in {where}: run `odds site build {where}` first")
        server = _listening(host, port, where)
        address = f"http://{host}:{server.server_port}/"
        again = functools.partial(_build, session, where, days=days)
        typer.echo(f"odds: {address}", err=True)
        with server:
            if every is not None:
                threading.Thread(
                    target=_keep_up, args=(session, again, every, dbt_docs), daemon=True
                ).start()
            server.serve_forever()
        return Answer(data={"address": address}, page=[Text(address)])

    run("site serve", work, target=target, as_of=as_of, as_json=as_json)


def _name(settings: Settings) -> str:
    """The warehouse by a name that tells strangers nothing of this machine."""
    if settings.odds_target == "duckdb":
        return settings.odds_duckdb_path.name
    return settings.pgdatabase


def _folder(given: Path | None) -> Path:
    return FOLDER if given is None else given


def _build(session: Session, folder: Path, *, days: int, dbt_docs: bool) -> "Built":
    """Build once.

    Raises:
        OddsError: there is nothing to read, or no place to write.
        UsageError: the folder holds other things, or another moment was asked for.
    """
    from analysis.site.build import RELATIONS, Wanted, build
    from analysis.site.folder import NotOursError, read_marker

    try:
        # before half a minute is lost for it
        read_marker(folder)
        dbt_pages = dbt_docs_of(session.settings, anew=dbt_docs)
        with waiting("building the site"), reading(session.settings, *RELATIONS) as warehouse:
            moment = _check_moment(session, warehouse)
            warn_of_an_old_build(session, warehouse)
            documents = PROJECT_DIR / "docs"
            wanted = Wanted(
                days=days,
                where=_name(session.settings),
                time_zone=session.settings.odds_time_zone,
                credits=_credits(session, warehouse, moment),
                documents=documents if documents.is_dir() else None,
                dbt_docs=dbt_pages.docs,
                lineage=dbt_pages.lineage,
            )
            return build(warehouse, folder, wanted)
    except NotOursError as error:
        raise UsageError(f"{error}: give another folder") from error
    except OSError as error:
        raise OddsError(f"cannot write {folder}: {error.strerror}") from error


def _check_moment(session: Session, warehouse: Warehouse) -> datetime:
    """The moment that the models look from, which a site shows.

    Raises:
        OddsError: nothing was built.
        UsageError: another moment was asked for.
    """
    clock = warehouse.clock()
    if clock is None:
        raise OddsError(f"{place(session.settings)} was not built yet: run `dbt build`")
    if session.as_of is not None and session.as_of != clock.asked:
        asked = session.as_of.isoformat()
        raise UsageError(
            f"a site shows what the models were built to look from: for that of {asked} run "
            f"`dbt build` with ODDS_AS_OF={asked} first"
        )
    return clock.moment


def _credits(session: Session, warehouse: Warehouse, moment: datetime) -> "CreditFacts | None":
    """The credits of the month, where this login may read of them."""
    from analysis.site.credits_page import CreditFacts

    if not {*credit_outlook.RELATIONS} <= warehouse.relations():
        return None
    quota = credit_outlook.quota_at(warehouse, session.settings, moment)
    return CreditFacts(
        used=quota.usage.used,
        granted=quota.granted,
        remaining=quota.usage.remaining,
        in_flight=quota.usage.in_flight,
        held_for_closes=quota.held_for_closes,
        forecast=quota.forecast,
        state=quota.state,
        resets_at=quota.resets_at,
    )


def _keep_up(
    session: Session, again: Callable[..., object], minutes: float, dbt_docs: bool
) -> None:
    """Build again and again; what fails is told, and the old site goes on being served."""
    while True:
        pause = minutes * 60
        try:
            again(dbt_docs=dbt_docs)
            # models change with a new version of us, not while we run
            dbt_docs = False
        except Exception as error:  # noqa: BLE001 - whatever it is, the server goes on
            known = explanation(error, session.settings) or error
            log.warning("the site could not be built", reason=" ".join(str(known).split()))
            pause = min(pause, SOON_SECONDS)
        time.sleep(pause)


class _Pages(SimpleHTTPRequestHandler):
    """Files of the site, always asked for anew, since a build replaces them."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        log.debug("request", line=format % args)


def _listening(host: str, port: int, folder: Path) -> ThreadingHTTPServer:
    handler = functools.partial(_Pages, directory=str(folder.absolute()))
    try:
        return ThreadingHTTPServer((host, port), handler)
    except OSError as error:
        raise OddsError(f"cannot listen at {host}:{port}: {error.strerror}") from error
