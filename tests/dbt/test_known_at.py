"""What the marts know from when, and whose word counts, of answers that landed late or in reverse.

A live call is known once it was answered, however late its row landed (a replay). What the
historical endpoint tells of a moment is known when it landed, however long ago the moment was.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from cli.local_postgres import fresh_database
from ingestion.landing import Landing
from ingestion.pipelines import import_results
from ingestion.recordings import parse_recording_line
from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import ENGINES, duckdb_settings, postgres_settings
from tests.dbt.two_warehouses import RESULT_COLUMNS, scored
from tests.oracle.builder import (
    AWAY,
    HOME,
    SPORT,
    at,
    book,
    event,
    h2h,
    historical_odds,
    market,
    odds,
    spreads,
)
from tests.oracle.responses import Line

REPLAYED_AT = datetime(2026, 11, 19, tzinfo=UTC)
BOUGHT_AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
TOLD_AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
# every mart that has `known_at`, and what its rows name that they were read from
NAMES = {
    "marts.fct_event_sightings": "response_id",
    "marts.fct_quote_states": "response_id",
    "marts.fct_closing_lines": "response_id",
    "marts.fct_odds": "response_id",
    "marts.fct_odds_changes": "response_id",
    "marts.fct_opening_lines": "response_id",
    "marts.fct_fair_prices": "response_id",
    "marts.fct_line_movements": "response_id",
    "marts.fct_results": "report_id",
}


def live() -> list[Line]:
    """Looks at a game at 18:00 and one at 19:00, and two scores of the first.

    What the feed told last of the score is the older of the two by its own stamp.
    """
    return [
        odds("12:00", *_games(-110, -1.5), markets="h2h,spreads"),
        odds("14:00", *_games(-130, -2.5), markets="h2h,spreads"),
        odds("18:55", _game("second", -170, -4.5), markets="h2h,spreads"),
        {**scored("20:30", {"first": ("3", "1", True)}), "received_at": at("22:30")},
        {**scored("21:30", {"first": ("3", "2", True)}), "received_at": at("22:00")},
    ]


def bought() -> list[Line]:
    """What lay before, between and after the live looks, bought months later."""
    return [
        # opens a book, and a market
        _past("10:00", event("first", "18:00", book("bovada", h2h(120, -140)))),
        # a change of price and of point; a book, a market and a game that are gone for an hour
        _past("13:00", _game("first", -120, -2.0, books=("draftkings",), is_whole=False)),
        # the close
        _past("17:50", *_games(-150, -3.5)),
    ]


def _past(clock: str, *games: dict[str, Any]) -> Line:
    return historical_odds(clock, *games, received="20T10:00", markets="h2h,spreads")


def _games(price: int, point: float) -> list[dict[str, Any]]:
    return [_game("first", price, point), _game("second", price, point)]


def _game(
    event_id: str,
    price: int,
    point: float,
    *,
    books: tuple[str, ...] = ("draftkings", "fanduel", "bovada"),
    is_whole: bool = True,
) -> dict[str, Any]:
    offered = [market("h2h", {HOME: price, AWAY: 100})]
    if is_whole:
        offered.append(spreads((-110, point), (-110, 0 - point)))
    start = "18:00" if event_id == "first" else "19:00"
    return event(event_id, start, *(book(key, *offered) for key in books))


@pytest.fixture(scope="module", params=ENGINES)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    folder = tmp_path_factory.mktemp("known")
    if request.param == "duckdb":
        settings = duckdb_settings(folder)
        _land(settings, folder)
        yield settings
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as address:
        settings = postgres_settings(folder, address)
        _land(settings, folder)
        yield settings


def _land(settings: Settings, folder: Path) -> None:
    """The later answers first: nothing may follow from the order in which rows land."""
    for number, (lines, landed_at) in enumerate(
        [(live()[::-1], REPLAYED_AT), (bought(), BOUGHT_AT)]
    ):
        for line in lines:
            now = landed_at + timedelta(minutes=number)
            Landing(settings, now=lambda now=now: now).land([_parsed(line)])  # type: ignore[misc]
    for source, home_score in (("league", "3"), ("paper", "4")):
        path = folder / f"{source}.csv"
        row = f"{SPORT},2026-07-10,{at('18:00')},{HOME},{AWAY},{home_score},2,final"
        path.write_text(f"{RESULT_COLUMNS}\n{row}\n")
        import_results(path, settings, source=source, now=lambda: TOLD_AT)
    marts = (*NAMES, "quality.rpt_unmatched_results")
    wanted = (f"+{mart.split('.')[1]}" for mart in marts)
    without_tests = ("--exclude-resource-type", "test", "unit_test")
    Transformation(settings).invoke("build", *without_tests, "--select", *wanted)


def _parsed(line: Line) -> ApiResponse:
    return parse_recording_line(orjson.dumps(line))


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with connect(settings) as connection:
        return connection.rows(query)


def known_by_response() -> dict[str, datetime]:
    """When each answer could first be used, by its id."""
    known = {_parsed(line).response_id: _parsed(line).captured_at for line in live()}
    late = {_parsed(line).response_id: BOUGHT_AT + timedelta(minutes=1) for line in bought()}
    return {key: moment for key, moment in (known | late).items() if moment is not None}


def test_the_list_of_marts_that_say_when_is_whole(built: Settings) -> None:
    found = rows(
        built,
        "select table_schema || '.' || table_name from information_schema.columns"
        " where column_name = 'known_at' and table_schema in ('marts', 'quality', 'ops')",
    )
    assert {name for (name,) in found} == set(NAMES)


@pytest.mark.parametrize("mart", NAMES)
def test_a_row_is_known_from_when_what_it_was_read_from_was(built: Settings, mart: str) -> None:
    known = known_by_response()
    found = rows(
        built,
        f"select {NAMES[mart]}, known_at from {mart} where {NAMES[mart]} is not null",  # noqa: S608
    )
    told = [(key, moment) for key, moment in found if key in known]
    assert told
    assert told == [(key, known[key]) for key, _ in told]
    if mart == "marts.fct_results":
        # rows of a file are known when they landed
        assert {moment for key, moment in found if key not in known} <= {TOLD_AT}
        return
    assert len(told) == len(found)
    # both kinds are there, or nothing was tested
    assert {moment >= BOUGHT_AT for _, moment in told} == {False, True}


def test_what_was_bought_is_there_in_every_way_a_row_can_come_of_it(built: Settings) -> None:
    """A change, a withdrawal, a quote that is back, an opening, a close, a game that is gone."""
    late = "known_at >= '2026-11-20'"
    for what, query in {
        "a change": f"marts.fct_odds_changes where {late} and american_price = -120",
        "a withdrawal": f"marts.fct_odds_changes where {late} and is_withdrawn",
        "an opening": f"marts.fct_opening_lines where {late}",
        "a close": f"marts.fct_closing_lines where {late} and american_price = -150",
        "a game that is gone": f"marts.fct_event_sightings where {late} and not is_listed",
    }.items():
        assert rows(built, f"select count(*) from {query}") != [(0,)], what  # noqa: S608


def test_versions_of_a_result_go_by_when_they_were_told_not_by_when_they_landed(
    built: Settings,
) -> None:
    """The later score was fetched, and landed, first."""
    found = rows(
        built,
        "select version, home_score, away_score, source, published_at from marts.fct_results"
        " where event_id = 'first' order by version",
    )
    assert [version for version, *_ in found] == list(range(1, len(found) + 1))
    published = [moment for *_, moment in found]
    assert published == sorted(published)
    by_scores = [(home, away) for _, home, away, source, _ in found if source == "scores"]
    assert by_scores == [(3, 1), (3, 2)]


def test_two_sources_may_both_give_one_event(built: Settings) -> None:
    """The file of one does not take the game from the file of the other."""
    found = rows(
        built,
        "select distinct source, event_id from intermediate.int_results_matched order by 1",
    )
    assert found == [("league", "first"), ("paper", "first")]
    assert rows(built, "select count(*) from quality.rpt_unmatched_results") == [(0,)]
