"""Imported results and `/scores`, matched to their games on both engines."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from cli.local_postgres import fresh_database
from ingestion.pipelines import import_results
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import ENGINES, duckdb_settings, postgres_is_heavy, postgres_settings
from tests.dbt.marts import land
from tests.oracle.builder import at, book, event, market, odds, scores
from tests.oracle.results import Game, Match, Told, matched

SPORT = "baseball_mlb"
DAY = date(2026, 7, 10)
AS_OF = datetime(2026, 7, 20, tzinfo=UTC)
HEADER = "sport_key,game_date,starts_at,home_team,away_team,home_score,away_score,status"
WORLDS = 150


def row(home: str, away: str, score: str, *, start: str = "20:00", status: str = "final") -> str:
    """A line of a table; no start where it is empty."""
    starts_at = at(start) if start else ""
    points = score.replace(":", ",") if score else ","
    return f"{SPORT},{DAY},{starts_at},{home},{away},{points},{status}"


def results_of(
    settings: Settings, folder: Path, *tables: Sequence[str], after: int = 0
) -> dict[str, Any]:
    """The latest result of each event after the tables were imported, an hour apart."""
    for number, lines in enumerate(tables, start=after):
        path = folder / f"{settings.odds_target}_{number}.csv"
        path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
        now = AS_OF - timedelta(hours=9 - number)
        import_results(path, settings, source="official", now=lambda now=now: now)
    Transformation(settings).invoke(
        "run", "--select", "+rpt_unmatched_results", "+fct_results", as_of=AS_OF
    )
    with connect(settings) as connection:
        rows = connection.rows(
            "select event_id, home_score, away_score, is_swapped from marts.fct_results"
            " where is_final order by event_id, version"
        )
    return {event_id: Match((home, away), is_swapped) for event_id, home, away, is_swapped in rows}


def whys(settings: Settings) -> dict[str, str]:
    """Why rows and events are unmatched, by their home team."""
    with connect(settings) as connection:
        return dict(
            connection.rows(
                "select what || ' of ' || home_team, why from quality.rpt_unmatched_results"
            )
        )


@pytest.fixture(scope="module", params=ENGINES)
def seeded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """A warehouse with the games of a hundred pairs of teams, and a table that tells of them."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "duckdb":
        yield _seeded(duckdb_settings(folder))
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as address:
        yield _seeded(postgres_settings(folder, address))


def _seeded(settings: Settings) -> Settings:
    land([odds("12:00", *_games_of_hand(), *map(_listed, games_drawn()))], settings)
    Transformation(settings).invoke("seed", as_of=AS_OF)
    return settings


def _listed(game: Game) -> dict[str, Any]:
    return event(game.event_id, f"{game.starts_at:%H:%M}", home=game.home, away=game.away)


def _games_of_hand() -> Iterable[dict[str, Any]]:
    yield event("first", "17:00", home="Larks", away="Otters")
    yield event("second", "21:00", home="Larks", away="Otters")
    yield event("neutral", "20:00", home="Wrens", away="Finches")
    yield event("robins", "20:00", home="Robins", away="Crows")
    yield event("gulls", "20:00", home="Gulls", away="Terns")
    yield event("athletics", "20:00", home="Athletics", away="Stoats")
    yield event("swans", "20:00", home="Swans", away="Geese")


def worlds() -> Iterator[tuple[list[Game], list[Told]]]:
    """Days of two teams: up to three games, and rows that tell of them, some of them wrongly."""
    random = Random(20260710)
    for number in range(WORLDS):
        teams = [f"Team {number:03} {letter}" for letter in "AB"]
        games, rows = [], []
        for _ in range(random.choice((1, 1, 1, 2, 2, 3))):
            home, away = random.sample(teams, 2) if random.random() < 0.3 else teams
            moment = datetime(2026, 7, 10, 16, tzinfo=UTC) + timedelta(
                minutes=random.choice((0, 61, 120, 200, 300, 420)) + random.randrange(20)
            )
            games.append(Game(f"world {number:03} {len(games)}", home, away, DAY, moment))
        for _ in range(random.choice((1, 2, 2, 3, 4))):
            game = random.choice(games)
            score = random.choice(((5, 3), (5, 3), (2, 6)))
            sides = (game.home, game.away)
            if random.random() < 0.3:
                sides, score = sides[::-1], score[::-1]
            shift = random.choice((0, 0, 0, 0, 301, -1860, 3840, 11403))
            starts_at = game.starts_at + timedelta(seconds=shift)
            undated = random.random() < 0.3
            told = Told(len(rows), *sides, DAY, None if undated else starts_at, score)
            # the same line twice is one row
            if _line(told) not in map(_line, rows):
                rows.append(told)
        yield games, rows


def games_drawn() -> Iterator[Game]:
    for games, _ in worlds():
        yield from games


def _line(told: Told) -> str:
    starts_at = f"{told.starts_at:%Y-%m-%dT%H:%M:%SZ}" if told.starts_at else ""
    points = ",".join(map(str, told.scores))
    return f"{SPORT},{DAY},{starts_at},{told.home},{told.away},{points},final"


