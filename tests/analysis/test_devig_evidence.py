"""Whether the default way to take out the margin is what results speak for.

Worked out here from closing prices and scores alone, each method written down again; of the product
only the seed is read, since that is what is judged.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log, sqrt
from pathlib import Path

import pytest

SEED = Path(__file__).parents[2] / "dbt_project" / "seeds" / "devig_defaults.csv"
# more is a slip of whoever typed it: both sides favoured, say
MOST_OVERROUND = 0.2


@dataclass(frozen=True)
class Game:
    season: int
    home: float
    away: float
    is_home_win: bool


def decimal(american: float) -> float:
    return 1 + (american / 100 if american > 0 else 100 / -american)


def power(home: float, away: float) -> float:
    low, high = 0.1, 10.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if home**middle + away**middle > 1 else (low, middle)
    return home**low


def odds_ratio(home: float, away: float) -> float:
    return 1 / (1 + exp(-(log(home / (1 - home)) - log(away / (1 - away))) / 2))


# of two outcomes Shin's prices are the additive ones
METHODS: dict[str, Callable[[float, float], float]] = {
    "multiplicative": lambda home, away: home / (home + away),
    "additive": lambda home, away: home - (home + away - 1) / 2,
    "power": power,
    "odds_ratio": odds_ratio,
}


@pytest.fixture(scope="module")
def games(shared_data: Path) -> list[Game]:
    path = shared_data / "nba_games_closes.csv"
    if not path.exists():
        pytest.skip("no nba_games_closes.csv in ../shared/data")
    found = []
    with path.open() as file:
        for row in csv.DictReader(file):
            if not (row["moneyline_home"] and row["moneyline_away"]):
                continue
            american = float(row["moneyline_home"]), float(row["moneyline_away"])
            if min(map(abs, american)) < 100:
                continue
            home, away = (1 / decimal(price) for price in american)
            if home + away - 1 < MOST_OVERROUND:
                is_home_win = int(row["score_home"]) > int(row["score_away"])
                found.append(Game(int(row["season"]), home, away, is_home_win))
    return found


@pytest.fixture(scope="module")
def losses(games: list[Game]) -> dict[str, list[float]]:
    return {
        name: [
            -log(p if game.is_home_win else 1 - p)
            for game in games
            if (p := fair(game.home, game.away))
        ]
        for name, fair in METHODS.items()
    }


def difference(some: list[float], others: list[float]) -> tuple[float, float]:
    """Mean of the differences, game by game, and its standard error."""
    each = [one - other for one, other in zip(some, others, strict=True)]
    mean = sum(each) / len(each)
    return mean, sqrt(sum((one - mean) ** 2 for one in each) / (len(each) - 1) / len(each))


def seed_row() -> dict[str, str]:
    with SEED.open(newline="") as file:
        rows = list(csv.DictReader(file))
    [row] = [
        row
        for row in rows
        if row["sport_group"] == "Basketball" and row["market_kind"] == "moneyline"
    ]
    return row


def test_no_method_beats_the_default_of_basketball_by_two_errors(
    losses: dict[str, list[float]], capsys: pytest.CaptureFixture[str]
) -> None:
    default = seed_row()["method"]
    with capsys.disabled():
        print(f"\nNBA moneylines, {len(losses[default])} games, default {default}")  # noqa: T201 - the figures
        for name, values in losses.items():
            mean, error = difference(values, losses[default])
            loss = sum(values) / len(values)
            print(f"  {name:15} log loss {loss:.5f}, difference {mean:+.5f} ± {error:.5f}")  # noqa: T201 - the figures
    for name in losses.keys() - {default}:
        mean, error = difference(losses[name], losses[default])
        assert mean + 2 * error > 0, name
    # power was the default once
    mean, error = difference(losses["power"], losses["multiplicative"])
    assert mean > 2 * error


def test_the_evidence_of_basketball_is_what_the_games_say(losses: dict[str, list[float]]) -> None:
    row = seed_row()
    assert int(row["game_count"]) == len(losses["multiplicative"])
    rivals = [name for name in losses if name != "multiplicative"]
    assert row["rival"] == min(rivals, key=lambda name: sum(losses[name]))
    mean, error = difference(losses[row["rival"]], losses["multiplicative"])
    assert float(row["log_loss_difference"]) == pytest.approx(mean, abs=1e-8)
    assert float(row["difference_error"]) == pytest.approx(error, abs=1e-8)


def test_the_choice_of_the_seasons_before_is_the_default_too(
    games: list[Game], losses: dict[str, list[float]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Season by season, by the games of those before alone: multiplicative until another wins."""
    chosen = {}
    for season in sorted({game.season for game in games}):
        before = [number for number, game in enumerate(games) if game.season < season]
        past = {name: [values[number] for number in before] for name, values in losses.items()}
        wins = {}
        for name in losses.keys() - {"multiplicative"}:
            if len(before) > 1:
                mean, error = difference(past[name], past["multiplicative"])
                if mean + 2 * error < 0:
                    wins[name] = mean
        chosen[season] = min(wins, key=lambda name: wins[name]) if wins else "multiplicative"
    walked = [losses[chosen[game.season]][number] for number, game in enumerate(games)]
    with capsys.disabled():
        print(f"\nby the past: {chosen}, log loss {sum(walked) / len(walked):.5f}")  # noqa: T201 - the figures
    mean, error = difference(walked, losses[seed_row()["method"]])
    assert mean <= 2 * error
