import re
from typing import Any

import pytest

from docs.pages import commands
from tests.cli.conftest import Place
from tests.pages import blocks

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
def test_the_page_of_commands_holds_what_help_prints(path: str, command: Any, place: Place) -> None:
    (block,) = blocks("docs/commands.md", "text", under=path)
    said = place.odds(*path.split()[1:], "--help")
    assert said.out.split() == block.split()
