"""Marts as the oracle writes them: whole-number times, plain tuples, engine left behind."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import orjson

from ingestion.landing import Landing
from ingestion.recordings import parse_recording_line
from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.oracle import Derived, Line, flatten

ODDS_MARTS = "+path:dbt_project/models/marts/odds"
LANDED_AT = datetime(2026, 11, 20, tzinfo=UTC)
KEY = "event_id, bookmaker_key, market_key, outcome_name, outcome_description, line"
MARTS = {
    "changes": (
        "marts.fct_odds_changes",
        f"{KEY}, point, american_price, decimal_price, valid_from, valid_to, previous_seen_at,"
        " market_updated_at,"
        " is_withdrawn, is_stale, is_in_play, is_aged_out, response_id",
    ),
    "events": (
        "intermediate.int_events",
        "event_id, sport_key, home_team, away_team, scheduled_start_at, observed_start_at,"
        " starts_at, first_seen_at, last_seen_at",
    ),
    "closes": (
        "marts.fct_closing_lines",
        f"{KEY}, point, american_price, decimal_price, captured_at, market_updated_at,"
        " minutes_before_start, missing_reason, is_aged_out, response_id",
    ),
    "openings": (
        "marts.fct_opening_lines",
        f"{KEY}, point, american_price, decimal_price, captured_at, market_updated_at,"
        " is_left_censored, response_id",
    ),
    "quotes": (
        "marts.fct_odds",
        f"{KEY}, point, american_price, decimal_price, captured_at, is_stale, is_in_play,"
        " response_id",
    ),
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def land(lines: Iterable[Line], settings: Settings) -> None:
    """Land recording lines as `odds replay --skip-bad` does, all at one fixed time."""

    def responses() -> Iterator[ApiResponse]:
        for line in lines:
            with suppress(ValueError):
                yield parse_recording_line(orjson.dumps(line))

    Landing(settings, now=lambda: LANDED_AT).land(responses())


def build(transformation: Transformation, as_of: datetime, *, full_refresh: bool = False) -> None:
    """The odds marts and all they stand on, results left out, and later what is new."""
    with connect(transformation.settings) as connection:
        is_built = "fct_odds" in connection.relations("marts")
    if is_built and not full_refresh:
        transformation.build_hot(as_of=as_of)
        return
    refresh = ["--full-refresh"] if full_refresh else []
    without_tests = ["--exclude-resource-type", "test", "unit_test"]
    transformation.invoke("build", "--select", ODDS_MARTS, *without_tests, *refresh, as_of=as_of)


def rows_of(settings: Settings, mart: str) -> list[tuple[Any, ...]]:
    """All rows of a mart, sorted; times as microseconds, doubles rounded to 1e-9."""
    with connect(settings) as connection:
        relation, columns = MARTS[mart]
        rows = connection.rows(" ".join(("select", columns, "from", relation)))
    return sorted((tuple(map(plain, row)) for row in rows), key=_order)


def expected_rows(derived: Derived, lines: Iterable[Line], mart: str) -> list[tuple[Any, ...]]:
    """The same rows as the oracle derives them."""
    if mart == "quotes":
        rows = [_quote_row(quote) for quote in flatten(lines)]
    else:
        rows = [tuple(row) for row in getattr(derived, mart)]
    return sorted((tuple(map(plain, row)) for row in rows), key=_order)


def _quote_row(quote: Any) -> tuple[Any, ...]:
    return (
        *quote[:6],
        quote.point,
        quote.american_price,
        quote.decimal_price,
        quote.captured_at,
        quote.is_stale,
        quote.is_in_play,
        quote.response_id,
    )


def plain(value: Any) -> Any:
    """A value without its engine: times as microseconds, doubles rounded to 1e-9."""
    if isinstance(value, datetime):
        delta = value - EPOCH
        return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
    if isinstance(value, float):
        return round(value, 9)
    return value


def _order(row: tuple[Any, ...]) -> tuple[str, ...]:
    """A total order in which -1 and -1.0, or 0.0 and -0.0, stand in the same place."""
    return tuple(str(float(v) + 0.0) if type(v) in (int, float) else str(v) for v in row)
