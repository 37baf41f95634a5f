"""What is planted is there, as large as said, only there, and listed in the truth."""

import json
from collections import Counter, defaultdict

import pytest

from simulator import (
    DEFAULT_BOOKMAKERS,
    DEMO_KEY,
    Accounts,
    Api,
    Plants,
    Season,
    SeasonOptions,
    truth,
)

PLANTS = Plants(edges=15, arbitrages=15, middles=15, phantoms=15)


def implied(american):
    return 100 / (american + 100) if american > 0 else american / (american - 100)


@pytest.fixture(scope="module")
def planted_season():
    return Season(SeasonOptions(seed=11, games=200, plants=PLANTS))


@pytest.fixture(scope="module")
def look(planted_season):
    """Offers at a moment: {event: {(market, outcome, point): {book: (price, stamp)}}}."""
    api = Api(planted_season, accounts=Accounts(credits_a_month=10**6))
    query = {
        "apiKey": DEMO_KEY,
        "bookmakers": ",".join(DEFAULT_BOOKMAKERS),
        "markets": "h2h,spreads,totals",
        "oddsFormat": "american",
        "dateFormat": "unix",
    }

    def at(moment, **params):
        answer = api.answer("/v4/sports/basketball_nba/odds", {**query, **params}, seconds=moment)
        offers = defaultdict(lambda: defaultdict(dict))
        for event in json.loads(answer.body):
            if event["commence_time"] - 600 > moment:
                for book in event["bookmakers"]:
                    for market in book["markets"]:
                        for outcome in market["outcomes"]:
                            key = (market["key"], outcome["name"], outcome.get("point"))
                            offer = (outcome["price"], market["last_update"])
                            offers[event["id"]][key][book["key"]] = offer
        return offers

    return at


def planted_of(season, kind):
    return [each for each in truth(season).planted if each.kind == kind]


def legs_at(look, planted, moment):
    """(price, stamp) of each leg."""
    offers = look(moment, eventIds=planted.event_id)[planted.event_id]
    return [
        offers[planted.market_key, leg.outcome_name, leg.point][leg.bookmaker_key]
        for leg in planted.legs
    ]


def moments_of(planted):
    return planted.starts, (planted.starts + planted.ends) // 2, planted.ends - 1


def test_as_many_are_planted_as_asked_each_on_an_event_of_its_own(planted_season):
    planted = truth(planted_season).planted
    assert Counter(each.kind for each in planted) == {
        "edge": 15,
        "arbitrage": 15,
        "middle": 15,
        "phantom": 15,
    }
    assert len({each.event_id for each in planted}) == 60
    starts = {event.event_id: event for event in planted_season.events}
    assert all(each.ends <= starts[each.event_id].started for each in planted)


def test_an_edge_beats_the_moving_truth_by_what_it_says(planted_season, look):
    for planted in planted_of(planted_season, "edge"):
        [leg] = planted.legs
        for moment in moments_of(planted):
            [(price, _)] = legs_at(look, planted, moment)
            law = planted_season.law(planted.event_id, moment)
            first = planted_season.event_by_id[planted.event_id].home_shown
            is_first = leg.outcome_name in (first, "Over")
            line = leg.point if is_first or planted.market_key == "totals" else None
            if planted.market_key == "spreads":
                line = leg.point if is_first else -leg.point
            chance = law.first_probability(planted.market_key, line)
            chance = chance if is_first else 1 - chance
            edge = 100 * (chance / implied(price) - 1)
            assert edge == pytest.approx(planted.size, abs=1.2)
            assert edge >= planted.size - 0.15


def test_an_arbitrage_pays_what_it_says_whatever_happens(planted_season, look):
    for planted in planted_of(planted_season, "arbitrage"):
        first, second = planted.legs
        assert first.bookmaker_key != second.bookmaker_key
        if planted.market_key == "spreads":
            assert first.point == -second.point
        elif planted.market_key == "totals":
            assert first.point == second.point
        for moment in moments_of(planted):
            total = sum(implied(price) for price, _ in legs_at(look, planted, moment))
            assert 100 * (1 / total - 1) >= planted.size - 1e-3
            assert 100 * (1 / total - 1) < planted.size + 1.2


def opposite(market, name, point, teams):
    if market == "totals":
        return (market, "Under", point) if name == "Over" else None
    if name != teams[0]:
        return None
    return (market, teams[1], None if point is None else -point)


def test_there_is_no_arbitrage_but_where_something_is_planted(planted_season, look):
    windows = {each.event_id: each for each in truth(planted_season).planted}
    checked = found = 0
    for moment in range(planted_season.starts, planted_season.ends, 15_013):
        for event_id, offers in look(moment).items():
            event = planted_season.event_by_id[event_id]
            for key, books in offers.items():
                other = offers.get(opposite(*key, (event.home_shown, event.away_shown)))
                if not other:
                    continue
                checked += 1
                total = min(implied(price) for price, _ in books.values())
                total += min(implied(price) for price, _ in other.values())
                if total < 1:
                    window = windows[event_id]
                    assert window.starts <= moment < window.ends
                    found += 1
    assert checked > 3_000
    assert found > 0


def test_a_middle_leaves_a_gap_in_which_both_sides_win(planted_season, look):
    for planted in planted_of(planted_season, "middle"):
        first, second = planted.legs
        gap = first.point + second.point
        if planted.market_key == "totals":
            assert (first.outcome_name, second.outcome_name) == ("Over", "Under")
            gap = second.point - first.point
        assert gap == planted.size
        assert 1.5 <= gap <= 3
        for moment in moments_of(planted):
            prices = [implied(price) for price, _ in legs_at(look, planted, moment)]
            assert 1 < sum(prices) < 1.06


def test_a_phantom_looks_like_an_arbitrage_but_is_stale_or_absurd(planted_season, look):
    phantoms = planted_of(planted_season, "phantom")
    assert {each.reason for each in phantoms} == {"stale", "palpable_error"}
    for planted in phantoms:
        for moment in moments_of(planted):
            legs = legs_at(look, planted, moment)
            gain = 100 * (1 / sum(implied(price) for price, _ in legs) - 1)
            ages = [moment - stamp for _, stamp in legs]
            assert gain > 0
            if planted.reason == "stale":
                assert max(ages) >= 20 * 60
                assert min(ages) < 5 * 60
            else:
                assert gain > 10
                assert max(ages) < 5 * 60


def test_after_its_window_nothing_of_a_plant_remains(planted_season, look):
    for planted in truth(planted_season).planted:
        offers = look(planted.ends, eventIds=planted.event_id)[planted.event_id]
        event = planted_season.event_by_id[planted.event_id]
        for key, books in offers.items():
            other = offers.get(opposite(*key, (event.home_shown, event.away_shown)))
            if other:
                total = min(implied(price) for price, _ in books.values())
                assert total + min(implied(price) for price, _ in other.values()) > 1


def test_more_plants_than_games_can_bear_are_refused():
    with pytest.raises(ValueError, match="need at least 12 games"):
        SeasonOptions(games=10, plants=Plants(edges=6))
