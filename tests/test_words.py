"""One word for one thing: what the glossary has a word for is called by no other.

The words in use are told in docs/glossary.md. Those below were in use before; each says what
stands in its place.
"""

import re
from pathlib import Path
from typing import Final

import pytest

from ingestion.settings import PROJECT_DIR

DBT: Final = PROJECT_DIR / "dbt_project"

# parts of names: of models, macros, columns, CTEs, parameters
OLD_NAMES: Final = {
    "absence": "delisting",
    "absences": "delistings",
    "absent": "delisted",
    "addressee": "covers",
    "batched": "to_process, parsed",
    "chained": "covers",
    "contested": "overlapping",
    "dropped": "delisted",
    "grouped": "waves",
    "heard": "counts",
    "judged": "classified",
    "ladder": "alternate",
    "ladders": "alternates",
    "lane": "request_kind",
    "lanes": "request_kinds",
    "modelled": "processed",
    "piece": "book_market",
    "pieces": "book_markets",
    "question": "covers",
    "questions": "covers",
    "resighted": "shown again",
    "reversed": "reverse_moves",
    "sighted": "listed, shown",
    "sighting": "snapshot",
    "sightings": "snapshots",
    "slices": "window, ranges",
    "slot": "side_no",
    "slots": "sides",
    "speaking": "covers",
    "spoken": "covers",
    "stamped": "with_update_times",
    "stamps": "update_times",
    "steamed": "steam_moves",
    "strangers": "unknown_keys",
    "travelled": "price_range",
    "turn": "covers",
    "turns": "covers",
    "unchecked": "to_validate",
    "vanishing": "withdrawn_next",
    "voice": "reference",
    "voices": "references",
    "vote": "reference",
    "votes": "references",
    "watched": "monitored",
}
# whole names
OLD_WHOLE_NAMES: Final = {
    "due_edges": "window",
    "forget_rewritten": "delete_superseded",
    "hashed_joins": "without_nested_loops",
    "how_far_apart": "minutes_apart",
    "middle_of": "median_of_others",
    "middles_of_others": "median_of_others",
    "phantom_reason": "rejection_reason",
    "scope_edges": "window",
    "tuned_session": "hot_session",
    "worked_out_once": "materialized_cte",
}
# a macro is called by none of these
OLD_MACROS: Final = {"earlier": "previous_build", "newest": "max_of"}
# marts keep their names and columns: they are read by programs that are not ours
CONTRACTS: Final = {"fct_event_sightings", "is_sighted_in_play", "rpt_games_watched"}
# of these no sentence makes use, either
NOT_EVEN_IN_PROSE: Final = r"lanes?|ladders?|sight(?:ed|ings?)|resighted|votes?|voices?|addressees?"


def told(path: Path) -> str:
    return str(path.relative_to(PROJECT_DIR))


def names(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        # comments are prose, and so is what a finding says
        text = re.sub(r"\{#.*?#\}|--[^\n]*|'[^']*[ .][^']*'", " ", text, flags=re.DOTALL)
        found = re.findall(r"[a-z_][a-z0-9_]*", text)
    else:
        found = re.findall(r"(?:\bname: |[{,] ?|^ *- )&?([a-z_][a-z0-9_]*)", text, re.MULTILINE)
    return {*found, path.stem} - CONTRACTS


@pytest.mark.parametrize("folder", ["macros", "models", "seeds", "tests"])
def test_old_words_name_nothing(folder: str) -> None:
    said = [
        f"{told(path)}: {name}"
        for path in sorted((DBT / folder).rglob("*"))
        if path.suffix in (".sql", ".yml")
        for name in sorted(names(path))
        if name in OLD_WHOLE_NAMES or OLD_NAMES.keys() & set(name.strip("_").split("_"))
    ]
    assert "\n".join(said) == ""


def test_old_macros_are_gone() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (DBT / "macros").rglob("*.sql")]
    defined = {name for text in texts for name in re.findall(r"\bmacro (\w+)", text)}
    assert len(defined) > 100
    assert OLD_MACROS.keys() & defined == set()


def test_the_most_private_words_are_not_even_in_a_sentence() -> None:
    pages = [
        *DBT.rglob("*.sql"),
        *DBT.rglob("*.yml"),
        *DBT.rglob("*.md"),
        *(PROJECT_DIR / "docs").glob("*.md"),
    ]
    said = [
        f"{told(path)}: {found.group()}"
        for path in sorted(pages)
        for found in re.finditer(
            rf"(?<![\w.])(?:{NOT_EVEN_IN_PROSE})(?!\w)",
            path.read_text(encoding="utf-8"),
            re.IGNORECASE,
        )
    ]
    assert "\n".join(said) == ""
