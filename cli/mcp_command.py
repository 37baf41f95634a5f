"""`odds mcp`: a server that language models ask."""

import sys
from contextlib import redirect_stdout
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from analysis.opening import settings_of
from analysis.reader import Reader
from cli import display
from cli.options import AsOfOption, JsonOption, TargetOption
from cli.output import complain
from cli.session import Answer, Session, explained, run
from ingestion.errors import OddsError, UsageError

if TYPE_CHECKING:
    from analysis.ask.server import Server

EXTRA = ("mcp", "mcp_types", "sqlglot")

FromOption = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="A DuckDB file to read, such as a published copy, instead of the warehouse.",
        show_default=False,
    ),
]
HttpOption = Annotated[
    str | None,
    typer.Option(
        "--http",
        metavar="HOST:PORT",
        help="Serve at http://HOST:PORT/mcp, on this machine only, instead of stdin and stdout.",
        show_default=False,
    ),
]
ToolsOption = Annotated[bool, typer.Option("--tools", help="List the tools, and end.")]


def mcp(
    *,
    from_file: FromOption = None,
    http: HttpOption = None,
    tools: ToolsOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a language model ask the warehouse, by the Model Context Protocol; it can only read.

    A client starts it and speaks to it on stdin and stdout. With --as-of every question is of that
    moment. It needs the extra `mcp`: pip install '.[mcp]' in the project's folder.
    """

    def work(session: Session) -> Answer:
        if as_json and not tools:
            raise UsageError("stdout is for the protocol: --json goes with --tools")
        address = None if http is None else _address(http)
        made = _server(session, from_file)
        if tools:
            return _listed(made)
        if address is None:
            with redirect_stdout(sys.__stdout__):
                made.run("stdio")
        else:
            host, port = address
            complain(f"serving at http://{http}/mcp until interrupted")
            made.run("streamable-http", host=host, port=port)
        return Answer(data=[], page=[])

    run("mcp", work, target=target, as_of=as_of, as_json=as_json)


def _server(session: Session, from_file: Path | None) -> "Server":
    settings = session.settings
    if from_file is not None:
        settings = settings_of(from_file).model_copy(update={"odds_as_of": session.as_of})
    try:
        # an extra, and slow to import
        from analysis.ask.server import server  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in EXTRA:
            raise
        raise OddsError(
            "`odds mcp` needs what is not installed here: "
            "run `pip install '.[mcp]'` in the project's folder"
        ) from error
    return server(Reader(settings), explain=lambda failure: explained(failure, settings))


def _listed(made: "Server") -> Answer:
    table = display.table("Tools", "tool", "what it answers")
    for tool in made.listed:
        table.add_row(tool.name, Text(tool.description))
    return Answer(
        data=[
            {"name": each.name, "description": each.description, "arguments": each.parameters}
            for each in made.listed
        ],
        page=[table],
    )


def _address(text: str) -> tuple[str, int]:
    """A host of this machine and a port: nobody logs in, so nobody else may come in.

    Raises:
        UsageError: it is no such address.
    """
    host, _, port = text.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and 0 < int(port) <= 65535):
        raise UsageError(f"--http: {text!r} is no HOST:PORT, for example 127.0.0.1:8765")
    plain = host.strip("[]")
    if plain != "localhost" and not _is_loopback(plain):
        raise UsageError(f"--http: {host} is not this machine alone: 127.0.0.1, ::1 or localhost")
    return plain, int(port)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
