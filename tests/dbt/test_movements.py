"""Movements, closing-line value and book reports on a season whose leading books are known."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import isclose, log
from pathlib import Path
from statistics import mean
from typing import Any

import pandas as pd
import pytest

from analysis.backtest.closes import closing_values
from analysis.frames import frame
from analysis.settlement import settled_outcome, settlement_margin
from cli.local_postgres import PostgresAddress, fresh_database
from cli.reading import reading
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from simulator import Season, SeasonOptions
from simulator.books import DEFAULT_BOOKS
from simulator.clock import to_seconds
from simulator.recording import write_recording
from tests.conftest import duckdb_settings, postgres_is_heavy, postgres_settings
from tests.dbt.marts import land
from tests.oracle import read_recording

GAMES = 4
AS_OF = datetime(2025, 10, 26, tzinfo=UTC)
LEADERS = {book.key for book in DEFAULT_BOOKS if book.behaviour == "leads"}
# lowvig and betonlineag are one group, of a book that leads and one that follows
MIXED_GROUPS = {"betonlineag", "lowvig"}
GROUP_OF_BETFAIR = "betfair_ex"
MODELS = [
    "+fct_line_movements",
    "+fct_open_to_close",
    "+fct_closing_fair_prices",
    "+fct_closing_line_value",
    "+rpt_book_comparison",
    "+fct_book_accuracy",
    "+rpt_lead_lag",
]
# and what a backtest reads of the closes
READ_BY_BACKTESTS = [
    "+fct_reference_closes",
    "+fct_closing_distributions",
    "int_events_described_known",
]
# what comes of bets of a relation of one's own
VALUED = ["stg_bets__bets+", "--exclude", "fct_bet_legs+"]
MARTS = [model.removeprefix("+") for model in MODELS]
# at every opening price, and some points beside it: off the line that closed, on quarter lines too
BETS = """
    create table raw.bets as
    select
        lines.event_id || lines.bookmaker_key || lines.market_key || lines.outcome_name
        || cast(shifts.number as text) as bet_id,
        lines.event_id,
        lines.bookmaker_key,
        lines.market_key,
        lines.outcome_name,
        lines.outcome_description,
        lines.opening_point + shifts.shift as point,
        lines.opening_decimal_price as decimal_price,
        lines.opened_at as placed_at
    from marts.fct_open_to_close as lines
    inner join
        (
            select
                number,
                cast(shift as double precision) as shift
            from (values (1, 0), (2, -0.5), (3, 1), (4, 2.75)) as given (number, shift)
        ) as shifts
        on lines.opening_point is not null or shifts.shift = 0
"""
# each of them as a backtest has it
BETS_OF_BACKTEST = """
    select
        row_number() over (order by bets.bet_id) as bet_number,
        bets.*,
        bets.decimal_price as net_decimal_price,
        cast(null as double precision) as line,
        markets.market_kind,
        markets.period,
        case when bets.outcome_name in ('Over', events.home_team) then 1 else 2 end as side_no
    from raw.bets as bets
    inner join marts.markets as markets
        on bets.market_key = markets.market_key
    inner join marts.dim_events as events
        on bets.event_id = events.event_id
