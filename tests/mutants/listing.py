"""The bugs to plant: data, one list a subject."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LISTS = Path(__file__).parent / "lists"
# dbt's own unit tests of a model, or of all
UNIT = "unit:"
ALL_UNITS = "unit:*"


@dataclass(frozen=True)
class Mutant:
    """One bug: the text it takes the place of, which stands once in its file, and who judges it.

    `judges` are files or node ids of pytest, or `unit:` and a model, whose unit tests dbt runs
    over a small season that is built already. `breaks` says in words what would be wrong.
    """

    name: str
    path: str
    old: str
    new: str
    breaks: str
    judges: tuple[str, ...]


def mutants(folder: Path = LISTS) -> Iterator[Mutant]:
    """All bugs, in the order of the lists, whose judges they have unless they name their own."""
    for file in sorted(folder.glob("*.toml")):
        listed = tomllib.loads(file.read_text())
        for row in listed["mutant"]:
            yield Mutant(
                name=f"{file.stem}/{row['name']}",
                path=row["path"],
                old=row["old"],
                new=row["new"],
                breaks=row["breaks"],
                judges=tuple(row.get("judges") or listed["judges"]),
            )


def planted(source: str, mutant: Mutant) -> str:
    """The file with the bug in it.

    Raises:
        ValueError: the text is not there, or more than once.
    """
    if (count := source.count(mutant.old)) != 1:
        raise ValueError(f"{mutant.name}: its text stands {count} times in {mutant.path}")
    return source.replace(mutant.old, mutant.new)
