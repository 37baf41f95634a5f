"""Builds that live together: with readers, with each other, with themselves an hour ago."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cli.local_postgres import fresh_database
from ingestion.errors import OddsError
from ingestion.settings import Settings
from ingestion.warehouse import Connection, connect
from scheduler.transformation import Transformation
from tests.conftest import ENGINES, duckdb_settings, postgres_settings
from tests.dbt.marts import land
from tests.oracle.small_season import small_season

pytestmark = pytest.mark.heavy

CLOCK = "select as_of, current_timestamp from staging.stg_run__clock"
TAKE_LEASE = """
insert into ops.build_lease
select
    true, 'of another', 'somebody else', clock_timestamp(),
    clock_timestamp() - cast(? as interval), pid, backend_start
from pg_stat_activity
where pid = pg_backend_pid()
"""


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Settings, Transformation]]:
    """A season but for its last answers, with all models."""
    folder = tmp_path_factory.mktemp("builders")
    if request.param == "duckdb":
        yield _built(duckdb_settings(folder))
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as address:
        yield _built(postgres_settings(folder, address))


def _built(settings: Settings) -> tuple[Settings, Transformation]:
    land(small_season()[:-3], settings)
    transformation = Transformation(settings, patience_seconds=1)
    transformation.bring_up_to_date()
    return settings, transformation


def marts(connection: Connection) -> list[str]:
    rows = connection.rows(
        "select table_schema, table_name from information_schema.tables "
        "where table_schema in ('marts', 'quality', 'ops') order by 1, 2"
    )
    return [f"{schema}.{name}" for schema, name in rows]


def count_of(connection: Connection, relation: str) -> int:
    return int(connection.rows(f"select count(*) from {relation}")[0][0])  # noqa: S608 - our own


@pytest.mark.heavy
@pytest.mark.parametrize("built", ENGINES, indirect=True)
def test_after_every_build_views_look_from_the_time_they_are_read(
    built: tuple[Settings, Transformation],
) -> None:
    settings, transformation = built
    for build in (transformation.build_hot, transformation.bring_up_to_date):
        asked = datetime(2026, 7, 11, 12, tzinfo=UTC)
        build(as_of=asked)
        with connect(settings) as connection:
            assert connection.rows(CLOCK)[0][0] == asked
        build()
        with connect(settings) as connection:
            ((first, now),) = connection.rows(CLOCK)
            assert first == now
            ((second, _),) = connection.rows(CLOCK)
            assert second > first


def test_a_hot_build_refuses_a_misspelt_var_as_a_full_one_does(
    built: tuple[Settings, Transformation], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, transformation = built
    invoke = transformation._invoke
    monkeypatch.setattr(
        transformation,
        "_invoke",
        lambda manifest, *arguments: invoke(
            manifest, *arguments, "--vars", "{stale_after_minutes: soon}"
        ),
    )
    with pytest.raises(OddsError, match="stale_after_minutes"):
        transformation.build_hot()


@pytest.mark.parametrize("built", ENGINES, indirect=True)
@pytest.mark.heavy
def test_what_was_compiled_once_compiles_the_same_again(
    built: tuple[Settings, Transformation],
) -> None:
    """Tests on ephemeral models had lost what dbt puts before them at the second build."""
    _, transformation = built
    on_ephemeral = ("test", "--select", "config.materialized:ephemeral")
    first, second = (transformation.invoke(*on_ephemeral) for _ in range(2))
    assert first.nodes == second.nodes
    assert sum(first.nodes.values()) > 10


@pytest.mark.heavy
def test_no_reader_waits_for_a_build_or_misses_a_mart(
    built: tuple[Settings, Transformation],
) -> None:
    """One reader sits in a transaction all the time, another reads every mart again and again."""
    settings, transformation = built
    with connect(settings) as connection:
        names = marts(connection)
        before = {name: count_of(connection, name) for name in names}
    missed: list[str] = []
    looks = 0
    is_over = threading.Event()

    def look() -> None:
        nonlocal looks
        with connect(settings) as connection:
            while not is_over.is_set():
                for name in names:
                    try:
                        count = count_of(connection, name)
                    except Exception as error:  # noqa: BLE001 - whatever it is, it is not a mart
                        missed.append(f"{name}: {error}")
                    else:
                        if count == 0 and before[name] > 0 and name != "ops.build_lease":
                            missed.append(f"{name} is empty")
                    looks += 1

    with connect(settings) as idle:
        if settings.odds_target == "postgres":
            idle.native.autocommit = False
        else:
            idle.rows("begin")
        for name in names:
            count_of(idle, name)
        reader = threading.Thread(target=look)
        reader.start()
        try:
            land(small_season()[-3:-1], settings)
            transformation.bring_up_to_date(are_results_new=True)
            transformation.build_models()
        finally:
            is_over.set()
            reader.join(timeout=60)
    assert not reader.is_alive()
    assert missed == []
    assert looks > len(names)


def test_a_second_builder_waits_for_the_first_and_says_so_when_it_gives_up(
    built: tuple[Settings, Transformation],
) -> None:
    settings, transformation = built
    if settings.odds_target == "duckdb":
        pytest.skip("a DuckDB file lets in one process: it is the lock")
    with connect(settings) as other:
        other.rows(TAKE_LEASE, ("10 minutes",))
        with pytest.raises(OddsError, match=r"Another build is under way \(somebody else since"):
            transformation.build_hot()
        # it took long, but its process is there: nobody takes it away
        assert other.rows("select holder from ops.build_lease") == [("somebody else",)]
    transformation.build_hot()
    with connect(settings) as connection:
        assert connection.rows("select * from ops.build_lease") == []


def test_a_build_whose_process_has_just_gone_is_given_a_minute(
    built: tuple[Settings, Transformation],
) -> None:
    """Between two models a build has no process on the server."""
    settings, transformation = built
    if settings.odds_target == "duckdb":
        pytest.skip("a DuckDB file lets in one process: it is the lock")
    with connect(settings) as other:
        other.rows(TAKE_LEASE, ("10 seconds",))
    with pytest.raises(OddsError, match="Another build is under way"):
        transformation.build_hot()
    with connect(settings) as connection:
        connection.rows("delete from ops.build_lease")


def test_nobody_waits_for_a_build_whose_process_is_gone_from_this_machine(
    built: tuple[Settings, Transformation],
) -> None:
    settings, transformation = built
    if settings.odds_target == "duckdb":
        pytest.skip("a DuckDB file lets in one process: it is the lock")
    dead = subprocess.Popen(["true"])
    dead.wait()
    of_the_dead = f"the collector, process {dead.pid} on {socket.gethostname()}"
    named = "update ops.build_lease set holder = ?"
    with connect(settings) as connection:
        with connect(settings) as session:
            session.rows(TAKE_LEASE, ("1 second",))
            session.rows(named, (of_the_dead,))
            # the server is still at work for it
            with pytest.raises(OddsError, match="Another build is under way"):
                transformation.build_hot()
            session.rows(named, (f"{of_the_dead}-elsewhere",))
        # of another machine nobody knows
        with pytest.raises(OddsError, match="Another build is under way"):
            transformation.build_hot()
        connection.rows(named, (of_the_dead,))
        transformation.build_hot()
        assert connection.rows("select * from ops.build_lease") == []


def test_a_lock_that_does_not_come_is_given_up(
    built: tuple[Settings, Transformation], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody locks a table for good: the build fails in time, nobody queues behind it."""
    settings, transformation = built
    if settings.odds_target == "duckdb":
        pytest.skip("a DuckDB file lets in one process: it is the lock")
    monkeypatch.setenv("ODDS_LOCK_TIMEOUT", "500ms")
    with connect(settings) as other:
        other.native.autocommit = False
        other.rows("lock table intermediate.int_quote_changes in access exclusive mode")
        with pytest.raises(OddsError, match="lock"):
            transformation.build_hot()
    transformation.build_hot()