"""
CLOSING_VALUES = (
    "price_clv",
    "implied_clv",
    "no_vig_clv",
    "points_clv",
    "point_adjusted_clv",
    "own_price_clv",
    "beat_close",
)


@pytest.fixture(scope="module")
def season() -> Season:
    return Season(SeasonOptions(seed=3, games=GAMES, moved_share=0))


@pytest.fixture(scope="module")
def recording(season: Season, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("season") / "season.jsonl"
    starts = sorted(event.scheduled for event in season.events)
    first = datetime.fromtimestamp(starts[0], UTC) - timedelta(hours=16)
    write_recording(
        season,
        path,
        cadence="every-5-minutes",
        bookmakers=tuple(book.key for book in DEFAULT_BOOKS),
        first=first,
        last=first + timedelta(hours=48),
    )
    return path


@pytest.fixture(scope="module")
def on_duckdb(recording: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return _built(recording, duckdb_settings(tmp_path_factory.mktemp("movements")))


@pytest.fixture(scope="module")
def on_postgres(
    recording: Path,
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: PostgresAddress,
) -> Iterator[Settings]:
    with fresh_database(postgres_server) as address:
        yield _built(recording, postgres_settings(tmp_path_factory.mktemp("movements"), address))


def _built(recording: Path, settings: Settings) -> Settings:
    """The season, and a bet on every opening price."""
    land(read_recording(recording), settings)
    transformation = Transformation(settings)
    build = ["build", "--exclude-resource-type", "test", "unit_test", "--select"]
    transformation.invoke(*build, *MODELS, *READ_BY_BACKTESTS, as_of=AS_OF)
    with connect(settings) as connection:
        connection.rows(BETS)
    transformation.invoke("run", "--select", *VALUED, as_of=AS_OF)
    return settings


@pytest.fixture
def settings(engine: str, request: pytest.FixtureRequest) -> Settings:
    found: Settings = request.getfixturevalue(f"on_{engine}")
    return found


@pytest.mark.heavy
@pytest.mark.parametrize("mart", MARTS)
def test_both_engines_give_the_same_rows(
    on_duckdb: Settings, on_postgres: Settings, mart: str
) -> None:
    one, other = _rows(on_duckdb, mart), _rows(on_postgres, mart)
    assert one
    assert len(one) == len(other)
    for left, right in zip(one, other, strict=True):
        assert all(map(_is_equal, left, right)), (left, right)


@pytest.mark.heavy
def test_lead_lag_recovers_the_books_that_lead(on_duckdb: Settings) -> None:
    """Over all markets each leader leads each follower, and the leaders head the list."""
    shares: dict[str, list[float]] = defaultdict(list)
    pairs = _lead_shares(on_duckdb)
    leaders = {GROUP_OF_BETFAIR if key.startswith("betfair") else key for key in LEADERS}
    for (leader, follower), share in pairs.items():
        if MIXED_GROUPS & {leader, follower}:
            continue
        shares[leader].append(share)
        if leader in leaders and follower not in leaders:
            assert share > 0.5, (leader, follower)
    ranking = sorted(shares, key=lambda book: -sum(shares[book]) / len(shares[book]))
    found = leaders - MIXED_GROUPS
    assert set(ranking[: len(found)]) == found


@pytest.mark.heavy
def test_what_one_book_leads_the_other_follows(on_duckdb: Settings) -> None:
    pairs = _lead_shares(on_duckdb)
    for (leader, follower), share in pairs.items():
        assert share + pairs[follower, leader] == pytest.approx(1)


@postgres_is_heavy
def test_bets_of_a_backtest_are_worth_at_the_close_what_the_mart_says(settings: Settings) -> None:
    """Each bet once by the code of backtests, once by the mart: neither reads the other."""
    with reading(settings) as warehouse:
        bets = frame(warehouse, BETS_OF_BACKTEST)
        values = closing_values(warehouse, bets, as_of=AS_OF)
        mart = {
            row["bet_id"]: row
            for row in warehouse.rows("select * from marts.fct_closing_line_value")
        }
    assert mart.keys() == set(bets["bet_id"])
    compared: Counter[tuple[str, str, int]] = Counter()
    for bet, value in zip(bets.itertuples(), values.itertuples(), strict=True):
        told = mart[bet.bet_id]
        assert _or_none(value.clv_missing_reason) == told["missing_reason"], told
        for name in CLOSING_VALUES:
            found = _or_none(getattr(value, name))
            assert (found is None) == (told[name] is None), (name, told)
            assert found is None or _is_equal(float(found), told[name]), (name, found, told)
            kind = "at the close" if told["missing_reason"] is None else "elsewhere"
            compared[f"{name} {kind}", bet.market_key, bet.side_no] += found is not None
    # each kind of value is there for both sides, at the closing point and beside it
    for market_key in ("spreads", "totals"):
        for side_no in (1, 2):
            for name in ("points_clv", "point_adjusted_clv"):
                assert compared[f"{name} at the close", market_key, side_no] > 5
                assert compared[f"{name} elsewhere", market_key, side_no] > 5
            for name in ("price_clv", "no_vig_clv", "own_price_clv"):
                assert compared[f"{name} at the close", market_key, side_no] > 5
    for side_no in (1, 2):
        assert compared["no_vig_clv at the close", "h2h", side_no] > 5


@postgres_is_heavy
def test_accuracy_is_what_python_makes_of_the_scores(settings: Settings) -> None:
    with connect(settings) as connection:
        fair = connection.rows(
            "select fair.market_key, fair.bookmaker_key, fair.method, fair.moment,"
            " markets.market_kind, fair.side_no, fair.outcome_count, fair.point,"
            " fair.fair_probability, results.home_score, results.away_score"
            " from intermediate.int_fair_at_moments as fair"
            " inner join marts.markets as markets on fair.market_key = markets.market_key"
            " inner join marts.dim_events as results on fair.event_id = results.event_id"
            " where results.status = 'final' and fair.fair_probability is not null"
            " and fair.method <> 'worst_case'"
        )
        rows = connection.rows(
            "select market_key, bookmaker_key, method, moment, log_loss, brier_score"
            " from marts.fct_book_accuracy"
        )
    losses: dict[Any, list[float]] = defaultdict(list)
    errors: dict[Any, list[float]] = defaultdict(list)
    for *key, kind, side_no, count, point, probability, home_score, away_score in fair:
        margin = settlement_margin(
            market_kind=kind,
            side_no=side_no,
            outcome_count=count,
            point=point,
            home_score=home_score,
            away_score=away_score,
        )
        assert margin is not None
        settlement = settled_outcome(margin)
        if settlement == "win":
            losses[tuple(key)].append(-log(probability))
        if settlement in ("win", "loss"):
            errors[tuple(key)].append((probability - (settlement == "win")) ** 2)
    assert {tuple(key) for *key, _, _ in rows} == losses.keys() | errors.keys()
    for *key, log_loss, brier_score in rows:
        assert log_loss == pytest.approx(mean(losses[tuple(key)]))
        assert brier_score == pytest.approx(mean(errors[tuple(key)]))


def _or_none(value: Any) -> Any:
    return None if pd.isna(value) else value


def _lead_shares(settings: Settings) -> dict[tuple[str, str], float]:
    with connect(settings) as connection:
        rows = connection.rows(
            "select leader_group, follower_group,"
            " cast(sum(led_count) as double precision) / sum(led_count + followed_count)"
            " from marts.rpt_lead_lag group by leader_group, follower_group"
            " having sum(led_count + followed_count) > 0"
        )
    return {(leader, follower): share for leader, follower, share in rows}


def _rows(settings: Settings, mart: str) -> list[tuple[Any, ...]]:
    with connect(settings) as connection:
        if settings.odds_target == "duckdb":
            connection.rows("set timezone = 'UTC'")
        rows = connection.rows(f"select * from marts.{mart}")  # noqa: S608
    return sorted((tuple(map(_plain, row)) for row in rows), key=_order)


def _plain(value: Any) -> Any:
    return to_seconds(value) if isinstance(value, datetime) else value


def _order(row: tuple[Any, ...]) -> tuple[str, ...]:
    """By keys and times first: doubles may differ in their last digits."""
    exact = [str(value) for value in row if not isinstance(value, float)]
    return (*exact, *(f"{value:.6f}" for value in row if isinstance(value, float)))


def _is_equal(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    return bool(left == right)
