"""Past moments are valued once, and again only where what could be taken then is another."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import postgres_is_heavy
from tests.dbt.marts import land
from tests.oracle import Line
from tests.oracle.builder import book, event, h2h, odds

BOOKS = ("draftkings", "fanduel", "betmgm")
OVER = datetime(2026, 7, 11, tzinfo=UTC)
THE_NEXT_DAY = OVER + timedelta(days=1)
MODELS = ("+fct_offers_valued", "+dim_events")


def looked_at(clock: str, *, early: float = 1.9) -> Line:
    """A call that shows two games of one evening; `early` is one book's price in the first."""
    games = [
        event(name, start, *(
            book(key, h2h(price if key == "draftkings" else 1.9, 1.95)) for key in BOOKS
        ))
        for name, start, price in (("early", "20:00", early), ("late", "22:00", 1.9))
    ]  # fmt: skip
    return odds(clock, *games, markets="h2h", oddsFormat="decimal")


def build(settings: Settings, *more: str) -> None:
    without_tests = ["--exclude-resource-type", "test", "unit_test"]
    Transformation(settings).invoke(
        "build", "--select", *MODELS, *without_tests, *more, as_of=THE_NEXT_DAY
    )


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with connect(settings) as connection:
        return list(connection.rows(query))


def valued(settings: Settings) -> dict[tuple[str, str], tuple[int, bool]]:
    """By event and moment: how many offers have a value, and whether it is the one we marked."""
    found = rows(
        settings,
        "select event_id, moment, count(*), min(dispersion) < 0 from marts.fct_offers_valued"
        " group by event_id, moment",
    )
    return {(event_id, moment): (count, is_marked) for event_id, moment, count, is_marked in found}


def mark(settings: Settings) -> None:
    with connect(settings) as connection:
        connection.rows("update intermediate.int_offers_valued_then set dispersion = -1")


@pytest.mark.heavy
@postgres_is_heavy
def test_a_past_moment_is_valued_again_only_where_it_changed(settings: Settings) -> None:
    land([looked_at("17:35"), looked_at("18:59"), looked_at("20:59")], settings)
    build(settings)
    first = {
        ("early", "1h"): (6, False),
        ("late", "1h"): (6, False),
        ("late", "3h"): (6, False),
    }
    assert valued(settings) == first

    mark(settings)
    build(settings)
    assert valued(settings) == {key: (count, True) for key, (count, _) in first.items()}
    assert not rows(settings, "select 1 from intermediate.int_moments_valued where is_to_value")

    # what comes late changes one game at the moment before which it was captured
    land([looked_at("18:50", early=2.1)], settings)
    build(settings)
    assert valued(settings) == {
        ("early", "1h"): (6, False),
        ("late", "1h"): (6, True),
        ("late", "3h"): (6, True),
    }

    build(settings, "--full-refresh")
    assert valued(settings) == first
