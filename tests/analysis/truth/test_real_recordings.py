"""Backtests of real recordings: the same on both engines, and the same as by hand."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.backtest.result import BacktestResult
from analysis.backtest.sizing import Sizing
from cli.local_postgres import PostgresAddress, fresh_database
from ingestion.pipelines import import_results
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.analysis.truth.backtests import STAKE, TIME_ZONE, opened, run
from tests.conftest import duckdb_settings, postgres_settings
from tests.dbt.marts import LANDED_AT, land
from tests.oracle import backtest_recomputation as oracle
from tests.oracle import read_recording

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(3600)]

RECORDINGS = {"americanfootball_nfl": "nfl_2025_sep_nov", "baseball_mlb": "mlb_2026_july"}
AS_OF = datetime(2026, 8, 1, tzinfo=UTC)
DELAY = timedelta(seconds=60)
CLOSEST = 1e-9
# of price_moments
MAX_AGE = {
    "1h": timedelta(minutes=60),
    "6h": timedelta(minutes=240),
    "24h": timedelta(minutes=1440),
}
SMALL_BANKROLL = 2_000.0
CAPS = oracle.Caps(fraction=1.0, bet=0.004, event=0.0045, day=0.018, everything=0.015, least=1.0)
# of settled bets with all of their columns
LEAST_CHECKED = 20
Setup = tuple[str, str, Mapping[str, str]]
SETUPS: dict[str, Setup] = {
    "flat home": ("flat", "1h", {"pick": "home"}),
    "flat over": ("flat", "6h", {"pick": "over"}),
    "sharp ev": ("ev", "1h", {"reference": "sharp", "min_edge": "0"}),
    "consensus ev": ("ev", "6h", {"reference": "consensus", "min_edge": "0"}),
    "arbitrage": ("arbitrage", "1h", {}),
    "arbitrage a day ahead": ("arbitrage", "24h", {}),
}
# what a bet of one's own needs, and where a bet of a run has it
BET_COLUMNS = {
    "bet_id": ("bet_id", "text"),
    "event_id": ("event_id", "text"),
    "bookmaker_key": ("bookmaker_key", "text"),
    "market_key": ("market_key", "text"),
    "outcome_name": ("outcome_name", "text"),
    "outcome_description": ("outcome_description", "text"),
    "point": ("point", "double precision"),
    "decimal_price": ("net_decimal_price", "double precision"),
    "placed_at": ("decided_at", "timestamp with time zone"),
}
VALUES = (
    "no_vig_clv",
    "point_adjusted_clv",
    "price_clv",
    "implied_clv",
    "points_clv",
    "own_price_clv",
    "beat_close",
)


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresAddress, shared_data: Path
) -> Iterator[dict[str, Settings]]:
    """Both engines with both recordings and the results."""
    folder = tmp_path_factory.mktemp("real")
    with fresh_database(postgres_server) as address:
        warehouses = {
            "duckdb": duckdb_settings(folder),
            "postgres": postgres_settings(folder / "postgres", address),
        }
        for settings in warehouses.values():
            for recording in RECORDINGS.values():
                path = shared_data / "recordings" / f"{recording}.jsonl.xz"
                land(read_recording(path), settings)
            import_results(shared_data / "results.csv", settings, now=lambda: LANDED_AT)
            Transformation(settings).build_models(as_of=AS_OF)
        yield warehouses


@pytest.fixture(scope="module")
def results(both: dict[str, Settings]) -> dict[str, dict[str, BacktestResult]]:
    """Every setup on every engine."""
    found: dict[str, dict[str, BacktestResult]] = {}
    for engine, settings in both.items():
        with opened(settings) as warehouse:
            found[engine] = {
                name: run(warehouse, *setup, sports=tuple(RECORDINGS), as_of=AS_OF)
                for name, setup in SETUPS.items()
            }
    return found


@pytest.fixture(scope="module")
def feeds(shared_data: Path) -> dict[str, oracle.Feed]:
    return {
        sport: oracle.Feed(list(read_recording(shared_data / "recordings" / f"{name}.jsonl.xz")))
        for sport, name in RECORDINGS.items()
    }


@pytest.fixture(scope="module")
def by_hand(feeds: dict[str, oracle.Feed], shared_data: Path) -> dict[str, list[oracle.Bet]]:
    """Every setup once more, from the recorded lines and the file of results."""
    rows = oracle.read_results(shared_data / "results.csv")
    found: dict[str, list[oracle.Bet]] = {name: [] for name in SETUPS}
    for feed in feeds.values():
        matched = oracle.results_by_event(feed, rows)
        for name, (_, moment, _) in SETUPS.items():
            before = timedelta(hours=float(moment.removesuffix("h")))
            for decision in feed.decisions(before, max_age=MAX_AGE[moment]):
                found[name] += [
                    oracle.became(bet, feed, matched, delay=DELAY, as_of=AS_OF)
                    for bet in _chosen(name, decision)
                ]
    return found


def _chosen(name: str, decision: oracle.Decision) -> list[oracle.Bet]:
    if name == "flat home":
        return oracle.flat_bets(decision, is_first=True, markets={"h2h", "spreads"})
    if name == "flat over":
        return oracle.flat_bets(decision, is_first=True, markets={"totals"})
    if name.endswith("ev"):
        reference = name.removesuffix(" ev")
        return oracle.expected_value_bets(decision, reference=reference, min_edge=0, max_edge=0.1)
    return oracle.arbitrage_bets(decision, max_roi=0.1)


@pytest.mark.parametrize("name", SETUPS)
def test_both_engines_make_the_same_bets(
    results: dict[str, dict[str, BacktestResult]], name: str
) -> None:
    here, there = (results[engine][name] for engine in ("duckdb", "postgres"))
    assert len(here.bets) > 0
    for fact in ("run_id", "config_hash", "data_hash"):
        assert here.facts[fact] == there.facts[fact], fact
    pd.testing.assert_frame_equal(
        here.bets, there.bets, check_exact=False, rtol=CLOSEST, atol=CLOSEST
    )
    for fact, value in here.facts.items():
        if isinstance(value, float):
            assert there.facts[fact] == pytest.approx(value, rel=CLOSEST, abs=CLOSEST), fact
        elif fact != "metrics":
            assert there.facts[fact] == value, fact


@pytest.mark.parametrize("name", SETUPS)
def test_bets_are_those_that_follow_from_the_recording_by_hand(
    results: dict[str, dict[str, BacktestResult]],
    by_hand: dict[str, list[oracle.Bet]],
    name: str,
) -> None:
    bets = {_key(bet): bet for bet in results["duckdb"][name].bets.to_dict("records")}
    expected = {_key_by_hand(bet): bet for bet in by_hand[name]}
    assert bets.keys() == expected.keys()
    for key, bet in expected.items():
        assert_bet(bets[key], bet)


def test_kelly_stakes_come_from_what_was_known_and_free_at_each_decision(
    both: dict[str, Settings], by_hand: dict[str, list[oracle.Bet]]
) -> None:
    """With caps so low that each of them binds."""
    sizing = Sizing(
        method="kelly",
        fraction=CAPS.fraction,
        max_bet_share=CAPS.bet,
        max_event_share=CAPS.event,
        max_day_share=CAPS.day,
        max_open_share=CAPS.everything,
        min_stake=CAPS.least,
    )
    sports = tuple(RECORDINGS)
    with opened(both["duckdb"]) as warehouse:
        result = run(
            warehouse,
            *SETUPS["sharp ev"],
            sports=sports,
            as_of=AS_OF,
            sizing=sizing,
            bankroll=SMALL_BANKROLL,
        )
    found = {_key(bet): bet for bet in result.bets.to_dict("records")}
    for column, is_paper in (("stake", False), ("paper_stake", True)):
        stakes = oracle.kelly_stakes(
            by_hand["sharp ev"],
            caps=CAPS,
            bankroll=SMALL_BANKROLL,
            time_zone=TIME_ZONE,
            is_paper=is_paper,
        )
        assert sum(stake > 0 for stake in stakes.values()) >= LEAST_CHECKED
        for bet in by_hand["sharp ev"]:
            stake = found[_key_by_hand(bet)][column]
            assert stake == pytest.approx(stakes[bet.offer], abs=1e-6), (column, bet)


def test_the_bets_held_against_the_recording_are_of_every_kind(
    by_hand: dict[str, list[oracle.Bet]],
) -> None:
    for name in ("flat home", "flat over", "sharp ev", "consensus ev"):
        assert len(by_hand[name]) >= LEAST_CHECKED, name
    every = [bet for bets in by_hand.values() for bet in bets]
    assert {bet.settlement for bet in every} == {"win", "loss", "push", "void", None}
    assert {bet.fill_status for bet in every} >= {"filled", "worse_price", "not_seen_again"}


@pytest.mark.parametrize("engine_name", ["duckdb", "postgres"])
def test_the_mart_of_closing_line_value_says_the_same_of_each_bet(
    both: dict[str, Settings],
    results: dict[str, dict[str, BacktestResult]],
    engine_name: str,
) -> None:
    settings = both[engine_name]
    bets = pd.concat([result.bets for result in results[engine_name].values()])
    landed = land_bets(settings, bets)
    columns = ", ".join(VALUES)
    with connect(settings) as connection:
        rows = connection.rows(
            f"select bet_id, missing_reason, {columns} from marts.fct_closing_line_value"  # noqa: S608
        )
    assert len(rows) == landed
    told = {bet_id: (reason, values) for bet_id, reason, *values in rows}
    compared = dict.fromkeys(VALUES, 0)
    for bet in bets.to_dict("records"):
        reason, values = told[bet["bet_id"]]
        assert _plain(bet["clv_missing_reason"]) == reason, bet
        for name, value in zip(VALUES, values, strict=True):
            found = _plain(bet[name])
            assert (found is None) == (value is None), (name, value, bet)
            if value is not None:
                assert found == pytest.approx(value, rel=CLOSEST, abs=CLOSEST), (name, bet)
                compared[name] += 1
    assert min(compared.values()) >= LEAST_CHECKED, compared


def land_bets(settings: Settings, bets: pd.DataFrame) -> int:
    """Land bets of runs as bets of one's own and value them at the close; returns their number."""
    columns = ", ".join(f"{name} {kind}" for name, (_, kind) in BET_COLUMNS.items())
    arrays = ", ".join(f"unnest(cast(? as {kind}[]))" for _, kind in BET_COLUMNS.values())
    values = [[_plain(each) for each in bets[name]] for name, _ in BET_COLUMNS.values()]
    with connect(settings) as connection:
        connection.rows("drop table if exists raw.bets cascade")
        connection.rows(f"create table raw.bets ({columns})")
        connection.rows(f"insert into raw.bets select {arrays}", values)
    Transformation(settings).invoke("run", "--select", "stg_bets__bets+", as_of=AS_OF)
    return len(bets)


