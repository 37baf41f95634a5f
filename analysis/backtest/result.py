"""What a backtest came to, to be kept: one row of facts, one row a bet, and their files."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pandas as pd

TIMES = ("decided_at", "commence_time", "captured_at", "valid_from", "filled_at", "settled_at")
INTEGERS = ("bet_number", "american_price", "settlement_version")
TEXTS = (
    "bet_id",
    "run_id",
    "bet_group",
    "event_id",
    "sport_key",
    "home_team",
    "away_team",
    "market_key",
    "market_kind",
    "outcome_name",
    "outcome_description",
    "bookmaker_key",
    "response_id",
    "fill_status",
    "settlement",
    "clv_missing_reason",
)

_FORMULA = r"[=+\-@\t\r]"


@dataclass(frozen=True)
class BacktestResult:
    """One run: `facts` is a row of `fct_backtest_runs`, `bets` are rows of `fct_backtest_bets`.

    Equal inputs give the same `run_id`, so a run that is repeated is the same run.
    """

    facts: Mapping[str, Any]
    bets: pd.DataFrame

    def to_json(self) -> bytes:
        """Facts and bets, from which `from_json` makes the same result bit for bit."""
        rows = self.bets.astype(object).where(self.bets.notna(), None).to_dict("records")
        return orjson.dumps(
            {"facts": dict(self.facts), "bets": rows, "columns": list(self.bets.columns)},
            option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_PASSTHROUGH_DATETIME,
            default=lambda value: value.isoformat(),
        )

    @classmethod
    def from_json(cls, content: bytes) -> "BacktestResult":
        """Read what `to_json` wrote."""
        document = orjson.loads(content)
        bets = pd.DataFrame(document["bets"], columns=document["columns"])
        return cls(facts=document["facts"], bets=typed(bets))

    def write(self, path: Path) -> None:
        """Write the bets as .csv or .parquet, or everything as .json.

        Raises:
            ValueError: the name ends in none of these.
        """
        ending = path.suffix.lower()
        if ending == ".json":
            path.write_bytes(self.to_json())
        elif ending == ".csv":
            text = StringIO()
            _as_cells(self.bets).to_csv(text, index=False)
            path.write_text(text.getvalue(), encoding="utf-8")
        elif ending == ".parquet":
            self.bets.to_parquet(path, index=False)
        else:
            raise ValueError(f"{path}: the name must end in .json, .csv or .parquet")


def _as_cells(bets: pd.DataFrame) -> pd.DataFrame:
    """Texts that a spreadsheet would take for formulas begin with an apostrophe."""
    texts = {
        name: bets[name].where(~bets[name].str.match(_FORMULA, na=False), "'" + bets[name])
        for name in TEXTS
        if name in bets.columns
    }
    return bets.assign(**texts)


def typed(bets: pd.DataFrame) -> pd.DataFrame:
    """Bets in the types that every column of a run has, whatever they were read from."""
    columns: dict[str, Any] = {}
    for name in bets.columns:
        column = bets[name]
        if name in TIMES:
            columns[name] = pd.to_datetime(column, utc=True, format="ISO8601").astype(
                "datetime64[us, UTC]"
            )
        elif name in INTEGERS:
            columns[name] = column.astype("int64")
        elif name in TEXTS:
            columns[name] = column.astype(object).where(column.notna(), None)
        else:
            columns[name] = column.astype("float64")
    return pd.DataFrame(columns, index=bets.index)
