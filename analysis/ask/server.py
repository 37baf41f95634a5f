"""A server that language models ask, by the Model Context Protocol; it can only read."""

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import ToolAnnotations
from pydantic import ValidationError

from analysis.ask.about_games import GameQuestions
from analysis.ask.about_the_warehouse import WarehouseQuestions
from analysis.reader import Reader

INSTRUCTIONS = """\
A warehouse of sports-betting odds, to read from. Every answer says the moment it holds for (as_of),
how old the last look at the odds is (last_look), what it was read from (sources), and whether rows
were left out (is_truncated). Say these when they matter. No rows is not zero: empty_because says
how much was looked at. A price that is null was not seen; never put another in its place.
"""
READS_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
Ask = Callable[..., dict[str, Any]]
Explain = Callable[[BaseException], str]


class Server(MCPServer[Any]):
    """Errors of its tools are one line each."""

    @property
    def listed(self) -> list[Tool]:
        """Its tools, in order."""
        return self._tool_manager.list_tools()

    async def call_tool(self, name: str, arguments: dict[str, Any], *rest: Any) -> Any:
        """Call a tool as any server does, and say in one line why that cannot be."""
        try:
            return await super().call_tool(name, arguments, *rest)
        except ToolError as error:
            raise ToolError(_line(error).removeprefix(f"Error executing tool {name}: ")) from None


def server(reader: Reader, *, explain: Explain) -> Server:
    """The server over one warehouse.

    Args:
        reader: where to read.
        explain: says in one line, without secrets, what went wrong.
    """
    made: Server = Server("odds", instructions=INSTRUCTIONS, log_level="WARNING")
    one_at_a_time = Lock()
    for tool in tools(reader):
        made.add_tool(
            _explained(tool, explain, one_at_a_time),
            description=_description(tool),
            annotations=READS_ONLY,
            structured_output=True,
        )
    return made


def tools(reader: Reader) -> list[Ask]:
    """The questions that can be asked, as functions of plain data."""
    games, warehouse = GameQuestions(reader), WarehouseQuestions(reader)
    return [
        games.board,
        games.games,
        games.event,
        games.history,
        games.compare,
        games.closes,
        games.edges,
        warehouse.bets,
        warehouse.bet_report,
        warehouse.backtests,
        warehouse.coverage,
        warehouse.findings,
        warehouse.health,
        warehouse.tables,
        warehouse.sql,
    ]


def _explained(tool: Ask, explain: Explain, one_at_a_time: Lock) -> Ask:
    # a connection that SQL of others shut in would shut in the others of this process
    @wraps(tool)
    def ask(*words: Any, **named: Any) -> dict[str, Any]:
        try:
            with one_at_a_time:
                return tool(*words, **named)
        except Exception as error:
            raise ToolError(explain(error)) from error

    return ask


def _description(tool: Ask) -> str:
    return " ".join((tool.__doc__ or "").split())


def _line(error: ToolError) -> str:
    if isinstance(error.__cause__, ValidationError):
        return "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.__cause__.errors()
        )
    return " ".join(str(error).split())
