from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from cli.demo_collection import plan, season_around
from cli.local_postgres import PostgresAddress
from ingestion.odds_api.endpoints import OddsRequest, ScoresRequest
from tests.cli.conftest import Place, Said, make_place
from tests.oracle.builder import odds

NOW = datetime(2026, 11, 18, 12, 7, 11, tzinfo=UTC)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> tuple[Place, Said]:
    place = make_place(tmp_path_factory.mktemp("demo"), dbt_target)
    return place, place.odds("demo", "--days", "2")


def test_a_demo_shows_a_board_closes_results_credits_and_where_to_look_next(
    shown: tuple[Place, Said],
) -> None:
    said = shown[1]
    assert (said.status, said.err) == (0, "")
    for part in (
        "Board as of",
        "Closing lines and results",
        "credits spent",
        "odds movement",
        "final",
    ):
        assert part in said.out


def test_the_board_is_not_empty_after_a_demo(shown: tuple[Place, Said]) -> None:
    said = shown[0].odds("board", "--json")
    rows = said.data["rows"]
    assert said.object["warnings"] == []
    assert len({row["event_id"] for row in rows}) > 10
    assert all(datetime.fromisoformat(row["starts_at"]) > NOW for row in rows)


def test_a_demo_went_through_the_client_and_counts_its_credits(shown: tuple[Place, Said]) -> None:
    place = shown[0]
    with duckdb.connect(str(place.warehouse), read_only=True) as connection:
        origins = connection.sql(
            "select origin, job_id, count(*), sum(credits_charged), count(distinct response_id)"
            " from raw.api_responses group by all"
        ).fetchall()
    ((origin, job_id, rows, charged, distinct),) = origins
    assert (origin, job_id) == ("live", "demo")
    assert rows == distinct > 10
    assert f"{charged} of the simulator's" in shown[1].out
    assert not list((place.folder / "data" / "demo" / "spool").glob("*.json"))


@pytest.mark.heavy
def test_a_second_demo_adds_to_the_first_or_replaces_it(
    shown: tuple[Place, Said], tmp_path: Path, dbt_target: Path
) -> None:
    copy = make_place(tmp_path, dbt_target)
    copy.warehouse.parent.mkdir()
    copy.warehouse.write_bytes(shown[0].warehouse.read_bytes())

    def first_capture() -> datetime:
        with duckdb.connect(str(copy.warehouse), read_only=True) as connection:
            row = connection.sql("select min(captured_at) from raw.api_responses").fetchone()
        assert row is not None
        return datetime.fromisoformat(str(row[0]))

    began = first_capture()
    kept = copy.odds("demo", "--keep", "--days", "30", "--json").data
    assert 4 <= kept["responses"] < 30
    assert first_capture() == began


def test_a_demo_leaves_data_of_your_own_alone(place: Place) -> None:
    path = place.recording([odds("12:00")])
    assert place.odds("replay", path, "--no-build").status == 0
    before = place.warehouse.read_bytes()
    for words in (["demo"], ["demo", "--keep"]):
        said = place.odds(*words, "--json")
        assert said.status == 1
        assert "holds data of your own" in said.object["data"]["error"]
    assert place.warehouse.read_bytes() == before


def test_what_lands_beside_a_demo_is_warned_of(
    shown: tuple[Place, Said], tmp_path: Path, dbt_target: Path
) -> None:
    copy = make_place(tmp_path, dbt_target)
    copy.warehouse.parent.mkdir()
    copy.warehouse.write_bytes(shown[0].warehouse.read_bytes())
    said = copy.odds("replay", copy.recording([odds("12:00")]), "--no-build", "--json")
    (warning,) = said.object["warnings"]
    assert "holds games of `odds demo`" in warning
    assert warning in said.err


def test_the_plan_keeps_to_its_rhythm_and_ends_now() -> None:
    since = NOW - timedelta(days=2)
    season = season_around(NOW.date())
    calls = plan(season, since=since, until=NOW)
    moments = [moment for moment, _ in calls]
    assert moments == sorted(moments)
    assert since <= moments[0]
    assert moments[-1] == NOW
    priced = [moment for moment, request in calls if isinstance(request, OddsRequest)]
    assert len(set(priced)) == len(priced)
    assert max(b - a for a, b in pairwise(priced)) <= timedelta(hours=3)
    for event in season.events:
        if since.timestamp() + 3600 < (event.started or 0) < NOW.timestamp():
            close = max(
                moment.timestamp() for moment in priced if moment.timestamp() < event.started
            )
            assert event.started - close <= 35 * 60
    assert sum(isinstance(request, ScoresRequest) for _, request in calls) == 3


@pytest.mark.parametrize("days", range(7))
def test_the_season_of_a_week_is_one_and_ends_some_days_ahead(days: int) -> None:
    monday = datetime(2026, 11, 16, tzinfo=UTC).date()
    today = monday + timedelta(days=days)
    ends = datetime.fromtimestamp(season_around(today).ends, tz=UTC).date()
    assert timedelta(days=3) <= ends - today <= timedelta(days=11)


@pytest.mark.heavy
def test_a_demo_runs_on_postgres_alike(place: Place, postgres_database: PostgresAddress) -> None:
    where = postgres_database.environment() | {"ODDS_TARGET": "postgres"}
    said = place.odds("demo", "--days", "1", **where)
    assert (said.status, said.err) == (0, "")
    assert place.odds("board", "--json", **where).data["rows"]
    assert not place.warehouse.exists()
