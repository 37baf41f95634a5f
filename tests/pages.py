"""What stands in a page for people: its blocks, and the commands in them."""

import re
import shlex
from pathlib import Path

from ingestion.settings import PROJECT_DIR

# commands that are joined to one another on a line
_JOINED = re.compile(r"&&|;|\|")


def page_text(path: Path | str) -> str:
    return (PROJECT_DIR / path).read_text(encoding="utf-8")


def blocks(path: Path | str, language: str, *, under: str = "") -> list[str]:
    """The blocks of one language, in the whole page or under one heading."""
    page = page_text(path)
    if under:
        _, heading, after = page.partition(f"\n## {under}\n")
        assert heading, under
        page = after.partition("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


def shell_lines(path: Path | str, *, under: str = "") -> list[list[str]]:
    """The commands of shell blocks, each as its words."""
    lines = "".join(blocks(path, "sh", under=under)).replace("\\\n", " ").splitlines()
    parts = [part for line in lines for part in _JOINED.split(line.partition(" #")[0])]
    return [words for part in parts if (words := shlex.split(part))]
