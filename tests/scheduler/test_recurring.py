from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.recurring import (
    LAST_TRIES_APART,
    SCORES_MARGIN,
    SCORES_REACH_BACK,
    is_result_about_to_be_lost,
    next_events_call,
    next_scores_call,
)

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
DAY, TWO_DAYS = timedelta(days=1), timedelta(days=2)


def hours(number: float) -> datetime:
    return NOW + timedelta(hours=number)


@pytest.mark.parametrize(
    ("starts", "last_call", "due"),
    [
        ([], None, 0),
        ([], -23, 1),
        ([], -30, 0),
        ([30], -1, 6),
        ([20], -0.5, 0.5),
        ([20], -3, 0),
        ([0.5], -0.1, 0.25),
        ([0.2], -0.04, 23.96),
        ([0.5, 100], -0.1, 0.25),
    ],
)
def test_games_are_asked_for_daily_hourly_and_just_before_a_start(
    starts: list[float], last_call: float | None, due: float
) -> None:
    found = next_events_call(
        [hours(start) for start in starts],
        last_call=None if last_call is None else hours(last_call),
        now=NOW,
    )
    assert found == hours(due)


@pytest.mark.parametrize(
    ("ends", "last_call", "every", "due"),
    [
        ([], None, DAY, None),
        ([-80], -100, DAY, None),
        ([2], None, DAY, 2),
        ([-2], None, DAY, 0),
        ([-2], -10, DAY, 14),
        ([-2], -10, TWO_DAYS, 38),
        ([-50], -40, TWO_DAYS, 8),
        ([-58], -40, TWO_DAYS, 2),
        ([-65], -1, TWO_DAYS, 3),
        ([-65], -0.5, TWO_DAYS, 3.5),
    ],
)
def test_scores_are_asked_for_as_often_as_said_and_before_they_are_lost(
    ends: list[float], last_call: float | None, every: timedelta, due: float | None
) -> None:
    found = next_scores_call(
        [hours(end) for end in ends],
        last_call=None if last_call is None else hours(last_call),
        every=every,
        now=NOW,
    )
    assert found == (None if due is None else hours(due))


@given(
    st.lists(st.integers(-71, 200), min_size=1, max_size=5),
    st.integers(-48, 0),
    st.sampled_from([DAY, TWO_DAYS]),
)
def test_every_game_is_asked_for_in_its_last_half_day(
    ends: list[int], last_call: int, every: timedelta
) -> None:
    found = next_scores_call(
        [hours(end) for end in ends], last_call=hours(last_call), every=every, now=NOW
    )
    assert found is not None
    assert found >= NOW
    forgotten = hours(min(ends)) + SCORES_REACH_BACK
    was_just_asked = hours(last_call) >= forgotten - SCORES_MARGIN
    assert found == NOW or was_just_asked or found <= forgotten - SCORES_MARGIN + LAST_TRIES_APART


def test_a_result_is_about_to_be_lost_in_the_last_half_day() -> None:
    end = NOW - SCORES_REACH_BACK
    assert not is_result_about_to_be_lost(end, now=NOW)
    assert is_result_about_to_be_lost(end, now=NOW - SCORES_MARGIN)
    assert not is_result_about_to_be_lost(end, now=NOW - SCORES_MARGIN - timedelta(minutes=1))
