"""Lists of commands, help, the version and completion: quick, since no command is imported."""

import importlib.metadata
import subprocess
import sys

import pytest

from cli.app import COMMANDS
from tests.cli.conftest import ODDS, Place

# each takes a good part of a second to import
HEAVY = ("pandas", "duckdb", "dlt", "dbt", "pyarrow", "plotly", "psycopg2", "pydantic", "rich")


def test_a_list_of_the_commands_imports_none_of_them() -> None:
    asked = (
        "import sys; from cli.app import invoke; invoke(['--help'])\n"
        f"print(sorted({set(HEAVY)!r} & set(sys.modules)), file=sys.stderr)"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stderr == "[]\n"
    for command in COMMANDS:
        assert f"\n  {command.name} " in said.stdout


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_what_a_list_says_of_a_command_is_what_its_help_begins_with(command: object) -> None:
    assert command.summary.endswith(".")  # type: ignore[attr-defined]
    assert command.load().help.startswith(command.summary)  # type: ignore[attr-defined]


def test_the_version_is_that_of_the_package(place: Place) -> None:
    said = place.odds("--version")
    assert (said.status, said.out) == (0, f"odds {importlib.metadata.version('odds-warehouse')}\n")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("odds ed", "edges"), ("odds edges --mi", "--min-ev"), ("odds backtest sh", "show")],
)
def test_a_shell_completes_commands_and_options(typed: str, expected: str) -> None:
    said = subprocess.run(
        [ODDS],
        env={
            "_ODDS_COMPLETE": "complete_bash",
            "COMP_WORDS": typed,
            "COMP_CWORD": str(len(typed.split()) - 1),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout.split() == [expected], said.stderr
