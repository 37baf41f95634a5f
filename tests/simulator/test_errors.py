"""Every refusal of the real API, with its three fields."""

import pytest

from simulator import DEMO_KEY, RateLimit
from simulator.parameters import ApiError

ID = "0" * 32


@pytest.mark.parametrize(
    ("what", "params", "status", "code"),
    [
        ("odds", {"regions": ""}, 422, "MISSING_REGION"),
        ("odds", {"regions": "us,mars"}, 422, "INVALID_REGION"),
        ("odds", {"bookmakers": "caesars"}, 422, "INVALID_BOOKMAKERS"),
        ("odds", {"markets": ""}, 422, "MISSING_MARKET"),
        ("odds", {"markets": "h2h,player_points"}, 422, "INVALID_MARKET"),
        ("odds", {"markets": "alternate_spreads"}, 422, "INVALID_MARKET"),
        ("odds", {"markets": "outrights"}, 422, "INVALID_MARKET_COMBO"),
        ("odds", {"oddsFormat": "fractional"}, 422, "INVALID_ODDS_FORMAT"),
        ("odds", {"dateFormat": "rfc"}, 422, "INVALID_DATE_FORMAT"),
        ("odds", {"eventIds": "abc"}, 422, "INVALID_EVENT_IDS"),
        ("odds", {"commenceTimeFrom": "2026-01-01"}, 422, "INVALID_COMMENCE_TIME_FROM"),
        ("odds", {"commenceTimeTo": "2026-01-01T00:00:00.5Z"}, 422, "INVALID_COMMENCE_TIME_TO"),
        (
            "odds",
            {
                "commenceTimeFrom": "2026-01-02T00:00:00Z",
                "commenceTimeTo": "2026-01-01T00:00:00Z",
            },
            422,
            "INVALID_COMMENCE_TIME_RANGE",
        ),
        ("odds", {"includeLinks": "yes"}, 422, "INVALID_INCLUDE_LINKS"),
        ("odds", {"includeSids": "1"}, 422, "INVALID_INCLUDE_SIDS"),
        ("odds", {"includeBetLimits": "True"}, 422, "INVALID_INCLUDE_BET_LIMITS"),
        ("odds", {"includeMultipliers": "no"}, 422, "INVALID_INCLUDE_MULTIPLIERS"),
        ("odds", {"includeRotationNumbers": "x"}, 422, "INVALID_INCLUDE_ROTATION_NUMBERS"),
        ("events", {"includeRotationNumbers": "x"}, 422, "INVALID_INCLUDE_ROTATION_NUMBERS"),
        ("events", {"dateFormat": "x"}, 422, "INVALID_DATE_FORMAT"),
        ("scores", {"daysFrom": "4"}, 422, "INVALID_SCORES_DAYS_FROM"),
        ("scores", {"daysFrom": "one"}, 422, "INVALID_SCORES_DAYS_FROM"),
        ("events/short/odds", {"regions": "us"}, 422, "INVALID_EVENT_ID"),
        (f"events/{ID}/odds", {"regions": "us", "markets": "nonsense"}, 422, "INVALID_MARKET"),
        (f"events/{ID}/odds", {"regions": "us"}, 404, "EVENT_NOT_FOUND"),
        (f"events/{ID}/markets", {"regions": "us"}, 404, "EVENT_NOT_FOUND"),
    ],
)
def test_a_wrong_parameter_is_refused_by_its_code(ask, live, what, params, *, status, code):
    reply = ask.odds(live, **params) if what == "odds" else ask.nba(what, live, **params)
    assert (reply.status, reply.error_code, reply.cost) == (status, code, 0)
    assert list(reply.body) == ["message", "error_code", "details_url"]
    assert reply.body["details_url"].endswith(code.lower().replace("_", "-"))


