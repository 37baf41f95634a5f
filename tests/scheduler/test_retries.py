"""When what failed is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.agenda import DAILY, Entry
from scheduler.retries import Retries

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("entry", "longest"),
    [
        (Entry(NOW, "fetch-odds", "close, closing", "basketball_nba"), timedelta(seconds=60)),
        (Entry(NOW, "fetch-odds", "closing", "basketball_nba"), timedelta(minutes=10)),
        (Entry(NOW, "build", "hot"), timedelta(minutes=10)),
        (Entry(NOW, "build", DAILY), timedelta(hours=1)),
    ],
    ids=["a close", "another call", "a hot build", "a daily build"],
)
def test_each_attempt_waits_longer_up_to_a_bound(entry: Entry, longest: timedelta) -> None:
    retries = Retries()
    waits = []
    for _ in range(12):
        retries.failed(entry, now=NOW)
        waits.append(retries.may_run_at(entry) - NOW)
    assert waits[0] == timedelta(seconds=30)
    assert waits == sorted(waits)
    assert waits[-1] == longest
    retries.went_well(entry)
    assert retries.may_run_at(entry) == NOW


def test_a_daily_build_that_fails_puts_no_other_off() -> None:
    retries = Retries()
    retries.failed(Entry(NOW, "build", DAILY), now=NOW)
    for other in (Entry(NOW, "build", "hot"), Entry(NOW, "test", DAILY)):
        assert retries.may_run_at(other) == NOW


def test_what_was_paid_for_and_is_of_no_use_waits_five_minutes_and_up_to_an_hour() -> None:
    """A close, too: it would be bought again and again until its start."""
    close = Entry(NOW, "fetch-odds", "close", "basketball_nba")
    retries, waits = Retries(), []
    for _ in range(6):
        retries.failed(close, now=NOW, is_dear=True)
        waits.append((retries.may_run_at(close) - NOW) / timedelta(minutes=1))
    assert waits == [5, 10, 20, 40, 60, 60]