def assert_bet(bet: Mapping[Any, Any], expected: oracle.Bet) -> None:
    offer, decision = expected.offer, expected.decision
    facts = {
        "american_price": offer.american_price,
        "decided_at": decision.decided_at,
        "commence_time": decision.commence_time,
        "captured_at": decision.captured_at,
        "valid_from": expected.valid_from,
        "response_id": expected.response_id,
        "fill_status": expected.fill_status,
        "filled_at": expected.filled_at,
        "settlement": expected.settlement,
        "settled_at": expected.settled_at,
        "home_score": expected.score and expected.score[0],
        "away_score": expected.score and expected.score[1],
    }
    for name, value in facts.items():
        assert _plain(bet[name]) == value, (name, bet, expected)
    stake = STAKE if expected.share == 1 else oracle.rounded_down(STAKE * expected.share)
    executed = stake if expected.fill_status == "filled" else 0.0
    numbers = {
        "decimal_price": offer.price,
        "net_decimal_price": offer.price,
        "win_probability": expected.win_probability,
        "paper_stake": stake,
        "paper_profit": expected.profit(stake),
        "stake": executed,
        "profit": expected.profit(executed) if executed else 0.0,
    }
    if expected.win_probability is not None:
        numbers["edge"] = expected.win_probability * offer.price - 1
    for name, number in numbers.items():
        found = _plain(bet[name])
        assert (found is None) == (number is None), (name, bet, expected)
        if number is not None:
            assert found == pytest.approx(number, rel=CLOSEST, abs=CLOSEST), (name, bet)


def _plain(value: Any) -> Any:
    if value is pd.NaT or (isinstance(value, float) and isnan(value)):
        return None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def _key(bet: Mapping[Any, Any]) -> tuple[Any, ...]:
    names = ("event_id", "market_key", "outcome_name", "point", "bookmaker_key")
    return tuple(_plain(bet[name]) for name in names)


def _key_by_hand(bet: oracle.Bet) -> tuple[Any, ...]:
    offer = bet.offer
    point = None if offer.point is None else float(offer.point)
    return (offer.event_id, offer.market_key, offer.outcome_name, point, offer.bookmaker_key)