@pytest.mark.parametrize(
    ("path", "params", "status", "code"),
    [
        ("/v4/sports", {"all": "yes"}, 422, "INVALID_ALL_SPORTS_PARAM"),
        ("/v4/sports/tennis_atp/odds", {"regions": "us"}, 404, "UNKNOWN_SPORT"),
        ("/v4/sports/upcoming/events", {}, 404, "UNKNOWN_SPORT"),
        (
            "/v4/sports/basketball_nba_championship_winner/odds",
            {"regions": "us", "markets": "h2h"},
            422,
            "INVALID_MARKET_COMBO",
        ),
        (
            "/v4/historical/sports/basketball_nba/odds",
            {"regions": "us", "date": "2026-01-01T00:00:00Z"},
            401,
            "HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN",
        ),
    ],
)
def test_a_wrong_path_is_refused_by_its_code(ask, live, path, params, *, status, code):
    reply = ask(path, live, **params)
    assert (reply.status, reply.error_code) == (status, code)


@pytest.mark.parametrize(
    ("key", "code"), [("", "MISSING_KEY"), ("wrong", "INVALID_KEY"), (DEMO_KEY, "DEACTIVATED_KEY")]
)
def test_a_key_that_may_not_call_is_refused_without_balance(ask, live, key, code):
    ask.api.accounts.revoke(DEMO_KEY)
    reply = ask("/v4/sports", live, apiKey=key)
    assert (reply.status, reply.error_code, reply.headers) == (401, code, {})


def test_a_restored_key_works_again(ask, live):
    ask.api.accounts.revoke(DEMO_KEY)
    ask.api.accounts.restore(DEMO_KEY)
    assert ask("/v4/sports", live).status == 200


def test_the_key_may_be_named_api_key(season, ask, live):
    answer = ask.api.answer("/v4/sports", {"api_key": DEMO_KEY}, seconds=live)
    assert answer.status == 200


def test_unknown_books_are_ignored_beside_a_known_one(ask, live):
    body = ask.odds(live, bookmakers="caesars,draftkings").body
    assert {book["key"] for event in body for book in event["bookmakers"]} == {"draftkings"}


def test_unknown_parameters_are_ignored(ask, live):
    reply = ask.nba("odds", live, regions="us", market="spreads", days_from="9")
    assert {m["key"] for e in reply.body for b in e["bookmakers"] for m in b["markets"]} == {"h2h"}


def test_an_event_that_is_over_is_not_found(ask, season):
    event = season.events[30]
    path = f"events/{event.event_id}/odds"
    statuses = [
        ask.nba(path, moment, regions="us").status
        for moment in (event.listed - 1, event.listed, event.removed - 1, event.removed)
    ]
    assert statuses == [404, 200, 200, 404]


def test_filters_choose_events_by_id_and_inclusive_start(ask, live):
    events = ask.nba("events", live).body
    chosen = events[5]
    ids = ask.odds(live, eventIds=f"{chosen['id']},{events[7]['id']}").body
    start = chosen["commence_time"]
    later = ask.nba("events", live, commenceTimeFrom=start).body
    earlier = ask.nba("events", live, commenceTimeTo=start).body
    assert [event["id"] for event in ids] == [chosen["id"], events[7]["id"]]
    assert chosen in later
    assert chosen in earlier
    assert all(event["commence_time"] >= start for event in later)
    assert all(event["commence_time"] <= start for event in earlier)


def test_upcoming_shows_live_games_and_the_next_eight(ask, live):
    body = ask("/v4/sports/upcoming/odds", live, regions="us").body
    now = ask.nba("events", live, dateFormat="unix").body
    running = {event["id"] for event in now if event["commence_time"] <= live}
    assert len([event for event in body if event["id"] not in running]) == 8
    assert any(event["id"] in running for event in body)


class FakeTime:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def calls_let_through(limit: RateLimit, seconds: int) -> int:
    for count in range(100):
        if not lets_through(limit, seconds):
            return count
    return 100


def lets_through(limit: RateLimit, seconds: int) -> bool:
    try:
        limit.take(seconds=seconds)
    except ApiError as error:
        return (error.status, error.code) != (429, "EXCEEDED_FREQ_LIMIT")
    return True


def test_thirty_calls_a_second_pass_and_either_clock_refills_the_bucket():
    real = FakeTime()
    limit = RateLimit(monotonic=real)
    assert calls_let_through(limit, seconds=1000) == 30
    assert calls_let_through(limit, seconds=1000) == 0
    real.now += 0.5
    assert calls_let_through(limit, seconds=1000) == 15
    assert calls_let_through(limit, seconds=1060) == 30
