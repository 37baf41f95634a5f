"""Each fault does what it says, and none happens unasked."""

from collections import defaultdict
from dataclasses import fields

import pytest

from simulator import Faults, Season, SeasonOptions, truth
from simulator.catalogue import ALIASES
from simulator.clock import to_iso
from tests.oracle.events import derive_events
from tests.oracle.responses import read_responses

HOUR, MINUTE = 3600, 60


def season_with(**faults):
    return Season(SeasonOptions(seed=4, games=40, faults=Faults(**faults)))


def looks(season, make_caller, params=None):
    """(moment, event) pre-match over the last day before some games."""
    caller = make_caller(season, credits_a_month=10**6)
    for event in season.events[5:25]:
        for hours in (1, 3, 5, 8, 12, 16):
            moment = event.scheduled - hours * HOUR
            for shown in caller.odds(moment, dateFormat="unix", eventIds=event.event_id).body:
                yield moment, shown


def test_faults_are_off_by_default_and_shares_are_checked():
    assert all(
        getattr(Faults(), each.name) == 0
        for each in fields(Faults)
        if each.name not in ("burst_calls", "slow_seconds")
    )
    with pytest.raises(ValueError, match="stale_stamp is a share"):
        Faults(stale_stamp=3)


def test_missing_books_are_left_out(make_caller):
    count = [
        sum(len(event["bookmakers"]) for _, event in looks(season, make_caller))
        for season in (season_with(), season_with(missing_book=1.0))
    ]
    assert count[1] < 0.9 * count[0]


@pytest.mark.parametrize("fault", ["missing_market", "suspended_market"])
def test_markets_are_left_out(make_caller, fault):
    count = [
        sum(
            len(book["markets"])
            for _, event in looks(season, make_caller)
            for book in event["bookmakers"]
        )
        for season in (season_with(), season_with(**{fault: 1.0}))
    ]
    assert count[1] < 0.9 * count[0]


def test_one_sided_markets_have_one_outcome(make_caller):
    sides = defaultdict(int)
    for _, event in looks(season_with(one_sided_market=1.0), make_caller):
        for book in event["bookmakers"]:
            for market in book["markets"]:
                sides[len(market["outcomes"])] += 1
    assert set(sides) == {1, 2}
    assert sides[1] > 0.08 * sides[2]


def test_stale_stamps_grow_old_while_the_price_stands(make_caller):
    ages = []
    for moment, event in looks(season_with(stale_stamp=1.0), make_caller):
        if event["commence_time"] > moment:
            for book in event["bookmakers"]:
                ages += [moment - market["last_update"] for market in book["markets"]]
    old = [age for age in ages if age > 15 * 60]
    assert 0.05 * len(ages) < len(old) < 0.5 * len(ages)
    assert max(ages) < 6 * HOUR + 300


def test_aliases_and_accents_appear_in_odds_and_scores_alike(make_caller):
    season = season_with(alias_names=0.5)
    caller = make_caller(season)
    event = next(each for each in season.events if each.home_shown != each.home)
    moment = event.scheduled - HOUR
    [odds] = caller.odds(moment, eventIds=event.event_id).body
    [score] = [each for each in caller.nba("scores", moment).body if each["id"] == event.event_id]
    assert odds["home_team"] == score["home_team"] == ALIASES[event.home]
    names = {o["name"] for b in odds["bookmakers"] for o in b["markets"][0]["outcomes"]}
    assert names == {ALIASES[event.home], ALIASES[event.away]}
    shown = {name for each in season.events for name in (each.home_shown, each.away_shown)}
    assert any(not name.isascii() for name in shown)
    assert any(each.home_shown == each.home for each in season.events)


def test_late_scores_complete_hours_late():
    late = [e for e in truth(season_with(late_scores=0.5)).events if e.started is not None]
    delays = [event.completed - event.ended for event in late]
    assert any(delay > 2 * HOUR for delay in delays)
    assert any(delay < HOUR for delay in delays)


def played(season):
    return [event for event in season.events if event.started is not None]


def starts_shown(season, make_caller, event, moments):
    caller = make_caller(season, credits_a_month=10**6)
    bodies = (
        caller.nba("events", moment, dateFormat="unix", eventIds=event.event_id).body
        for moment in moments
    )
    return [body[0]["commence_time"] for body in bodies]


def test_an_early_start_comes_five_to_nine_minutes_before_the_announced_one(make_caller):
    season = season_with(early_starts=0.5)
    early = [e for e in played(season) if e.started <= e.last_announced - 5 * MINUTE]
    assert 0.3 < len(early) / len(played(season)) < 0.7
    assert min(e.started - e.last_announced for e in early) >= -9 * MINUTE
    event = early[0]
    moments = [event.started - 1, event.rewritten, event.last_announced]
    shown = starts_shown(season, make_caller, event, moments)
    assert shown == [event.last_announced, event.started, event.started]


