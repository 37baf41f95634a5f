import io
import json
import logging
import os
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
import structlog
from dlt.common import logger as dlt_logger

from ingestion.errors import UsageError
from ingestion.log_file import DailyLogFile
from ingestion.logs import configure_logging
from ingestion.settings import Settings
from tests.conftest import logging_as_before

KEY = "0123456789abcdef0123456789abcdef"
PASSWORD = "correct-horse"  # noqa: S105


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    with logging_as_before():
        yield


def configured(**changes: Any) -> io.StringIO:
    given = {"odds_api_key": KEY, "pgpassword": PASSWORD, "odds_log_format": "json"}
    stream = io.StringIO()
    configure_logging(Settings(_env_file=None, **(given | changes)), stream=stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_json_line_is_one_object_with_time_level_and_logger() -> None:
    stream = configured()
    structlog.get_logger("ingestion").info("asked", path="/v4/sports", credits=0)
    (line,) = lines(stream)
    assert line["timestamp"].endswith("Z")
    assert {name: line[name] for name in ("event", "level", "logger", "path", "credits")} == {
        "event": "asked",
        "level": "info",
        "logger": "ingestion",
        "path": "/v4/sports",
        "credits": 0,
    }


def test_the_level_holds_for_us_and_for_libraries() -> None:
    stream = configured(odds_log_level="warning")
    structlog.get_logger("ingestion").info("quiet")
    logging.getLogger("urllib3").info("quiet")
    structlog.get_logger("ingestion").warning("loud")
    logging.getLogger("urllib3").warning("loud %s", "too")
    assert [line["event"] for line in lines(stream)] == ["loud", "loud too"]


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"url": f"https://host/v4/sports?apiKey={KEY}&all=true"}, id="url"),
        pytest.param({"url": "https://host/v4/sports?api_key=hush-hush&all=true"}, id="other key"),
        pytest.param({"error": ValueError(f"bad {KEY}")}, id="exception as a value"),
        pytest.param({"params": {"apiKey": "hush-hush", "markets": ["h2h"]}}, id="mapping"),
        pytest.param({"deep": [{"a": (KEY, "x")}, {KEY: 1}]}, id="nested, as value and as name"),
        pytest.param({"api_key": "hush-hush"}, id="by name"),
        pytest.param({"body": KEY.encode()}, id="bytes"),
        pytest.param({"dsn": "postgresql://odds:hush-hush@host:5432/odds"}, id="url with password"),
        pytest.param({"dsn": "host=h user=u password=hush-hush dbname=d"}, id="libpq string"),
        pytest.param({"dsn": "host=h password='hush-hush \\' x' dbname=d"}, id="quoted"),
        pytest.param({"text": f"connect with {PASSWORD} please"}, id="password in a sentence"),
        pytest.param({"text": '{"apiKey": "hush-hush", "x": 1}'}, id="json as text"),
    ],
)
def test_no_secret_is_logged_wherever_it_hides(log_format: str, values: dict[str, Any]) -> None:
    stream = configured(odds_log_format=log_format)
    structlog.get_logger("ingestion").info("asked", **values)
    text = stream.getvalue()
    assert "REDACTED" in text
    assert not any(secret in text for secret in (KEY, PASSWORD, "hush-hush"))
    assert log_format == "console" or lines(stream)[0]["event"] == "asked"


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_secret_is_logged_within_a_traceback(log_format: str) -> None:
    stream = configured(odds_log_format=log_format)

    def fail() -> None:
        raise requests.ConnectionError(f"GET /v4/sports?apiKey={KEY}")

    for logger in (structlog.get_logger("ingestion"), logging.getLogger("library")):
        try:
            fail()
        except requests.ConnectionError:
            logger.exception("failed")
    text = stream.getvalue()
    assert text.count("Traceback") == 2
    assert KEY not in text


