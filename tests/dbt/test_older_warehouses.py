"""A warehouse that an earlier version made is built and written to by this one."""

from datetime import UTC, datetime

import pytest

from ingestion.pipelines import note_trial
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.dbt.marts import land
from tests.oracle.small_season import small_season

AS_OF = datetime(2026, 7, 12, tzinfo=UTC)
# what came to the raw tables since
ADDED = {
    "api_responses": ("bad_headers", "readable_payload", "reading_notes", "games_read"),
    "result_rows": ("home_score_regulation", "away_score_regulation", "is_shortened"),
    "backtest_runs": ("strategy_hash", "sharpe_per_day"),
}
TRIAL = {
    "run_id": "3182940d3d22153f",
    "strategy": "flat",
    "config_hash": "config",
    "strategy_hash": "code",
    "data_hash": "data",
    "p_value": None,
    "sharpe_per_day": 0.1,
    "daily_profits": "{}",
    "paper_daily_profits": "{}",
    "started_at": AS_OF.isoformat(),
}


@pytest.mark.heavy
def test_what_came_later_is_added_by_dbt_or_by_a_landing(settings: Settings) -> None:
    land(small_season()[:2], settings)
    with connect(settings) as connection:
        connection.rows("drop table raw.backtest_trials")
        for table, columns in ADDED.items():
            for column in columns:
                connection.rows(f"alter table raw.{table} drop column {column}")
    Transformation(settings).invoke(
        "run", "--select", "+fct_backtest_trials", "+fct_backtest_runs", as_of=AS_OF
    )
    note_trial(TRIAL, settings, now=lambda: AS_OF)
    land(small_season()[2:4], settings)
    with connect(settings) as connection:
        trials = connection.rows("select run_id, sharpe_per_day from marts.fct_backtest_trials")
        landed = connection.rows("select count(*) from raw.api_responses")
    assert trials == [(TRIAL["run_id"], 0.1)]
    assert landed == [(4,)]
