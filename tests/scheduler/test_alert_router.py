import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from ingestion.logs import configure_logging
from ingestion.ops_tables import make_ops_tables
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.alert_router import RoutingSummary, route
from scheduler.messages import MOST_SHOWN, kind_of
from scheduler.notices import COOLDOWN, notify
from tests.conftest import duckdb_settings
from tests.scheduler.mailbox import Mailbox, mailbox

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


def with_alerts_to(settings: Settings, *urls: str, **changes: object) -> Settings:
    return settings.model_copy(update={"odds_alert_urls": tuple(map(SecretStr, urls)), **changes})


def find(settings: Settings, *alerts: tuple[str, str]) -> None:
    """Let the rules find these: severity and key."""
    with connect(settings) as connection:
        make_ops_tables(connection)
        connection.rows("drop table if exists ops.fct_alert_candidates")
        connection.rows(
            "create table ops.fct_alert_candidates (rule_id text, severity text, dedupe_key text,"
            " title text, body text, cooldown_minutes integer)"
        )
        for severity, key in alerts:
            connection.rows(
                "insert into ops.fct_alert_candidates values ('rule', ?, ?, ?, ?, 60)",
                (severity, key, f"title of {key}", f"body of {key}"),
            )


def deliveries(settings: Settings) -> list[tuple[str, str, str | None]]:
    with connect(settings) as connection:
        rows = connection.rows(
            "select dedupe_key, outcome, error from ops.alert_deliveries"
            " order by decided_at, dedupe_key"
        )
    return [(key, outcome, error) for key, outcome, error in rows]


def test_several_alerts_come_as_one_message_and_once(settings: Settings, box: Mailbox) -> None:
    settings = with_alerts_to(settings, box.url)
    find(settings, ("info", "a"), ("error", "b"), ("error", "c"))
    assert route(settings, now=NOON) == RoutingSummary(sent=3)
    (message,) = box.messages
    assert message["title"] == "odds: 2 errors, 1 note"
    assert message["type"] == "failure"
    assert message["message"].splitlines() == [
        "title of b", "  body of b", "title of c", "  body of c", "title of a", "  body of a",
    ]  # fmt: skip
    assert route(settings, now=NOON + timedelta(minutes=59)) == RoutingSummary()
    assert deliveries(settings) == [(key, "sent", None) for key in "abc"]
    assert route(settings, now=NOON + HOUR) == RoutingSummary(sent=3)


def test_one_alert_is_its_own_message(settings: Settings, box: Mailbox) -> None:
    settings = with_alerts_to(settings, box.url)
    find(settings, ("warning", "a"))
    route(settings, now=NOON)
    assert [(each["title"], each["message"], each["type"]) for each in box.messages] == [
        ("title of a", "body of a", "warning")
    ]


def test_what_is_not_taken_is_tried_again_and_never_raises(
    settings: Settings, box: Mailbox
) -> None:
    settings = with_alerts_to(settings, box.url)
    find(settings, ("error", "a"))
    box.status = 500
    assert route(settings, now=NOON) == RoutingSummary(failed=1)
    box.status = 200
    assert route(settings, now=NOON + timedelta(minutes=4)) == RoutingSummary()
    assert route(settings, now=NOON + timedelta(minutes=5)) == RoutingSummary(sent=1)
    (first, second) = deliveries(settings)
    assert first[:2] == ("a", "failed")
    assert "500" in (first[2] or "")
    assert "s3cretT0ken" not in (first[2] or "")
    assert second == ("a", "sent", None)


def test_one_service_that_takes_it_is_enough_and_the_other_is_named(
    settings: Settings, box: Mailbox
) -> None:
    settings = with_alerts_to(settings, "nonsense://nobody/tok3nthatIsSecret", box.url)
    find(settings, ("error", "a"))
    assert route(settings, now=NOON) == RoutingSummary(sent=1)
    assert deliveries(settings) == [("a", "sent", "nonsense: apprise knows no such address")]


def test_the_night_passes_quietly(settings: Settings, box: Mailbox) -> None:
    settings = with_alerts_to(
        settings, box.url, odds_alert_quiet_hours="23:00-07:00", odds_alert_severity="warning"
    )
    night = NOON.replace(hour=23)
    find(settings, ("warning", "a"), ("error", "b"), ("info", "c"))
    assert route(settings, now=night) == RoutingSummary(sent=1, held=1, muted=1)
    find(settings)
    assert route(settings, now=night + 8 * HOUR) == RoutingSummary(sent=1)
    assert box.titles == ["title of b", "title of a"]


def test_nobody_to_tell_costs_nothing_and_leaves_nothing(settings: Settings) -> None:
    find(settings, ("error", "a"))
    assert route(settings, now=NOON) == RoutingSummary()
    assert deliveries(settings) == []


