"""The margin curve of baseball against 1,506 finals: the home side wins by one more often."""

import csv
from collections import defaultdict
from math import exp, sqrt
from pathlib import Path

import pytest

from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import postgres_is_heavy
from tests.dbt.marts import land
from tests.oracle.small_season import small_season

SPORT = "baseball_mlb"
# closing moneylines of the MLB scatter by 0.076 around their mean: so much in runs
SPREAD_OF_GAMES = 0.85
Curves = dict[float, dict[float, tuple[float, float]]]


@pytest.fixture(scope="module")
def margins(shared_data: Path) -> list[int]:
    path = shared_data / "results.csv"
    if not path.exists():
        pytest.skip("no results.csv in ../shared/data")
    with path.open() as file:
        return [
            int(row["home_score"]) - int(row["away_score"])
            for row in csv.DictReader(file)
            if row["sport_key"] == SPORT and row["status"] == "final"
        ]


def curves_of(settings: Settings) -> Curves:
    """By centre and threshold, how likely a margin lies above and at it."""
    land(small_season(seed=1), settings)
    transformation = Transformation(settings)
    transformation.invoke("seed")
    transformation.invoke("run", "--select", "+int_score_curves")
    curves: Curves = defaultdict(dict)
    with connect(settings) as connection:
        for centre, threshold, above, at in connection.rows(
            "select centre, threshold, above_probability, at_probability"
            " from intermediate.int_score_curves"
            " where sport_key = ? and score_kind = 'margin'",
            (SPORT,),
        ):
            curves[centre][threshold] = above, at
    return curves


def season_of(curves: Curves, home_share: float) -> dict[float, float]:
    """How many games each centre has, in a season of which home sides win that share."""

    def weights(middle: float) -> dict[float, float]:
        each = {c: exp(-(((c - middle) / SPREAD_OF_GAMES) ** 2) / 2) for c in curves}
        return {c: weight / sum(each.values()) for c, weight in each.items()}

    low, high = -2.0, 2.0
    for _ in range(50):
        middle = (low + high) / 2
        share = sum(weight * curves[c][0.0][0] for c, weight in weights(middle).items())
        low, high = (middle, high) if share < home_share else (low, middle)
    return weights(low)


@postgres_is_heavy
def test_sides_win_by_few_runs_as_often_as_they_do(settings: Settings, margins: list[int]) -> None:
    curves = curves_of(settings)
    games = len(margins)
    season = season_of(curves, sum(margin > 0 for margin in margins) / games)
    assert games == 1506
    for margin in (*range(-4, 0), *range(1, 5)):
        share = margins.count(margin) / games
        told = sum(weight * curves[c][margin][1] for c, weight in season.items())
        print(f"{margin:+d}: {share:.3f} of games, the curve {told:.3f}")  # noqa: T201 - the figures
        assert abs(told - share) < 2 * sqrt(share * (1 - share) / games), margin
    # who lays a run and a half wins less often than by a curve that knows no sides
    by_one = {side: margins.count(side) / games for side in (1, -1)}
    assert by_one[1] > 1.4 * by_one[-1]
    level = curves[0.0]
    assert level[1.0][1] > 1.4 * level[-1.0][1]
