"""What a call costs, and what the account remembers."""

from datetime import UTC, date, datetime

import pytest

from simulator import DEMO_KEY, Accounts, Api, Faults, Season, SeasonOptions
from simulator.clock import to_seconds

TEN = "draftkings,fanduel,betmgm,betrivers,bovada,betonlineag,lowvig,pinnacle,novig,prophetx"
ELEVEN = TEN + ",williamhill_us"


@pytest.mark.parametrize(
    ("params", "cost"),
    [
        pytest.param({"regions": "us", "markets": "h2h"}, 1, id="one market one region"),
        pytest.param({"regions": "us", "markets": "h2h,spreads,totals"}, 3, id="three markets"),
        pytest.param({"regions": "us,eu,us_ex"}, 9, id="three regions"),
        pytest.param({"regions": "us,us"}, 3, id="a region named twice"),
        pytest.param({"regions": "us", "bookmakers": TEN}, 3, id="ten books"),
        pytest.param({"bookmakers": ELEVEN}, 6, id="eleven books"),
        pytest.param({"regions": "us,eu", "bookmakers": "pinnacle"}, 3, id="books beat regions"),
        pytest.param({"bookmakers": "betfair_ex_eu", "markets": "h2h"}, 1, id="lay is not charged"),
        pytest.param({"commenceTimeFrom": "2020-01-01T00:00:00Z"}, 3, id="filters change nothing"),
    ],
)
def test_odds_cost_markets_times_regions(ask, live, params, cost):
    assert ask.odds(live, **params).cost == cost


@pytest.mark.parametrize(
    ("what", "params", "cost"),
    [
        pytest.param("events", {}, 0, id="events"),
        pytest.param("scores", {}, 1, id="scores"),
        pytest.param("scores", {"daysFrom": "3"}, 2, id="scores with daysFrom"),
        pytest.param("participants", {}, 1, id="participants"),
    ],
)
def test_other_endpoints_have_fixed_prices(ask, live, what, params, cost):
    assert ask.nba(what, live, **params).cost == cost


def test_sports_are_free_and_tell_the_balance(ask, live):
    ask.odds(live)
    headers = ask("/v4/sports", live).headers
    assert headers == {
        "x-requests-remaining": "19997",
        "x-requests-used": "3",
        "x-requests-last": "0",
    }


@pytest.mark.parametrize(
    ("markets", "books", "cost"),
    [
        pytest.param("h2h,spreads,totals", "draftkings", 3, id="all there"),
        pytest.param("h2h,player_points,player_steals", "draftkings", 2, id="one not offered"),
        pytest.param("player_steals", "draftkings", 0, id="nothing returned"),
        pytest.param("h2h,player_points", ELEVEN, 4, id="eleven books"),
        pytest.param("h2h", "betfair_ex_eu", 1, id="lay is not charged"),
    ],
)
def test_event_odds_cost_the_markets_returned(ask, season, markets, books, cost):
    event = season.events[30]
    path = f"events/{event.event_id}/odds"
    assert ask.nba(path, event.scheduled - 3600, markets=markets, bookmakers=books).cost == cost


def test_event_markets_cost_one(ask, season):
    event = season.events[30]
    path = f"events/{event.event_id}/markets"
    assert ask.nba(path, event.scheduled - 3600, regions="us").cost == 1


def test_an_empty_answer_costs_nothing(ask, season):
    reply = ask.odds(season.ends + 1)
    assert (reply.status, reply.body, reply.cost) == (200, [], 0)


def test_an_empty_fault_costs_nothing(make_caller):
    season = Season(SeasonOptions(games=12, faults=Faults(empty_answers=1.0)))
    reply = make_caller(season).odds(season.events[5].scheduled - 3600)
    assert (reply.status, reply.body, reply.cost) == (200, [], 0)


def test_an_error_costs_nothing_and_still_tells_the_balance(ask, live):
    ask.odds(live)
    reply = ask.odds(live, markets="h2h,nonsense")
    assert reply.status == 422
    assert reply.headers["x-requests-last"] == "0"
    assert reply.headers["x-requests-used"] == "3"


def test_an_exhausted_account_is_refused_but_free_calls_go_on(ask, live):
    ask.api.accounts.set_remaining(2, seconds=live)
    refused = ask.odds(live)
    assert (refused.status, refused.error_code) == (401, "OUT_OF_USAGE_CREDITS")
    assert refused.headers["x-requests-remaining"] == "2"
    assert ask.odds(live, markets="h2h,spreads").cost == 2
    assert ask.nba("scores", live).error_code == "OUT_OF_USAGE_CREDITS"
    assert ask.nba("events", live).status == 200


def test_credits_return_on_the_first_of_the_month_at_midnight_utc():
    season = Season(SeasonOptions(games=40, first_day=date(2026, 1, 30)))
    api = Api(season, accounts=Accounts(credits_a_month=10))
    last_second = to_seconds(datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC))
    query = {"apiKey": DEMO_KEY, "regions": "us", "markets": "h2h,spreads,totals"}

    def used(seconds):
        answer = api.answer("/v4/sports/basketball_nba/odds", query, seconds=seconds)
        return answer.status, answer.headers["x-requests-used"]

    assert [used(last_second) for _ in range(4)] == [(200, "3"), (200, "6"), (200, "9"), (401, "9")]
    assert used(last_second + 1) == (200, "3")
    assert used(last_second) == (401, "9")


def test_keys_have_accounts_of_their_own(season, live):
    api = Api(season, accounts=Accounts(keys=("one", "two")))
    path = "/v4/sports/basketball_nba/scores"
    first = [api.answer(path, {"apiKey": "one"}, seconds=live) for _ in range(2)][-1]
    other = api.answer(path, {"api_key": "two"}, seconds=live)
    assert (first.headers["x-requests-used"], other.headers["x-requests-used"]) == ("2", "1")
