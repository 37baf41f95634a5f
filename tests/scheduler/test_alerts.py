from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.alerts import (
    MOST_TRIES,
    SEVERITIES,
    Alert,
    Decision,
    Delivery,
    QuietHours,
    Severity,
    Wishes,
    decide,
)

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NIGHT = QuietHours(time(23), time(7), ZoneInfo("UTC"))


def alert(
    key: str = "a", *, severity: Severity = "warning", cooldown: timedelta = timedelta(hours=1)
) -> Alert:
    return Alert("rule", severity, key, f"title {key}", f"body {key}.", cooldown)


class History:
    """Runs the router's loop without a network: decides, sends and remembers."""

    def __init__(self, wishes: Wishes, *, takes: Callable[[datetime], bool] = lambda _: True):
        self.wishes = wishes
        self.takes = takes
        self.past: list[Delivery] = []

    def run(self, alerts: Sequence[Alert], now: datetime) -> list[Decision]:
        decisions = decide(alerts, self.past, self.wishes, now=now)
        for decision in decisions:
            outcome: str = decision.outcome
            if outcome == "send":
                failure = "given_up" if decision.tries >= MOST_TRIES else "failed"
                outcome = "sent" if self.takes(now) else failure
            self.past.append(Delivery(decision.alert, outcome, now))
        return decisions

    def times(self, outcome: str, key: str = "a") -> list[datetime]:
        return [
            each.decided_at
            for each in self.past
            if each.outcome == outcome and each.alert.dedupe_key == key
        ]


def outcomes(decisions: Sequence[Decision]) -> list[tuple[str, str]]:
    return [(each.alert.dedupe_key, each.outcome) for each in decisions]


def test_an_alert_is_sent_once_per_cooldown() -> None:
    history = History(Wishes())
    for minute in range(150):
        history.run([alert()], NOON + minute * MINUTE)
    assert history.times("sent") == [NOON, NOON + 60 * MINUTE, NOON + 120 * MINUTE]


def test_the_gravest_come_first() -> None:
    found = [alert(severity, severity=severity) for severity in SEVERITIES]
    assert outcomes(decide(found, [], Wishes(), now=NOON)) == [
        ("error", "send"),
        ("warning", "send"),
        ("info", "send"),
    ]


def test_what_is_below_the_severity_wanted_is_muted_and_written_down_once() -> None:
    history = History(Wishes(least_severity="warning"))
    for minute in range(30):
        history.run([alert("i", severity="info"), alert("w")], NOON + minute * MINUTE)
    assert len(history.times("muted", "i")) == 1
    assert history.times("sent", "i") == []
    assert len(history.times("sent", "w")) == 1


def test_wishing_for_more_is_not_held_up_by_what_was_muted() -> None:
    history = History(Wishes(least_severity="error"))
    history.run([alert()], NOON)
    history.wishes = Wishes()
    assert outcomes(history.run([alert()], NOON + MINUTE)) == [("a", "send")]


def test_quiet_hours_hold_all_but_errors_and_let_them_go_after() -> None:
    history = History(Wishes(quiet=NIGHT))
    late = NOON.replace(hour=23, minute=30)
    assert outcomes(history.run([alert(), alert("e", severity="error")], late)) == [
        ("e", "send"),
        ("a", "held"),
    ]
    morning = late + timedelta(hours=7, minutes=30)
    # the cause is gone by then
    (sent,) = history.run([], morning)
    assert (sent.outcome, sent.alert.body) == ("send", "body a. (Held since 23:30 UTC.)")
    assert history.run([], morning + MINUTE) == []


def test_what_was_held_and_could_not_be_sent_is_tried_again() -> None:
    history = History(Wishes(quiet=NIGHT), takes=lambda now: now.minute >= 10)
    history.run([alert()], NOON.replace(hour=6, minute=50))
    for minute in range(20):
        history.run([], NOON.replace(hour=7) + minute * MINUTE)
    assert len(history.times("failed")) == 2
    assert history.times("sent") == [NOON.replace(hour=7, minute=15)]


def test_a_try_that_failed_waits_longer_each_time_and_ends() -> None:
    history = History(Wishes(), takes=lambda _: False)
    patient = alert(cooldown=timedelta(hours=6))
    for minute in range(6 * 60):
        history.run([patient], NOON + minute * MINUTE)
    tries = [*history.times("failed"), *history.times("given_up")]
    assert [(moment - NOON) / MINUTE for moment in tries] == [0, 5, 15, 35, 75, 155]
    assert len(history.times("given_up")) == 1
    # a new cooldown, a new chance
    assert outcomes(history.run([patient], NOON + timedelta(hours=9))) == [("a", "send")]


