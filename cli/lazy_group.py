"""A group of commands whose modules are imported when one is invoked, and not for a list of them.

What a list says of a command is read from its source: the docstring of its function, the help of
its group.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from cli.examples import examples


@dataclass(frozen=True)
class Command:
    """A command, or a group of them, and where it is: `module:attribute`.

    `examples` end the help of a command; those of a group have their own.
    """

    name: str
    place: str
    examples: Sequence[str] = ()

    @cached_property
    def summary(self) -> str:
        """What it does, in a sentence, without importing it."""
        module, _, attribute = self.place.partition(":")
        spec = find_spec(module)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(module)
        for node in ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name == attribute:
                return (ast.get_docstring(node) or "").partition("\n\n")[0]
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == attribute:
                return _help_of(node.value)
        raise AttributeError(self.place)

    def load(self) -> Any:
        """The command or group itself, imported."""
        module, _, attribute = self.place.partition(":")
        found = getattr(import_module(module), attribute)
        app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
        app.callback()(lambda: None)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=self.name)
        else:
            app.command(self.name, epilog=examples(*self.examples))(found)
        group: Any = typer.main.get_command(app)
        return group.commands[self.name]


class LazyGroup(TyperGroup):
    """Lists its commands by their summaries, and imports the one that is asked for."""

    listed: Sequence[Command] = ()

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for each in self.listed:
            self.add_command(_Listed(each))

    def load(self, name: str) -> Any:
        """One of its commands, imported."""
        return next(each for each in self.listed if each.name == name).load()

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find what the first word names, as a group does, and import it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, self.load(name) if name and command else None, rest


def loaded(group: Any, name: str) -> Any:
    """A command of a group, imported if the group is a lazy one."""
    return group.load(name) if isinstance(group, LazyGroup) else group.commands[name]


class _Listed(TyperCommand):
    """What stands for a command in lists."""

    def __init__(self, command: Command) -> None:
        super().__init__(command.name)
        self._command = command

    def get_short_help_str(self, limit: int = 45) -> str:
        self.help = self._command.summary
        return super().get_short_help_str(limit)


def _help_of(call: ast.expr) -> str:
    """The help that an app is made with: `typer.Typer(help=…)`."""
    if isinstance(call, ast.Call):
        for keyword in call.keywords:
            if keyword.arg == "help" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
    return ""