def test_a_message_does_not_grow_without_end(settings: Settings, box: Mailbox) -> None:
    settings = with_alerts_to(settings, box.url)
    find(settings, *(("info", f"{number:03}") for number in range(MOST_SHOWN + 7)))
    route(settings, now=NOON)
    (message,) = box.messages
    assert message["message"].endswith("… and 7 more: odds alerts list")
    assert message["message"].count("title of") == MOST_SHOWN


def test_rules_that_stand_speak_where_a_failed_build_took_the_others_along(
    settings: Settings, box: Mailbox
) -> None:
    settings = with_alerts_to(settings, box.url)
    with connect(settings) as connection:
        make_ops_tables(connection)
        for statement in (
            "create schema marts",
            "create schema intermediate",
            "create table marts.alert_rules as select 'r' as rule_id, 'error' as severity,"
            " 60 as cooldown_minutes",
            "create table intermediate.int_alerts_jobs as select 'r' as rule_id,"
            " 'k' as dedupe_key, 'job' as title, 'body' as body",
        ):
            connection.rows(statement)
    assert route(settings, now=NOON) == RoutingSummary(sent=1)
    assert box.titles == ["job"]


def test_an_empty_warehouse_and_one_that_is_away_are_no_reason_to_stop(
    settings: Settings, box: Mailbox
) -> None:
    settings = with_alerts_to(settings, box.url)
    assert route(settings, now=NOON) == RoutingSummary()
    away = settings.model_copy(
        update={"pgport": 1, "odds_duckdb_path": Path("/proc/no/such.duckdb")}
    )
    assert route(away, now=NOON) == RoutingSummary()
    assert box.messages == []


def test_no_token_is_logged_even_where_everything_is(tmp_path: Path, box: Mailbox) -> None:
    stream = io.StringIO()
    url = box.url.replace("json://", "json://someone:hush+hush@")
    settings = with_alerts_to(duckdb_settings(tmp_path), url, odds_log_level="debug")
    configure_logging(settings, stream=stream)
    find(settings, ("error", "a"))
    box.status = 500
    route(settings, now=NOON)
    notify(settings, key="k", title="t", body="b", now=NOON)
    logged = stream.getvalue()
    assert "an alert was not taken" in logged
    assert "POST" in logged, "the request itself is logged, or this test shows nothing"
    assert "s3cretT0ken" not in logged
    assert "hush" not in logged


@pytest.fixture
def noticing(tmp_path: Path, box: Mailbox) -> Settings:
    return with_alerts_to(duckdb_settings(tmp_path), box.url)


def say(settings: Settings, now: datetime, key: str = "away", **changes: str) -> bool:
    words = {"title": "The warehouse is away", "body": "it said nothing", **changes}
    return notify(settings, key=key, now=now, **words)  # type: ignore[arg-type]


def test_a_notice_comes_once_per_cooldown_also_to_a_new_process(
    noticing: Settings, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert say(noticing, NOON)
    monkeypatch.setattr("scheduler.notices._known", {})
    assert not say(noticing, NOON + COOLDOWN - timedelta(seconds=1))
    assert say(noticing, NOON, key="another")
    assert say(noticing, NOON + COOLDOWN)
    assert len(box.messages) == 3


def test_a_notice_that_was_not_taken_is_tried_again_soon(noticing: Settings, box: Mailbox) -> None:
    box.status = 503
    assert not say(noticing, NOON, key="soon")
    box.status = 200
    assert not say(noticing, NOON + timedelta(minutes=14), key="soon")
    assert say(noticing, NOON + timedelta(minutes=15), key="soon")


def test_a_notice_keeps_secrets_and_its_cooldown_where_nothing_can_be_written(
    tmp_path: Path, box: Mailbox
) -> None:
    settings = with_alerts_to(
        duckdb_settings(tmp_path),
        box.url,
        odds_data_dir=Path("/proc/nowhere"),
        odds_api_key=SecretStr("0123456789abcdef"),
    )
    assert say(settings, NOON, body="called with 0123456789abcdef")
    assert not say(settings, NOON + HOUR)
    (message,) = box.messages
    assert message["message"] == "called with REDACTED"


def test_a_notice_below_what_is_wanted_is_not_sent(noticing: Settings, box: Mailbox) -> None:
    wanting = noticing.model_copy(update={"odds_alert_severity": "error"})
    assert not say(wanting, NOON, severity="warning")
    assert box.messages == []


@pytest.mark.parametrize(
    ("url", "kind"),
    [("discord://1/2", "discord"), (" Slack://a/b/c", "slack"), ("no address", "no address")],
)
def test_a_service_is_named_by_its_scheme(url: str, kind: str) -> None:
    assert kind_of(url) == kind
