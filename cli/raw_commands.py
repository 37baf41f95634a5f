"""`odds raw …`: the responses that no model can take in, and how they are read."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from analysis.quarantine import quarantined
from analysis.warehouse import Record
from cli import display
from cli.building import build, build_everything
from cli.examples import examples
from cli.options import AsOfOption, CsvOption, JsonOption, TargetOption
from cli.progress import counting
from cli.reading import reading
from cli.session import Answer, Session, now, run
from ingestion import quarantine as shelf
from ingestion.errors import OddsError, UsageError
from ingestion.raw_loader import add_missing_columns
from ingestion.warehouse import connect

raw = typer.Typer(help="Responses that no model can take in: what is set aside, and what is not.")

IdArgument = Annotated[
    str, typer.Argument(metavar="RESPONSE_ID", help="Its id, or the beginning of it.")
]
NoBuildOption = Annotated[
    bool, typer.Option("--no-build", help="Leave it to the next build to follow.")
]


@raw.command("list", epilog=examples("odds raw list", "odds raw list --all --json"))
def list_(
    *,
    all_: Annotated[
        bool, typer.Option("--all", help="Those that were released since, too.")
    ] = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show which responses are set aside, the model that failed for each, and what it said."""

    def work(session: Session) -> Answer:
        with reading(session.settings, "raw.api_responses") as warehouse:
            found = quarantined(warehouse, with_released=all_)
        return Answer(data={"responses": found}, page=_page(found))

    run("raw list", work, target=target, as_of=as_of, as_json=as_json, as_csv=as_csv)


@raw.command(
    epilog=examples(
        "odds raw quarantine --find", 'odds raw quarantine 3f2a9c01 --why "of another account"'
    )
)
def quarantine(
    *,
    response_id: Annotated[
        str | None,
        typer.Argument(
            metavar="RESPONSE_ID", help="Its id, or the beginning of it.", show_default=False
        ),
    ] = None,
    find: Annotated[
        bool,
        typer.Option("--find", help="Build, and set aside the responses that it fails for."),
    ] = False,
    why: Annotated[str, typer.Option(help="What is noted with it.")] = "set aside by hand",
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="With --find: model everything anew.")
    ] = False,
    no_build: NoBuildOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set a response aside: models leave it out. It stays in raw, and its credits count.

    Where models have taken it in already, everything is modelled anew without it.
    """

    def work(session: Session) -> Answer:
        if find == (response_id is not None):
            raise UsageError("give a RESPONSE_ID, or --find")
        if full_refresh and not find:
            raise UsageError("--full-refresh goes with --find")
        if response_id is None:
            found = build_everything(session, full_refresh=full_refresh).set_aside
            return _tell(session, found, "Set aside", "No response had to be set aside.")
        with connect(session.settings) as connection:
            whole_id = shelf.whole_id(connection, response_id)
            is_in_models = shelf.set_aside(
                connection, whole_id, model=None, error=" ".join(why.split()), at=now()
            )
        if no_build and is_in_models:
            session.warn("models hold something of it: the next build models everything anew")
        if not no_build:
            _ = build_everything(session) if is_in_models else build(session, are_results_new=True)
        return _tell(session, [whole_id], "Set aside")

    run("raw quarantine", work, target=target, as_of=as_of, as_json=as_json)


@raw.command(epilog=examples("odds raw release 3f2a9c01"))
def release(
    *,
    response_id: IdArgument,
    no_build: NoBuildOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let models take a response in again, and build everything.

    Ends with status 1 where it has to be set aside again.
    """

    def work(session: Session) -> Answer:
        with connect(session.settings) as connection:
            whole_id = shelf.whole_id(connection, response_id)
            shelf.release(connection, whole_id, at=now())
        if no_build:
            return _tell(session, [whole_id], "Released")
        again = build_everything(session).set_aside
        if whole_id in again:
            return _tell(session, [whole_id], "Set aside again", is_well=False)
        return _tell(session, [whole_id], "Released and modelled")

    run("raw release", work, target=target, as_of=as_of, as_json=as_json)


@raw.command(epilog=examples("odds raw reread"))
def reread(
    *,
    no_build: NoBuildOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read every answer that is held again, by the rules of this version.

    What came before an upgrade was read as the earlier version did. Payloads stay as they came;
    where one reads otherwise now, everything is modelled anew.
    """

    def work(session: Session) -> Answer:
        from ingestion.rereading import reread as read_again  # noqa: PLC0415 - pydantic is slow to import

        with connect(session.settings) as connection:
            if "api_responses" not in connection.relations("raw"):
                raise OddsError("nothing was collected yet: `odds fetch odds`, or `odds replay`")
            add_missing_columns(connection)
            with counting("reading") as report:
                changed = read_again(connection, report=report)
        if changed and not no_build:
            build_everything(session, full_refresh=True)
        elif changed:
            session.warn("models hold what was read before: `dbt build --full-refresh`")
        said = f"{changed} answers read otherwise than before" if changed else "All read as before"
        return Answer(data={"changed": changed}, page=[f"{said}."])

    run("raw reread", work, target=target, as_of=as_of, as_json=as_json)


def _tell(
    session: Session,
    response_ids: Sequence[str],
    title: str,
    nothing: str = "",
    *,
    is_well: bool = True,
) -> Answer:
    with reading(session.settings, "raw.api_responses") as warehouse:
        rows = quarantined(warehouse, with_released=True)
    found = [row for row in rows if row["response_id"] in response_ids]
    page: list[RenderableType] = [_table(title, found) if found else Text(nothing)]
    data: dict[str, Any] = {"responses": found}
    return Answer(data=data, page=page, is_well=is_well)


def _page(found: Sequence[Record]) -> list[RenderableType]:
    if not found:
        return [Text("No response is set aside.")]
    return [_table("Set aside", found)]


def _table(title: str, found: Sequence[Record]) -> RenderableType:
    grid = display.table(
        title, "response", "endpoint", display.zoned("served"), "model", "why",
        display.zoned("since"), display.zoned("released"),
    )  # fmt: skip
    for row in found:
        grid.add_row(
            row["response_id"][:12],
            row["endpoint"],
            display.when(row["captured_at"]),
            row["model"] or "",
            Text(row["error"]),
            display.when(row["quarantined_at"]),
            display.when(row["released_at"]),
        )
    return grid
