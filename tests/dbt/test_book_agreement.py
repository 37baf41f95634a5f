"""Books that are one house are found by their prices, and count as one."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import duckdb_settings, postgres_is_heavy
from tests.dbt.marts import land
from tests.oracle import Line, read_recording

SHAPES = ("BrooklynVsToronto", "OrlandoVsCleveland")
# one desk in the United States, by the recordings of 2022 and 2023
HOUSE = {"barstool", "betrivers", "sugarhouse", "twinspires", "unibet_us"}
Pair = tuple[str, str]


def props(folder: Path, renamed: dict[str, str]) -> list[Line]:
    """The player props of two games, an hour before their starts; some books by another name."""
    lines = []
    for name in SHAPES:
        path = folder / "shapes" / f"event_odds_props_nba_2024_{name}.json"
        if not path.exists():
            pytest.skip(f"no {path.name} in ../shared/data")
        body = json.loads(path.read_text())
        looked_at = datetime.fromisoformat(body["commence_time"]) - timedelta(hours=1)
        stamp = looked_at.isoformat().replace("+00:00", "Z")
        for book in body["bookmakers"]:
            book["key"] = renamed.get(book["key"], book["key"])
            for market in book["markets"]:
                market["last_update"] = stamp
        markets = {market["key"] for book in body["bookmakers"] for market in book["markets"]}
        lines.append(
            {
                "endpoint": f"/v4/sports/basketball_nba/events/{body['id']}/odds",
                "params": {
                    "regions": "us",
                    "markets": ",".join(sorted(markets)),
                    "oddsFormat": "american",
                },
                "received_at": stamp,
                "status": 200,
                "headers": {},
                "body": body,
            }
        )
    return lines


def agreement(settings: Settings, as_of: datetime) -> dict[Pair, dict[str, Any]]:
    transformation = Transformation(settings)
    transformation.invoke("seed")
    transformation.invoke("run", "--select", "+rpt_book_agreement", as_of=as_of)
    columns = (
        "bookmaker_key, other_bookmaker_key, shared_quote_count, equal_quote_count, equal_share,"
        " joint_move_share, is_one_house, agrees_too_often, is_suggested"
    )
    with connect(settings) as connection:
        rows = connection.rows(f"select {columns} from marts.rpt_book_agreement")  # noqa: S608
    names = columns.replace(" ", "").split(",")
    found = [dict(zip(names, row, strict=True)) for row in rows]
    return {(row["bookmaker_key"], row["other_bookmaker_key"]): row for row in found}


@postgres_is_heavy
def test_a_house_under_a_new_name_is_suggested(settings: Settings, shared_data: Path) -> None:
    land(props(shared_data, {"unibet_us": "brandnew"}), settings)
    pairs = agreement(settings, datetime(2026, 1, 1, tzinfo=UTC))
    suggested = [pair for pair, row in pairs.items() if row["is_suggested"]]
    assert suggested == [("betrivers", "brandnew")]
    [pair] = suggested
    assert pairs[pair]["shared_quote_count"] == pairs[pair]["equal_quote_count"] == 284
    others = [row["equal_share"] for pair, row in pairs.items() if pair not in suggested]
    assert others
    assert max(others) < 0.9


def test_the_seed_knows_the_house(tmp_path: Path, shared_data: Path) -> None:
    settings = duckdb_settings(tmp_path)
    land(props(shared_data, {}), settings)
    pairs = agreement(settings, datetime(2026, 1, 1, tzinfo=UTC))
    row = pairs["betrivers", "unibet_us"]
    assert row["is_one_house"]
    assert row["agrees_too_often"]
    assert not any(each["is_suggested"] for each in pairs.values())


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["nba_2021_22_historical", "nba_2023_24_historical"])
def test_of_seasons_the_houses_are_those_of_the_seed(
    tmp_path: Path, shared_data: Path, name: str
) -> None:
    path = shared_data / "recordings" / f"{name}.jsonl.xz"
    if not path.exists():
        pytest.skip(f"no {path.name} in ../shared/data")
    settings = duckdb_settings(tmp_path)
    land(read_recording(path), settings)
    pairs = agreement(settings, datetime(2026, 1, 1, tzinfo=UTC))
    for pair, row in sorted(pairs.items(), key=lambda each: -each[1]["equal_share"])[:8]:
        print(name, *pair, row["shared_quote_count"], round(row["equal_share"], 3))  # noqa: T201
    assert not any(row["is_suggested"] for row in pairs.values())
    found = {pair for pair, row in pairs.items() if row["agrees_too_often"]}
    assert found
    assert all(set(pair) <= HOUSE for pair in found)
