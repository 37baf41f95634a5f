"""The list of planted bugs stays plantable, and the runner tells a caught one from a survivor."""

import subprocess
from collections import Counter
from pathlib import Path

import pytest

from ingestion.settings import PROJECT_DIR
from tests.mutants.judging import Scratch
from tests.mutants.listing import UNIT, Mutant, mutants, planted
from tests.mutants.verdicts import Verdicts

LISTED = list(mutants())
SOURCE = """
def price(american):
    return 1 + (american / 100 if american > 0 else -100 / american)

def forever():
    while False:
        pass
"""
JUDGES = """
from odds import forever, price

def test_an_underdog():
    assert price(150) == 2.5

def test_it_ends():
    forever()
"""


def test_each_text_stands_once_in_its_file() -> None:
    """Else the list has to follow a change of the file: another text, or another bug."""
    wrong = []
    for each in LISTED:
        try:
            assert planted((PROJECT_DIR / each.path).read_text(), each)
        except (ValueError, FileNotFoundError) as error:
            wrong.append(str(error))
    assert not wrong, "\n".join(wrong)


def test_each_bug_has_a_name_a_meaning_and_judges_that_exist() -> None:
    assert len(LISTED) >= 200
    assert [name for name, count in Counter(e.name for e in LISTED).items() if count > 1] == []
    for each in LISTED:
        assert each.old != each.new, each.name
        assert each.breaks
        assert each.judges, each.name
        for judge in each.judges:
            if not judge.startswith(UNIT):
                assert (PROJECT_DIR / judge.split("::")[0]).exists(), (each.name, judge)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    (folder / "tests").mkdir(parents=True)
    (folder / "odds.py").write_text(SOURCE)
    (folder / "tests" / "test_odds.py").write_text(JUDGES)
    markers = "markers = ['heavy']"
    (folder / "pyproject.toml").write_text(
        f"[tool.pytest.ini_options]\npythonpath='.'\n{markers}\n"
    )
    subprocess.run(["git", "init", "-q", folder], check=True)
    return folder


def bug(old: str, new: str, judges: str = "tests/test_odds.py") -> Mutant:
    return Mutant("bug", "odds.py", old, new, "", (judges,))


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("american / 100 if", "american / 10 if", "caught"),
        ("-100 / american", "100 / american", "survived"),
        ("while False", "while True", "undecided"),
        ("def forever", "def ever", "caught"),
    ],
    ids=["seen", "not looked at", "without end", "cannot be imported"],
)
def test_a_bug_is_caught_survives_or_is_undecided(
    checkout: Path, tmp_path: Path, old: str, new: str, verdict: str
) -> None:
    scratch = Scratch(checkout, tmp_path)
    assert scratch.judge_nothing(("tests/test_odds.py",), limit_seconds=60).verdict == "survived"
    assert scratch.judge(bug(old, new), limit_seconds=15).verdict == verdict
    # it is gone again, and was never in the checkout
    assert (scratch.tree / "odds.py").read_text() == SOURCE
    assert (checkout / "odds.py").read_text() == SOURCE


@pytest.mark.heavy
def test_judges_that_test_nothing_decide_nothing(checkout: Path, tmp_path: Path) -> None:
    scratch = Scratch(checkout, tmp_path)
    nothing = bug("100", "10", "tests/test_odds.py::test_of_another_day")
    with pytest.raises(ValueError, match="stands 2 times"):
        scratch.judge(nothing, limit_seconds=60)
    nothing = bug("american > 0", "american >= 0", "tests/test_odds.py::test_of_another_day")
    assert scratch.judge(nothing, limit_seconds=60).verdict == "undecided"


@pytest.mark.heavy
def test_a_verdict_holds_until_the_product_or_its_judges_change(
    checkout: Path, tmp_path: Path
) -> None:
    file = tmp_path / "verdicts.jsonl"
    mutant = bug("american > 0", "american < 0")
    found = Scratch(checkout, tmp_path).judge(mutant, limit_seconds=60)
    Verdicts(checkout, file).keep(mutant, found)
    assert Verdicts(checkout, file).get(mutant) == found
    assert Verdicts(checkout, file).get(bug("american > 0", "american != 0")) is None
    (checkout / "docs").mkdir()
    (checkout / "docs" / "words.md").write_text("words")
    (checkout / "tests" / "test_another.py").write_text("")
    assert Verdicts(checkout, file).get(mutant) == found
    judges = checkout / "tests" / "test_odds.py"
    judges.write_text(f"{JUDGES}# news")
    assert Verdicts(checkout, file).get(mutant) is None
    judges.write_text(JUDGES)
    (checkout / "odds.py").write_text(f"{SOURCE}# news")
    assert Verdicts(checkout, file).get(mutant) is None
