"""`odds status`, `quota`, `doctor` and `alerts`, on a warehouse that was collected."""

import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from analysis.storage import Growth
from cli.local_postgres import PostgresAddress
from ingestion.settings import load_settings
from ingestion.warehouse import connect
from scheduler.checkup import LATE_SECONDS
from scheduler.next_calls import NextCall, NextCalls
from simulator import DEMO_KEY, Season, SeasonOptions, Server, VirtualClock, serve
from tests.cli.conftest import Place
from tests.cli.test_failures import held
from tests.conftest import postgres_settings
from tests.scheduler.mailbox import mailbox

BUILT = datetime(2026, 7, 10, 19, tzinfo=UTC)
JOB = "insert into ops.job_runs values (?, 'r', ?, null, ?, ?, ?, ?, ?, null, null)"
RESERVATION = (
    "insert into ops.credit_reservations values (?, null, 'odds', null, null, ?, 3, ?, ?, null)"
)


def job(place: Place, name: str, at: datetime, *, status: str, reason: str) -> None:
    with connect(load_settings(odds_duckdb_path=place.warehouse)) as connection:
        connection.rows(JOB, (f"{name}{at}", name, at, at, at, status, reason))


def reservation(place: Place, at: datetime, state: str, charged: int | None = None) -> None:
    with connect(load_settings(odds_duckdb_path=place.warehouse)) as connection:
        connection.rows(RESERVATION, (f"{state}{at}", at, state, charged))


@pytest.fixture
def collected(season_copy: Place) -> Place:
    """The season as if a collector had made it: a build, a failed job, and a heartbeat."""
    hours = [BUILT - timedelta(hours=hour) for hour in range(4)]
    job(season_copy, "build", hours[3], status="ok", reason="daily")
    job(season_copy, "fetch-odds", hours[2], status="failed", reason="close")
    job(season_copy, "heartbeat", BUILT, status="ok", reason="worked; next 19:30 fetch-odds")
    return season_copy


def statuses(place: Place, *words: str, **variables: str) -> dict[str, str]:
    checks = place.odds("doctor", "--json", *words, **variables).object["data"]["checks"]
    return {check["name"]: check["status"] for check in checks}


def test_status_tells_how_it_goes(collected: Place) -> None:
    as_of = (BUILT + timedelta(minutes=4)).isoformat()
    data = collected.odds("status", "--json", ODDS_AS_OF=as_of).data
    measures = {row["measure"]: (row["value"], row["status"]) for row in data["measures"]}
    assert measures["upcoming_events"] == (2, "ok")
    assert measures["job_failures_24h"] == (1, "warning")
    assert measures["last_full_build_age"] == (3, "ok")
    assert measures["success_rate_24h"] == (None, "unknown")
    assert data["collector"]["last_heartbeat_at"] == "2026-07-10T19:00:00Z"
    assert data["database"]["bytes"] > 0
    assert data["database"]["free_bytes"] > 0
    page = collected.odds("status", ODDS_AS_OF=as_of).out
    assert "free" in page
    assert "last sign of life 4 min ago: worked; next 19:30 fetch-odds" in page
    assert "1 failed in 24 h" in page
    assert "What cannot be true" not in page
    assert "What cannot be true" in collected.odds("status", "-v", ODDS_AS_OF=as_of).out


def test_status_shows_the_slowest_models_first(season: Place) -> None:
    models = season.odds("status", "--json").data["slowest_models"]
    seconds = [model["seconds"] for model in models]
    assert len(models) == 15
    assert seconds == sorted(seconds, reverse=True)
    assert {model["build_kind"] for model in models} == {"everything"}
    assert models[0]["relation"] in season.odds("status", "--verbose").out


def test_the_disk_lasts_as_long_as_the_warehouse_leaves_room_for_another_day() -> None:
    assert Growth(bytes_a_day=2e6, free_bytes=100_000_000).days_left == 50
    for pace, free in ((None, 100), (0.0, 100), (2e6, None)):
        assert Growth(bytes_a_day=pace, free_bytes=free).days_left is None


@pytest.mark.heavy
def test_status_misses_a_collector_that_has_gone(collected: Place) -> None:
    (line,) = [
        line
        for line in collected.odds("status", ODDS_AS_OF="2026-07-10T20:00:00Z").out.splitlines()
        if line.split()[1:2] == ["collector"]
    ]
    assert line.split()[:2] == ["error", "collector"]


