"""Whether a price could have been had, on a warehouse of three tables and a few snapshots."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from analysis.backtest.fills import FillModel, filled
from analysis.warehouse import Warehouse, open_duckdb, open_postgres
from ingestion.settings import Settings
from ingestion.warehouse import connect

DECIDED_AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TABLES = [
    "create schema if not exists marts",
    "create table marts.markets (market_key text, base_market_key text)",
    "insert into marts.markets values ('h2h', 'h2h'), ('spreads', 'spreads'), ('h2h_lay', 'h2h')",
    "create table marts.fct_event_sightings (event_id text, captured_at timestamp with time zone,"
    " is_listed boolean, is_quoting boolean, is_in_play boolean, request_kind text, markets text,"
    " bookmakers text, response_id text)",
    "create table marts.fct_quote_states (event_id text, bookmaker_key text, market_key text,"
    " outcome_name text, outcome_description text, line double precision, point double precision,"
    " decimal_price double precision, valid_from timestamp with time zone, is_withdrawn boolean,"
    " is_stale boolean, is_in_play boolean, request_kind text, base_market_key text,"
    " response_id text)",
]
STATE = {
    "event_id": "game",
    "bookmaker_key": "book",
    "market_key": "h2h",
    "outcome_name": "Home",
    "outcome_description": None,
    "line": None,
    "point": None,
    "decimal_price": 2.0,
    "valid_from": DECIDED_AT - 30 * MINUTE,
    "is_withdrawn": False,
    "is_stale": False,
    "is_in_play": False,
    "request_kind": "regions:us",
    "base_market_key": "h2h",
    "response_id": "first",
}
SNAPSHOT = {
    "event_id": "game",
    "captured_at": DECIDED_AT + 5 * MINUTE,
    "is_listed": True,
    "is_quoting": True,
    "is_in_play": False,
    "request_kind": "regions:us",
    "markets": "h2h,spreads",
    "bookmakers": None,
    "response_id": "later",
}
SEEN_AT = DECIDED_AT + 5 * MINUTE
SPREAD = {"market_key": "spreads", "base_market_key": "spreads", "point": -2.5}
Changes = dict[str, Any]


@pytest.fixture
def empty(settings: Settings) -> Settings:
    settings.odds_duckdb_path.parent.mkdir(parents=True, exist_ok=True)
    with connect(settings) as connection:
        for statement in TABLES:
            connection.rows(statement)
    return settings


def insert(settings: Settings, table: str, *rows: Changes) -> None:
    with connect(settings) as connection:
        for row in rows:
            places = ", ".join("?" * len(row))
            connection.rows(
                f"insert into marts.{table} ({', '.join(row)}) values ({places})",  # noqa: S608
                tuple(row.values()),
            )


def fill(
    settings: Settings,
    *,
    later: Changes | None = None,
    states: tuple[Changes, ...] = (),
    snapshots: tuple[Changes, ...] = ({},),
    model: FillModel | None = None,
    **bet: Any,
) -> tuple[str, Any]:
    """What becomes of a bet at 2.0 on a price that stands, changed and looked at later as told."""
    first = {**STATE, **{name: bet[name] for name in bet if name in STATE}}
    changes = [] if later is None else [{"valid_from": SEEN_AT, "response_id": "later", **later}]
    insert(
        settings, "fct_quote_states", first, *({**first, **each} for each in (*changes, *states))
    )
    insert(settings, "fct_event_sightings", *({**SNAPSHOT, **each} for each in snapshots))
    bets = bets_of(
        {"decided_at": DECIDED_AT, "commence_time": DECIDED_AT + 60 * MINUTE, **first, **bet}
    )
    for warehouse in opened(settings):
        (row,) = filled(warehouse, bets, model=model or FillModel()).itertuples()
    return row.fill_status, None if pd.isna(row.filled_at) else row.filled_at


def bets_of(*rows: Changes) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows))
    frame.insert(0, "bet_number", range(1, len(frame) + 1))
    for name in ("decided_at", "commence_time"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    return frame.astype({"point": float, "line": float})


def opened(settings: Settings) -> Iterator[Warehouse]:
    if settings.odds_target == "duckdb":
        with open_duckdb(settings.odds_duckdb_path) as warehouse:
            yield warehouse
        return
    with open_postgres(
        host=settings.pghost,
        port=settings.pgport,
        user=settings.pguser,
        password=settings.pgpassword.get_secret_value(),
        database=settings.pgdatabase,
    ) as warehouse:
        yield warehouse


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        pytest.param({}, "filled", id="unchanged"),
        pytest.param({"later": {"decimal_price": 2.05}}, "filled", id="better"),
        pytest.param({"later": {"decimal_price": 1.99}}, "worse_price", id="worse"),
        pytest.param(
            {**SPREAD, "later": {"point": -3.0, "decimal_price": 2.2}}, "worse_price", id="moved"
        ),
        pytest.param({**SPREAD, "later": {"decimal_price": 2.2}}, "filled", id="same point"),
        pytest.param(
            {"later": {"is_withdrawn": True, "decimal_price": None}}, "withdrawn", id="withdrawn"
        ),
        pytest.param({"later": {"is_stale": True}}, "withdrawn", id="stale"),
        pytest.param({"later": {"is_in_play": True}}, "withdrawn", id="in play"),
        pytest.param(
            {
                "later": {"is_withdrawn": True, "decimal_price": None},
                "snapshots": ({"is_listed": False},),
            },
            "withdrawn",
            id="the game is gone",
        ),
        pytest.param(
            {"later": {"valid_from": SEEN_AT + MINUTE, "decimal_price": 1.5}},
            "filled",
            id="what comes after the first look is too late",
        ),
        pytest.param(
            {
                "later": {"decimal_price": 1.5},
                "states": (
                    {"valid_from": SEEN_AT + MINUTE, "response_id": "last", "decimal_price": 2.5},
                ),
                "snapshots": ({}, {"captured_at": SEEN_AT + MINUTE, "response_id": "last"}),
            },
            "worse_price",
            id="the first look counts",
        ),
    ],
)
def test_a_price_is_had_where_the_next_snapshot_still_shows_it(
    empty: Settings, changed: Changes, status: str
) -> None:
    found = fill(empty, **changed)
    assert found == (status, SEEN_AT if status == "filled" else None)


@pytest.mark.parametrize(
    "snapshot",
    [
        pytest.param({"captured_at": DECIDED_AT + MINUTE - timedelta(seconds=1)}, id="too early"),
        pytest.param({"captured_at": DECIDED_AT + 60 * MINUTE}, id="at the start"),
        pytest.param({"is_in_play": True}, id="in play"),
        pytest.param({"is_quoting": False, "markets": None}, id="asks for no prices"),
        pytest.param({"markets": "spreads,totals"}, id="of another market"),
        pytest.param({"markets": "h2h_q1"}, id="of a market of a like name"),
        pytest.param({"request_kind": "regions:eu"}, id="of another region"),
        pytest.param(
            {"request_kind": "bookmakers", "bookmakers": "other,book2"}, id="of other books"
        ),
        pytest.param({"event_id": "another"}, id="of another game"),
    ],
)
def test_a_snapshot_that_says_nothing_of_it_shows_nothing(
    empty: Settings, snapshot: Changes
) -> None:
    assert fill(empty, snapshots=(snapshot,)) == ("not_seen_again", None)


def test_the_delay_is_how_long_it_takes(empty: Settings) -> None:
    exactly = {"captured_at": DECIDED_AT + 60 * MINUTE / 60 * 90}
    bet = {"commence_time": DECIDED_AT + 300 * MINUTE}
    model = FillModel(delay_seconds=90 * 60)
    assert fill(empty, snapshots=({}, exactly), model=model, **bet) == (
        "filled",
        exactly["captured_at"],
    )


def test_a_price_that_another_request_shows_again_is_seen_again(empty: Settings) -> None:
    by_name = {"request_kind": "bookmakers", "bookmakers": "book,other"}
    assert fill(empty, later={"request_kind": "bookmakers"}, snapshots=(by_name,))[0] == "filled"


def test_a_lay_price_is_asked_for_with_its_market(empty: Settings) -> None:
    assert fill(empty, market_key="h2h_lay")[0] == "filled"


def test_bets_keep_their_rows_whatever_the_order_of_their_numbers(empty: Settings) -> None:
    insert(empty, "fct_quote_states", STATE, {**STATE, "event_id": "worse"})
    insert(
        empty,
        "fct_quote_states",
        {**STATE, "event_id": "worse", "valid_from": SEEN_AT, "decimal_price": 1.5},
    )
    insert(empty, "fct_event_sightings", SNAPSHOT, {**SNAPSHOT, "event_id": "worse"})
    times = {"decided_at": DECIDED_AT, "commence_time": DECIDED_AT + 60 * MINUTE}
    bets = bets_of(*({**STATE, **times, "event_id": name} for name in ("worse", "unseen", "game")))
    for warehouse in opened(empty):
        forth = filled(warehouse, bets, model=FillModel())
        back = filled(warehouse, bets[::-1], model=FillModel())
    assert forth["fill_status"].tolist() == ["worse_price", "not_seen_again", "filled"]
    pd.testing.assert_frame_equal(back.sort_index(), forth)


def test_no_bets_need_no_warehouse() -> None:
    found = filled(
        None, bets_of(STATE | {"decided_at": 0, "commence_time": 0})[:0], model=FillModel()
    )  # type: ignore[arg-type]
    assert list(found.columns) == ["fill_status", "filled_at"]
    assert found.empty


def test_the_limit_of_a_book_and_market_comes_before_wider_ones() -> None:
    limits = {("book", "h2h"): 1.0, ("book", "*"): 2.0, ("*", "h2h"): 3.0, ("*", "*"): 4.0}
    model = FillModel(limits=limits)
    asked = [("book", "h2h"), ("book", "totals"), ("other", "h2h"), ("other", "totals")]
    assert [model.limit(*each) for each in asked] == [1.0, 2.0, 3.0, 4.0]
    assert FillModel(limits={("book", "h2h"): 0.0}).limit("book", "h2h") == 0.0
    assert FillModel(limits={("book", "h2h"): 0.0}).limit("book", "totals") is None
    assert FillModel().limit("book", "h2h") is None