# rows, as they come and turned about: the answer does not hang on their order
BY_HAND = [
    # a doubleheader by date alone: two games, and nobody knows which is which
    row("Larks", "Otters", "5:3", start=""),
    row("Larks", "Otters", "1:2", start=""),
    # the sides turned, as on neutral grounds
    row("Finches", "Wrens", "7:2"),
    # two scores of one game
    row("Robins", "Crows", "3:2"),
    row("Robins", "Crows", "4:5"),
    # one of them under the club's other name, one with the sides turned
    row("Oakland Athletics", "Stoats", "4:1"),
    row("Stoats", "Athletics", "2:4"),
    # the same, told twice
    row("Gulls", "Terns", "9:0"),
    row("Terns", "Gulls", "0:9"),
    # a final score and a game that was off
    row("Swans", "Geese", "3:1"),
    row("Swans", "Geese", "", status="cancelled"),
]


@pytest.mark.heavy
@pytest.mark.parametrize(
    "order",
    [
        pytest.param(1, id="as they come"),
        # the worlds drawn below come in any order
        pytest.param(-1, id="turned about", marks=pytest.mark.heavy),
    ],
)
@postgres_is_heavy
def test_what_contradicts_itself_is_nobodys_result(
    settings: Settings, tmp_path: Path, order: int
) -> None:
    land([odds("12:00", *_games_of_hand())], settings)
    Transformation(settings).invoke("seed", as_of=AS_OF)
    found = results_of(settings, tmp_path, BY_HAND[::order])
    # of two rows that agree the first one counts
    told = {"neutral": Match((2, 7), True), "gulls": Match((9, 0), order == -1)}
    assert found == told
    reasons = whys(settings)
    for team in ("Robins", "Athletics", "Swans"):
        assert "contradict each other" in reasons[f"result row of {team}"]
    assert "does not name one event" in reasons["result row of Larks"]
    # a later table puts right what it tells; both games of a doubleheader have their own
    found = results_of(
        settings,
        tmp_path,
        [row("Robins", "Crows", "4:6")],
        [
            row("Larks", "Otters", "5:3", start="17:05"),
            row("Larks", "Otters", "1:2", start="21:05"),
        ],
        after=1,
    )
    assert found == told | {
        "robins": Match((4, 6), False),
        "first": Match((5, 3), False),
        "second": Match((1, 2), False),
    }
    assert "result row of Robins" not in whys(settings)


def test_rows_are_matched_as_worked_out_pair_by_pair(seeded: Settings, tmp_path: Path) -> None:
    expected, lines = {}, []
    for games, rows in worlds():
        expected |= matched(games, rows)
        lines += [_line(told) for told in rows]
    found = results_of(seeded, tmp_path, lines)
    assert len(expected) > WORLDS / 2
    assert sum(match.is_swapped for match in expected.values()) > 5
    assert found == expected


@postgres_is_heavy
def test_scores_that_have_the_sides_turned_stand_on_those_of_the_event(
    settings: Settings, tmp_path: Path
) -> None:
    listed = event("neutral", "18:00", home="Wrens", away="Finches")
    turned = {**listed, "home_team": "Finches", "away_team": "Wrens"}
    over = scores("22:00", turned)
    over["body"][0] |= {
        "completed": True,
        "last_update": at("21:30"),
        "scores": [{"name": "Finches", "score": "7"}, {"name": "Wrens", "score": "2"}],
    }
    land([odds("12:00", listed), over, odds("22:10", listed)], settings)
    Transformation(settings).invoke("seed", as_of=AS_OF)
    assert results_of(settings, tmp_path) == {"neutral": Match((2, 7), True)}


@pytest.mark.heavy
@postgres_is_heavy
def test_the_game_that_had_an_id_before_gives_it_neither_score_nor_close(
    settings: Settings, tmp_path: Path
) -> None:
    """Both games have the same id; what the first one showed is never told of the second."""

    def shown(start: str, home: str, away: str, point: float) -> dict[str, Any]:
        total = market("totals", {"Over": (-110, point), "Under": (-110, point)})
        sides = market("h2h", {home: -120, away: 110})
        return event("taken", start, book("draftkings", sides, total), home=home, away=away)

    first = shown("10T20:00", "Larks", "Otters", 8.5)
    second = shown("14T20:00", "Wrens", "Finches", 9.5)
    over = scores("10T23:30", first)
    over["body"][0] |= {
        "completed": True,
        "last_update": at("10T23:20"),
        "scores": [{"name": "Larks", "score": "5"}, {"name": "Otters", "score": "3"}],
    }
    looks = [odds("10T19:30", first), over, odds("13T12:00", second), odds("14T19:40", second)]
    land(looks, settings)
    Transformation(settings).invoke("seed", as_of=AS_OF)
    Transformation(settings).invoke("run", "--select", "+fct_closing_lines", as_of=AS_OF)
    assert results_of(settings, tmp_path) == {}
    with connect(settings) as connection:
        closes = connection.rows(
            "select outcome_name, point, missing_reason from marts.fct_closing_lines"
        )
    assert sorted(closes) == [
        ("Finches", None, None),
        ("Larks", None, "withdrawn"),
        ("Otters", None, "withdrawn"),
        ("Over", 9.5, None),
        ("Under", 9.5, None),
        ("Wrens", None, None),
    ]
