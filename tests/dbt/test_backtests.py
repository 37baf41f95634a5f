"""What backtests write back: it stands in the marts at once, and the tests on it find what lies."""

import hashlib
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from ingestion.errors import OddsError
from ingestion.landing import Landing
from ingestion.raw_tables import BACKTEST_BETS, BACKTEST_RUNS, RawTable
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import FIRST_CAPTURE, MakeResponse

Values = dict[str, Any]
CAPTURED_AT = FIRST_CAPTURE
DECIDED_AT = CAPTURED_AT + timedelta(hours=1)
STARTS_AT = CAPTURED_AT + timedelta(hours=2)
AS_OF = datetime(2026, 2, 3, tzinfo=UTC)
WON = {"settlement": "win", "profit": 100.0, "paper_profit": 200.0}
PUSHED = {"settlement": "push", "profit": 0.0, "paper_profit": 0.0}
# of a bet of 100 (200 on paper) on the home side at 2.0, which won 103 to 100
SOUND: list[Values] = [
    {},
    {"settlement": None, "profit": None, "paper_profit": None, "home_score": None},
    {"settlement": "void", "profit": 0.0, "paper_profit": 0.0, "home_score": None},
    {"stake": 0.0, "profit": 0.0, "fill_status": "withdrawn"},
    {"market_key": "spreads", "market_kind": "spread", "point": -3.0, **PUSHED},
    {
        "market_key": "spreads",
        "market_kind": "spread",
        "point": -2.75,
        "settlement": "half_win",
        "profit": 50.0,
        "paper_profit": 100.0,
    },
    {
        "market_key": "totals",
        "market_kind": "total",
        "point": 203.25,
        "outcome_name": "Over",
        "settlement": "half_loss",
        "profit": -50.0,
        "paper_profit": -100.0,
    },
    {"outcome_name": "Away", "settlement": "loss", "profit": -100.0, "paper_profit": -200.0},
    {
        "sport_key": "soccer_epl",
        "home_score": 1,
        "away_score": 1,
        "settlement": "loss",
        "profit": -100.0,
        "paper_profit": -200.0,
    },
]
FAULTS: dict[str, list[Values]] = {
    "assert_backtest_bets_knew_nothing_later": [
        {"captured_at": DECIDED_AT + timedelta(microseconds=1)},
        {"valid_from": CAPTURED_AT + timedelta(seconds=1)},
        {"commence_time": DECIDED_AT},
        {"decided_at": CAPTURED_AT - timedelta(seconds=1)},
        {"response_id": "f" * 64},
    ],
    "assert_backtest_bets_settle_as_the_score_says": [
        {"home_score": 100},
        {"home_score": None},
        {"outcome_name": "Nobody"},
        {"market_key": "h2h_q1"},
        {"market_key": "spreads", "market_kind": "spread", "point": -3.5},
        {"sport_key": "soccer_epl", "home_score": 100, **PUSHED},
    ],
    "assert_backtest_profits_follow_from_settlement": [
        {"profit": 100.00001},
        {"paper_profit": 100.0},
        {"profit": None},
        {"settlement": None, "profit": 0.0},
        {"settlement": "void"},
        {"net_decimal_price": 1.98},
    ],
}
# of runs of the sound bets
WRONGLY_TOLD: list[Values] = [{"turnover": 0.0}, {"profit": None}, {"profit": 100.1}]


