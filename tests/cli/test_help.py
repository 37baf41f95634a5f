import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from cli.app import app
from ingestion.settings import PROJECT_DIR


def commands(group: Any = None, path: str = "odds") -> Iterator[tuple[str, Any]]:
    group = group or typer.main.get_command(app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = [pytest.param(*each, id=each[0]) for each in commands()]


@pytest.mark.parametrize(("path", "command"), COMMANDS)
def test_every_command_says_what_it_does_and_gives_an_example(path: str, command: Any) -> None:
    assert re.match(r"[A-Z].+\.", command.help)
    examples = [line.strip() for line in command.epilog.splitlines()[1:] if line.strip()]
    assert examples
    assert all(example.startswith(path) for example in examples)


@pytest.mark.parametrize(("path", "command"), COMMANDS)
def test_every_option_and_argument_has_help(path: str, command: Any) -> None:
    shown = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    assert [parameter.name for parameter in shown if not parameter.help] == []


@pytest.mark.parametrize(("path", "command"), COMMANDS)
def test_every_command_takes_the_three_options_that_all_share(path: str, command: Any) -> None:
    options = {option for parameter in command.params for option in parameter.opts}
    assert {"--target", "--as-of", "--json"} <= options


@pytest.mark.parametrize(("path", "command"), COMMANDS)
def test_every_command_stands_in_the_readme(path: str, command: Any) -> None:
    readme = (PROJECT_DIR / "README.md").read_text(encoding="utf-8")
    if "## Commands" not in readme:
        pytest.skip("the README has no section about commands yet")
    assert f"`{path}" in readme
