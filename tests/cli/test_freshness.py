"""What is read knows all that has landed, or says that it does not."""

import duckdb
import pytest

from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.built_warehouses import copied
from tests.cli.conftest import Place, replayed
from tests.conftest import duckdb_settings
from tests.oracle.small_season import small_season

AFTER = ("--as-of", "2026-07-12T00:00:00Z")
SCORES = """sport_key,game_date,starts_at,home_team,away_team,home_score,away_score,status
baseball_mlb,2026-07-10,2026-07-10T18:00:00Z,Boston Red Sox,New York Yankees,5,3,final
"""
RUN = ("backtest", "run", "flat", "--sport", "baseball_mlb", "--stake", "flat", "--no-save", *AFTER)


def behind(place: Place) -> list[str]:
    with duckdb.connect(place.warehouse, read_only=True) as connection:
        rows = connection.execute("select relation from ops.mart_freshness where is_behind")
        return [name for (name,) in rows.fetchall()]


def rows(place: Place, relation: str) -> list[tuple[object, ...]]:
    with duckdb.connect(place.warehouse, read_only=True) as connection:
        return connection.execute(f"select * from {relation} order by all").fetchall()  # noqa: S608


def first_half(settings: Settings) -> None:
    lines = small_season()
    replayed(settings, lines[: len(lines) // 2], AFTER[1])


@pytest.fixture
def half(place: Place) -> Place:
    """A warehouse that holds the first half of the season, built."""
    copied(first_half, place.folder)
    return place


@pytest.mark.heavy
def test_bulk_commands_end_with_everything_built(half: Place) -> None:
    scores = half.folder / "league.csv"
    scores.write_text(SCORES)
    assert half.odds("replay", half.recording(small_season()), *AFTER).status == 0
    assert behind(half) == []
    assert half.odds("results", "import", scores, *AFTER).status == 0
    assert behind(half) == []
    assert rows(half, "marts.fct_book_accuracy")


@pytest.mark.heavy
def test_a_backtest_builds_what_it_reads_where_that_is_behind(half: Place) -> None:
    scores = half.folder / "league.csv"
    scores.write_text(SCORES)
    replay = ("replay", half.recording(small_season()), "--no-build")
    assert half.odds(*replay).status == 0
    assert half.odds("results", "import", scores, "--no-build").status == 0
    said = half.odds(*RUN, "--no-build")
    assert (said.status, said.out) == (1, "")
    assert "does not know all that has landed: run `dbt build`, or leave out --no-build" in said.err
    assert said.err.count("\n") == 1

    prepared = half.odds(*RUN, "--at", "1h", "--json", ODDS_LOG_LEVEL="info")
    assert "building what is behind" in prepared.err
    assert prepared.data["bets"] == 6
    assert not {"marts.fct_decision_quotes", "marts.dim_events"} & set(behind(half))
    assert half.odds(*RUN, "--no-build", "--at", "61m", "--json").data["bets"] == 6
    # the clock is left to others
    assert half.odds("board", "--json").object["as_of"] > "2026-07-12"


@pytest.mark.heavy
def test_findings_are_built_before_they_are_shown(half: Place) -> None:
    assert half.odds("replay", half.recording(small_season()), "--no-build").status == 0
    assert half.odds("validate", "--no-build").status == 1
    assert half.odds("validate", "--severity", "error").status == 0
    assert "quality.fct_findings" not in behind(half)


@pytest.mark.parametrize("words", ["board", "events", "show first", "movement first"])
def test_whoever_reads_odds_is_told_of_news_that_no_build_has_seen(
    season_copy: Place, words: str
) -> None:
    lines = [{**line, "params": {**line["params"], "regions": "eu"}} for line in small_season()[:2]]
    assert season_copy.odds("replay", season_copy.recording(lines), "--no-build").status == 0
    said = season_copy.odds(*words.split())
    assert said.status == 0
    assert "warning: what landed since the last build is not in here: run `dbt build`" in said.err


@pytest.mark.heavy
def test_reports_of_today_are_no_news_once_the_odds_are_built(season_copy: Place) -> None:
    """A collector makes them once a day; the board would warn all day."""
    lines = [{**line, "params": {**line["params"], "regions": "eu"}} for line in small_season()[:2]]
    assert season_copy.odds("replay", season_copy.recording(lines), "--no-build").status == 0
    settings = duckdb_settings(season_copy.folder)
    Transformation(settings).build_hot()
    assert "marts.fct_results" in behind(season_copy)
    for words in ("board", "events"):
        assert "what landed" not in season_copy.odds(words).err
    with connect(settings) as connection:
        connection.rows(
            "update ops.relation_builds set built_at = built_at - interval '2 days'"
            " where relation = 'marts.fct_results'"
        )
    for words in ("board", "events"):
        assert "what landed since the last build is not in here" in season_copy.odds(words).err
