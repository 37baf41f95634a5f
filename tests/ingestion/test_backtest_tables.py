"""Backtests land beside what they were made from, each run and bet once, on both engines."""

import hashlib
from datetime import UTC, datetime
from types import SimpleNamespace

import pandas as pd
import pytest

from ingestion.archive.export import Export
from ingestion.archive.source import Selection
from ingestion.landing import Landing, LandingSummary
from ingestion.raw_tables import BACKTEST_BETS, BACKTEST_RUNS, RawTable
from ingestion.warehouse import connect

LANDED_AT = datetime(2026, 2, 1, 12, 0, tzinfo=UTC)
DECIDED_AT = datetime(2026, 1, 31, 18, 0, 0, 123456, tzinfo=UTC)


def name_of(what: str) -> str:
    return hashlib.sha256(what.encode()).hexdigest()


RUN = {
    "run_id": name_of("run"),
    "name": "value",
    "strategy": "ExpectedValue",
    "parameters": '{"min_edge": 0.02}',
    "clock": "published",
    "decided_from": DECIDED_AT,
    "bets": 1,
    "pending": 0,
    "turnover": 0.1 + 0.2,
    "profit": -1e-300,
    "yield": 0.05,
    "p_value": None,
    "metrics": '{"bets": 1, "name": "a,b\\n\\"c\\""}',
}
BET = {
    "bet_id": name_of("bet"),
    "run_id": name_of("run"),
    "bet_number": 1,
    "event_id": "event",
    "outcome_name": "Montréal Canadiens",
    "point": -3.5,
    "american_price": -110,
    "decimal_price": 1 + 100 / 110,
    "decided_at": DECIDED_AT,
    "stake": 12.34,
    "profit": None,
    "filled_at": None,
}


@pytest.fixture
def landing(settings):
    return Landing(settings, now=lambda: LANDED_AT)


def row_of(table: RawTable, values: dict[str, object]) -> SimpleNamespace:
    """A row with all columns of a table; `yield` is one, so no dataclass can hold it."""
    nothing: dict[str, object] = dict.fromkeys(table.arrow_schema.names)
    return SimpleNamespace(**{**nothing, **values})


def landed(settings, table: RawTable):
    columns = ", ".join(table.arrow_schema.names)
    with connect(settings) as connection:
        rows = connection.rows(
            f"select {columns} from raw.{table.name} order by {table.key}"  # noqa: S608
        )
    return [dict(zip(table.arrow_schema.names, row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    ("table", "values"), [(BACKTEST_RUNS, RUN), (BACKTEST_BETS, BET)], ids=["runs", "bets"]
)
def test_every_column_arrives_as_it_was(settings, landing, table, values):
    row = row_of(table, values)
    assert landing.land_rows(table, [row]) == LandingSummary(landed=1, already_held=0)
    assert landed(settings, table) == [{**vars(row), "landed_at": LANDED_AT}]


def test_what_a_frame_has_for_a_missing_value_is_null(settings, landing):
    settled = {"bet_id": name_of("other"), "profit": 3.5, "filled_at": DECIDED_AT}
    frame = pd.DataFrame([BET, {**BET, **settled}])
    frame = frame.assign(settlement=pd.Series([None, "win"], dtype="str"))
    frame = frame.reindex(columns=BACKTEST_BETS.arrow_schema.names)
    frame["landed_at"] = None
    landing.land_rows(BACKTEST_BETS, frame.itertuples(index=False))
    by_id = {bet["bet_id"]: bet for bet in landed(settings, BACKTEST_BETS)}
    bet, other = by_id[name_of("bet")], by_id[name_of("other")]
    missing = ("profit", "filled_at", "settlement", "bet_group", "home_score")
    assert [bet[name] for name in missing] == [None] * 5
    assert (other["profit"], other["filled_at"], other["settlement"]) == (3.5, DECIDED_AT, "win")


def test_a_run_that_is_made_again_does_not_land_again(settings, landing):
    bets = [row_of(BACKTEST_BETS, {**BET, "bet_id": name_of(str(n))}) for n in range(3)]
    run = row_of(BACKTEST_RUNS, RUN)
    landing.land_rows(BACKTEST_BETS, bets)
    landing.land_rows(BACKTEST_RUNS, [run])
    again = Landing(settings, now=lambda: LANDED_AT)
    assert again.land_rows(BACKTEST_BETS, bets) == LandingSummary(landed=0, already_held=3)
    assert again.land_rows(BACKTEST_RUNS, [run]) == LandingSummary(landed=0, already_held=1)
    assert (len(landed(settings, BACKTEST_BETS)), len(landed(settings, BACKTEST_RUNS))) == (3, 1)


def test_columns_have_the_types_that_models_expect(settings, landing):
    landing.land([])
    with connect(settings) as connection:
        types = dict(
            connection.rows(
                "select column_name, lower(data_type) from information_schema.columns"
                " where table_schema = 'raw' and table_name = 'backtest_bets'"
            )
        )
    assert types["decimal_price"] in ("double", "double precision")
    assert types["bet_number"] == "bigint"
    assert types["decided_at"] == "timestamp with time zone"
    assert types["outcome_name"] in ("varchar", "character varying")


@pytest.mark.parametrize("engine", ["duckdb"])
def test_an_archive_leaves_backtests_out(settings, landing, tmp_path, make_response):
    landing.land([make_response()])
    landing.land_rows(BACKTEST_BETS, [row_of(BACKTEST_BETS, BET)])
    landing.land_rows(BACKTEST_RUNS, [row_of(BACKTEST_RUNS, RUN)])
    months = Export(settings, tmp_path / "archive", selection=Selection()).months()
    assert [month.table.name for month in months] == ["api_responses"]
