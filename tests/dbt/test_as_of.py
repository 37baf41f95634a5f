"""`as_of` moved back over a full warehouse gives what one gives that held no more than was then."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analysis import comparison, edges, history, offers
from analysis.backtest import closes
from analysis.backtest.decision_view import DecisionView
from analysis.backtest.engine import Setup
from analysis.backtest.fills import FillModel
from analysis.backtest.moments import Clock, parse_moment
from analysis.backtest.runs import run_backtest
from analysis.backtest.sizing import Sizing
from analysis.backtest.strategy import make_strategy
from analysis.board import past_board
from analysis.events import events_at
from analysis.quotes import changes_of, closes_of
from analysis.warehouse import Record, Warehouse
from cli.local_postgres import PostgresAddress, fresh_database
from cli.reading import reading
from ingestion.settings import PROJECT_DIR, Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import duckdb_settings, postgres_settings
from tests.dbt.marts import land, plain
from tests.dbt.two_warehouses import NBA, Season
from tests.oracle.small_season import small_season

# games are under way whose starts will move, a job is at work, another game is about to be dropped
THEN = datetime(2026, 7, 10, 20, 5, tzinfo=UTC)
LATER = datetime(2026, 7, 10, 22, 35, tzinfo=UTC)
SCHEMAS = ("marts", "quality", "ops")
# what need not be the same, and why
EXCEPTIONS = {
    "ops.mart_freshness": "tells when this warehouse built what, and what has landed in it",
    "marts.fct_backtest_runs": "a run of the past is made later, and a trial must not be forgotten",
    "marts.fct_backtest_bets": "bets of these runs",
    "marts.fct_backtest_trials": "as these runs",
    **dict.fromkeys(
        (
            "ops.fct_job_runs",
            "ops.fct_credit_reservations",
            "ops.fct_alert_deliveries",
            "ops.fct_alert_candidates",
            "ops.rpt_pipeline_health",
        ),
        "the collector's own notes, and what is told of them: it goes on between two looks back",
    ),
}
SPORTS = (NBA, "baseball_mlb")
MODELS = "dbt_project/models"

Rows = list[tuple[Any, ...]]
Marts = dict[str, Rows]
Said = dict[str, list[Record]]


@dataclass(frozen=True)
class Looks:
    """What two warehouses show: one of everything, and one that holds what there was by a moment.

    `before`, `back` and `after` are the marts of the full one, made for no moment, for that one,
    and for none again; `then` those of the other. `said` is what readers of the full one were told
    who asked for that moment while its marts were made for none, `said_then` what the other told.
    """

    before: Marts
    back: Marts
    after: Marts
    then: Marts
    said: Said
    said_then: Said


@pytest.fixture(
    scope="module",
    # four builds of a season each
    params=[
        pytest.param(("duckdb", THEN), marks=pytest.mark.heavy),
        pytest.param(("duckdb", LATER), marks=pytest.mark.heavy),
        pytest.param(("postgres", THEN), marks=pytest.mark.heavy),
    ],
    ids=["duckdb", "duckdb-later", "postgres"],
)
def looks(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Looks]:
    engine, moment = request.param
    season = Season(tmp_path_factory.mktemp("results"))
    with ExitStack() as databases:

        def warehouse(until: datetime | None) -> Settings:
            folder = tmp_path_factory.mktemp("warehouse")
            settings = duckdb_settings(folder)
            if engine == "postgres":
                server: PostgresAddress = request.getfixturevalue("postgres_server")
                address = databases.enter_context(fresh_database(server))
                settings = postgres_settings(folder, address)
            season.land(settings, until=until)
            return settings

        then, full = warehouse(moment), warehouse(None)
        Transformation(then).build_models(as_of=moment)
        transformation = Transformation(full)
        transformation.build_models()
        before, said = marts(full), read(full, moment)
        transformation.build_models(as_of=moment)
        back = marts(full)
        transformation.build_models()
        yield Looks(before, back, marts(full), marts(then), said, read(then, moment))


def marts(settings: Settings) -> Marts:
    """Every mart of the project, a new one too."""
    with connect(settings) as connection:
        names = connection.rows("select distinct relation from intermediate.int_relation_inputs")
        wanted = {name for (name,) in names if name.startswith(tuple(f"{s}." for s in SCHEMAS))}
        found = {}
        for name in sorted(wanted - EXCEPTIONS.keys()):
            rows = connection.rows(f"select * from {name}")  # noqa: S608 - a name of ours
            found[name] = sorted((tuple(map(plain, row)) for row in rows), key=str)
    return found


def apart(found: Marts, expected: Marts) -> dict[str, tuple[Rows, Rows]]:
    """By mart, rows that only one of the two has: those found, those expected."""
    assert found.keys() == expected.keys()
    return {
        name: (
            [row for row in found[name] if row not in expected[name]],
            [row for row in expected[name] if row not in found[name]],
        )
        for name in expected
        if found[name] != expected[name]
    }


def read(settings: Settings, moment: datetime) -> Said:
    """What the commands that read, and `backtest run`, are told with `--as-of`."""
    said = {}
    with reading(settings) as warehouse:
        events = events_at(warehouse, moment, is_over_included=True)
        said["events"] = events
        said["board"] = past_board(warehouse, moment)
        for event in events:
            key = event["event_id"]
            if event["starts_at"] <= moment:
                said[f"closes of {key}"] = closes_of(warehouse, key, moment=moment)
            said[f"changes of {key}"] = changes_of(warehouse, key, moment=moment)
            said[f"history of {key}"] = history.query(key, moment=moment, is_past=True).rows(
                warehouse
            )
            books = comparison.query(warehouse, event, moment=moment)
            said[f"books on {key}"] = told(books.rows(warehouse))
            warehouse.look_from(moment)
        for kind in edges.KINDS:
            if kind != "steam":
                found = edges.query(warehouse, kind, moment=moment)
                said[f"edges: {kind}"] = told(found.rows(warehouse))
        said["offers"] = told(offers.query(warehouse, at=moment).rows(warehouse))
        for at in ("1h", "61m", "10m"):
            for clock in ("published", "ingested"):
                said[f"bets {at} {clock}"] = bets(warehouse, moment, at=at, clock=clock)
    return said


def told(rows: list[Record]) -> list[Record]:
    """Rows whose numbers do not depend on the order in which an engine adds up."""
    return [{name: plain(value) for name, value in row.items()} for row in rows]


def bets(warehouse: Warehouse, moment: datetime, *, at: str, clock: Clock) -> list[Record]:
    setup = Setup(
        strategy=make_strategy("flat", {"pick": "home"}),
        view=DecisionView(
            moment=parse_moment(at),
            sports=SPORTS,
            markets=("h2h", "spreads"),
            clock=clock,
            as_of=moment,
        ),
        sizing=Sizing(method="flat", amount=10),
        fill_model=FillModel(),
        initial_bankroll=1000,
        time_zone="UTC",
    )
    run = run_backtest(warehouse, setup, name=None, started_at=moment)
    facts = run.bets.drop(columns=["run_id", "bet_id"]).to_dict("records")
    return [{name: plain(value) for name, value in bet.items()} for bet in facts]


def test_every_mart_shows_what_was_known_then(looks: Looks) -> None:
    assert not apart(looks.back, looks.then)
    # the season would show most leaks
    told_more = [name for name, rows in looks.before.items() if rows != looks.then[name]]
    assert len(told_more) > 25


def test_who_looks_from_now_has_lost_nothing(looks: Looks) -> None:
    assert not apart(looks.after, looks.before)


def test_who_reads_with_a_moment_is_told_what_was_known_then(looks: Looks) -> None:
    assert looks.said.keys() == looks.said_then.keys()
    moved = set()
    for name, rows in looks.said_then.items():
        if name.startswith("bets"):
            continue
        if name.startswith("closes") and not looks.said[name]:
            moved.add(name)
            continue
        assert looks.said[name] == rows, name
    # of starts that are believed no more, closes are only made by a build that looks back
    assert moved <= {f"closes of {key}" for key in ("moved back", "delayed", "second")}


def test_a_backtest_knows_nothing_later_than_its_moment(looks: Looks) -> None:
    """The whole bet is the same; a close may be missing, where the start has moved since."""
    compared = 0
    for name, rows in looks.said_then.items():
        if not name.startswith("bets"):
            continue
        assert len(looks.said[name]) == len(rows) > 0
        for found, expected in zip(looks.said[name], rows, strict=True):
            is_lost = found["clv_missing_reason"] == "no_close"
            for column, value in expected.items():
                if not (is_lost and column in closes.COLUMNS):
                    assert str(found[column]) == str(value), (name, column)
            compared += not is_lost
    assert compared > 0


@pytest.mark.heavy
def test_what_was_built_for_another_moment_is_built_anew(tmp_path: Path) -> None:
    """Else marts would know more than the moment asked for, or less than there is."""
    settings = duckdb_settings(tmp_path)
    land(small_season(), settings)
    transformation = Transformation(settings)

    def kind(as_of: datetime | None) -> str:
        return transformation.what_to_build(are_results_new=False, as_of=as_of)

    transformation.build_models()
    assert (kind(None), kind(THEN), kind(THEN + timedelta(days=1))) == ("hot", "everything", "hot")
    transformation.bring_up_to_date(as_of=THEN)
    assert (kind(None), kind(THEN), kind(LATER)) == ("everything", "hot", "hot")
    assert kind(THEN - timedelta(hours=1)) == "everything"
    transformation.bring_up_to_date()
    assert (kind(None), kind(THEN)) == ("hot", "everything")


def test_marts_read_what_is_kept_through_what_was_known() -> None:
    """Without it a mart would show, for a moment asked for, what came after it."""
    kept = {
        path.stem.removesuffix("_known") for path in PROJECT_DIR.glob(f"{MODELS}/**/*_known.sql")
    }
    hot = set(PROJECT_DIR.glob(f"{MODELS}/intermediate/odds/*.sql"))
    outside = {
        "int_events_upcoming",
        "int_offers_standing",
    }
    # what may read all that is kept, and why
    allowed = {
        "rpt_mart_freshness": "tells of this warehouse, whoever looks",
    }
    readers = [
        path
        for path in PROJECT_DIR.glob(f"{MODELS}/**/*.sql")
        if (path not in hot or path.stem in outside)
        and path.parent.name not in ("known", "odds_api")
        and path.stem not in allowed
    ]
    assert len(readers) > 100
    for path in readers:
        text = path.read_text()
        for name in kept:
            assert f"ref('{name}')" not in text, (path.name, name)