def test_quota_holds_credits_back_for_closes_and_calls_in_flight(season_copy: Place) -> None:
    reservation(season_copy, BUILT, "reserved")
    reservation(season_copy, BUILT, "settled", 2)
    reservation(season_copy, BUILT, "charge_unknown")
    settings = {"ODDS_SPORTS": "baseball_mlb", "ODDS_MARKETS": "h2h,totals"}
    as_of = ("--as-of", BUILT.isoformat())
    data = season_copy.odds("quota", "--json", *as_of, **settings).data
    # two games, 2 credits each; two in three days, busier by half and more, from the last one on
    events = season_copy.odds("events", "--json", *as_of).data["rows"]
    starts = [datetime.fromisoformat(event["starts_at"]) for event in events]
    last_close = max(starts) - timedelta(minutes=5)
    unknown_days = (datetime(2026, 8, 1, tzinfo=UTC) - last_close) / timedelta(days=1)
    assert data["reserved"] == 3 + round(2 * (2 + 2.5 * 2 / 3 * unknown_days))
    assert (data["used"], data["state"]) == (5, "normal")
    short = season_copy.odds("quota", "--json", *as_of, **settings, ODDS_MONTHLY_CREDITS="50").data
    assert short["state"] == "reserve-only"
    gone = season_copy.odds("quota", "--json", *as_of, **settings, ODDS_MONTHLY_CREDITS="9").data
    assert gone["state"] == "exhausted"


def test_the_forecast_of_quota_is_that_of_the_health_report(season_copy: Place) -> None:
    with connect(load_settings(odds_duckdb_path=season_copy.warehouse)) as connection:
        connection.rows(
            "update raw.api_responses set origin = 'live', credits_estimated = 3,"
            " credits_charged = 3, credits_used = 31, credits_remaining = 400"
        )
    status = season_copy.odds("status", "--json", ODDS_AS_OF=BUILT.isoformat()).data
    measures = {row["measure"]: row["value"] for row in status["measures"]}
    assert measures["credits_forecast"] > measures["credits_used"] >= 31
    # the responses of the evening are landed, but not yet by the clock of the build
    assert status["credits"]["used"] == measures["credits_used"]
    assert status["credits"]["forecast"] == pytest.approx(measures["credits_forecast"], abs=1)


def test_a_doctor_before_the_first_start_finds_all_well(place: Place) -> None:
    for words in (["--quick"], ["--offline"]):
        said = place.odds("doctor", *words)
        assert said.status == 0, said.out
        assert said.out.endswith("All is well.\n")
    assert not place.warehouse.exists()


def test_a_doctor_asks_the_api_at_no_cost_and_compares_clocks(place: Place) -> None:
    moment = datetime.now(UTC).replace(microsecond=0)
    games = Season(SeasonOptions(seed=7, games=4, first_day=date(2026, 1, 5)))

    def run(server: Server, key: str) -> dict[str, str]:
        return statuses(place, ODDS_API_BASE_URL=server.url, ODDS_API_KEY=key)

    with serve(games, VirtualClock(moment)) as server:
        found = run(server, DEMO_KEY)
        assert (found["API key"], found["clock"]) == ("ok", "ok")
        balance = server.api.accounts.balance(DEMO_KEY, seconds=int(moment.timestamp()))
        assert balance.used == 0
        assert run(server, "0123456789abcdef0123456789abcdef")["API key"] == "failed"
    with serve(games, VirtualClock(moment - timedelta(hours=1))) as server:
        assert run(server, DEMO_KEY)["clock"] == "warning"
    with serve(games, VirtualClock(moment + timedelta(days=2))) as server:
        assert run(server, DEMO_KEY)["clock"] == "failed"
    assert statuses(place)["API key"] == "warning"


def test_a_doctor_names_what_is_wrong_and_how_to_mend_it(season_copy: Place) -> None:
    season_copy.warehouse.write_bytes(b"no database at all, surely")
    for words in ("--quick", "--offline"):
        said = season_copy.odds("doctor", words)
        assert said.status == 1
        assert "is not a DuckDB file" in said.out
        assert "→ give ODDS_DUCKDB_PATH" in said.out


