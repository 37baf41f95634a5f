"""The Lambda function: the handler for real, on Postgres and the simulator; AWS played by moto."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from multiprocessing.context import BaseContext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cli.local_postgres import PostgresAddress
from ingestion.errors import OddsError, UsageError
from ingestion.ops_tables import make_ops_tables
from ingestion.settings import PROJECT_DIR, Settings
from ingestion.warehouse import connect
from scheduler.backends.aws_lambda import handler
from scheduler.backends.aws_schedule import OneShotSchedule, read_secrets
from scheduler.collector_lock import POSTGRES_LOCK_KEY
from simulator import DEMO_KEY, Season, SeasonOptions, VirtualClock, serve
from tests.conftest import postgres_settings

ACCOUNT = "123456789012"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:odds-collector"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/odds-collector-scheduler"
CONTEXT = SimpleNamespace(invoked_function_arn=FUNCTION)
SCHEDULE = OneShotSchedule(name="next", group="odds", role_arn=ROLE, function_arn=FUNCTION)


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account with the group of schedules that deploy/aws makes, and its environment."""
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "ODDS_SCHEDULE_NAME": SCHEDULE.name,
        "ODDS_SCHEDULE_GROUP": SCHEDULE.group,
        "ODDS_SCHEDULE_ROLE_ARN": ROLE,
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        boto3.client("scheduler").create_schedule_group(Name=SCHEDULE.group)
        yield


