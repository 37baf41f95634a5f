"""Steam and reverse moves against the oracle, over looks that are minutes and hours apart."""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ingestion.settings import PROJECT_DIR, Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import postgres_is_heavy
from tests.dbt.marts import land, plain
from tests.oracle import Line
from tests.oracle.builder import book, event, h2h, micros, odds
from tests.oracle.changes import derive_changes
from tests.oracle.edits import MINUTE, seeded
from tests.oracle.moves import Answers, Book, derive_moves, reverse, steam
from tests.oracle.responses import read_responses
from tests.oracle.values import to_iso

AS_OF = datetime(2026, 7, 11, 12, tzinfo=UTC)
SHARPS = {"one_sharp": ["lowvig"], "two_sharps": ["matchbook", "lowvig"]}
RETAIL = ["draftkings", "fanduel", "bovada", "betmgm", "betrivers", "betus"]
GAPS = [5, 5, 5, 10, 10, 15, 20, 40, 70]
START = "11T10:00"


def looks(*, seed: int) -> Iterator[Line]:
    """Two games by looks far apart and near together; prices come back, go on, vanish, go stale."""
    random = seeded(seed)
    moment, prices = micros("12:00"), dict[tuple[str, str], int]()
    frozen: dict[tuple[str, str], str] = {}
    while moment < micros("11T09:30"):
        clock = to_iso(moment)[8:-1]
        games = []
        trend = random.choice([-2, -1, 0, 1, 2])
        for event_id, sharps in SHARPS.items():
            shown = []
            for key in [*sharps, *RETAIL]:
                if random.random() < 0.4:
                    step = trend + random.choice([-1, 0, 0, 1])
                    prices[event_id, key] = prices.get((event_id, key), 0) + step
                if random.random() < 0.1:
                    frozen[event_id, key] = clock if (event_id, key) not in frozen else ""
                stamp = frozen.get((event_id, key)) or None
                price = prices.get((event_id, key), 0)
                if random.random() > 0.05:
                    likely = 0.5 + max(-30, min(30, price)) / 100
                    market = h2h(_american(likely + 0.02), _american(1.02 - likely))
                    shown.append(book(key, {**market, **_stamped(stamp)}))
            games.append(event(event_id, START, *shown))
        yield odds(clock, *games, markets="h2h")
        moment += random.choice(GAPS) * MINUTE


def _american(probability: float) -> int:
    odds_against = (1 - probability) / probability
    return round(odds_against * 100) if odds_against >= 1 else -round(100 / odds_against)


def _stamped(stamp: str | None) -> dict[str, str]:
    return {} if stamp is None else {"last_update": to_iso(micros(stamp))}


def books() -> dict[str, Book]:
    seeds = PROJECT_DIR / "dbt_project" / "seeds"
    with (seeds / "sharp_references.csv").open() as file:
        priority = {row["bookmaker_key"]: int(row["priority"]) for row in csv.DictReader(file)}
    with (seeds / "bookmakers.csv").open() as file:
        return {
            row["bookmaker_key"]: Book(
                row["book_group"], row["kind"], priority.get(row["bookmaker_key"])
            )
            for row in csv.DictReader(file)
        }


def is_said(answer: bool | None, possible: Answers) -> bool:
    """True and false are said where nothing else is possible."""
    return answer is None or possible == {answer}


@pytest.fixture
def built(settings: Settings) -> tuple[Settings, list[Line]]:
    lines = list(looks(seed=1))
    land(lines, settings)
    without_tests = ["--exclude-resource-type", "test", "unit_test"]
    Transformation(settings).invoke(
        "build", "--select", "+fct_line_movements", *without_tests, as_of=AS_OF
    )
    return settings, lines


@postgres_is_heavy
def test_a_move_is_steam_or_reverse_where_it_is_so_whenever_between_two_looks_it_came(
    built: tuple[Settings, list[Line]],
) -> None:
    settings, lines = built
    with connect(settings) as connection:
        rows = connection.rows(
            "select event_id, bookmaker_key, outcome_name, moved_after_at, moved_at,"
            " direction = 'shorter', is_steam, is_reverse from marts.fct_line_movements"
        )
    said = {tuple(map(plain, row[:6])): row[6:] for row in rows}
    moves, known = derive_moves(derive_changes(read_responses(lines))), books()
    assert set(said) == {move[:6] for move in moves}
    counted: Counter[tuple[str, bool | None]] = Counter()
    for move in moves:
        is_steam, is_reverse = said[move[:6]]
        counted["steam", is_steam] += 1
        counted["reverse", is_reverse] += 1
        possible = steam(move, moves, known)
        assert is_said(is_steam, possible), move
        # with looks that all books share, others decide nothing among themselves
        assert is_steam is not None or len(possible) == 2, move
        possible = reverse(move, moves, known)
        assert is_said(is_reverse, possible), move
        if move.event_id == "one_sharp":
            assert is_reverse is not None or len(possible) == 2, move
    for rule in ("steam", "reverse"):
        assert min(counted[rule, answer] for answer in (True, False, None)) > 5, counted
