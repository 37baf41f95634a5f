"""The pages that are made from help texts and doc blocks, as text."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer

from cli.app import app
from cli.lazy_group import loaded

FOLDER = Path(__file__).parent
DBT_FOLDER = FOLDER.parent / "dbt_project"
MARK = "<!-- All below is made by `make docs`. -->\n"
WORDS = DBT_FOLDER / "models" / "words.md"
HELP_WIDTH = 100

_BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
_DOCUMENTED = re.compile(r"- name: (\w+)\n\s+description: (?:[\"']|>-?\s+)?{{ doc\('(\w+)'\) }}")


def written(path: Path) -> str:
    """A page with what is made below the mark made anew."""
    head, mark, _ = path.read_text(encoding="utf-8").partition(MARK)
    if not mark:
        raise ValueError(f"{path}: there is no line {MARK.strip()}")
    return head + MARK + "\n" + PAGES[path]()


def commands() -> Iterator[tuple[str, Any]]:
    """Every command of `odds` with its whole name."""
    return _commands_of(typer.main.get_command(app), "odds")


def commands_text() -> str:
    """A list of the commands, then the help of each."""
    found = list(commands())
    listed = [
        f"| [`{name}`](#{name.replace(' ', '-')}) | {_first_sentence(command.help)} |"
        for name, command in found
    ]
    texts = [f"## {name}\n\n```text\n{_help(name, command)}\n```\n" for name, command in found]
    return "\n".join(["| command | what it does |", "|---|---|", *listed, "", *texts])


def glossary_text() -> str:
    """The words, then the columns that are described once for all tables, folder by folder."""
    columns_of = _columns_of()
    words = dict(sorted(_blocks(WORDS).items(), key=lambda word: word[0].casefold()))
    texts = [_table("## Words", "word", words, lambda block: block.replace("_", " "))]
    for path in sorted(DBT_FOLDER.rglob("*.md")):
        if path != WORDS and (blocks := _blocks(path)):
            folder = path.parent.name
            heading = "all tables" if folder == "models" else folder
            texts.append(_table(f"## Columns: {heading}", "column", blocks, columns_of))
    return "\n".join(texts)


PAGES: Mapping[Path, Callable[[], str]] = {
    FOLDER / "commands.md": commands_text,
    FOLDER / "glossary.md": glossary_text,
}


def _commands_of(group: Any, path: str) -> Iterator[tuple[str, Any]]:
    for name in group.commands:
        command = loaded(group, name)
        if hasattr(command, "commands"):
            yield from _commands_of(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _help(name: str, command: Any) -> str:
    program, _, words = name.partition(" ")
    parent = typer.main.get_command(app).make_context(
        program, [], resilient_parsing=True, terminal_width=HELP_WIDTH
    )
    context = command.make_context(words, [], parent=parent, resilient_parsing=True)
    lines = [line.rstrip() for line in command.get_help(context).splitlines()]
    return "\n".join(lines).strip()


def _first_sentence(text: str) -> str:
    return " ".join(text.partition("\n\n")[0].split())


def _blocks(path: Path) -> dict[str, str]:
    blocks = dict(_BLOCK.findall(path.read_text(encoding="utf-8")))
    return {
        name: " ".join(text.split()) for name, text in blocks.items() if not name.startswith("__")
    }


def _columns_of() -> Callable[[str], str]:
    """What a block describes: the column of its name, else those that the yml says."""
    columns: dict[str, set[str]] = defaultdict(set)
    for path in DBT_FOLDER.rglob("*.yml"):
        for column, block in _DOCUMENTED.findall(path.read_text(encoding="utf-8")):
            columns[block].add(column)

    def columns_of(block: str) -> str:
        named = columns[block] or {block}
        return ", ".join(f"`{name}`" for name in sorted({block} if block in named else named))

    return columns_of


def _table(heading: str, what: str, blocks: Mapping[str, str], name: Callable[[str], str]) -> str:
    rows = [f"| {name(block)} | {text} |" for block, text in blocks.items()]
    return "\n".join([heading, "", f"| {what} | meaning |", "|---|---|", *rows, ""])