def test_a_key_with_odd_characters_is_found_however_it_is_written() -> None:
    key = 'p+q/r="é\\s t&u'
    stream = configured(odds_api_key=key)
    quoted = requests.Request("GET", "https://host/", params={"x": key}).prepare().url
    structlog.get_logger("ingestion").info(
        "asked",
        plain=f"({key})",
        quoted=quoted,
        in_path=f"https://host/{quote(key, safe='')}",
        dumped=json.dumps([key]),
        shown=repr([key]),
    )
    (line,) = lines(stream)
    shown = (line["plain"], line["dumped"], line["shown"])
    assert shown == ("(REDACTED)", '["REDACTED"]', "['REDACTED']")
    assert line["quoted"] == "https://host/?x=REDACTED"
    assert line["in_path"] == "https://host/REDACTED"


def test_a_secret_that_begins_like_another_is_hidden_to_its_end() -> None:
    stream = configured(odds_api_key=KEY, pgpassword=f"{KEY}-and-more")
    structlog.get_logger("ingestion").info("asked", longer=f"({KEY}-and-more)", shorter=f"({KEY})")
    (line,) = lines(stream)
    assert (line["longer"], line["shorter"]) == ("(REDACTED)", "(REDACTED)")


@pytest.mark.parametrize("name", ["apscheduler.scheduler", "apscheduler.executors.default"])
def test_what_the_scheduler_does_is_told_only_where_it_goes_wrong(name: str) -> None:
    stream = configured()
    logging.getLogger(name).info("Added job %s", "collect")
    logging.getLogger(name).warning("Run time of job was missed")
    assert [line["event"] for line in lines(stream)] == ["Run time of job was missed"]
    stream = configured(odds_log_level="debug")
    logging.getLogger(name).info("Added job %s", "collect")
    assert [line["event"] for line in lines(stream)] == ["Added job collect"]


def test_dlt_and_python_warnings_go_the_same_way() -> None:
    stream = configured()
    dlt_logger._create_logger("dlt", "INFO", "{message}", "component", {}).warning(
        "loading with postgresql://u:hush-hush@h/d"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"careful with {KEY}", stacklevel=1)
    dlt_line, warning_line = lines(stream)
    assert dlt_line["event"] == "loading with postgresql://u:REDACTED@h/d"
    assert warning_line["logger"] == "py.warnings"
    assert KEY not in stream.getvalue()


def test_configuring_again_does_not_log_twice() -> None:
    configured()
    stream = configured()
    logging.getLogger("library").warning("once")
    assert len(lines(stream)) == 1


def test_what_is_no_secret_is_left_alone() -> None:
    stream = configured()
    facts = {"path": "/v4/sports", "count": 3, "ratio": 0.5, "is_new": True, "nothing": None}
    structlog.get_logger("ingestion").info("see http://localhost:8080/v4?all=true", **facts)
    (line,) = lines(stream)
    assert line["event"] == "see http://localhost:8080/v4?all=true"
    assert {name: line[name] for name in facts} == facts


def test_a_log_file_has_every_line_without_secrets(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "odds.log"
    configured(odds_log_file=path)
    structlog.get_logger("ingestion").warning("asked", url=f"https://x/?apiKey={KEY}")
    logging.getLogger("dlt").warning("as %s", PASSWORD)
    told = [json.loads(line)["event"] for line in path.read_text().splitlines()]
    assert told == ["asked", "as REDACTED"]
    assert KEY not in path.read_text()
    assert PASSWORD not in path.read_text()


def test_a_log_file_begins_anew_each_day_once_and_so_many_days_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "odds.log"
    for day in range(20, 31):
        (tmp_path / f"odds.log.2025-12-{day}").write_text("of before")
    path.write_text("of yesterday\n")
    midnight = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    os.utime(path, (midnight - 60, midnight - 60))
    first, second = (DailyLogFile(path, days=5) for _ in range(2))
    for handler in (first, second):
        handler.emit(logging.makeLogRecord({"msg": "of today"}))
        handler.close()
    assert (tmp_path / "odds.log.2025-12-31").read_text() == "of yesterday\n"
    assert path.read_text() == "of today\n" * 2
    kept = sorted(found.name[-2:] for found in tmp_path.iterdir())
    assert kept == ["27", "28", "29", "30", "31", "og"]


def test_a_log_file_that_cannot_be_written_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"ODDS_LOG_FILE: cannot write to .*odds\.log: "):
        configured(odds_log_file=tmp_path / "file" / "odds.log")
