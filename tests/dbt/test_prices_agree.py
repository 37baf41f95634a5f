"""Fair prices, moments and the consensus against a derivation in plain Python."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.dbt.marts import ODDS_MARTS, land, plain
from tests.oracle import Line, read_recording
from tests.oracle.campaign import MIXED
from tests.oracle.prices import CONSENSUS_KEY, MICROS_PER_HOUR, consensus, seed_rows, versions
from tests.oracle.small_season import small_season

PRICES = "+path:dbt_project/models/marts/prices"
CHANGES = """
    event_id, bookmaker_key, market_key, outcome_name, outcome_description, line, point,
    decimal_price, valid_from, is_withdrawn, is_stale, is_in_play, response_id
"""
FAIR_KEY = (
    "event_id",
    "bookmaker_key",
    "market_key",
    "outcome_name",
    "outcome_description",
    "point",
    "method",
    "response_id",
    "captured_at",
    "valid_to",
)


def table(settings: Settings, relation: str, columns: str) -> Iterator[dict[str, Any]]:
    names = [name.strip() for name in columns.split(",")]
    with connect(settings) as connection:
        rows = connection.rows(" ".join(("select", columns, "from", relation)))
    for row in rows:
        exact = (value if isinstance(value, float) else plain(value) for value in row)
        yield dict(zip(names, exact, strict=True))


def assert_prices_agree(settings: Settings) -> None:
    events = {
        row["event_id"]: row
        for row in table(
            settings,
            "intermediate.int_events",
            "event_id, sport_key, home_team, away_team, starts_at",
        )
    }
    known = list(versions(table(settings, "marts.fct_odds_changes", CHANGES), events))
    expected = {
        (
            *version.key[:3],
            offer.outcome_name,
            version.key[3],
            offer.point,
            method,
            version.response_id,
            version.valid_from,
            version.valid_to,
        ): None if fair is None else fair[slot - 1]
        for version in known
        for slot, offer in version.offers.items()
        if offer.decimal_price is not None
        for method, fair in version.fair.items()
    }
    shown = {
        tuple(row[name] for name in FAIR_KEY): row["fair_probability"]
        for row in table(
            settings, "marts.fct_fair_prices", ", ".join((*FAIR_KEY, "fair_probability"))
        )
    }
    assert shown.keys() == expected.keys()
    assert {key: p for key, p in shown.items() if p is not None} == pytest.approx(
        {key: p for key, p in expected.items() if p is not None}, abs=1e-9
    )
    assert any(p is not None for p in shown.values())
    assert_moments_agree(settings, known, events)
    assert_consensus_agrees(settings)


def assert_moments_agree(settings: Settings, known: list[Any], events: dict[str, Any]) -> None:
    """Which sets stood at each moment before the start, from sightings and versions."""
    sightings: dict[str, list[int]] = {}
    for row in table(
        settings, "intermediate.int_event_snapshots", "event_id, captured_at, is_listed, is_quoting"
    ):
        if row["is_listed"] and row["is_quoting"]:
            sightings.setdefault(row["event_id"], []).append(row["captured_at"])
    ((as_of,),) = [tuple(row.values()) for row in table(settings, "ops.run_clock", "as_of")]
    expected = set()
    for moment in seed_rows("price_moments"):
        before = int(float(moment["hours_before_start"]) * MICROS_PER_HOUR)
        oldest = int(float(moment["max_age_minutes"]) * MICROS_PER_HOUR / 60)
        for version in known:
            event_id, bookmaker_key, market_key, description, _ = version.key
            starts_at = events[event_id]["starts_at"]
            at = starts_at - before
            seen = max((s for s in sightings.get(event_id, []) if s <= at), default=None)
            if (
                starts_at <= as_of
                and seen is not None
                and at - seen <= oldest
                and version.valid_from <= at
                and (version.valid_to is None or version.valid_to > at)
            ):
                prices = tuple(
                    version.offers[slot].decimal_price if slot in version.offers else None
                    for slot in (1, 2, 3)
                )
                expected.add(
                    (
                        event_id,
                        bookmaker_key,
                        market_key,
                        description,
                        moment["moment"],
                        seen,
                        *prices,
                    )
                )
    columns = (
        "event_id, bookmaker_key, market_key, outcome_description, moment, captured_at,"
        " decimal_1, decimal_2, decimal_3"
    )
    shown = {
        tuple(row.values())
        for row in table(settings, "intermediate.int_sets_before_start", columns)
    }
    assert shown == expected


def assert_consensus_agrees(settings: Settings) -> None:
    columns = ", ".join((*CONSENSUS_KEY, "bookmaker_key", "outcome_count", "fair_probability"))
    fair = [
        *table(settings, "intermediate.int_fair_now", columns),
        *table(settings, "intermediate.int_fair_at_moments", columns),
    ]
    shown = {
        tuple(row[name] for name in CONSENSUS_KEY): row["fair_probability"]
        for row in table(
            settings,
            "marts.fct_consensus_prices",
            ", ".join((*CONSENSUS_KEY, "fair_probability")),
        )
    }
    assert shown == pytest.approx(consensus(fair), abs=1e-9)


def build_prices(
    settings: Settings, transformation: Transformation, lines: list[Line], as_of: datetime
) -> None:
    land(lines, settings)
    without_tests = ["--exclude-resource-type", "test", "unit_test"]
    transformation.invoke("build", "--select", ODDS_MARTS, PRICES, *without_tests, as_of=as_of)


def test_prices_agree_on_a_mixture_of_everything(settings: Settings) -> None:
    lines = MIXED["everything"](1)(small_season(seed=1))
    # the middle of the day: one game is under way, two are to come
    as_of = datetime(2026, 7, 10, 19, 0, tzinfo=UTC)
    build_prices(settings, Transformation(settings), lines, as_of)
    assert_prices_agree(settings)


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("recording", "as_of"),
    [
        ("kbo_2026_july", datetime(2026, 7, 20, 8, 0, tzinfo=UTC)),
        ("nfl_2025_sep_nov", datetime(2025, 11, 9, 17, 0, tzinfo=UTC)),
        ("nba_2021_22_historical", datetime(2022, 3, 20, 0, 0, tzinfo=UTC)),
    ],
)
def test_prices_agree_on_real_recordings(
    settings: Settings,
    shared_data: Path,
    recording: str,
    as_of: datetime,
) -> None:
    path = shared_data / "recordings" / f"{recording}.jsonl.xz"
    build_prices(settings, Transformation(settings), list(read_recording(path)), as_of)
    assert_prices_agree(settings)
