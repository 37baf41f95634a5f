"""Every endpoint answers in the shape of the real API."""

import json
import lzma
import re
from itertools import islice
from pathlib import Path

import pytest

from simulator import DEFAULT_BOOKS, Season
from simulator.clock import to_iso

EVENT = ["id", "sport_key", "sport_title", "commence_time", "home_team", "away_team"]
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ALL_BOOKS = ",".join(book.key for book in DEFAULT_BOOKS)


def all_markets(body):
    return [m for e in body for b in e["bookmakers"] for m in b["markets"]]


def test_sports_carry_six_fields_and_hide_what_is_out_of_season(ask, season: Season, live):
    fields = ["key", "group", "title", "description", "active", "has_outrights"]
    shown = ask("/v4/sports", live).body
    every = ask("/v4/sports/", live, all="true").body
    assert [list(sport) for sport in every] == [fields] * len(every)
    assert [sport["key"] for sport in shown] == ["basketball_nba"]
    assert len(every) > len(shown)
    assert ask("/v4/sports", season.ends + 1).body == []


def test_events_are_the_heads_of_odds_in_order_of_start(ask, live):
    events = ask.nba("events", live).body
    odds = ask.odds(live).body
    assert [list(event) for event in events] == [EVENT] * len(events)
    assert [list(event) for event in odds] == [[*EVENT, "bookmakers"]] * len(odds)
    assert len(events) > 10
    starts = [event["commence_time"] for event in events]
    assert starts == sorted(starts)
    assert all(re.fullmatch(r"[0-9a-f]{32}", event["id"]) for event in events)
    by_id = {event["id"]: event for event in events}
    assert all({name: event[name] for name in EVENT} == by_id[event["id"]] for event in odds)


def test_american_prices_are_integers_outside_minus_100_to_100(ask, live):
    prices = [o["price"] for m in all_markets(ask.odds(live).body) for o in m["outcomes"]]
    assert len(prices) > 500
    assert all(isinstance(price, int) and (price >= 100 or price < -100) for price in prices)


def test_decimal_is_the_default_and_agrees_with_american(ask, live):
    american = ask.odds(live, bookmakers=ALL_BOOKS).body
    decimal = ask.odds(live, bookmakers=ALL_BOOKS, oddsFormat="decimal").body
    default = ask.nba("odds", live, bookmakers=ALL_BOOKS, markets="h2h,spreads,totals").body
    assert default == decimal
    pairs = [
        (a["price"], d["price"])
        for one, other in zip(all_markets(american), all_markets(decimal), strict=True)
        for a, d in zip(one["outcomes"], other["outcomes"], strict=True)
    ]
    assert all(isinstance(d, float) and d > 1 for _, d in pairs)
    for a, d in pairs:
        # A whole american number and two decimals cannot say the same to the last digit.
        assert (1 + a / 100 if a > 0 else 1 - 100 / a) == pytest.approx(d, abs=0.012)


def test_outcomes_stand_in_the_order_of_the_real_api(ask, live):
    for event in ask.odds(live).body:
        teams = sorted([event["home_team"], event["away_team"]])
        for market in all_markets([event]):
            names = [outcome["name"] for outcome in market["outcomes"]]
            assert names == (["Over", "Under"] if market["key"] == "totals" else teams)


def test_points_mirror_on_spreads_agree_on_totals_and_are_absent_on_h2h(ask, live):
    seen = {"h2h": 0, "spreads": 0, "totals": 0}
    for market in all_markets(ask.odds(live).body):
        seen[market["key"]] += 1
        points = [outcome.get("point") for outcome in market["outcomes"]]
        if market["key"] == "h2h":
            assert points == [None, None]
            assert "point" not in market["outcomes"][0]
        elif market["key"] == "spreads":
            assert points[0] == -points[1] != 0
        else:
            assert points[0] == points[1]
    assert min(seen.values()) > 50


def test_lines_are_whole_and_half_points(ask, live):
    points = {
        o["point"] for m in all_markets(ask.odds(live).body) for o in m["outcomes"] if "point" in o
    }
    assert {abs(point) % 1 for point in points} == {0, 0.5}


def test_an_exchange_gives_lay_prices_beside_h2h_unasked(ask, season: Season):
    event = season.events[30]
    moment = event.scheduled - 3600
    body = ask.odds(moment, bookmakers="betfair_ex_eu", markets="h2h").body
    books = [
        book
        for each in body
        for book in each["bookmakers"]
        if each["commence_time"] > to_iso(moment)
    ]
    assert {tuple(market["key"] for market in book["markets"]) for book in books} == {
        ("h2h", "h2h_lay")
    }
    for book in books:
        back, lay = (
            {outcome["name"]: outcome["price"] for outcome in market["outcomes"]}
            for market in book["markets"]
        )
        assert all(lay[name] > back[name] for name in lay)


def test_both_stamps_are_present_and_differ_in_about_one_market_of_twenty(ask, live):
    pairs = [
        (book["last_update"], market["last_update"])
        for moment in range(live - 40_000, live, 2_000)
        for event in ask.odds(moment).body
        for book in event["bookmakers"]
        for market in book["markets"]
    ]
    assert all(ISO.fullmatch(stamp) for pair in pairs for stamp in pair)
    assert 0.03 < sum(one != other for one, other in pairs) / len(pairs) < 0.07


def test_unix_dates_are_integer_seconds(ask, live):
    iso = ask.odds(live).body
    unix = ask.odds(live, dateFormat="unix").body
    for one, other in zip(iso, unix, strict=True):
        assert to_iso(other["commence_time"]) == one["commence_time"]
    first, second = all_markets(iso)[0], all_markets(unix)[0]
    assert to_iso(second["last_update"]) == first["last_update"]


