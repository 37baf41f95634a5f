"""A score that is corrected settles a bet again: the last settlement is the one that is told."""

from datetime import UTC, datetime

from analysis.backtest.engine import _settlement_columns
from analysis.backtest.settler import Settlement

FIRST, LATER = datetime(2026, 7, 11, 3, tzinfo=UTC), datetime(2026, 7, 12, 3, tzinfo=UTC)


def test_the_last_settlement_of_a_bet_is_the_one_that_is_told() -> None:
    columns = _settlement_columns(
        [
            [
                Settlement("loss", 1, FIRST, home_score=2, away_score=3),
                Settlement("win", 2, LATER, home_score=4, away_score=3),
            ],
            [],
        ]
    )
    assert list(columns["settlement"]) == ["win", None]
    assert columns["settlement_version"] == [2, 0]
    assert columns["settled_at"][0] == LATER
    assert columns["home_score"][0] == 4
