"""The tables of schema `raw`: their columns, and how rows become Arrow batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

SCHEMA = "raw"
LOAD_ID = "_dlt_load_id"

_TIME = pa.timestamp("us", tz="UTC")
_DLT_TYPES: Mapping[pa.DataType, str] = {
    pa.string(): "text",
    pa.int64(): "bigint",
    pa.float64(): "double",
    _TIME: "timestamp",
}


@dataclass(frozen=True)
class RawTable:
    """A table that is only ever appended to, one row a key, which is a hash in hex digits.

    `search_bounds` are the columns whose range in a batch bounds the search for rows already held;
    for each row the first of them that is not null counts. `clocks` are times, of which the first
    that is not null says to which month of an archive a row belongs; none where it belongs to none.
    `added_columns` are texts that came later: warehouses and archives of before lack them, and hold
    null there. One that `is_made_on_demand` is there from its first row on: before that its name is
    free for a table of whoever owns the warehouse.
    """

    name: str
    key: str
    search_bounds: tuple[str, ...]
    clocks: tuple[str, ...]
    arrow_schema: pa.Schema
    added_columns: tuple[str, ...] = ()
    is_made_on_demand: bool = False

    @property
    def dlt_columns(self) -> dict[str, Any]:
        """Column hints for dlt: every column, so that each exists from the first load on."""
        return {
            field.name: {"name": field.name, "data_type": _DLT_TYPES[field.type], "nullable": True}
            for field in self.arrow_schema
        }

    @property
    def first_columns(self) -> list[str]:
        """The columns that it always had."""
        return [name for name in self.arrow_schema.names if name not in self.added_columns]

    def empty(self) -> pa.Table:
        """A batch without rows, which makes the table."""
        return self.arrow_schema.empty_table()

    def to_arrow(self, rows: Sequence[Any], *, landed_at: datetime | None = None) -> pa.Table:
        """One Arrow table of the rows; `landed_at` is set where a row has none.

        An empty text becomes null: Postgres' CSV load cannot tell the two apart, and both engines
        shall hold the same. So does what a data frame has for a missing value.
        """
        columns = {
            field.name: [getattr(row, field.name) for row in rows] for field in self.arrow_schema
        }
        for field in self.arrow_schema:
            if pa.types.is_string(field.type):
                columns[field.name] = [value or None for value in columns[field.name]]
        columns["landed_at"] = [value or landed_at for value in columns["landed_at"]]
        arrays = [
            pa.array(columns[field.name], type=field.type, from_pandas=True)
            for field in self.arrow_schema
        ]
        return pa.table(arrays, schema=self.arrow_schema)


API_RESPONSES = RawTable(
    name="api_responses",
    key="response_id",
    search_bounds=("captured_at", "requested_at"),
    clocks=("captured_at", "requested_at"),
    arrow_schema=pa.schema(
        [
            ("response_id", pa.string()),
            ("endpoint", pa.string()),
            ("sport_key", pa.string()),
            ("event_id", pa.string()),
            ("params", pa.string()),
            ("requested_at", _TIME),
            ("captured_at", _TIME),
            ("status_code", pa.int64()),
            ("error_code", pa.string()),
            ("event_count", pa.int64()),
            ("credits_estimated", pa.int64()),
            ("credits_charged", pa.int64()),
            ("credits_remaining", pa.int64()),
            ("credits_used", pa.int64()),
            ("elapsed_ms", pa.int64()),
            ("payload", pa.string()),
            ("payload_sha256", pa.string()),
            ("origin", pa.string()),
            ("job_id", pa.string()),
            ("landed_at", _TIME),
            ("bad_headers", pa.string()),
            ("readable_payload", pa.string()),
            ("reading_notes", pa.string()),
            ("games_read", pa.string()),
        ]
    ),
    added_columns=("bad_headers", "readable_payload", "reading_notes", "games_read"),
)

RESULT_ROWS = RawTable(
    name="result_rows",
    key="result_row_id",
    search_bounds=("source",),
    clocks=("landed_at",),
    arrow_schema=pa.schema(
        [
            ("result_row_id", pa.string()),
            ("source", pa.string()),
            ("line_number", pa.int64()),
            ("sport_key", pa.string()),
            ("game_date", pa.string()),
            ("starts_at", pa.string()),
            ("home_team", pa.string()),
            ("away_team", pa.string()),
            ("home_score", pa.string()),
            ("away_score", pa.string()),
            ("status", pa.string()),
            ("job_id", pa.string()),
            ("landed_at", _TIME),
            ("home_score_regulation", pa.string()),
            ("away_score_regulation", pa.string()),
            ("is_shortened", pa.string()),
        ]
    ),
    added_columns=("home_score_regulation", "away_score_regulation", "is_shortened"),
)

BACKTEST_RUNS = RawTable(
    name="backtest_runs",
    key="run_id",
    search_bounds=("run_id",),
    clocks=(),
    arrow_schema=pa.schema(
        [
            ("run_id", pa.string()),
            ("name", pa.string()),
            ("strategy", pa.string()),
            ("parameters", pa.string()),
            ("config", pa.string()),
            ("config_hash", pa.string()),
            ("data_hash", pa.string()),
            ("code_version", pa.string()),
            ("strategy_hash", pa.string()),
            ("clock", pa.string()),
            ("decided_from", _TIME),
            ("decided_to", _TIME),
            ("as_of", _TIME),
            ("bets", pa.int64()),
            ("pending", pa.int64()),
            ("turnover", pa.float64()),
            ("profit", pa.float64()),
            ("yield", pa.float64()),
            ("yield_low", pa.float64()),
            ("yield_high", pa.float64()),
            ("p_value", pa.float64()),
            ("p_value_fair", pa.float64()),
            ("clv_mean", pa.float64()),
            ("clv_low", pa.float64()),
            ("clv_high", pa.float64()),
            ("sharpe_per_day", pa.float64()),
            ("skewness", pa.float64()),
            ("kurtosis", pa.float64()),
            ("max_drawdown", pa.float64()),
            ("initial_bankroll", pa.float64()),
            ("final_bankroll", pa.float64()),
            ("paper_yield", pa.float64()),
            ("metrics", pa.string()),
            ("started_at", _TIME),
            ("landed_at", _TIME),
        ]
    ),
)

BACKTEST_TRIALS = RawTable(
    name="backtest_trials",
    key="run_id",
    search_bounds=("run_id",),
    clocks=(),
    arrow_schema=pa.schema(
        [
            ("run_id", pa.string()),
            ("strategy", pa.string()),
            ("config_hash", pa.string()),
            ("strategy_hash", pa.string()),
            ("data_hash", pa.string()),
            ("p_value", pa.float64()),
            ("sharpe_per_day", pa.float64()),
            ("daily_profits", pa.string()),
            ("paper_daily_profits", pa.string()),
            ("started_at", _TIME),
            ("landed_at", _TIME),
        ]
    ),
)

BACKTEST_BETS = RawTable(
    name="backtest_bets",
    key="bet_id",
    search_bounds=("run_id",),
    clocks=(),
    arrow_schema=pa.schema(
        [
            ("bet_id", pa.string()),
            ("run_id", pa.string()),
            ("bet_number", pa.int64()),
            ("bet_group", pa.string()),
            ("event_id", pa.string()),
            ("sport_key", pa.string()),
            ("home_team", pa.string()),
            ("away_team", pa.string()),
            ("market_key", pa.string()),
            ("market_kind", pa.string()),
            ("outcome_name", pa.string()),
            ("outcome_description", pa.string()),
            ("point", pa.float64()),
            ("bookmaker_key", pa.string()),
            ("american_price", pa.int64()),
            ("decimal_price", pa.float64()),
            ("net_decimal_price", pa.float64()),
            ("decided_at", _TIME),
            ("commence_time", _TIME),
            ("minutes_to_start", pa.float64()),
            ("captured_at", _TIME),
            ("valid_from", _TIME),
            ("response_id", pa.string()),
            ("win_probability", pa.float64()),
            ("push_probability", pa.float64()),
            ("edge", pa.float64()),
            ("fill_status", pa.string()),
            ("filled_at", _TIME),
            ("paper_stake", pa.float64()),
            ("paper_profit", pa.float64()),
            ("stake", pa.float64()),
            ("profit", pa.float64()),
            ("settlement", pa.string()),
            ("settlement_version", pa.int64()),
            ("settled_at", _TIME),
            ("home_score", pa.float64()),
            ("away_score", pa.float64()),
            ("close_fair_probability", pa.float64()),
            ("close_push_probability", pa.float64()),
            ("price_clv", pa.float64()),
            ("implied_clv", pa.float64()),
            ("no_vig_clv", pa.float64()),
            ("points_clv", pa.float64()),
            ("point_adjusted_clv", pa.float64()),
            ("own_price_clv", pa.float64()),
            ("beat_close", pa.float64()),
            ("clv_missing_reason", pa.string()),
            ("landed_at", _TIME),
        ]
    ),
)

BETS = RawTable(
    name="bets",
    key="bet_row_id",
    search_bounds=("bet_id",),
    clocks=(),
    arrow_schema=pa.schema(
        [
            ("bet_row_id", pa.string()),
            ("bet_id", pa.string()),
            ("version", pa.int64()),
            ("leg_number", pa.int64()),
            ("leg_count", pa.int64()),
            ("source", pa.string()),
            ("line", pa.string()),
            ("placed_at", _TIME),
            ("bookmaker", pa.string()),
            ("stake", pa.float64()),
            ("currency", pa.string()),
            ("total_price", pa.string()),
            ("is_free_bet", pa.string()),
            ("status", pa.string()),
            ("payout", pa.float64()),
            ("note", pa.string()),
            ("sport", pa.string()),
            ("event_id", pa.string()),
            ("event", pa.string()),
            ("game_date", pa.string()),
            ("starts_at", _TIME),
            ("market", pa.string()),
            ("outcome", pa.string()),
            ("description", pa.string()),
            ("point", pa.float64()),
            ("price", pa.string()),
            ("job_id", pa.string()),
            ("landed_at", _TIME),
        ]
    ),
    is_made_on_demand=True,
)

# what somebody told us; what we made of it can be made again
ARCHIVED_TABLES = (API_RESPONSES, RESULT_ROWS)
RAW_TABLES = (*ARCHIVED_TABLES, BACKTEST_TRIALS, BACKTEST_RUNS, BACKTEST_BETS, BETS)
