from typing import Any

import pytest

from tests.oracle.builder import (
    AWAY,
    HOME,
    error,
    event,
    event_list,
    historical_odds,
    micros,
    odds,
    scores,
)
from tests.oracle.events import Event, derive_events
from tests.oracle.responses import read_responses


def starts_of(*lines: dict[str, Any]) -> tuple[int, int | None, int]:
    """(scheduled, observed, starts) of the only event."""
    (only,) = derive_events(read_responses(lines))
    return only.scheduled_start_at, only.observed_start_at, only.starts_at


def seen(clock: str, start: str) -> dict[str, Any]:
    return odds(clock, event("game", start))


def test_an_event_not_yet_started_starts_when_last_announced() -> None:
    lines = [seen("18:00", "23:00"), seen("19:00", "23:10")]
    assert derive_events(read_responses(lines)) == [
        Event(
            event_id="game",
            sport_key="baseball_mlb",
            home_team=HOME,
            away_team=AWAY,
            scheduled_start_at=micros("23:10"),
            observed_start_at=None,
            starts_at=micros("23:10"),
            first_seen_at=micros("18:00"),
            last_seen_at=micros("19:00"),
        )
    ]


def test_a_start_rewritten_in_play_is_observed_but_the_schedule_stands() -> None:
    lines = [seen("22:50", "23:00"), seen("23:10", "23:02:27"), seen("23:20", "23:02:40")]
    assert starts_of(*lines) == (micros("23:00"), micros("23:02:40"), micros("23:00"))


def test_a_start_rewritten_to_an_earlier_moment_is_the_start() -> None:
    lines = [seen("22:50", "23:00"), seen("23:10", "22:45"), seen("23:20", "22:58")]
    assert starts_of(*lines) == (micros("23:00"), micros("22:58"), micros("22:45"))


@pytest.mark.parametrize(
    ("shown", "observed"),
    [("22:50", "22:50"), ("22:35", "22:35"), ("22:34:59", None), ("19:00", None)],
)
def test_a_start_in_play_is_believed_up_to_15_minutes_before_the_last_look_to_come(
    shown: str, observed: str | None
) -> None:
    lines = [seen("18:00", "23:00"), seen("22:50", "23:00"), seen("23:10", shown)]
    begun = micros(observed) if observed else None
    assert starts_of(*lines) == (micros("23:00"), begun, begun or micros("23:00"))


def test_what_is_believed_beside_a_false_start_counts() -> None:
    lines = [seen("22:50", "23:00"), seen("23:10", "22:58"), seen("23:20", "19:00")]
    assert starts_of(*lines) == (micros("23:00"), micros("22:58"), micros("22:58"))


def test_the_last_look_that_shows_the_game_as_to_come_decides_whenever_it_was_taken() -> None:
    begun = [seen("23:10", "22:30"), seen("23:20", "22:58")]
    assert starts_of(seen("18:00", "23:00"), *begun)[1:] == (micros("22:58"), micros("22:30"))
    contradicted = [seen("18:00", "23:00"), *begun, seen("22:50", "23:00")]
    assert starts_of(*contradicted)[1:] == (micros("22:58"), micros("22:58"))


def test_an_event_first_seen_in_play_takes_the_first_start_seen_as_scheduled() -> None:
    lines = [seen("23:10", "23:05"), seen("23:20", "23:02")]
    assert starts_of(*lines) == (micros("23:05"), micros("23:02"), micros("23:02"))


def test_a_delay_announced_after_the_start_shows_that_the_game_had_not_begun() -> None:
    lines = [seen("22:50", "23:00"), seen("23:10", "23:00"), seen("23:20", "11T01:00")]
    assert starts_of(*lines) == (micros("11T01:00"), None, micros("11T01:00"))


def test_a_delay_announced_within_15_minutes_of_the_start_leaves_it() -> None:
    lines = [seen("22:50", "23:00"), seen("23:10", "23:00"), seen("23:15", "11T01:00")]
    assert starts_of(*lines) == (micros("11T01:00"), micros("23:00"), micros("23:00"))


def test_a_postponed_event_keeps_its_id_and_moves_its_start() -> None:
    lines = [seen("22:50", "23:00"), seen("22:55", "11T17:00")]
    assert starts_of(*lines) == (micros("11T17:00"), None, micros("11T17:00"))


def test_a_sighting_at_exactly_the_start_is_in_play() -> None:
    assert starts_of(seen("23:00", "23:00")) == (micros("23:00"), micros("23:00"), micros("23:00"))


def test_every_list_of_events_is_a_sighting_and_errors_are_not() -> None:
    lines = [
        historical_odds("17:00", event("game", "22:00"), received="12T00:00"),
        event_list("18:00", event("game", "22:30")),
        scores("19:00", event("game", "22:40")),
        odds("20:00", event("game", "22:50"), sport="upcoming"),
        {**seen("21:00", "23:59"), "status": 500},
        error("21:30"),
    ]
    (only,) = derive_events(read_responses(lines))
    assert only.scheduled_start_at == micros("22:50")
    assert only.sport_key == "baseball_mlb"
    assert (only.first_seen_at, only.last_seen_at) == (micros("17:00"), micros("20:00"))


def test_a_doubleheader_and_a_relisted_id_are_events_of_their_own() -> None:
    lines = [
        odds("12:00", event("first", "17:00"), event("second", "23:00")),
        odds("12:10", event("first", "17:00"), event("relisted", "11T17:00")),
    ]
    last_seen = {e.event_id: e.last_seen_at for e in derive_events(read_responses(lines))}
    assert last_seen == {
        "first": micros("12:10"),
        "second": micros("12:00"),
        "relisted": micros("12:10"),
    }