def test_a_doctor_leaves_a_warehouse_at_work_alone(season_copy: Place) -> None:
    with held(season_copy.warehouse) as pid:
        assert statuses(season_copy, "--quick")["warehouse"] == "ok"
        said = season_copy.odds("doctor", "--offline")
    assert said.status == 0
    assert f"in use by process {pid}" in said.out


def test_a_quick_doctor_never_opens_the_database(
    season_copy: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("opened")

    monkeypatch.setattr("duckdb.connect", refuse)
    assert season_copy.odds("doctor", "--quick").status == 0
    assert season_copy.odds("doctor", "--offline").status == 1


def test_a_doctor_tells_a_warehouse_without_models(season_copy: Place) -> None:
    with connect(load_settings(odds_duckdb_path=season_copy.warehouse)) as connection:
        connection.rows("drop view ops.fct_alert_candidates")
    assert statuses(season_copy, "--offline")["models"] == "warning"


def test_a_doctor_tells_a_dead_postgres(place: Place) -> None:
    server = {"PGHOST": "127.0.0.1", "PGPORT": "9"}
    said = place.odds("doctor", "--quick", "--target", "postgres", **server)
    assert said.status == 1
    assert "Postgres at 127.0.0.1:9 does not answer" in said.out


def aged(path: Path, seconds: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    os.utime(path, (time.time() - seconds, time.time() - seconds))


def test_a_doctor_misses_the_heartbeat_of_a_collector_that_ran(place: Place) -> None:
    state = place.folder / "data" / "collector-state.json"
    aged(state, LATE_SECONDS - 60)
    assert statuses(place, "--quick")["collector"] == "ok"
    aged(state, LATE_SECONDS + 60)
    assert statuses(place, "--quick")["collector"] == "failed"
    # it is at work on something long
    lock = place.folder / "data" / "collector.lock"
    lock.write_text(str(os.getpid()))
    assert statuses(place, "--quick")["collector"] == "ok"
    aged(state, 3 * 3600)
    assert statuses(place, "--quick")["collector"] == "failed"


def planned(place: Place, *minutes: float, is_close: bool = False) -> None:
    """Calls that are due in so many minutes, as a collector writes them down."""
    now = datetime.now(UTC)
    settings = load_settings(odds_data_dir=place.folder / "data")
    NextCalls(settings).keep(
        NextCall(now + timedelta(minutes=each), "fetch-odds", "basketball_nba", "close", is_close)
        for each in minutes
    )


@pytest.mark.parametrize("is_close", [False, True])
def test_a_doctor_fails_while_a_call_is_late(place: Place, is_close: bool) -> None:
    assert statuses(place, "--quick")["next call"] == "ok"
    for late, status in (
        (-30, "ok"),
        (0.5, "ok"),
        (2, "failed" if is_close else "ok"),
        (4, "failed"),
    ):
        planned(place, -late, 60, is_close=is_close)
        assert statuses(place, "--quick")["next call"] == status, late
    said = place.odds("doctor", "--quick")
    assert said.status == 1
    assert "fetch-odds basketball_nba (close) was due at" in said.out
    assert "late by 4 min" in said.out
    # the whole doctor says so, too
    assert statuses(place, "--offline")["next call"] == "failed"


@pytest.mark.heavy
def test_status_says_when_the_next_call_is_due_how_late_it_is_and_what_was_missed(
    collected: Place,
) -> None:
    with connect(load_settings(odds_duckdb_path=collected.warehouse)) as connection:
        connection.rows(
            JOB,
            ("m", "fetch-odds", BUILT, BUILT, BUILT, "missed", "close"),
        )
        connection.rows("update ops.job_runs set error = '3 due calls' where job_id = 'm'")
    planned(collected, 12, is_close=True)
    page = collected.odds("status").out
    assert "due in 12 min" in page or "due in 11 min" in page
    assert "3 never made in 24 h" in page
    planned(collected, -7, is_close=True)
    said = collected.odds("status")
    assert "late by 7 min: fetch-odds basketball_nba (close)" in said.out
    found = collected.odds("status", "--json").data["collector"]["next_call"]
    assert found["is_late"] is True
    # of another moment the file says nothing
    then = collected.odds("status", "--json", ODDS_AS_OF=BUILT.isoformat()).data
    assert then["collector"]["next_call"] is None
    measures = {row["measure"]: row["value"] for row in then["measures"]}
    assert measures["missed_calls_24h"] == 3


def test_a_doctor_counts_what_waits_and_what_is_broken(place: Place) -> None:
    data = place.folder / "data"
    aged(data / "spool" / "fresh.json", 10)
    assert statuses(place, "--quick")["pending"] == "ok"
    aged(data / "spool" / "old.json", 3600)
    aged(data / "spool" / "broken" / "torn.json", 10)
    (data / "dlt").mkdir()
    os.utime(data / "dlt", (0, 0))
    found = statuses(place, "--quick")
    assert [found[name] for name in ("pending", "broken files", "loads")] == ["warning"] * 3
    assert place.odds("doctor", "--quick").status == 0


def test_a_test_alert_arrives_at_every_address(place: Place) -> None:
    with mailbox() as box:
        urls = f"{box.url}, nonsense://x/tok3n-that-is-secret"
        said = place.odds("alerts", "test", "--json", ODDS_ALERT_URLS=urls)
        assert box.titles == ["odds: a test"]
    assert said.status == 1
    assert said.object["data"]["receipts"] == [
        {"kind": "json", "is_taken": True, "reason": None},
        {"kind": "nonsense", "is_taken": False, "reason": "apprise knows no such address"},
    ]
    assert "tok3n" not in said.out + said.err


def test_without_an_address_it_says_how_to_set_one(place: Place) -> None:
    said = place.odds("alerts", "test")
    assert (said.status, said.out) == (2, "")
    assert "ODDS_ALERT_URLS is empty" in said.err


@pytest.mark.heavy
def test_the_rules_and_what_was_sent_are_listed(collected: Place) -> None:
    job(collected, "build", BUILT, status="failed", reason="daily")
    data = collected.odds("alerts", "list", "--json").data
    first, *edges = [row["dedupe_key"] for row in data["candidates"]]
    assert first == "daily_build_failing|build"
    # the last look was nine minutes ago: what it offered may still be had
    assert {key.split("|")[0] for key in edges} == {"positive_ev"}
    assert data["deliveries"] == []
    page = collected.odds("alerts", "list").out
    assert "The daily build failed" in page
    assert "Nobody is told: ODDS_ALERT_URLS is empty." in page


def test_addresses_are_masked_wherever_settings_are_shown(place: Place) -> None:
    urls = "discord://1234567890/tok3n_of_discord,mailto://me:hush@example.org?to=a@b.org,c@d.org"
    said = place.odds("config", "--json", ODDS_ALERT_URLS=urls)
    assert said.data["ODDS_ALERT_URLS"] == ["discord://********", "mailto://********"]
    assert "tok3n" not in said.out + place.odds("config", ODDS_ALERT_URLS=urls).out


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ODDS_ALERT_QUIET_HOURS", "23-7"),
        ("ODDS_ALERT_QUIET_HOURS", "24:00-07:00"),
        ("ODDS_TIME_ZONE", "Middle/Earth"),
        ("ODDS_ALERT_SEVERITY", "loud"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_by_name(place: Place, variable: str, value: str) -> None:
    said = place.odds("config", **{variable: value})
    assert said.status == 2
    assert variable in said.err


LEASE = """
create schema raw; create schema ops;
create table raw.api_responses (response_id text);
create table ops.build_lease (
    is_taken boolean primary key, invocation_id text, holder text, started_at timestamptz,
    touched_at timestamptz, backend_pid integer, backend_started_at timestamptz
);
insert into ops.build_lease values
    (true, 'i', 'the collector', '2026-07-10 19:00:00Z', current_timestamp, 1, null)
"""


def test_in_the_middle_of_a_build_nobody_is_told_to_build(
    place: Place, postgres_database: PostgresAddress
) -> None:
    """A build that gave its last sign of life long ago is none."""
    where = postgres_database.environment() | {"ODDS_TARGET": "postgres"}
    settings = postgres_settings(place.folder, postgres_database)
    with connect(settings) as connection:
        connection.rows(LEASE)
    said = place.odds("status", **where)
    assert said.status == 1
    assert "a build is under way since 2026-07-10 19:00:00 UTC (the collector)" in said.err
    assert "dbt build" not in said.err
    assert statuses(place, "--offline", **where)["models"] == "ok"
    with connect(settings) as connection:
        connection.rows("update ops.build_lease set touched_at = '2026-07-10 19:20:00Z'")
    assert "run `dbt build`" in place.odds("status", **where).err
    assert statuses(place, "--offline", **where)["models"] == "warning"
