"""What the board's edges would have earned: its bets are what the board listed, at its values."""

from typing import Any

import pandas as pd
import pytest
import yaml

from analysis.backtest import valuation
from analysis.backtest.engine import offers_for, wanted_bets
from analysis.backtest.fair_prices import read_references
from analysis.backtest.offers import described
from analysis.frames import frame
from analysis.warehouse import Warehouse
from ingestion.settings import PROJECT_DIR
from tests.analysis.lookahead.world import setup, shipped, view

# a world of its own: tests/dbt/test_offers_valued.py values past moments for each change
pytestmark = pytest.mark.heavy
FIXED = ["12h", "6h", "3h", "1h"]
CLOSEST = 1e-9
KEY = [
    "event_id",
    "bookmaker_key",
    "market_key",
    "outcome_name",
    "outcome_description",
    "point",
]
VALUES = [
    "net_decimal_price",
    "age_minutes",
    "fair_probability",
    "worst_case_probability",
    "push_probability",
    "ev_default",
    "ev_worst_case",
    "ev_error",
    "kelly_fraction",
    "kelly_worst_case",
    "reference_count",
]


def valued(warehouse: Warehouse, moment: str) -> pd.DataFrame:
    """What the mart says of a moment, by key."""
    sql = "select * from marts.fct_offers_valued where moment = ?"
    rows = frame(warehouse, sql, [moment])
    return rows.sort_values(KEY, na_position="first", ignore_index=True)


def bets_of_board(warehouse: Warehouse, moment: str, **changes: Any) -> pd.DataFrame:
    shown = setup(shipped("board"), view(moment, **changes))
    return wanted_bets(shown.strategy, offers_for(warehouse, shown))


@pytest.mark.parametrize("moment", FIXED)
def test_its_bets_are_the_edges_of_the_mart(warehouse: Warehouse, moment: str) -> None:
    bets = bets_of_board(warehouse, moment).sort_values(KEY, na_position="first", ignore_index=True)
    mart = valued(warehouse, moment)
    edges = mart[mart["is_edge"] & mart["sport_key"].eq("basketball_nba")].reset_index(drop=True)
    assert len(edges) > 0 or moment == "12h"
    pd.testing.assert_frame_equal(bets[KEY], edges[KEY], check_dtype=False)
    for said, known in {
        "win_probability": "fair_probability",
        "push_probability": "push_probability",
        "edge": "ev_default",
        "net_decimal_price": "net_decimal_price",
    }.items():
        assert bets[said].tolist() == pytest.approx(edges[known].tolist(), abs=CLOSEST)


def test_the_board_of_that_moment_said_the_same(warehouse: Warehouse) -> None:
    """Whoever looks back to a decision finds on the board what the mart keeps of it.

    But for games that were called otherwise later: their sides are told by the names they have now.
    """
    renamed = {
        row["event_id"]
        for row in warehouse.rows(
            "select distinct quotes.event_id from marts.fct_decision_quotes as quotes"
            " inner join marts.dim_events as events on quotes.event_id = events.event_id"
            " where quotes.home_team <> events.home_team or quotes.away_team <> events.away_team"
        )
    }
    kept = valued(warehouse, "1h")
    kept = kept[~kept["event_id"].isin(renamed)]
    at = kept["moment_at"].value_counts().index[0]
    then = kept[kept["moment_at"] == at].reset_index(drop=True)
    warehouse.look_from(at.to_pydatetime())
    now = valued(warehouse, "now")
    now = now[now["event_id"].isin(set(then["event_id"]))].reset_index(drop=True)
    pd.testing.assert_frame_equal(now[[*KEY, *VALUES]], then[[*KEY, *VALUES]], atol=CLOSEST)
    assert now["is_edge"].equals(then["is_edge"])
    assert len(then) > 50


def test_what_is_valued_here_is_what_the_mart_makes_of_it(warehouse: Warehouse) -> None:
    """Where the mart hears the others at the offer's own point, and a score on it is no push."""
    compared = edges = 0
    for moment in FIXED:
        offers = described(view(moment).offers(warehouse))
        books = list(offers["bookmaker_key"].unique())
        here = valuation.valued_here(offers, references=read_references(warehouse), books=books)
        both = here.merge(valued(warehouse, moment), on=KEY, suffixes=("", "_then"))
        same = both[~both["is_point_adjusted"]]
        assert same["board_probability"].tolist() == pytest.approx(
            same["fair_probability"].tolist(), abs=CLOSEST
        )
        whole = same[same["push_probability"] == 0]
        assert whole["is_board_edge"].equals(whole["is_edge"])
        compared += len(same)
        edges += int(whole["is_edge"].sum())
    assert compared > 500
    assert edges > 0


def test_at_any_other_moment_it_is_valued_here(warehouse: Warehouse) -> None:
    fixed = bets_of_board(warehouse, "1h")
    aged = bets_of_board(warehouse, "1h", max_age_minutes=61.0)
    assert len(aged) > 0
    # a score on a whole number pushes, and a point where few others stand is another's
    plain = fixed[fixed["push_probability"] == 0]
    assert set(map(tuple, plain[["event_id", "bookmaker_key", "market_key"]].to_numpy())) & set(
        map(tuple, aged[["event_id", "bookmaker_key", "market_key"]].to_numpy())
    )


def test_the_thresholds_are_those_of_the_board() -> None:
    variables = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text())["vars"]
    assert variables["min_ev"] == valuation.MIN_EV
    assert variables["max_roi"] == valuation.MAX_ROI
    assert variables["max_leg_age_minutes"] == valuation.MAX_LEG_AGE_MINUTES
