"""What is due next, from a state alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ingestion.errors import UsageError
from ingestion.settings import load_settings
from scheduler.agenda import FEED_INTERVAL, Collection, Entry, agenda
from scheduler.budget import Budget, month_of
from scheduler.promises import Game
from scheduler.state import Call, State, WatchedGame

NBA, NHL = "basketball_nba", "icehockey_nhl"
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
# of a sport, every second day until the month ends: 11 calls of 2 credits
SCORES = 22


def collection(**settings: object) -> Collection:
    return Collection.of(load_settings(**settings))


def state(
    *games: WatchedGame, granted: int = 10_000, spent: int = 0, calls: tuple[Call, ...] = ()
) -> State:
    return State(
        Budget(granted, spent, month_of(NOW)),
        games=games,
        calls=calls,
        last_daily=NOW - HOUR,
    )


def game(
    starts_in: timedelta, *, number: int = 1, sport: str = NBA, is_decided: bool = False
) -> WatchedGame:
    starts_at = NOW + starts_in
    announced = Game(f"{sport} {number}", sport, starts_at, NOW - timedelta(days=7))
    return WatchedGame(announced, starts_at + 4 * HOUR, is_decided)


def call(kind: str, before: timedelta, *, sport: str = NBA, params: str | None = None) -> Call:
    if params is None:
        params = collection(odds_sports=(sport,)).odds_params[sport]
    return Call(f"/v4/sports/{sport}/{kind}", sport, params, NOW - before)


def due(of: State, how: Collection, *, within: timedelta = timedelta(0)) -> list[Entry]:
    return agenda(of, how, now=NOW, until=NOW + within)


def odds(entries: list[Entry]) -> list[tuple[datetime, str]]:
    return [(each.due_at, each.reason) for each in entries if each.job == "fetch-odds"]


def test_off_season_only_free_calls_are_made() -> None:
    week = due(state(calls=(call("events", HOUR),)), collection(), within=timedelta(days=7))
    fetches = [entry for entry in week if entry.job.startswith("fetch")]
    assert {(entry.job, entry.credits) for entry in fetches} == {("fetch-events", 0)}
    assert len(fetches) == 7


def test_a_sport_that_was_never_asked_for_is_looked_at_at_once() -> None:
    [(moment, reason)] = odds(due(state(game(30 * HOUR)), collection()))
    assert moment <= NOW
    assert "first look" in reason


def test_a_call_for_something_else_keeps_no_promise() -> None:
    asked = (call("odds", timedelta(minutes=3), params='{"markets":"h2h"}'), call("events", HOUR))
    [(_, reason)] = odds(due(state(game(30 * HOUR), calls=asked), collection()))
    assert "first look" in reason


def test_the_feed_is_not_asked_twice_within_its_interval() -> None:
    """Two closes half a minute apart: the second waits until there can be news."""
    games = (game(timedelta(minutes=5)), game(timedelta(minutes=5, seconds=30), number=2))
    calls = (call("odds", timedelta(seconds=0)), call("events", timedelta(minutes=1)))
    found = odds(due(state(*games, calls=calls), collection(), within=timedelta(minutes=4)))
    assert found == [(NOW + FEED_INTERVAL, "close")]


def test_of_what_is_due_a_close_is_paid_for_where_others_are_refused() -> None:
    """A tier was slept through, and there is just enough for the close."""
    calls = (call("odds", 48 * HOUR), call("events", timedelta(minutes=1)))
    close = state(game(timedelta(minutes=5)), granted=3 + SCORES, calls=calls)
    entries = due(close, collection(), within=timedelta(minutes=4))
    paid = [entry for entry in entries if entry.job == "fetch-odds"]
    assert [(e.is_close, e.refused) for e in paid] == [(False, "reserve-only"), (True, None)]


def test_sports_share_one_budget_and_closes_come_first() -> None:
    how = collection(odds_sports=(NBA, NHL))
    games = (game(timedelta(minutes=5)), game(HOUR, sport=NHL))
    calls = (call("odds", 3 * HOUR), call("odds", 3 * HOUR, sport=NHL))
    entries = due(state(*games, granted=6 + 2 * SCORES, calls=calls), how, within=HOUR)
    made = [(e.sport_key, e.reason) for e in entries if e.job == "fetch-odds" and not e.refused]
    assert made == [(NBA, "close"), (NHL, "close")]
    refused = {e.refused for e in entries if e.job == "fetch-odds"}
    assert refused == {None, "reserve-only"}


def test_an_answer_from_the_future_means_our_clock_is_wrong() -> None:
    calls = (call("events", -2 * HOUR), call("odds", -2 * HOUR))
    first = due(state(game(30 * HOUR), calls=calls), collection())[0]
    assert (first.due_at, first.job) == (NOW, "fetch-events")


@pytest.mark.parametrize(
    ("granted", "every", "days"), [(500, None, 2), (1000, None, 2), (20_000, None, 1), (500, 1, 1)]
)
def test_scores_are_asked_for_less_often_on_small_plans(
    granted: int, every: int | None, days: int
) -> None:
    budget = Budget(granted, 0, month_of(NOW))
    how = collection(odds_scores_every_days=every)
    assert how.scores_interval(budget) == timedelta(days=days)


def test_the_full_build_keeps_clear_of_calls() -> None:
    """It is due now; a close is ten minutes away."""
    yesterday = NOW - timedelta(days=1)
    calls = (call("odds", timedelta(minutes=20)), call("events", timedelta(minutes=1)))
    of = replace(state(game(timedelta(minutes=15)), calls=calls), last_daily=yesterday)
    builds = [e.due_at for e in due(of, collection(), within=HOUR) if e.job == "build"]
    assert builds == [NOW + timedelta(minutes=11)]


def test_the_full_build_comes_after_its_hour() -> None:
    calls = (call("events", HOUR),)
    last = datetime(2026, 1, 9, 10, 0, 1, tzinfo=UTC)
    of = replace(state(calls=calls), last_daily=last)
    for days, expected in ((1, [NOW]), (2, []), (7, [])):
        how = collection(odds_full_build_every_days=days)
        assert [e.due_at for e in due(of, how) if e.job == "build"] == expected
    assert [e for e in due(replace(of, last_daily=NOW), collection()) if e.job == "build"] == []


def test_settings_the_api_cannot_serve_are_refused() -> None:
    with pytest.raises(UsageError, match="ODDS_SPORTS is empty"):
        collection(odds_sports=())
    with pytest.raises(UsageError, match="basketball_nbb"):
        collection(odds_sports=("basketball_nbb",))


@pytest.mark.parametrize(
    ("events_before", "is_believed"), [(1, False), (0, True)], ids=["after a full one", "always"]
)
def test_an_empty_answer_is_believed_where_the_feed_was_empty_before(
    events_before: int, is_believed: bool
) -> None:
    """Five minutes before a start the feed shows nothing."""
    earlier = replace(call("odds", 2 * HOUR), event_count=events_before)
    empty = replace(call("odds", timedelta(0)), event_count=0)
    of = state(game(timedelta(minutes=5)), calls=(earlier, empty, call("events", HOUR / 60)))
    again = odds(due(of, collection(), within=timedelta(minutes=2)))
    assert {moment for moment, _ in again} == (set() if is_believed else {NOW + FEED_INTERVAL})