@pytest.fixture
def postgres_environment(
    postgres_database: PostgresAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> PostgresAddress:
    """The settings of a function whose warehouse is an empty database."""
    monkeypatch.setenv("ODDS_TARGET", "postgres")
    monkeypatch.setenv("ODDS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ODDS_API_KEY", DEMO_KEY)
    for name, value in postgres_database.environment().items():
        monkeypatch.setenv(name, value)
    # the handler replaces them for its process, which this is not
    monkeypatch.setattr(BaseContext, "Lock", BaseContext.Lock)
    monkeypatch.setattr(BaseContext, "RLock", BaseContext.RLock)
    return postgres_database


def schedules() -> list[dict[str, Any]]:
    client = boto3.client("scheduler")
    names = [each["Name"] for each in client.list_schedules(GroupName=SCHEDULE.group)["Schedules"]]
    return [client.get_schedule(GroupName=SCHEDULE.group, Name=name) for name in names]


def next_run() -> datetime:
    """When the one schedule there is starts the next run."""
    (schedule,) = schedules()
    text = schedule["ScheduleExpression"].removeprefix("at(").removesuffix(")")
    assert schedule["ScheduleExpressionTimezone"] == "UTC"
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_schedule_is_made_once_and_moved_from_then_on() -> None:
    SCHEDULE.set(datetime(2026, 1, 31, 18, 55, tzinfo=UTC))
    assert next_run() == datetime(2026, 1, 31, 18, 55, tzinfo=UTC)
    SCHEDULE.set(datetime(2026, 2, 1, 1, 25, tzinfo=timezone(timedelta(hours=1))))
    assert next_run() == datetime(2026, 2, 1, 0, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("microsecond", "second"), [(0, 7), (1, 8), (999_999, 8)], ids=["whole", "just over", "almost"]
)
def test_no_run_starts_before_it_is_due(microsecond: int, second: int) -> None:
    SCHEDULE.set(datetime(2026, 1, 31, 18, 55, 7, microsecond, tzinfo=UTC))
    assert next_run() == datetime(2026, 1, 31, 18, 55, second, tzinfo=UTC)


def test_a_schedule_calls_the_function_at_the_moment_and_outlives_it() -> None:
    SCHEDULE.set(datetime(2026, 1, 31, tzinfo=UTC))
    (schedule,) = schedules()
    assert (schedule["Target"]["Arn"], schedule["Target"]["RoleArn"]) == (FUNCTION, ROLE)
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    # AWS would delete it after it fired, when it may have been set anew already
    assert schedule["ActionAfterCompletion"] == "NONE"


def make_secret(text: str) -> str:
    client = boto3.client("secretsmanager")
    return str(client.create_secret(Name="odds", SecretString=text)["ARN"])


def test_secrets_come_from_secrets_manager_and_nothing_else_does() -> None:
    secret = {"ODDS_API_KEY": "a key", "PGPASSWORD": "a password", "ODDS_TARGET": "duckdb"}
    arn = make_secret(json.dumps(secret))
    assert read_secrets(arn) == {"odds_api_key": "a key", "pgpassword": "a password"}


@pytest.mark.parametrize("text", ["a-naked-key", "3", "null"])
def test_a_secret_of_another_form_is_refused_without_showing_it(text: str) -> None:
    arn = make_secret(text)
    with pytest.raises(UsageError, match="JSON object of ODDS_API_KEY and PGPASSWORD") as caught:
        read_secrets(arn)
    assert text not in str(caught.value)


def test_duckdb_is_refused_since_nothing_would_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODDS_TARGET", "duckdb")
    with pytest.raises(UsageError, match="ODDS_TARGET must be postgres on Lambda"):
        handler({}, CONTEXT)
    assert schedules() == []


@pytest.mark.usefixtures("postgres_environment")
def test_a_function_without_its_schedule_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ODDS_SCHEDULE_ROLE_ARN")
    with pytest.raises(UsageError, match="ODDS_SCHEDULE_ROLE_ARN is not set"):
        handler({}, CONTEXT)


def test_a_run_that_fails_leaves_a_next_one_and_one_line_without_secrets(
    postgres_environment: PostgresAddress, tmp_path: Path
) -> None:
    with connect(postgres_settings(tmp_path, postgres_environment)) as connection:
        connection.rows("select pg_advisory_lock(?)", (POSTGRES_LOCK_KEY,))
        with pytest.raises(OddsError, match="another machine") as caught:
            handler({}, CONTEXT)
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None
    wait = next_run() - datetime.now(UTC)
    assert timedelta(minutes=4, seconds=50) < wait <= timedelta(minutes=5, seconds=1)


# as in a process of Lambda, which has no shared memory for locks between processes
CHILD = """
import _multiprocessing, json, sys
from types import SimpleNamespace

class NoSharedMemory:
    SEM_VALUE_MAX = 1

    def __init__(self, *arguments):
        raise OSError(38, "Function not implemented")

_multiprocessing.SemLock = NoSharedMemory

import boto3
from moto import mock_aws

with mock_aws():
    client = boto3.client("scheduler")
    client.create_schedule_group(Name="odds")
    from scheduler.backends.aws_lambda import handler
    for _ in range(int(sys.argv[1])):
        answer = handler({}, SimpleNamespace(invoked_function_arn=sys.argv[2]))
    schedule = client.get_schedule(GroupName="odds", Name="next")
    json.dump([answer, schedule["ScheduleExpression"]], sys.stdout)
"""


DAILY_BUILD = """
insert into ops.job_runs (job_id, run_id, job, started_at, status, reason)
values ('0', '0', 'build', ?, 'ok', 'daily')
"""


def put_off_the_daily_build(settings: Settings) -> None:
    """Every data test of the project takes minutes, and is not what is tested here."""
    with connect(settings) as connection:
        make_ops_tables(connection)
        connection.rows(DAILY_BUILD, (datetime.now(UTC),))


@pytest.mark.heavy
def test_the_function_collects_without_shared_memory_and_schedules_what_is_due_next(
    postgres_environment: PostgresAddress, tmp_path: Path
) -> None:
    settings = postgres_settings(tmp_path, postgres_environment)
    put_off_the_daily_build(settings)
    now = datetime.now(UTC)
    season = Season(SeasonOptions(games=60, last_day=(now + timedelta(days=4)).date()))
    with serve(season, VirtualClock(now, speed=1.0)) as server:
        child = subprocess.run(
            [sys.executable, "-c", CHILD, "2", FUNCTION],
            cwd=PROJECT_DIR,
            env=os.environ
            | {"ODDS_API_BASE_URL": server.url, "RUNTIME__DLTHUB_TELEMETRY": "false"},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    answer, expression = json.loads(child.stdout)
    next_at = datetime.fromisoformat(answer["next_at"])
    assert next_at >= now + timedelta(minutes=1)
    shown = datetime.fromisoformat(expression[3:-1]).replace(tzinfo=UTC)
    assert timedelta(0) <= shown - next_at < timedelta(seconds=1)
    with connect(settings) as connection:
        asked = connection.rows("select endpoint from raw.api_responses where status_code = 200")
        beats = connection.rows("select count(*) from ops.job_runs where job = 'heartbeat'")
        games = connection.rows("select count(*) from marts.dim_events")
    assert {endpoint.rpartition("/")[2] for (endpoint,) in asked} >= {"events", "odds"}
    assert beats == [(2,)]
    assert games[0][0] > 0