def test_a_delayed_start_is_told_only_after_the_announced_one(make_caller):
    season, usual = season_with(delayed_starts=0.5), season_with()
    announced = {event.event_id: event.last_announced for event in played(usual)}
    delayed = [e for e in played(season) if e.last_announced != announced[e.event_id]]
    assert 0.3 < len(delayed) / len(played(season)) < 0.7
    for event in delayed:
        told, start = event.moves[-1]
        assert told > announced[event.event_id]
        assert 20 * MINUTE <= start - announced[event.event_id] <= 150 * MINUTE
        assert event.started >= start - 3 * MINUTE
        shown = starts_shown(season, make_caller, event, [told - 1, told, event.rewritten])
        assert shown == [announced[event.event_id], start, event.started]


def test_a_false_start_is_shown_under_way_and_lies_hours_back(make_caller):
    season = season_with(false_starts=0.5)
    false = [event for event in played(season) if event.false_starts]
    assert 0.3 < len(false) / len(played(season)) < 0.7
    assert {len(event.false_starts) for event in false} == {1, 2}
    for event in false:
        since, _ = event.false_starts[0]
        assert event.rewritten <= since <= event.rewritten + HOUR
        before, *after = starts_shown(
            season, make_caller, event, [event.started - 1, *(at for at, _ in event.false_starts)]
        )
        assert before == event.last_announced
        assert after == [start for _, start in event.false_starts]
        assert all(
            HOUR // 2 <= event.last_announced - start <= 4 * HOUR + MINUTE for start in after
        )


def looks_around_the_start(season, make_caller, event):
    """A line each ten minutes, from an hour before the start first announced to the end."""
    caller = make_caller(season, credits_a_month=10**6)
    for moment in range(event.scheduled - HOUR, event.removed, 10 * MINUTE):
        yield {
            "endpoint": "/v4/sports/basketball_nba/events",
            "params": {},
            "received_at": to_iso(moment),
            "status": 200,
            "body": caller.nba("events", moment, eventIds=event.event_id).body,
        }


def test_the_start_believed_is_the_announced_or_the_true_one_however_the_feed_bends_it(make_caller):
    season = season_with(early_starts=0.3, delayed_starts=0.3, false_starts=0.5)
    for event in played(season):
        lines = looks_around_the_start(season, make_caller, event)
        [seen] = derive_events(read_responses(lines))
        starts_at = seen.starts_at // 1_000_000
        if event.false_starts:
            assert starts_at in {event.started, event.last_announced}
        else:
            assert starts_at == min(event.started, event.last_announced)


def test_a_doubled_fixture_shows_under_two_ids_for_a_while(make_caller):
    season = season_with(duplicate_fixtures=0.5)
    caller = make_caller(season)
    events = {event.event_id: event for event in truth(season).events}
    first = next(event for event in events.values() if event.fate == "superseded")
    second = events[first.superseded_by]
    assert (second.home_team, second.scheduled) == (first.home_team, first.scheduled)

    def shown(moment):
        ids = {event["id"] for event in caller.nba("events", moment).body}
        return first.event_id in ids, second.event_id in ids

    assert shown(second.listed - 1) == (True, False)
    assert shown(second.listed) == (True, True)
    assert shown(first.removed) == (False, True)
    assert first.removed < first.scheduled
    assert second.home_score is not None


def test_error_bursts_end_so_that_a_retry_gets_through(make_caller):
    season = season_with(error_bursts=0.5)
    caller = make_caller(season)
    statuses = [
        [caller.nba("events", bucket * 600).status for _ in range(3)]
        for bucket in range(season.starts // 600 + 1, season.starts // 600 + 121)
    ]
    assert {tuple(each) for each in statuses} == {
        (200, 200, 200),
        (500, 500, 200),
        (503, 503, 200),
        (429, 429, 200),
    }
    assert 40 < sum(each[0] != 200 for each in statuses) < 80


def test_empty_answers_come_and_go(make_caller):
    season = season_with(empty_answers=0.5)
    caller = make_caller(season, credits_a_month=10**6)
    moment = season.events[20].scheduled - 10 * HOUR
    counts = [len(caller.odds(moment + 600 * step).body) for step in range(60)]
    assert 15 < counts.count(0) < 45


def test_all_faults_together_still_make_a_season(make_caller):
    season = Season(SeasonOptions(seed=4, games=40, faults=Faults.all_at(0.2)))
    caller = make_caller(season, credits_a_month=10**6)
    statuses = [
        caller.odds(moment).status for moment in range(season.starts, season.ends, 2 * HOUR)
    ]
    assert statuses.count(200) > len(statuses) / 2