def name_of(what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()


def land(settings: Settings, table: RawTable, rows: list[Values]) -> None:
    nothing = dict.fromkeys(table.arrow_schema.names)
    landing = Landing(settings, now=lambda: AS_OF)
    landing.land_rows(table, [SimpleNamespace(**{**nothing, **values}) for values in rows])


def land_run(settings: Settings, response_id: str, bets: list[Values], **run: Any) -> None:
    """A run with the bets, each as a sound one but for what is given."""
    run_id = name_of((response_id, bets, run))
    numbered = [
        {
            "bet_id": name_of((run_id, number)),
            "run_id": run_id,
            "bet_number": number,
            "event_id": "event",
            "sport_key": "basketball_nba",
            "bookmaker_key": "book",
            "home_team": "Home",
            "away_team": "Away",
            "outcome_name": "Home",
            "market_key": "h2h",
            "market_kind": "moneyline",
            "fill_status": "filled",
            "american_price": 100,
            "decimal_price": 2.0,
            "net_decimal_price": 2.0,
            "decided_at": DECIDED_AT,
            "commence_time": STARTS_AT,
            "minutes_to_start": 60.0,
            "captured_at": CAPTURED_AT,
            "valid_from": CAPTURED_AT,
            "response_id": response_id,
            "stake": 100.0,
            "paper_stake": 200.0,
            "home_score": 103.0,
            "away_score": 100.0,
            **WON,
            **values,
        }
        for number, values in enumerate(bets, start=1)
    ]
    settled = [bet for bet in numbered if bet["settlement"] not in (None, "void")]
    land(settings, BACKTEST_BETS, numbered)
    values = {
        "run_id": run_id,
        # most runs have no name
        "name": None,
        "strategy": "Any",
        "parameters": "{}",
        "config": "{}",
        "config_hash": "0",
        "data_hash": "0",
        "metrics": "{}",
        "clock": "published",
        "as_of": AS_OF,
        "started_at": AS_OF,
        "initial_bankroll": 1000.0,
        "bets": sum(bet["stake"] > 0 for bet in numbered),
        "pending": 1,
        "turnover": sum(bet["stake"] for bet in settled),
        "profit": sum(bet["profit"] or 0 for bet in settled),
    }
    land(settings, BACKTEST_RUNS, [{**values, **run}])


def forget_runs(settings: Settings) -> None:
    with connect(settings) as connection:
        connection.rows("delete from raw.backtest_bets")
        connection.rows("delete from raw.backtest_runs")


@pytest.mark.heavy
def test_backtests_are_read_at_once_and_tested(
    settings: Settings, make_response: MakeResponse
) -> None:
    response = make_response(body=orjson.dumps([]).decode())
    Landing(settings, now=lambda: AS_OF).land([response])
    transformation = Transformation(settings)
    marts = ("+int_processed_responses", "+fct_backtest_bets", "+fct_backtest_runs")
    without_tests = ("--exclude-resource-type", "test", "unit_test")
    seeds = ("markets", "sports")
    transformation.invoke("build", *without_tests, "--select", *marts, *seeds, as_of=AS_OF)

    land_run(settings, response.response_id, SOUND)
    land(settings, BACKTEST_BETS, [{"bet_id": name_of("cut off"), "run_id": name_of("no run")}])
    with connect(settings) as connection:
        assert connection.rows("select count(*) from marts.fct_backtest_runs") == [(1,)]
        found = connection.rows("select bet_number from marts.fct_backtest_bets order by 1")
    assert found == [(number,) for number in range(1, len(SOUND) + 1)]
    tests = ("test", "--indirect-selection", "cautious", "--select")
    transformation.invoke(
        *tests, "path:dbt_project/tests/singular/backtests", *marts, *seeds, as_of=AS_OF
    )

    for name, faults in FAULTS.items():
        forget_runs(settings)
        land_run(settings, response.response_id, [{}, *faults])
        with pytest.raises(OddsError, match=f"{name}: Got {len(faults)} results"):
            transformation.invoke("test", "--select", name, as_of=AS_OF)

    name = "assert_backtest_runs_reconcile_with_their_bets"
    forget_runs(settings)
    for told in WRONGLY_TOLD:
        land_run(settings, response.response_id, SOUND, **told)
    with pytest.raises(OddsError, match=f"{name}: Got {len(WRONGLY_TOLD)} results"):
        transformation.invoke("test", "--select", name, as_of=AS_OF)
