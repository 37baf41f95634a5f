"""Books differ as their kinds do."""

from collections import defaultdict
from itertools import pairwise
from statistics import mean, median

import pytest

from simulator import DEFAULT_BOOKS, Book, Season, SeasonOptions

REGIONS = "us,eu,us_ex"
KIND = {book.key: book.kind for book in DEFAULT_BOOKS}


def implied(american):
    return 100 / (american + 100) if american > 0 else american / (american - 100)


@pytest.fixture(scope="module")
def quotes(full_season):
    """(book, market, outcomes by name, event, moment) an hour to a day before 150 games."""
    import json

    from simulator import DEMO_KEY, Accounts, Api

    api = Api(full_season, accounts=Accounts(credits_a_month=10**6))
    query = {
        "apiKey": DEMO_KEY,
        "regions": REGIONS,
        "markets": "h2h,spreads,totals",
        "oddsFormat": "american",
    }
    rows = []
    events = [event for event in full_season.events if event.started is not None]
    for number, event in enumerate(events[200:350]):
        moment = event.scheduled - 3600 - 500 * number % 60_000
        answer = api.answer(
            "/v4/sports/basketball_nba/odds",
            {**query, "eventIds": event.event_id},
            seconds=moment,
        )
        for book in json.loads(answer.body)[0]["bookmakers"]:
            for market in book["markets"]:
                outcomes = {each["name"]: each for each in market["outcomes"]}
                rows.append((book["key"], market["key"], outcomes, event, moment))
    return rows


def test_overrounds_are_those_of_the_kind(quotes):
    overrounds = defaultdict(list)
    for book, market, outcomes, _, _ in quotes:
        if market != "h2h_lay":
            overrounds[KIND[book]].append(sum(implied(o["price"]) for o in outcomes.values()) - 1)
    assert min(map(min, overrounds.values())) > 0
    assert 0.005 < median(overrounds["exchange"]) < 0.02
    assert 0.02 < median(overrounds["sharp"]) < 0.035
    assert 0.04 < median(overrounds["retail"]) < 0.055
    assert max(overrounds["retail"]) < 0.07


def test_lay_prices_lie_on_the_other_side_of_the_truth(quotes, full_season):
    sums = [
        sum(implied(o["price"]) for o in outcomes.values())
        for _, market, outcomes, _, _ in quotes
        if market == "h2h_lay" and len(outcomes) == 2
    ]
    assert len(sums) > 50
    assert max(sums) < 1


def test_now_and_then_nobody_lays_one_of_the_teams(quotes):
    sides = [len(outcomes) for _, market, outcomes, _, _ in quotes if market == "h2h_lay"]
    assert set(sides) == {1, 2}
    assert sides.count(1) < 0.2 * len(sides)


def test_without_plants_no_offer_beats_the_truth(quotes, full_season):
    gains = []
    for _, market, outcomes, event, moment in quotes:
        if market == "h2h_lay":
            continue
        law = full_season.law(event.event_id, moment)
        first = outcomes["Over"] if market == "totals" else outcomes[event.home_shown]
        second = next(each for each in outcomes.values() if each is not first)
        win, loss = law.first_outcome(market, first.get("point"))
        for outcome, chance, other in ((first, win, loss), (second, loss, win)):
            gains.append(chance * (1 / implied(outcome["price"]) - 1) - other)
    assert len(gains) > 5000
    assert max(gains) < 0
    assert min(gains) > -0.3


def test_leaders_stay_nearer_to_the_truth_than_followers_and_laggards(quotes, full_season):
    misses = defaultdict(list)
    for book, market, outcomes, event, moment in quotes:
        if market == "totals":
            law = full_season.law(event.event_id, moment)
            quoted = implied(outcomes["Over"]["price"]), implied(outcomes["Under"]["price"])
            win, loss = law.over(outcomes["Over"]["point"])
            misses[book].append(abs(quoted[0] / sum(quoted) - win / (win + loss)))
    assert mean(misses["novig"]) < mean(misses["pinnacle"]) < mean(misses["betonlineag"])
    assert mean(misses["betonlineag"]) < mean(misses["bovada"])


def test_news_reach_leaders_first_and_laggards_last(full_season):
    delays = defaultdict(list)
    for event in full_season.events[200:300]:
        path = full_season.paths[event.index]
        for feed in full_season.market(event).feeds:
            times = feed.belief.times
            for news in path.times:
                if feed.opens < news < event.scheduled - 3 * 3600:
                    later = [time - news for time in times if time >= news]
                    delays[feed.book.key] += later[:1]
    assert median(delays["novig"]) < 120
    assert median(delays["pinnacle"]) < 120
    assert 120 < median(delays["draftkings"]) < median(delays["bovada"])


def test_a_book_that_vanishes_is_away_more_often(quotes):
    count = defaultdict(int)
    for book, market, _, _, _ in quotes:
        count[book] += market == "h2h"
    assert count["bovada"] < count["draftkings"]
    assert count["draftkings"] > 140
    assert count["bovada"] > 100


def test_hardly_any_book_lacks_its_spreads_or_totals(quotes):
    count = defaultdict(int)
    for book, market, _, _, _ in quotes:
        count[market] += book != "betfair_ex_eu"
    assert 0.98 < count["spreads"] / count["h2h"] <= 1
    assert 0.98 < count["totals"] / count["h2h"] <= 1


def test_books_of_ones_own_with_unknown_keys_appear(make_caller):
    books = (*DEFAULT_BOOKS[:3], Book("newbook", "New Book", ("us",), "retail", 0.05, "follows"))
    season = Season(SeasonOptions(games=12, books=books))
    body = make_caller(season).odds(season.events[5].scheduled - 3600).body
    assert "newbook" in {book["key"] for event in body for book in event["bookmakers"]}


def test_unchanged_prices_are_the_rule_at_five_minutes(ask, season):
    event = season.events[30]

    def prices(moment):
        body = ask.odds(moment, regions=REGIONS, eventIds=event.event_id).body
        return {
            (book["key"], market["key"], outcome["name"]): (outcome["price"], outcome.get("point"))
            for book in body[0]["bookmakers"]
            for market in book["markets"]
            for outcome in market["outcomes"]
        }

    seen = [prices(event.scheduled - 20 * 3600 + 300 * step) for step in range(228)]
    changed = kept = 0
    for before, after in pairwise(seen):
        for key in before.keys() & after.keys():
            changed += before[key] != after[key]
            kept += before[key] == after[key]
    assert 0.02 < changed / (changed + kept) < 0.15
