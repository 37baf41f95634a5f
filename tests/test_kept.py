"""What tests keep: made once, whole or not at all, and never of other code."""

import multiprocessing
from pathlib import Path

import pytest

from tests import kept as keeping
from tests.kept import kept


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(keeping, "_folder_of_this_code", lambda: tmp_path)
    return tmp_path


def writes(text: str) -> "keeping.Make":
    return lambda folder: (folder / "text").write_text(text)


def test_it_is_made_once(elsewhere: Path) -> None:
    for text in ("first", "second"):
        assert (kept("some", writes(text)) / "text").read_text() == "first"
    assert (kept("other", writes("second")) / "text").read_text() == "second"


def test_what_was_left_half_made_is_made_again(elsewhere: Path) -> None:
    def fails(folder: Path) -> None:
        writes("half")(folder)
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        kept("some", fails)
    assert {path.name for path in elsewhere.iterdir()} == {"some.lock"}
    # of a process that was killed
    (elsewhere / "some.abcdefgh").mkdir()
    assert (kept("some", writes("whole")) / "text").read_text() == "whole"


def test_of_processes_side_by_side_one_makes_it_and_all_have_it(elsewhere: Path) -> None:
    forks = multiprocessing.get_context("fork")
    makers = forks.Queue()

    def makes(number: int) -> None:
        def make(folder: Path) -> None:
            makers.put(number)
            writes(str(number))(folder)

        makers.put((kept("some", make) / "text").read_text())

    processes = [forks.Process(target=makes, args=(number,)) for number in range(4)]
    for process in processes:
        process.start()
    said = [makers.get(timeout=60) for _ in range(5)]
    for process in processes:
        process.join()
    (made,) = (number for number in said if isinstance(number, int))
    assert [text for text in said if isinstance(text, str)] == [str(made)] * 4


def test_every_file_that_a_build_reads_makes_it_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = {path.relative_to(keeping.PROJECT_DIR) for path in keeping._sources()}
    for name in (
        "dbt_project/models/marts/odds/fct_odds.sql",
        "dbt_project/seeds/sports.csv",
        "dbt_project.yml",
        "ingestion/landing.py",
        "requirements.lock",
        "simulator/season.py",
        "tests/oracle/small_season.py",
    ):
        assert Path(name) in sources
    assert Path("tests/test_kept.py") not in sources

    file = tmp_path / "file"
    monkeypatch.setattr(keeping, "PROJECT_DIR", tmp_path)
    hashes = set()
    for text in ("one", "other"):
        file.write_text(text)
        hashes.add(keeping._hash_of([file]))
    assert len(hashes) == 2
