from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from cli.demo_collection import plan, season_around
from cli.demo_data import make_room
from cli.demo_server import with_a_server
from cli.local_postgres import DEFAULT_PORT, LocalServer, PostgresAddress
from ingestion.errors import OddsError
from ingestion.odds_api.endpoints import OddsRequest, ScoresRequest
from ingestion.settings import Settings, load_settings
from ingestion.warehouse import connect
from tests.cli.conftest import Place, Said, make_place
from tests.oracle.builder import odds
from tests.pages import blocks, shell_lines

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


def test_the_readme_shows_what_a_demo_says(shown: tuple[Place, Said]) -> None:
    """Names and numbers are another season's; headings of columns and names of facts are not."""
    board, facts = blocks("README.md", "text", under="Two commands")[0].split("…\n")
    said = {" ".join(line.split()) for line in shown[1].out.splitlines()}
    (heading,) = {" ".join(line.split()) for line in board.splitlines() if " american " in line}
    assert heading in said
    for fact in facts.split("\n\n")[1].splitlines():
        name = fact.strip().partition("  ")[0]
        assert any(line.startswith(f"{name} ") for line in said), name


def test_what_the_readme_reads_from_a_demo_is_there(shown: tuple[Place, Said]) -> None:
    place = shown[0]
    read = [
        words
        for program, *words in shell_lines("README.md", under="Two commands")
        if program == "odds"
    ]
    assert len(read) >= 3
    for words in read:
        said = place.odds(*words, "--json")
        assert said.status == 0, (words, said.err)
        assert said.data
    (query,) = blocks("README.md", "sql")
    with duckdb.connect(str(place.warehouse), read_only=True) as connection:
        row = connection.sql(
            "select event_id from marts.fct_closing_lines where decimal_price is not null limit 1"
        ).fetchone()
        assert row is not None
        rows = connection.sql(query.replace("EVENT", row[0][:8])).fetchall()
    assert len(rows) >= 2


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


@pytest.mark.heavy
def test_the_backtests_of_the_readme_find_something_on_the_demo(place: Place) -> None:
    assert place.odds("demo").status == 0
    found = {}
    for program, *words in shell_lines("README.md", under="Backtests"):
        assert program == "odds"
        said = place.odds(*words, "--json")
        assert said.status == 0, (words, said.err)
        if words[1] == "run":
            found[words[2]] = said.data
    assert {"flat", "ev"} <= set(found)
    for strategy, data in found.items():
        assert data["metrics"]["paper"]["bets"] > 0, strategy
    assert (place.folder / "ev.html").exists()


def test_a_demo_leaves_data_of_your_own_alone(place: Place) -> None:
    path = place.recording([odds("12:00")])
    assert place.odds("replay", path, "--no-build").status == 0
    before = place.warehouse.read_bytes()
    for words in (["demo"], ["demo", "--keep"]):
        said = place.odds(*words, "--json")
        assert said.status == 1
        assert "holds data of your own" in said.object["data"]["error"]
    assert place.warehouse.read_bytes() == before


def test_nothing_is_fetched_or_landed_beside_a_demo(
    shown: tuple[Place, Said], tmp_path: Path, dbt_target: Path
) -> None:
    """Every door is shut before anything is asked: nobody listens at that address."""
    copy = make_place(tmp_path, dbt_target)
    copy.warehouse.parent.mkdir()
    copy.warehouse.write_bytes(shown[0].warehouse.read_bytes())
    scores = tmp_path / "scores.csv"
    scores.write_text(
        "sport_key,game_date,starts_at,home_team,away_team,home_score,away_score,status\n"
        "baseball_mlb,2026-07-01,2026-07-01T20:00:00Z,A,B,1,0,final\n"
    )
    own = make_place(tmp_path / "own", dbt_target)
    own.folder.mkdir()
    assert own.odds("replay", own.recording([odds("12:00")]), "--no-build").status == 0
    assert own.odds("archive", "export", "--to", tmp_path / "archive").status == 0
    api = {"ODDS_API_KEY": "0" * 32, "ODDS_API_BASE_URL": "http://127.0.0.1:9"}
    for words in (
        ("fetch", "odds"),
        ("fetch", "events"),
        ("replay", copy.recording([odds("12:00")]), "--no-build"),
        ("results", "import", scores, "--no-build"),
        ("archive", "restore", tmp_path / "archive", "--no-build"),
        ("scheduler", "run-once"),
        ("scheduler", "start"),
    ):
        said = copy.odds(*words, **api)
        assert said.status == 1, words
        assert "holds the games of `odds demo`" in said.err
        assert f"ODDS_DUCKDB_PATH={copy.warehouse.parent / 'mine.duckdb'}" in said.err
        assert f"rm {copy.warehouse}" in said.err
        assert len(said.err.splitlines()) == 1, said.err
    with duckdb.connect(str(copy.warehouse), read_only=True) as connection:
        assert connection.sql(
            "select count(*) from raw.api_responses where job_id is distinct from 'demo'"
        ).fetchall() == [(0,)]
        assert connection.sql("select count(*) from raw.result_rows").fetchall() == [(0,)]
    elsewhere = {"ODDS_DUCKDB_PATH": "data/mine.duckdb"}
    path = copy.recording([odds("12:00")])
    assert copy.odds("replay", path, "--no-build", **elsewhere).status == 0


def test_a_demo_takes_no_database_that_it_does_not_know(settings: Settings) -> None:
    """Only empty ones and demos, broken off or not: a build would replace tables of others."""
    assert make_room(settings, is_kept=False) is None
    assert make_room(settings, is_kept=False) is None, "broken off before anything landed"
    with connect(settings) as connection:
        connection.rows("drop schema ops cascade")
        connection.rows("create schema marts")
        connection.rows("create table marts.sports (theirs text)")
    with pytest.raises(OddsError, match="holds tables that no demo made"):
        make_room(settings, is_kept=False)
    with connect(settings) as connection:
        assert connection.rows("select * from marts.sports") == []


def test_a_demo_asks_no_server_that_nobody_configured(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever answers on the default port is somebody else's."""
    asked: list[int | None] = []
    mine = PostgresAddress("127.0.0.1", 6543, "odds", "odds", "odds")

    def start(_: LocalServer, *, port: int | None = None) -> PostgresAddress:
        asked.append(port)
        return mine

    monkeypatch.setattr(LocalServer, "start", start)
    monkeypatch.setattr("cli.demo_server._is_taken", lambda port: port == DEFAULT_PORT)
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(place.folder)
    found = with_a_server(load_settings(odds_target="postgres"))
    assert (found.pgport, asked) == (mine.port, [None])
    named = load_settings(odds_target="postgres", pgdatabase="of_a_demo")
    assert with_a_server(named) is named


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