def test_readers_hold_up_no_seed(built: tuple[Settings, Transformation]) -> None:
    settings, transformation = built
    with connect(settings) as idle:
        if settings.odds_target == "postgres":
            idle.native.autocommit = False
            count_of(idle, "marts.bookmakers")
        transformation.invoke("seed")


@pytest.mark.heavy
def test_a_seed_of_new_columns_is_made_anew(built: tuple[Settings, Transformation]) -> None:
    """As after an update of the project: nobody need know of a full refresh."""
    settings, transformation = built
    with connect(settings) as connection:
        before = marts(connection)
        connection.rows("alter table marts.price_moments add column nobody_knows text")
    transformation.build_models()
    with connect(settings) as connection:
        assert marts(connection) == before


@pytest.mark.heavy
def test_a_view_that_somebody_dropped_comes_back(
    built: tuple[Settings, Transformation],
) -> None:
    settings, transformation = built
    with connect(settings) as connection:
        before = marts(connection)
        connection.rows("drop view marts.fct_best_prices cascade")
    transformation.bring_up_to_date()
    with connect(settings) as connection:
        assert marts(connection) == before


@pytest.mark.heavy
def test_a_table_of_other_columns_is_made_anew(built: tuple[Settings, Transformation]) -> None:
    """As after an update of the project."""
    settings, transformation = built
    with connect(settings) as connection:
        before = marts(connection)
        connection.rows("alter table marts.fct_results add column nobody_knows text")
    transformation.build_models()
    with connect(settings) as connection:
        assert marts(connection) == before
        columns = connection.rows(
            "select column_name from information_schema.columns "
            "where table_schema = 'marts' and table_name = 'fct_results'"
        )
    assert ("nobody_knows",) not in columns


def test_a_table_is_made_and_put_in_its_place_in_one_transaction(
    built: tuple[Settings, Transformation],
) -> None:
    """So that no reader finds it gone, and the settings of a model hold while it is made."""
    settings, transformation = built
    if settings.odds_target == "duckdb":
        pytest.skip("a DuckDB file lets in one process, and its settings are a session's")
    transformation.invoke("run", "--full-refresh", "--select", "fct_line_movements")
    with connect(settings) as connection:
        made = connection.rows("select distinct xmin::text from marts.fct_line_movements")
        placed = connection.rows(
            "select xmin::text from pg_class where oid = 'marts.fct_line_movements'::regclass"
        )
    assert made == placed


@pytest.mark.heavy
def test_a_warehouse_of_an_older_version_is_told_what_to_do(
    built: tuple[Settings, Transformation],
) -> None:
    settings, transformation = built
    with connect(settings) as connection:
        connection.rows("alter table intermediate.int_events rename column believed_starts to old")
    with pytest.raises(OddsError, match=r"older version of the project.*dbt build --full-refresh"):
        transformation.build_hot()
    transformation.build_models(full_refresh=True)