@pytest.mark.parametrize(
    ("clock", "is_quiet"),
    [("22:59", False), ("23:00", True), ("00:00", True), ("06:59", True), ("07:00", False)],
)
def test_quiet_hours_go_over_midnight(clock: str, is_quiet: bool) -> None:
    assert NIGHT.covers(NOON.replace(hour=int(clock[:2]), minute=int(clock[3:]))) is is_quiet


def test_quiet_hours_follow_the_clocks_of_their_zone_through_summer_time() -> None:
    quiet = QuietHours(time(1), time(4), ZoneInfo("America/New_York"))
    # the night in which 02:00 becomes 03:00: 06:59 UTC is 01:59, 07:00 UTC is 03:00, 08:00 is 04:00
    night = datetime(2026, 3, 8, tzinfo=UTC)
    found = [quiet.covers(night + timedelta(minutes=minute)) for minute in range(0, 24 * 60, 30)]
    assert [index / 2 for index, is_quiet in enumerate(found) if is_quiet] == [6, 6.5, 7, 7.5]


def test_hours_that_end_when_they_begin_are_none() -> None:
    assert not QuietHours(time(7), time(7), ZoneInfo("UTC")).covers(NOON.replace(hour=7))


KEYS = st.sampled_from("abc")
RUNS = st.lists(
    st.tuples(st.integers(1, 240), st.sets(KEYS), st.booleans()), min_size=1, max_size=60
)


@given(
    runs=RUNS,
    cooldowns=st.tuples(*[st.integers(1, 600)] * 3),
    severities=st.tuples(*[st.sampled_from(SEVERITIES)] * 3),
    least=st.sampled_from(SEVERITIES),
    quiet=st.none() | st.builds(
        QuietHours, st.times(), st.times(), st.just(ZoneInfo("Europe/Berlin"))
    ),
)  # fmt: skip
def test_nobody_is_told_twice_within_a_cooldown_nor_when_they_do_not_want_to(
    runs: list[tuple[int, set[str], bool]],
    cooldowns: tuple[int, ...],
    severities: tuple[Severity, ...],
    least: Severity,
    quiet: QuietHours | None,
) -> None:
    alerts = {
        key: alert(key, severity=severity, cooldown=minutes * MINUTE)
        for key, severity, minutes in zip("abc", severities, cooldowns, strict=True)
    }
    answers = iter([is_taken for *_, is_taken in runs])
    taken: dict[datetime, bool] = {}
    history = History(Wishes(least, quiet), takes=lambda now: taken[now])
    now = NOON
    for minutes, found, _ in runs:
        now += minutes * MINUTE
        taken[now] = next(answers)
        history.run([alerts[key] for key in sorted(found)], now)
    for key, each in alerts.items():
        sent = history.times("sent", key)
        # what was held comes once more than its cause, but never within the cooldown
        assert all(b - a >= each.cooldown for a, b in pairwise(sent))
        tried = [*sent, *history.times("failed", key), *history.times("given_up", key)]
        if SEVERITIES.index(each.severity) < SEVERITIES.index(least):
            assert tried == []
        if quiet and each.severity != "error":
            assert not any(quiet.covers(moment) for moment in tried)


@given(
    gaps=st.lists(st.integers(1, 30), min_size=1, max_size=400),
    cooldown=st.integers(1, 2000),
)
def test_tries_are_bounded_however_often_the_router_runs(gaps: list[int], cooldown: int) -> None:
    """Six tries, then a cooldown of silence."""
    history = History(Wishes(), takes=lambda _: False)
    each = alert(cooldown=cooldown * MINUTE)
    now = NOON
    for gap in gaps:
        now += gap * MINUTE
        history.run([each], now)
    tries = sorted([*history.times("failed"), *history.times("given_up")])
    for start in tries:
        within_a_cooldown = [t for t in tries if start <= t < start + each.cooldown]
        assert len(within_a_cooldown) <= 2 * MOST_TRIES
    assert all(b - a >= 5 * MINUTE for a, b in pairwise(tries)
               if history.times("given_up").count(a) == 0)  # fmt: skip
