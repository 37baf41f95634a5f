"""The commands of `odds`, put together: the one list of them."""

from typing import Annotated

import typer

from cli.examples import examples
from cli.lazy_group import Command, LazyGroup

COMMANDS = (
    Command("demo", "cli.demo:demo", ["odds demo", "odds demo --days 3 --target postgres"]),
    Command(
        "board",
        "cli.board_command:board",
        [
            "odds board",
            "odds board --team lakers --market spreads",
            "odds board --as-of 2026-01-31T18:00:00Z --json",
        ],
    ),
    Command(
        "edges",
        "cli.edges_command:edges",
        [
            "odds edges",
            "odds edges --kind ev --min-ev 0.02 --book draftkings",
            "odds edges --kind arb --as-of 2026-01-31T18:00:00Z --json",
        ],
    ),
    Command(
        "events",
        "cli.event_commands:events",
        ["odds events", "odds events --all --team celtics", "odds events --day 2026-01-31 --csv"],
    ),
    Command("show", "cli.event_commands:show", ["odds show 3f2a9c01", "odds show lakers celtics"]),
    Command(
        "compare",
        "cli.compare_command:compare",
        [
            "odds compare lakers",
            "odds compare 3f2a9c01 --market spreads --as-of 2026-01-31T18:00:00Z",
        ],
    ),
    Command(
        "history",
        "cli.history_command:history",
        [
            "odds history lakers --market h2h",
            "odds history 3f2a9c01 --book pinnacle --outcome Over --csv",
        ],
    ),
    Command(
        "movement",
        "cli.event_commands:movement",
        ["odds movement 3f2a9c01", "odds movement 3f2a9c01 --market h2h --book pinnacle"],
    ),
    Command(
        "export",
        "cli.export_command:export",
        [
            "odds export fct_closing_lines closes.parquet",
            "odds export quality.fct_findings findings.csv --force",
        ],
    ),
    Command(
        "publish",
        "cli.publish_command:publish",
        ["odds publish", "odds publish --all --target postgres --json"],
    ),
    Command("fetch", "cli.fetch_commands:fetch"),
    Command(
        "replay",
        "cli.landing_commands:replay",
        ["odds replay recordings/*.jsonl.xz", "odds replay monday.jsonl.zst --skip-bad --json"],
    ),
    Command("results", "cli.landing_commands:results"),
    Command("raw", "cli.raw_commands:raw"),
    Command("scheduler", "cli.scheduler_commands:scheduler"),
    Command("status", "cli.status_command:status", ["odds status", "odds status --verbose --json"]),
    Command("doctor", "cli.doctor_command:doctor", ["odds doctor", "odds doctor --offline --json"]),
    Command(
        "quota",
        "cli.warehouse_commands:quota",
        ["odds quota", "odds quota --as-of 2026-01-31T18:00:00Z"],
    ),
    Command(
        "validate",
        "cli.validate_command:validate",
        [
            "odds validate",
            "odds validate --severity error --json",
            "odds validate --rule outlier_price --since 2026-01-31T00:00:00Z",
        ],
    ),
    Command(
        "config",
        "cli.warehouse_commands:config",
        ["odds config", "odds config --target postgres --json"],
    ),
    Command("db", "cli.warehouse_commands:db"),
    Command("bets", "cli.bets_commands:bets"),
    Command("site", "cli.site_commands:site"),
    Command("backtest", "cli.backtest_commands:backtest"),
    Command(
        "mcp",
        "cli.mcp_command:mcp",
        [
            "odds mcp",
            "odds mcp --from published.duckdb --http 127.0.0.1:8765",
            "odds mcp --tools --json",
        ],
    ),
    Command("archive", "cli.archive_commands:archive"),
    Command("alerts", "cli.alert_commands:alerts"),
)


class Odds(LazyGroup):
    """The commands of `odds`."""

    listed = COMMANDS


app = typer.Typer(
    cls=Odds,
    name="odds",
    help="Collect sports-betting odds into a warehouse, and read them.",
    epilog=examples("odds demo", "odds board", "odds fetch odds --dry-run"),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version  # noqa: PLC0415 - as long as all the rest of a list

        typer.echo(f"odds {version('odds-warehouse')}")
        raise typer.Exit


@app.callback()
def _every(
    _: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and end.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """What holds for all commands."""


def invoke(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    if (unreadable := next(filter(_is_no_text, arguments), None)) is not None:
        return _refuse(f"{unreadable!r} is no text in UTF-8", arguments)
    try:
        status = app(arguments or ["--help"], prog_name="odds", standalone_mode=False)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "odds"
        message = " ".join(error.format_message().replace("Value error, ", "").split())
        return _refuse(message, arguments, path=path, status=error.exit_code)
    return status if isinstance(status, int) else 0


def _is_no_text(argument: str) -> bool:
    """Whether it came as bytes that the system could not read as UTF-8."""
    return any(0xD800 <= ord(sign) <= 0xDFFF for sign in argument)


def _refuse(message: str, given: list[str], *, path: str = "odds", status: int = 2) -> int:
    """Say in one line why the words of the command line make no command."""
    # not for a list of the commands
    from cli.output import complain, object_text, write_out  # noqa: PLC0415
    from cli.session import now  # noqa: PLC0415

    complain(f"{message} (`{path} --help` shows how)")
    if "--json" in given:
        write_out(
            object_text(
                {
                    "command": path.removeprefix("odds").strip() or None,
                    "target": None,
                    "as_of": now(),
                    "ok": False,
                    "data": {"error": message},
                    "warnings": [],
                }
            )
        )
    return status
