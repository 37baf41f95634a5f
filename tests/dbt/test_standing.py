"""What stood at a moment: one rule for the board, the fixed moments and the backtest.

An age counts from the last look that asked for that market at that book, not from the last look at
the game.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from analysis.backtest.decision_view import DecisionView
from analysis.backtest.moments import parse_moment
from analysis.board import current_board, past_board
from cli.reading import reading
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import postgres_is_heavy
from tests.dbt.marts import land
from tests.oracle import Line
from tests.oracle.builder import SPORT, book, event, h2h, market, odds

MODELS = [
    "+fct_best_prices",
    "+fct_consensus_prices",
    "+fct_decision_quotes",
    "+fct_fair_prices",
    "int_events_described_known",
    "+dim_events",
    "+fct_odds",
]
OVER = datetime(2026, 7, 11, tzinfo=UTC)
TOTALS = market("totals", {"Over": (1.95, 8.5), "Under": (1.87, 8.5)})


def game(start: str, *books: dict[str, Any]) -> dict[str, Any]:
    return event("game", start, *books)


# an hour before the start the totals were last asked for 85 minutes ago
LINES = [
    odds("17:35", game("20:00", book("draftkings", h2h(1.9, 1.95), TOTALS)),
         markets="h2h,totals", oddsFormat="decimal"),
    odds("18:35", game("20:00", book("draftkings", h2h(1.8, 2.05))),
         markets="h2h", oddsFormat="decimal"),
    odds("18:59", game("20:00", book("draftkings", h2h(1.8, 2.05))),
         markets="h2h", oddsFormat="decimal"),
    # and then it is announced for later
    odds("19:30", game("22:00", book("draftkings", h2h(1.7, 2.2))),
         markets="h2h", oddsFormat="decimal"),
]  # fmt: skip


def built(settings: Settings, lines: list[Line], as_of: datetime) -> None:
    land(lines, settings)
    without_tests = ["--exclude-resource-type", "test", "unit_test"]
    Transformation(settings).invoke("build", "--select", *MODELS, *without_tests, as_of=as_of)


def markets_in(settings: Settings, relation: str, where: str) -> set[str]:
    with connect(settings) as connection:
        rows = connection.rows(
            " ".join(("select distinct market_key from", relation, "where", where))
        )
    return {row[0] for row in rows}


@postgres_is_heavy
def test_what_no_look_asked_for_in_time_has_no_price_at_a_moment(settings: Settings) -> None:
    """An hour's patience at an hour before the start, for a market asked for before that."""
    built(settings, LINES[:3], OVER)
    for relation in ("marts.fct_consensus_prices", "marts.fct_decision_quotes"):
        assert markets_in(settings, relation, "moment = '1h'") == {"h2h"}, relation
    with reading(settings) as warehouse:
        for clock in ("published", "ingested"):
            view = DecisionView(
                moment=parse_moment("61m"),
                sports=[SPORT],
                markets=["h2h", "totals"],
                clock=clock,  # type: ignore[arg-type]
                as_of=OVER,
                max_age_minutes=60,
            )
            offers = view.offers(warehouse)
            assert set(offers["market_key"]) == {"h2h"}
            assert set(offers["captured_at"]) == {datetime(2026, 7, 10, 18, 59, tzinfo=UTC)}


@pytest.mark.heavy
@postgres_is_heavy
@pytest.mark.parametrize(
    "clock",
    [
        "19:10",
        *(
            pytest.param(clock, marks=pytest.mark.heavy)
            for clock in ("18:00", "18:59", "19:45", "21:00")
        ),
    ],
)
def test_a_past_board_is_the_board_of_that_moment(settings: Settings, clock: str) -> None:
    """With the start announced then, ages by the looks of then, and nothing that came later."""
    moment = datetime.fromisoformat(f"2026-07-10T{clock}:00Z")
    by_then = [line for line in LINES if datetime.fromisoformat(line["received_at"]) <= moment]
    built(settings, by_then, moment)
    with reading(settings) as warehouse:
        then = current_board(warehouse)
    built(settings, LINES, OVER)
    with reading(settings) as warehouse:
        now = past_board(warehouse, moment)
    assert now == then
    ages = {row["market_key"]: row["age_minutes"] for row in now}
    totals_at = datetime(2026, 7, 10, 17, 35, tzinfo=UTC)
    assert ages["totals"] == (moment - totals_at).total_seconds() / 60
    assert set(ages) == {"h2h", "totals"}
