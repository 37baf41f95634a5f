"""Events live as the real ones do; shares are measured over a whole season."""

from collections import Counter, defaultdict
from datetime import date, datetime

import pytest

from simulator import Season, SeasonOptions, truth
from simulator.catalogue import TEAMS
from simulator.clock import DAY, HOUR, MINUTE
from simulator.schedule import EASTERN, eastern_day


def played(season):
    return [event for event in season.events if event.started is not None]


def test_a_full_season_gives_every_team_82_games(full_season):
    fixtures = {event.path_index % 1230: event for event in full_season.events}
    games = Counter(team for each in fixtures.values() for team in (each.home, each.away))
    assert len(fixtures) == 1230
    assert set(games) == {team.name for team in TEAMS}
    assert set(games.values()) == {82}


def test_no_team_plays_twice_a_day(full_season):
    days = defaultdict(list)
    for event in played(full_season):
        days[eastern_day(event.scheduled)] += [event.home, event.away]
    assert all(len(teams) == len(set(teams)) for teams in days.values())


def test_games_are_first_announced_for_full_and_half_hours_of_the_eastern_day(full_season):
    times = [datetime.fromtimestamp(event.scheduled, EASTERN) for event in full_season.events]
    assert {time.minute for time in times} == {0, 30}
    assert {time.second for time in times} == {0}
    assert {time.hour for time in times} <= set(range(13, 23))


@pytest.mark.parametrize(
    ("place", "end"), [("first_day", 0), ("last_day", -1)], ids=["first day", "last day"]
)
def test_a_season_lies_where_it_is_put(place, end):
    season = Season(SeasonOptions(games=50, postponed_share=0, **{place: date(2026, 2, 3)}))
    days = sorted(eastern_day(event.scheduled) for event in season.events)
    assert days[end] == date(2026, 2, 3)
    assert len(days) == 50


def test_about_a_quarter_of_the_starts_move_before_the_start(full_season):
    events = played(full_season)
    moved = [event for event in events if event.last_announced != event.scheduled]
    steps = Counter(
        new - old
        for event in moved
        for old, new in zip(
            (event.scheduled, *(start for _, start in event.moves)),
            (start for _, start in event.moves),
            strict=False,
        )
    )
    assert 0.21 < len(moved) / len(events) < 0.29
    assert steps.most_common(1)[0][0] == 10 * MINUTE
    assert 0.6 < steps[10 * MINUTE] / sum(steps.values()) < 0.8
    assert min(steps) < 0
    assert max(steps) > 30 * MINUTE


def test_moves_are_announced_hours_ahead_and_shown_from_then_on(full_season, make_caller):
    caller = make_caller(full_season)
    event = next(each for each in played(full_season) if len(each.moves) == 1)
    announced, start = event.moves[0]

    def shown(moment):
        body = caller.nba("events", moment, dateFormat="unix", eventIds=event.event_id).body
        return body[0]["commence_time"]

    assert 4 * HOUR <= event.scheduled - announced <= 23 * HOUR
    assert [shown(announced - 1), shown(announced)] == [event.scheduled, start]


def test_the_start_is_rewritten_when_the_game_begins(full_season, make_caller):
    caller = make_caller(full_season)
    delays = []
    for event in played(full_season)[:300]:
        body = caller.nba(
            "events", event.rewritten, dateFormat="unix", eventIds=event.event_id
        ).body
        assert body[0]["commence_time"] == event.started
        delays.append(event.started - event.last_announced)
    share = len(delays)
    assert 0.12 < sum(delay < 0 for delay in delays) / share < 0.24
    assert 0.07 < sum(delay == 0 for delay in delays) / share < 0.18
    assert 0.6 < sum(delay % 60 != 0 for delay in delays) / share < 0.85
    assert min(delays) >= -3 * MINUTE
    assert max(delays) <= 13 * MINUTE + 60
    assert 3 * MINUTE < sorted(delays)[share // 2] < 7 * MINUTE


def test_an_event_is_listed_days_before_by_one_or_two_books(full_season, make_caller):
    caller = make_caller(full_season)
    counts = []
    for event in played(full_season)[300:340]:
        assert 3 * DAY < event.scheduled - event.listed < 7 * DAY
        early = caller.odds(event.listed + HOUR, eventIds=event.event_id).body[0]["bookmakers"]
        late = caller.odds(
            event.scheduled - HOUR, regions="us,eu,us_ex", eventIds=event.event_id
        ).body[0]["bookmakers"]
        counts.append((len(early), len(late)))
    assert {early for early, _ in counts} <= {0, 1, 2}
    assert sum(early for early, _ in counts) > len(counts)
    assert sum(late for _, late in counts) / len(counts) > 11


def test_a_live_game_shows_fewer_books_and_leaves_after_about_two_and_a_half_hours(
    full_season, make_caller
):
    caller = make_caller(full_season)
    before, during = set(), set()
    for event in played(full_season)[300:330]:
        for moment, seen in (
            (event.scheduled - HOUR, before),
            (event.started + HOUR, during),
        ):
            [shown] = caller.odds(moment, regions="us,eu,us_ex", eventIds=event.event_id).body
            seen |= {book["key"] for book in shown["bookmakers"]}
        assert caller.odds(event.removed, eventIds=event.event_id).body == []
        assert 2 * HOUR < event.removed - event.started < 3 * HOUR
    assert before - during == {"betonlineag", "lowvig"}


def test_prices_move_with_the_score_in_play(full_season, make_caller):
    caller = make_caller(full_season)
    agree = total = 0
    for event in played(full_season)[300:340]:
        moment = event.started + 100 * MINUTE
        [score] = [
            each for each in caller.nba("scores", moment).body if each["id"] == event.event_id
        ]
        home, away = (int(each["score"]) for each in score["scores"])
        body = caller.odds(moment, markets="h2h", eventIds=event.event_id).body
        for book in body[0]["bookmakers"] if body else []:
            prices = {o["name"]: o["price"] for o in book["markets"][0]["outcomes"]}
            total += 1
            agree += (prices[event.home] < prices[event.away]) == (home > away)
    assert total > 50
    assert agree / total > 0.85


def test_few_games_are_postponed_and_some_return_under_a_new_id_within_three_days():
    season = Season(SeasonOptions(seed=2, games=600, postponed_share=0.1))
    gone = [event for event in truth(season).events if event.fate == "postponed"]
    by_id = {event.event_id: event for event in truth(season).events}
    back = [by_id[event.superseded_by] for event in gone if event.superseded_by]
    assert 40 <= len(gone) <= 80
    assert 0.1 < len(back) / len(gone) < 0.7
    for event in gone:
        assert event.started is None
        assert event.home_score is None
        assert event.removed < event.scheduled
        if event.superseded_by:
            successor = by_id[event.superseded_by]
            assert (successor.home_team, successor.away_team) == (event.home_team, event.away_team)
            assert 0 < successor.scheduled - event.scheduled <= 3 * DAY
            assert successor.listed > event.removed
            assert successor.fate == "played"


def test_a_postponed_game_vanishes_from_every_list(make_caller):
    season = Season(SeasonOptions(seed=2, games=60, postponed_share=0.3))
    caller = make_caller(season)
    event = next(each for each in season.events if each.fate == "postponed")
    for what, params in (("events", {}), ("odds", {"regions": "us"}), ("scores", {})):
        ids = [
            {each["id"] for each in caller.nba(what, moment, **params).body}
            for moment in (event.removed - 1, event.removed)
        ]
        assert event.event_id in ids[0] - ids[1]
    path = f"events/{event.event_id}/odds"
    assert caller.nba(path, event.removed, regions="us").status == 404
