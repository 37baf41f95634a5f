"""What becomes of a bet, on a warehouse of four tables and one game."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from analysis.backtest.settler import Settler, profit_per_unit
from analysis.warehouse import Warehouse

START = datetime(2026, 7, 10, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
TABLES = """
    create schema marts;
    create schema intermediate;
    create table intermediate.int_events_described_known (
        event_id text, sport_key text, starts_at timestamptz, status text
    );
    create table marts.fct_results (
        event_id text, version integer, is_final boolean, home_score integer, away_score integer,
        home_score_regulation integer, away_score_regulation integer, is_shortened boolean,
        published_at timestamptz, known_at timestamptz
    );
    create table marts.settlement_rules (
        sport_key text, market_key text, bookmaker_key text, score_settles boolean,
        includes_overtime boolean, void_after_hours double, void_if_shortened text
    );
    insert into marts.settlement_rules values ('*', '*', '*', true, true, 36, null);
"""
BET = {
    "event_id": "game",
    "sport_key": "basketball_nba",
    "home_team": "H",
    "away_team": "A",
    "market_key": "h2h",
    "market_kind": "moneyline",
    "bookmaker_key": "book",
    "period": "game",
    "outcome_name": "H",
    "outcome_description": None,
    "side_no": 1,
    "outcome_count": 2,
    "point": None,
    "commence_time": START,
}
Score = tuple[int, int, int, bool]


def settled(
    *scores: Score,
    starts_at: datetime = START,
    status: str = "final",
    hours: float = 100,
    **bet: Any,
) -> list[tuple[str, datetime]]:
    """Settlements known so many hours after the announced start.

    Scores are (home, away, hours after it at which it was published, is it final).
    """
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        connection.execute(
            "insert into intermediate.int_events_described_known values (?, ?, ?, ?)",
            ["game", "basketball_nba", starts_at, status],
        )
        for version, (home, away, after, is_final) in enumerate(scores, start=1):
            at = START + after * HOUR
            connection.execute(
                "insert into marts.fct_results"
                " values ('game', ?, ?, ?, ?, null, null, false, ?, ?)",
                [version, is_final, home, away, at, at],
            )
        settler = Settler(
            Warehouse("duckdb", connection),
            sports=["basketball_nba"],
            clock="published",
            as_of=START + hours * HOUR,
        )
        found = settler.settlements(SimpleNamespace(**BET | bet))
    return [(each.outcome, each.settled_at) for each in found]


def test_a_score_settles_once_it_is_final() -> None:
    assert settled((90, 80, 2, False), (90, 95, 3, True)) == [("loss", START + 3 * HOUR)]
    assert settled((90, 80, 2, False), status="unknown") == []


def test_what_is_not_known_yet_settles_nothing() -> None:
    assert settled((90, 80, 3, True), hours=2) == []


def test_a_game_that_starts_long_after_the_announced_time_is_void() -> None:
    """Once its book's hours are over, whatever becomes of it; within them it counts."""
    assert settled((90, 80, 60, True), starts_at=START + 48 * HOUR) == [("void", START + 36 * HOUR)]
    assert settled(starts_at=START + 48 * HOUR, hours=35) == []
    assert settled((90, 80, 40, True), starts_at=START + 36 * HOUR) == [("win", START + 40 * HOUR)]


@pytest.mark.parametrize("status", ["postponed", "cancelled"])
def test_a_game_that_is_off_is_void_unless_it_has_a_score(status: str) -> None:
    assert settled(status=status) == [("void", START + 36 * HOUR)]
    assert settled((90, 80, 3, True), status=status) == [("win", START + 3 * HOUR)]


def test_no_final_score_settles_a_part_of_a_game() -> None:
    assert settled((90, 80, 3, True), period="first_half") == []


def test_half_of_a_quarter_line_is_a_bet_of_its_own() -> None:
    pays = {each: profit_per_unit(each, 3.0) for each in ("win", "half_win", "half_loss", "loss")}
    assert pays == {"win": 2.0, "half_win": 1.0, "half_loss": -0.5, "loss": -1.0}
    assert profit_per_unit("push", 3.0) == profit_per_unit("void", 3.0) == 0.0