def test_links_sids_limits_and_rotations_come_only_when_asked_for(ask, season: Season):
    moment = season.events[30].scheduled - 3600
    plain = ask.odds(moment, bookmakers="novig").text
    assert not any(name in plain for name in ('"link"', '"sid"', "bet_limit", "rotation"))
    asked = ask.odds(
        moment,
        bookmakers="novig",
        includeLinks="true",
        includeSids="true",
        includeBetLimits="true",
        includeRotationNumbers="true",
    ).body
    event = next(each for each in asked if each["bookmakers"])
    market = event["bookmakers"][0]["markets"][0]
    assert event["home_rotation"] == event["away_rotation"] + 1
    assert event["bookmakers"][0]["link"].startswith("https://")
    assert market["link"] is None
    assert market["sid"] is None
    assert market["outcomes"][0]["link"] is None
    assert market["outcomes"][0]["bet_limit"] > 0


def test_event_odds_are_one_object_with_stamps_on_markets_only(ask, season: Season):
    event = season.events[30]
    markets = "h2h,alternate_spreads,alternate_totals,team_totals,player_points"
    body = ask.nba(
        f"events/{event.event_id}/odds",
        event.scheduled - 3600,
        regions="us",
        markets=markets,
        oddsFormat="american",
    ).body
    assert body["id"] == event.event_id
    keys = {m["key"]: m for b in body["bookmakers"] for m in b["markets"]}
    assert set(keys) == set(markets.split(","))
    assert all("last_update" not in book for book in body["bookmakers"])
    assert all("last_update" in market for market in keys.values())
    assert list(keys["player_points"]["outcomes"][0]) == ["name", "description", "price", "point"]
    teams = {outcome["description"] for outcome in keys["team_totals"]["outcomes"]}
    assert teams == {event.home, event.away}
    assert len(keys["alternate_spreads"]["outcomes"]) > 8


def test_event_markets_list_the_keys_lately_seen_and_grow_towards_the_game(ask, season: Season):
    event = season.events[30]
    path = f"events/{event.event_id}/markets"
    early = ask.nba(path, event.listed + 60, regions="us").body
    late = ask.nba(path, event.scheduled - 3600, regions="us").body
    assert list(late) == [*EVENT, "bookmakers"]
    assert list(late["bookmakers"][0]) == ["key", "title", "markets"]
    assert list(late["bookmakers"][0]["markets"][0]) == ["key", "last_update"]
    count = [sum(len(b["markets"]) for b in body["bookmakers"]) for body in (early, late)]
    assert count[1] > 3 * count[0] > 0


def test_scores_are_null_before_strings_in_play_and_final_once_completed(ask, season: Season):
    event = season.events[30]
    fields = [*EVENT[:4], "completed", *EVENT[4:], "scores", "last_update"]

    def entry(moment):
        body = ask.nba("scores", moment, daysFrom="3").body
        return next((each for each in body if each["id"] == event.event_id), None)

    before, during = entry(event.scheduled - 3600), entry(event.started + 3600)
    after, gone = entry(event.completed), entry(event.completed + 3 * 86_400 + 1)
    assert [list(each) for each in (before, during, after)] == [fields] * 3
    assert (before["completed"], before["scores"], before["last_update"]) == (False, None, None)
    assert during["completed"] is False
    assert [score["name"] for score in during["scores"]] == [event.home, event.away]
    assert all(isinstance(score["score"], str) for score in during["scores"])
    final = tuple(int(score["score"]) for score in after["scores"])
    assert after["completed"] is True
    assert final == season.scores[event.index]
    assert all(int(now["score"]) < end for now, end in zip(during["scores"], final, strict=True))
    assert gone is None


def test_scores_without_days_show_no_completed_game(ask, live):
    assert not any(each["completed"] for each in ask.nba("scores", live).body)
    assert any(each["completed"] for each in ask.nba("scores", live, daysFrom="1").body)


def test_participants_are_thirty_teams_with_ids(ask, live):
    body = ask.nba("participants", live).body
    assert len({each["id"] for each in body}) == len(body) == 30
    assert all(re.fullmatch(r"par_[0-9a-z]{26}", each["id"]) for each in body)
    names = {each["full_name"] for each in body}
    assert {event["home_team"] for event in ask.nba("events", live).body} <= names


def shape(value):
    """Keys in order and JSON types, lists by the shapes of their elements."""
    if isinstance(value, dict):
        return tuple((key, shape(each)) for key, each in value.items())
    return type(value).__name__


def odds_shapes(body):
    shapes = set()
    for event in body:
        shapes.add(("event", tuple(key for key in event)))
        for book in event["bookmakers"]:
            shapes.add(("book", tuple(book)))
            for market in book["markets"]:
                shapes.add(("market", tuple(market)))
                for outcome in market["outcomes"]:
                    kind = shape({k: v for k, v in outcome.items() if k != "point"})
                    shapes.add((market["key"], kind, "point" in outcome))
    return shapes


def test_odds_have_the_very_shapes_of_recorded_ones(ask, live, recordings: Path):
    with lzma.open(recordings / "nfl_2025_sep_nov.jsonl.xz", "rt") as file:
        real = set().union(*(odds_shapes(json.loads(line)["body"]) for line in islice(file, 50)))
    assert odds_shapes(ask.odds(live).body) == real


def test_scores_have_the_very_fields_of_recorded_ones(ask, live, recordings: Path):
    path = recordings.parent / "shapes" / "scores_endpoint_nba_2024.json"
    real = json.loads(path.read_text())
    assert {tuple(each) for each in ask.nba("scores", live).body} == {tuple(each) for each in real}
