"""The commands of `odds`, put together."""

import typer

from cli import demo as demo_command
from cli.alert_commands import alerts
from cli.archive_commands import archive
from cli.backtest_commands import backtest
from cli.board_command import board
from cli.doctor_command import doctor
from cli.event_commands import events, movement, show
from cli.fetch_commands import fetch
from cli.landing_commands import replay, results
from cli.options import examples
from cli.output import OK, WRONG_USE, complain, object_text, write_out
from cli.raw_commands import raw
from cli.scheduler_commands import scheduler
from cli.session import now
from cli.site_commands import site
from cli.status_command import status
from cli.validate_command import validate
from cli.warehouse_commands import config, db, quota

app = typer.Typer(
    name="odds",
    help="Collect sports-betting odds into a warehouse, and read them.",
    epilog=examples("odds demo", "odds board", "odds fetch odds --dry-run"),
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command(epilog=examples("odds demo", "odds demo --days 3 --target postgres"))(demo_command.demo)
app.add_typer(fetch, name="fetch")
app.command(
    epilog=examples(
        "odds replay recordings/*.jsonl.xz",
        "odds replay monday.jsonl.zst --skip-bad --json",
    )
)(replay)
app.add_typer(results, name="results")
app.add_typer(raw, name="raw")
app.add_typer(scheduler, name="scheduler")
app.command(
    epilog=examples(
        "odds board",
        "odds board --sport basketball_nba --market spreads",
        "odds board --as-of 2026-01-31T18:00:00Z --json",
    )
)(board)
app.command(epilog=examples("odds events", "odds events --all --sport basketball_nba"))(events)
app.command(epilog=examples("odds show 3f2a9c01"))(show)
app.command(
    epilog=examples("odds movement 3f2a9c01", "odds movement 3f2a9c01 --market h2h --book pinnacle")
)(movement)
app.command(epilog=examples("odds status", "odds status --verbose --json"))(status)
app.command(epilog=examples("odds doctor", "odds doctor --offline --json"))(doctor)
app.command(epilog=examples("odds quota", "odds quota --as-of 2026-01-31T18:00:00Z"))(quota)
app.command(
    epilog=examples(
        "odds validate",
        "odds validate --severity error --json",
        "odds validate --rule outlier_price --since 2026-01-31T00:00:00Z",
    )
)(validate)
app.command(epilog=examples("odds config", "odds config --target postgres --json"))(config)
app.add_typer(db, name="db")
app.add_typer(backtest, name="backtest")
app.add_typer(archive, name="archive")
app.add_typer(alerts, name="alerts")
app.add_typer(site, name="site")


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
    return status if isinstance(status, int) else OK


def _is_no_text(argument: str) -> bool:
    """Whether it came as bytes that the system could not read as UTF-8."""
    return any(0xD800 <= ord(sign) <= 0xDFFF for sign in argument)


def _refuse(message: str, given: list[str], *, path: str = "odds", status: int = WRONG_USE) -> int:
    """Say in one line why the words of the command line make no command."""
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
