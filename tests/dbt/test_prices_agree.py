"""Fair prices, moments and the consensus against a derivation in plain Python."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import postgres_is_heavy
from tests.dbt.marts import ODDS_MARTS, land, plain
from tests.oracle import Line, derive, read_recording, to_microseconds
from tests.oracle.campaign import MIXED
from tests.oracle.changes import standing_at
from tests.oracle.edits import captured
from tests.oracle.prices import (
    CONSENSUS_KEY,
    MICROS_PER_HOUR,
    SeenOffer,
    consensus,
    sets_of,
    versions,
)
from tests.oracle.responses import read_responses
from tests.oracle.small_season import small_season

PRICES = "+path:dbt_project/models/marts/prices"
# how long before the start, and how old the last look may be then, in hours
MOMENTS = [
    ("72h", 72, 48),
    ("48h", 48, 48),
    ("24h", 24, 24),
    ("12h", 12, 12),
    ("6h", 6, 4),
    ("3h", 3, 3),
    ("1h", 1, 1),
]
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


def assert_prices_agree(settings: Settings, lines: list[Line], as_of: datetime) -> int:
    """By what the oracle makes of the recording itself: no row of the product is taken for true.

    Returns how many sets stood at moments before a start.
    """
    by_then = [line for line in lines if captured(line) <= to_microseconds(as_of)]
    derived = derive(by_then, as_of)
    events = {event.event_id: event._asdict() for event in derived.events}
    known = list(versions((change._asdict() for change in derived.changes), events))
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
        ): None if fair is None else fair[side_no - 1]
        for version in known
        for side_no, offer in version.offers.items()
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
    assert_consensus_agrees(settings)
    return assert_moments_agree(settings, by_then, events, as_of)


def assert_moments_agree(
    settings: Settings, by_then: list[Line], events: dict[str, Any], as_of: datetime
) -> int:
    """Which sets stood at each moment before the start, and how old each of them was."""
    clock = to_microseconds(as_of)
    moments = {
        (event_id, event["starts_at"] - hours * MICROS_PER_HOUR): (name, oldest * MICROS_PER_HOUR)
        for event_id, event in events.items()
        if event["starts_at"] <= clock
        for name, hours, oldest in MOMENTS
    }
    expected = set()
    for (event_id, at), pieces in standing_at(read_responses(by_then), moments).items():
        name, oldest = moments[event_id, at]
        offers = [
            SeenOffer(piece, key, state.outcome, standing.last_shown.captured_at)
            for piece, standing in pieces.items()
            if standing.last_shown.captured_at >= at - oldest
            for key, state in standing.showing.items()
            if state.outcome.decimal_price is not None and not (state.is_stale or state.is_in_play)
        ]
        for key, prices, seen_at in sets_of(offers, events[event_id]):
            expected.add((event_id, *key, name, seen_at, *prices))
    key = "event_id, bookmaker_key, market_key, outcome_description, set_point, moment, captured_at"
    prices = ", ".join(
        f"max(case when side_no = {side_no} then decimal_price end) as decimal_{side_no}"
        for side_no in (1, 2, 3)
    )
    sets = (
        f"(select {key}, {prices} from intermediate.int_fair_at_moments"  # noqa: S608
        f" where moment <> 'close' and method = 'multiplicative' group by {key}) as sets"
    )
    columns = f"{key}, decimal_1, decimal_2, decimal_3"
    shown = {tuple(row.values()) for row in table(settings, sets, columns)}
    assert shown == expected
    return len(shown)


def assert_consensus_agrees(settings: Settings) -> None:
    columns = ", ".join((*CONSENSUS_KEY, "bookmaker_key", "outcome_count", "fair_probability"))
    fair = [
        *table(settings, "intermediate.int_fair_standing", columns),
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


@postgres_is_heavy
@pytest.mark.parametrize(
    "as_of",
    [
        pytest.param(datetime(2026, 7, 10, 19, 0, tzinfo=UTC), id="one game to come"),
        pytest.param(
            datetime(2026, 7, 11, 6, 0, tzinfo=UTC), id="all games over", marks=pytest.mark.heavy
        ),
    ],
)
def test_prices_agree_on_a_mixture_of_everything(settings: Settings, as_of: datetime) -> None:
    lines = MIXED["everything"](1)(small_season(seed=1))
    build_prices(settings, Transformation(settings), lines, as_of)
    moments = assert_prices_agree(settings, lines, as_of)
    # only of games that have begun, and whose looks were recent enough
    assert bool(moments) == (as_of.day == 11)


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
    lines = list(read_recording(path))
    build_prices(settings, Transformation(settings), lines, as_of)
    assert assert_prices_agree(settings, lines, as_of)
