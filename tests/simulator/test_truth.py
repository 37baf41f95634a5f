"""The truth agrees with what the API says, and the results agree with the truth."""

from math import sqrt

import pytest

from simulator import truth
from simulator.probability import Law


def test_every_final_score_is_the_one_the_scores_endpoint_gives(ask, season):
    for event in truth(season).events:
        if event.fate == "played":
            body = ask.nba("scores", event.completed, daysFrom="1").body
            [entry] = [each for each in body if each["id"] == event.event_id]
            assert entry["completed"] is True
            assert entry["scores"] == [
                {"name": event.home_team, "score": str(event.home_score)},
                {"name": event.away_team, "score": str(event.away_score)},
            ]


def test_no_game_ends_in_a_tie(full_season):
    scores = full_season.scores.values()
    assert all(home != away for home, away in scores)
    assert all(60 < points < 190 for score in scores for points in score)


def test_results_follow_the_true_probabilities(full_season):
    events = [event for event in truth(full_season).events if event.fate == "played"]
    expected = sum(event.home_win_probability for event in events)
    spread = sqrt(sum(p * (1 - p) for p in (e.home_win_probability for e in events)))
    wins = sum(event.home_score > event.away_score for event in events)
    assert abs(wins - expected) < 3 * spread
    margins = [event.home_score - event.away_score + event.fair_spread for event in events]
    totals = [event.home_score + event.away_score - event.fair_total for event in events]
    for residuals, sd in ((margins, 12), (totals, 18)):
        mean = sum(residuals) / len(residuals)
        variance = sum((each - mean) ** 2 for each in residuals) / len(residuals)
        assert abs(mean) < 3 * sd / sqrt(len(residuals))
        assert sd * 0.93 < sqrt(variance) < sd * 1.07


def test_favourites_of_every_strength_win_as_often_as_they_should(full_season):
    groups = {low: [0.0, 0, 0.0] for low in (0, 20, 40, 60, 80)}
    for event in truth(full_season).events:
        if event.fate == "played":
            p = event.home_win_probability
            group = groups[int(100 * p) // 20 * 20]
            group[0] += p
            group[1] += event.home_score > event.away_score
            group[2] += p * (1 - p)
    for expected, wins, variance in groups.values():
        assert abs(wins - expected) < 3 * sqrt(variance)
    assert groups[0][2] > 3


def test_the_closing_truth_is_what_the_sharpest_book_shows(ask, season):
    close = 0
    for event in season.events[10:50]:
        if event.started is None:
            continue
        moment = min(event.started, event.last_announced) - 60
        body = ask.odds(moment, bookmakers="novig", markets="spreads", eventIds=event.event_id).body
        books = body[0]["bookmakers"]
        if books and books[0]["markets"]:
            points = {o["name"]: o["point"] for o in books[0]["markets"][0]["outcomes"]}
            law = season.paths[event.index].closing_law
            assert points[event.home] == pytest.approx(-law.margin, abs=1.1)
            close += 1
    assert close > 25


@pytest.mark.parametrize("margin", [-14.0, -3.2, 0.0, 0.4, 7.5])
def test_a_law_is_a_distribution(margin):
    law = Law(margin, 224.3)
    chances = [law.margin_above(value - 1) - law.margin_above(value) for value in range(-90, 91)]
    assert sum(chances) == pytest.approx(1, abs=1e-9)
    assert min(chances) >= 0
    assert chances[90] == pytest.approx(0, abs=1e-12)
    assert law.home_win() == pytest.approx(sum(chances[91:]), abs=1e-9)
    win, loss = law.home_cover(-3)
    assert win + loss == pytest.approx(1 - chances[93], abs=1e-9)
    assert law.home_cover(-2.5)[0] + law.home_cover(-2.5)[1] == pytest.approx(1)


def test_a_law_is_symmetric():
    for point in (-4.5, -4, 1, 6.5):
        win, loss = Law(3.7, 220).home_cover(point)
        other_win, other_loss = Law(-3.7, 220).home_cover(-point)
        assert (win, loss) == pytest.approx((other_loss, other_win))


def test_the_truth_before_the_start_is_a_fair_forecast_of_the_truth_at_the_start(full_season):
    moves = []
    for event in full_season.events:
        path = full_season.paths[event.index]
        moves.append(path.margins[-1] - path.at(event.scheduled - 24 * 3600)[0])
    mean = sum(moves) / len(moves)
    sd = sqrt(sum(move**2 for move in moves) / len(moves))
    assert 0.8 < sd < 2.5
    assert abs(mean) < 3 * sd / sqrt(len(moves))
