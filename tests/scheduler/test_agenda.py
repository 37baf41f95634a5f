"""What is due next, from a state alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ingestion.errors import UsageError
from ingestion.settings import load_settings
from scheduler.agenda import (
    DAILY_JOBS,
    FEED_INTERVAL,
    Collection,
    Entry,
    agenda,
    without_scores,
)
from scheduler.budget import Budget, month_of
from scheduler.leads import costs_of_leads
from scheduler.planning import slot_of
from scheduler.promises import Game
from scheduler.state import Call, StartLead, State, WatchedGame

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
        last_daily=dict.fromkeys(DAILY_JOBS, NOW - HOUR),
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
    of = replace(
        state(game(timedelta(minutes=15)), calls=calls),
        last_daily=dict.fromkeys(DAILY_JOBS, yesterday),
    )
    builds = [e.due_at for e in due(of, collection(), within=HOUR) if e.job == "build"]
    assert builds == [NOW + timedelta(minutes=11)]


def test_the_full_build_comes_after_its_hour() -> None:
    calls = (call("events", HOUR),)
    last = datetime(2026, 1, 9, 10, 0, 1, tzinfo=UTC)
    of = replace(state(calls=calls), last_daily=dict.fromkeys(DAILY_JOBS, last))
    for days, expected in ((1, [NOW]), (2, []), (7, [])):
        how = collection(odds_full_build_every_days=days)
        assert [e.due_at for e in due(of, how) if e.job == "build"] == expected
    done = replace(of, last_daily=dict.fromkeys(DAILY_JOBS, NOW))
    assert [e for e in due(done, collection()) if e.is_daily] == []


def test_each_daily_job_is_made_up_for_by_itself() -> None:
    """The build was made, its tests were killed, and nobody has tidied up since last week."""
    last = {"build": NOW, "test": NOW - 26 * HOUR, "maintenance": NOW - 7 * 24 * HOUR}
    of = replace(state(calls=(call("events", HOUR),)), last_daily=last)
    assert [(e.job, e.due_at) for e in due(of, collection()) if e.is_daily] == [
        ("maintenance", NOW),
        ("test", NOW),
    ]


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


@pytest.mark.parametrize("minutes", [1, 5])
def test_a_schedule_by_the_clock_does_not_drift_however_late_each_run_is(minutes: int) -> None:
    """Every answer comes 20 seconds after its call was due, one of them 50."""
    how = collection(odds_policy="fixed", odds_fixed_interval_minutes=minutes)
    interval = timedelta(minutes=minutes)
    of = state(game(30 * HOUR), calls=(call("odds", interval), call("events", HOUR / 60)))
    now, answers = NOW, []
    while len(answers) < 40:
        due_at = min(e.due_at for e in agenda(of, how, now=now, until=now + HOUR)
                     if e.job == "fetch-odds")  # fmt: skip
        now = max(due_at, now) + timedelta(seconds=50 if len(answers) == 7 else 20)
        answers.append(now)
        of = replace(of, calls=(*of.calls, call("odds", NOW - now)))
    slots = [slot_of(answer, interval) for answer in answers]
    assert slots == [NOW + number * interval for number in range(40)]
    # one that was late is made good for by the third after it
    late = [answer - slot for answer, slot in zip(answers, slots, strict=True)]
    assert max(late[10:]) == timedelta(seconds=20)


def test_the_plan_says_what_an_earlier_close_costs() -> None:
    lead = StartLead(timedelta(minutes=8), game_count=40, early_minutes=6.5)
    games = [game(5 * HOUR), game(5 * HOUR + timedelta(minutes=3), number=2, sport=NHL)]
    early = [replace(each, game=replace(each.game, close_lead=lead.close_lead)) for each in games]
    calls = tuple(
        call(kind, HOUR, sport=sport) for sport in (NBA, NHL) for kind in ("odds", "events")
    )
    of = replace(state(*early, calls=calls), leads={NBA: lead, NHL: lead, "unknown": lead})
    how = collection(odds_sports=(NBA, NHL), odds_policy="closes")
    costs = list(costs_of_leads(of, how, now=NOW, until=NOW + 6 * HOUR))
    assert [(each.sport_key, each.calls, each.credits) for each in costs] == [
        (NBA, 0, 0),
        (NHL, 0, 0),
    ]
    assert (
        "asked for 8 min before the start, since of 40 games one in twenty began 6.5 min early"
        in (costs[0].sentence)
    )
    usual = replace(lead, close_lead=timedelta(minutes=5))
    assert not list(costs_of_leads(replace(of, leads={NBA: usual}), how, now=NOW, until=NOW + HOUR))


@pytest.mark.parametrize(
    ("now", "calls"),
    [
        (datetime(2026, 1, 12, tzinfo=UTC), 10),  # ten intervals of two days
        (datetime(2026, 1, 11, tzinfo=UTC), 11),  # ten and a half: the half has a call, too
        (datetime(2026, 1, 11, 23, 59, tzinfo=UTC), 11),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), 1),
    ],
)
def test_scores_are_held_for_to_the_end_of_the_month_and_a_begun_interval_is_one(
    now: datetime, calls: int
) -> None:
    budget = Budget(500, 7, month_of(now))
    left = without_scores(budget, collection(), now=now)
    assert (left.granted, left.spent) == (500 - 2 * calls, 7)
