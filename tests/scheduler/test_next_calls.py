"""What a health check is told: when calls are due next, and since when one is late."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.agenda import Entry
from scheduler.budget import Budget, month_of
from scheduler.next_calls import NextCall, NextCalls, next_calls
from scheduler.state import Call, State
from tests.conftest import duckdb_settings

NBA = "basketball_nba"
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EMPTY = State(Budget(500, 0, month_of(NOW)))


def entry(minutes: float, reason: str = "close", *, job: str = "fetch-odds") -> Entry:
    return Entry(NOW + minutes * MINUTE, job, reason, NBA)  # type: ignore[arg-type]


def due(
    *entries: Entry,
    before: tuple[NextCall, ...] = (),
    now: datetime = NOW,
    answered: float | None = None,
    again_at: float | None = None,
) -> list[NextCall]:
    calls = (
        ()
        if answered is None
        else (Call(f"/v4/sports/{NBA}/odds", NBA, "{}", NOW + answered * MINUTE),)
    )

    def may_run_at(each: Entry) -> datetime:
        return each.due_at if again_at is None else NOW + again_at * MINUTE

    return next_calls(entries, replace(EMPTY, calls=calls), before, may_run_at=may_run_at, now=now)


def test_the_first_of_each_kind_is_kept_but_nothing_that_is_refused_or_no_call() -> None:
    refused = replace(entry(1), refused="exhausted")
    entries = [
        entry(2, "daily", job="build"), refused, entry(3, "closing"), entry(4),
        entry(5, "closing"), entry(6, job="fetch-events"),
    ]  # fmt: skip
    found = [(call.job, call.reason, call.due_at - NOW) for call in due(*entries)]
    assert found == [
        ("fetch-odds", "closing", 3 * MINUTE),
        ("fetch-odds", "close", 4 * MINUTE),
        ("fetch-events", "close", 6 * MINUTE),
    ]


def test_a_call_that_keeps_failing_stays_due_since_it_first_was() -> None:
    """Every attempt comes at another moment; the promise does not move with them."""
    [first] = due(entry(-1))
    assert first.due_at == NOW
    calls, now = (first,), NOW
    for _ in range(8):
        now += MINUTE
        again = Entry(now - MINUTE, "fetch-odds", "close", NBA)
        calls = (*due(again, before=calls, now=now, again_at=30),)
    [last] = calls
    assert (last.due_at, last.late_by(now)) == (NOW, 8 * MINUTE)


def test_an_answer_that_says_nothing_is_no_late_call() -> None:
    """It was asked for; when it is tried again is another matter."""
    [first] = due(entry(-1))
    [after] = due(entry(-1), before=(first,), now=NOW + MINUTE, answered=0.5, again_at=10)
    assert after.due_at == NOW + 10 * MINUTE


@pytest.mark.parametrize(
    ("reason", "minutes", "is_same"),
    [("close", 10, True), ("close", 20, False), ("closing", 20, True), ("closing", 1500, False)],
)
def test_what_was_due_long_ago_was_another_call(reason: str, minutes: int, is_same: bool) -> None:
    earlier = NextCall(NOW - minutes * MINUTE, "fetch-odds", NBA, reason, reason == "close")
    [call] = due(entry(-1, reason), before=(earlier,))
    assert (call.due_at == earlier.due_at) is is_same


@pytest.mark.parametrize(
    ("reason", "late", "is_late"),
    [("close", 1, False), ("close", 2, True), ("closing", 2, False), ("closing", 3.5, True),
     ("close", -5, False)],
)  # fmt: skip
def test_a_close_may_be_less_late(reason: str, late: float, is_late: bool) -> None:
    call = NextCall(NOW - late * MINUTE, "fetch-odds", NBA, reason, reason == "close")
    assert call.is_late(NOW) is is_late


@pytest.mark.parametrize("content", [None, b"", b"{", b"[1]", b'[{"due_at": "soon"}]', b"7"])
def test_a_file_that_cannot_be_read_tells_of_nothing(tmp_path: Path, content: bytes | None) -> None:
    settings = duckdb_settings(tmp_path)
    if content is not None:
        settings.odds_data_dir.mkdir(parents=True)
        (settings.odds_data_dir / "next-calls.json").write_bytes(content)
    assert NextCalls(settings).read() == []
    NextCalls(settings).keep(due(entry(5), entry(2, "closing")))
    assert [call.reason for call in NextCalls(settings).read()] == ["closing", "close"]
