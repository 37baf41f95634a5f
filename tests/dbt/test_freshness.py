"""Every relation says how far it knows, and whether there is more to know, on both engines."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import orjson
import pytest

from ingestion.errors import OddsError
from ingestion.landing import Landing
from ingestion.pipelines import import_results
from ingestion.recordings import parse_recording_line
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import postgres_is_heavy
from tests.oracle.builder import at, error
from tests.oracle.responses import Line
from tests.oracle.small_season import small_season

AS_OF = datetime(2026, 7, 10, 19, tzinfo=UTC)
SECOND_HAS_BEGUN = datetime(2026, 7, 10, 21, tzinfo=UTC)
LANDED_AT = datetime(2026, 11, 20, tzinfo=UTC)
SCORES = """sport_key,game_date,starts_at,home_team,away_team,home_score,away_score,status
baseball_mlb,2026-07-10,2026-07-10T18:00:00Z,Boston Red Sox,New York Yankees,5,3,final
"""
# tables and views of each kind
HOT = {
    "intermediate.int_quote_changes",
    "intermediate.int_events",
    "intermediate.int_closes",
    "marts.fct_odds_changes",
    "marts.fct_best_prices",
}
DAILY = {
    "intermediate.int_decision_moments",
    "marts.fct_decision_quotes",
    "marts.fct_open_to_close",
    "marts.fct_reference_closes",
    "quality.fct_findings",
}
OF_RESULTS = {"marts.fct_results", "marts.dim_events", "intermediate.int_results_matched"}
OF_RAW = {"ops.fct_fetches", "staging.stg_odds_api__responses", "intermediate.int_relation_inputs"}


class Known(NamedTuple):
    """A row of the mart without its name."""

    newest_landed_at: datetime | None
    newest_captured_at: datetime | None
    newest_result_at: datetime | None
    looks_from: datetime | None
    built_at: datetime | None
    is_behind: bool


def land(lines: Iterable[Line], settings: Settings, *, minutes: int) -> datetime:
    landed_at = LANDED_AT + timedelta(minutes=minutes)
    responses = (parse_recording_line(orjson.dumps(line)) for line in lines)
    Landing(settings, now=lambda: landed_at).land(responses)
    return landed_at


def known(settings: Settings) -> dict[str, Known]:
    with connect(settings) as connection:
        rows = connection.rows(
            f"select relation, {', '.join(Known._fields)} from ops.mart_freshness"  # noqa: S608
        )
    return {row[0]: Known(*row[1:]) for row in rows}


def behind(settings: Settings) -> set[str]:
    return {name for name, row in known(settings).items() if row.is_behind}


def run(transformation: Transformation, *names: str) -> None:
    transformation.invoke("run", "--select", *names, as_of=AS_OF)


@contextmanager
def missing(settings: Settings, schema: str, table: str) -> Iterator[None]:
    """A table is away, so that who reads it fails."""
    with connect(settings) as connection:
        connection.rows(f"alter table {schema}.{table} rename to away")
    yield
    with connect(settings) as connection:
        connection.rows(f"alter table {schema}.away rename to {table}")


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return small_season()


@postgres_is_heavy
@pytest.mark.heavy
def test_every_relation_says_what_it_knows_and_whether_there_is_more(
    settings: Settings, lines: list[Line]
) -> None:
    transformation = Transformation(settings)

    # where everything is built nothing is behind
    first_at = land(lines[:30], settings, minutes=0)
    transformation.build_models(as_of=AS_OF)
    rows = known(settings)
    assert set(rows) >= HOT | DAILY | OF_RESULTS | OF_RAW
    assert not behind(settings)
    newest = datetime.fromisoformat(lines[29]["received_at"])
    for name in (HOT | DAILY) - {"intermediate.int_relation_inputs"}:
        assert rows[name][:3] == (first_at, newest, None), name
        assert rows[name].looks_from == AS_OF, name
        assert rows[name].built_at is not None, name
    assert rows["ops.fct_fetches"] == (first_at, newest, None, None, None, False)

    # what landed is known to nobody but to views of raw tables
    second_at = land(lines[30:35], settings, minutes=1)
    assert behind(settings) >= HOT | DAILY | OF_RESULTS
    assert not behind(settings) & OF_RAW
    assert known(settings)["marts.fct_odds_changes"].newest_landed_at == first_at
    assert known(settings)["ops.fct_fetches"].newest_landed_at == second_at

    # a hot build leaves the reports behind, and the views over them
    transformation.build_hot(as_of=AS_OF)
    assert not behind(settings) & HOT
    assert behind(settings) >= DAILY
    assert known(settings)["marts.fct_odds_changes"].newest_landed_at == second_at
    assert known(settings)["marts.fct_reference_closes"].newest_landed_at == first_at

    # a table made of what is behind knows no more than that
    run(transformation, "fct_decision_quotes")
    assert known(settings)["marts.fct_decision_quotes"].newest_landed_at == first_at
    assert "marts.fct_decision_quotes" in behind(settings)
    run(transformation, "int_decision_moments", "fct_decision_quotes")
    assert known(settings)["marts.fct_decision_quotes"].newest_landed_at == second_at
    assert not behind(settings) & {"intermediate.int_decision_moments", "marts.fct_decision_quotes"}


@pytest.mark.heavy
def test_results_failures_empty_runs_and_time_itself_are_told_too(
    settings: Settings, lines: list[Line], tmp_path: Path
) -> None:
    transformation = Transformation(settings)
    first_at = land(lines[:35], settings, minutes=0)
    transformation.build_models(as_of=AS_OF)

    # results are news to what reads results
    table = tmp_path / "league.csv"
    table.write_text(SCORES)
    results_at = LANDED_AT + timedelta(minutes=2)
    import_results(table, settings, now=lambda: results_at)
    assert not behind(settings) & (HOT - {"marts.fct_best_prices"})
    assert behind(settings) >= OF_RESULTS
    transformation.bring_up_to_date(are_results_new=True, as_of=AS_OF)
    assert not behind(settings) & OF_RESULTS
    assert known(settings)["marts.dim_events"].newest_result_at == results_at
    assert known(settings)["marts.fct_odds_changes"].newest_result_at is None

    # where a run fails midway, what was made is known, what was not stays behind
    second_at = land(lines[35:40], settings, minutes=3)
    with (
        missing(settings, "intermediate", "int_decision_moments"),
        pytest.raises(OddsError, match="int_decision_moments"),
    ):
        run(transformation, "tag:hot", "fct_decision_quotes")
    assert not behind(settings) & HOT
    assert "marts.fct_decision_quotes" in behind(settings)
    assert known(settings)["marts.fct_decision_quotes"].newest_landed_at == first_at
    assert known(settings)["marts.fct_odds_changes"].newest_landed_at == second_at

    # neither an error nor a list of sports is news
    transformation.build_models(as_of=AS_OF)
    assert not behind(settings)
    land([error("18:45"), {**lines[0], "endpoint": "/v4/sports", "received_at": at("18:46")}],
         settings, minutes=4)  # fmt: skip
    assert not behind(settings)

    # a game that has begun since is news to what looks from a moment
    with connect(settings) as connection:
        connection.rows("update ops.run_clock set as_of = ?", (SECOND_HAS_BEGUN,))
    assert behind(settings) >= {"intermediate.int_closes", "marts.fct_decision_quotes"}
    assert not behind(settings) & {"intermediate.int_quote_changes", "marts.fct_odds_changes"}
    transformation.build_hot(as_of=SECOND_HAS_BEGUN)
    assert "intermediate.int_closes" not in behind(settings)
    assert "marts.fct_decision_quotes" in behind(settings)

    # a table made without its rows knows nothing
    transformation.invoke("run", "--empty", "--select", "fct_results", as_of=AS_OF)
    assert "marts.dim_events" in behind(settings)
