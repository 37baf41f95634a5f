"""One response that no model can take in does not keep the others waiting, on both engines."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

import pytest

from cli.local_postgres import fresh_database
from ingestion.errors import OddsError
from ingestion.quarantine import release
from ingestion.settings import Settings
from ingestion.warehouse import Row, connect
from scheduler.faulty_responses import FailedModelError, Search
from scheduler.transformation import Transformation
from tests.conftest import ENGINES, duckdb_settings, postgres_settings
from tests.dbt.broken_responses import BROKEN, plant
from tests.dbt.marts import land
from tests.oracle.small_season import small_season

AS_OF = datetime(2026, 7, 12, tzinfo=UTC)
SET_ASIDE = """
select response_id, model, error
from ops.quarantined_responses
where released_at is null
order by response_id
"""
UNMODELLED = """
select response_id from intermediate.int_responses_scoped
where response_id not in (select response_id from intermediate.int_processed_responses)
order by response_id
"""
CONTENTS = ("int_processed_responses", "int_event_snapshots", "int_events", "int_quote_changes",
            "int_closes")  # fmt: skip


@pytest.fixture(scope="module", params=ENGINES)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Settings, Transformation]]:
    """The first half of a season, with all models."""
    folder = tmp_path_factory.mktemp("faulty")
    if request.param == "duckdb":
        yield _built(duckdb_settings(folder))
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as address:
        yield _built(postgres_settings(folder, address))


def _built(settings: Settings) -> tuple[Settings, Transformation]:
    land(small_season()[:20], settings)
    transformation = Transformation(settings)
    transformation.bring_up_to_date(as_of=AS_OF)
    return settings, transformation


def rows(settings: Settings, query: str, *parameters: object) -> list[Row]:
    with connect(settings) as connection:
        return connection.rows(query, parameters)


def contents(settings: Settings) -> Mapping[str, list[Row]]:
    """What the hot chain holds."""
    with connect(settings) as connection:
        found = {}
        for table in CONTENTS:
            held = connection.rows(f"select * from intermediate.{table}")  # noqa: S608
            found[table] = sorted(held, key=str)
    return found


Fault = Callable[[Transformation], AbstractContextManager[None]]


def failing_for(model: str, responses: str) -> Fault:
    """A mistake in a hot model: it fails where a query for `response_id` finds any."""

    @contextmanager
    def planted(transformation: Transformation) -> Iterator[None]:
        project = transformation._project()
        node = project.everything().nodes[f"model.odds_warehouse.{model}"]
        before = node.raw_code
        number = "cast(max('no number' || response_id) as integer)"
        mistake = f"where (select {number} from ({responses}) as found) is null"  # noqa: S608
        node.raw_code = f"{before.rstrip()}\n{mistake}"
        assert before.rstrip().endswith("select * from final")
        project._hot = None
        try:
            yield
        finally:
            node.raw_code = before
            project._hot = None

    return planted


@pytest.mark.heavy
def test_one_that_cannot_be_read_is_set_aside_and_all_others_are_modelled(
    built: tuple[Settings, Transformation],
) -> None:
    settings, transformation = built
    alone = plant(settings, "a1")
    summary = transformation.bring_up_to_date(as_of=AS_OF)
    assert summary.set_aside == (alone,)
    ((response_id, model, error),) = rows(settings, SET_ASIDE)
    assert (response_id, model) == (alone, "int_odds_parsed")
    assert "JSON" in error or "json" in error
    assert rows(settings, UNMODELLED) == []

    among = {plant(settings, "a2"), plant(settings, "a4")}
    land(small_season()[20:30], settings)
    among.add(plant(settings, "a3"))
    summary = transformation.bring_up_to_date(as_of=AS_OF)
    assert set(summary.set_aside) == among
    assert {row[0] for row in rows(settings, SET_ASIDE)} == {alone, *among}
    assert rows(settings, UNMODELLED) == []
    # once set aside it costs nothing more
    assert transformation.bring_up_to_date(as_of=AS_OF).set_aside == ()


@pytest.mark.heavy
def test_what_is_released_is_modelled_by_the_next_build_however_old_it_is(
    built: tuple[Settings, Transformation],
) -> None:
    settings, transformation = built
    days_ago = "1500000000.000001"
    old = plant(settings, "b1", load_id=days_ago)
    # as old as its load, it would not be found among the new ones
    with connect(settings) as connection:
        connection.rows(
            "insert into ops.quarantined_responses values (?, null, 'by hand', ?, null, false)",
            (old, AS_OF),
        )
        connection.rows("update raw.api_responses set payload = '[]' where response_id = ?", (old,))
    transformation.bring_up_to_date(as_of=AS_OF)
    assert old not in {row[0] for row in rows(settings, UNMODELLED)}
    with connect(settings) as connection:
        release(connection, old, at=AS_OF)
    assert [row[0] for row in rows(settings, UNMODELLED)] == [old]
    transformation.bring_up_to_date(as_of=AS_OF)
    assert rows(settings, UNMODELLED) == []
    with connect(settings) as connection, pytest.raises(OddsError, match="is not set aside"):
        release(connection, old, at=AS_OF)


@pytest.mark.heavy
def test_one_that_a_later_model_cannot_take_in_leaves_nothing_behind(
    built: tuple[Settings, Transformation],
) -> None:
    """Earlier models have taken it in by then: all is made anew without it."""
    settings, transformation = built
    before = contents(settings)
    late = plant(settings, "c1", payload="[]", event_count=0)
    this_one = f"select response_id from batch where response_id = '{late}'"  # noqa: S608
    faulty = failing_for("int_processed_responses", this_one)
    with faulty(transformation):
        summary = transformation.bring_up_to_date(as_of=AS_OF)
        assert summary.set_aside == (late,)
        assert contents(settings) == before
        assert rows(settings, "select * from ops.quarantined_responses where is_in_models") == []
        assert transformation.bring_up_to_date(as_of=AS_OF).set_aside == ()


@pytest.mark.heavy
def test_a_fault_of_the_models_sets_nothing_aside(built: tuple[Settings, Transformation]) -> None:
    settings, transformation = built
    before = rows(settings, SET_ASIDE)
    good = plant(settings, "d1", payload="[]", event_count=0)
    always = failing_for("int_quote_changes", "select 'any' as response_id")
    for_every_response = failing_for(
        "int_odds_parsed", "select response_id from responses where is_new"
    )
    for fault in (always, for_every_response):
        with fault(transformation), pytest.raises(OddsError, match="int_"):
            transformation.bring_up_to_date(as_of=AS_OF)
        assert rows(settings, SET_ASIDE) == before
    assert [row[0] for row in rows(settings, UNMODELLED)] == [good]
    assert transformation.bring_up_to_date(as_of=AS_OF).set_aside == ()
    assert rows(settings, UNMODELLED) == []


@pytest.mark.heavy
def test_a_full_refresh_finds_it_too(built: tuple[Settings, Transformation]) -> None:
    """As after an update of the project that no longer reads what an old response holds."""
    settings, transformation = built
    old = rows(settings, "select max(response_id) from intermediate.int_processed_responses")[0][0]
    rows(settings, "update raw.api_responses set payload = ? where response_id = ?", BROKEN, old)
    assert transformation.bring_up_to_date(as_of=AS_OF).set_aside == ()
    summary = transformation.build_models(as_of=AS_OF, full_refresh=True)
    assert summary.set_aside == (old,)
    assert rows(settings, UNMODELLED) == []
    held = rows(
        settings, "select 1 from intermediate.int_event_snapshots where response_id = ?", old
    )
    assert held == []


@pytest.mark.heavy
def test_views_made_anew_while_it_is_looked_for_take_no_mart_along(
    built: tuple[Settings, Transformation],
) -> None:
    """As after an update of the project: Postgres drops what stands on a view that is replaced."""
    settings, transformation = built
    if settings.odds_target == "postgres":
        rows(settings, "delete from ops.view_fingerprints")
    alone = plant(settings, "a9")
    assert transformation.bring_up_to_date(as_of=AS_OF).set_aside == (alone,)
    assert transformation.what_to_build(are_results_new=False, as_of=AS_OF) == "hot"
    assert rows(settings, "select count(*) from marts.fct_odds_changes")[0][0] > 0


REAL_WORDS = {
    "int_odds_parsed (m.sql) Conversion Error: Malformed JSON at byte 27 of input": True,
    'int_odds_parsed (m.sql) Conversion Error: Malformed JSON. Input: "[connection timeout"': True,
    'int_odds_parsed (m.sql) invalid input syntax for type json DETAIL: Token "SSL" is': True,
    "int_events (m.sql) index row size 2816 exceeds btree version 4 maximum 2704": True,
    "int_odds_parsed (m.sql) Out of Range Error: Overflow in multiplication of INT32": True,
    "int_odds_parsed (m.sql) stack depth limit exceeded": True,
    "int_odds_parsed (m.sql) Out of Memory Error: could not allocate block of size 256 KiB": False,
    'int_closes (m.sql) IO Error: Could not set lock on file "w.duckdb": Conflicting lock': False,
    "int_closes (m.sql) INTERRUPT Error: Interrupted!": False,
    "int_closes (m.sql) canceling statement due to lock timeout": False,
    "int_closes (m.sql) deadlock detected DETAIL: Process 1 waits": False,
    "int_closes (m.sql) server closed the connection unexpectedly": False,
    "int_closes (m.sql) terminating connection due to administrator command": False,
    'int_closes (m.sql) could not extend file "base/1": No space left on device': False,
    "int_closes Compilation Error Another build has taken over, since this one": False,
    'connection to server at "127.0.0.1", port 1 failed: Connection refused': False,
}


@pytest.mark.parametrize(("error", "is_suspect"), REAL_WORDS.items())
def test_only_what_may_be_about_a_value_makes_a_response_suspect(
    error: str, is_suspect: bool
) -> None:
    failure = FailedModelError(f"dbt: {error}", model="m", error=error, is_hot=True)
    assert failure.may_be_of_a_response is is_suspect
    cold = FailedModelError(f"dbt: {error}", model="m", error=error, is_hot=False)
    assert not cold.may_be_of_a_response


def failed(error: str = "malformed") -> FailedModelError:
    return FailedModelError(f"dbt: m: {error}", model="m", error=error, is_hot=True)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "fate",
    [
        KeyboardInterrupt(),
        *(
            pytest.param(each, marks=pytest.mark.heavy)
            for each in (failed("deadlock detected"), OddsError("x"))
        ),
    ],
)
def test_a_search_that_is_broken_off_sets_nothing_aside(
    built: tuple[Settings, Transformation], fate: BaseException
) -> None:
    settings, transformation = built
    before = rows(settings, SET_ASIDE)
    good = plant(settings, f"e{type(fate).__name__}", payload="[]", event_count=0)
    builds = iter([None, failed(), fate])

    def build(*, window: tuple[str, str], again: str | None) -> None:
        if (failure := next(builds)) is not None:
            raise failure

    with pytest.raises(type(fate)):
        Search(settings, build, failure=failed()).run()
    assert rows(settings, SET_ASIDE) == before
    assert (good,) in rows(settings, UNMODELLED)
    transformation.bring_up_to_date(as_of=AS_OF)


@pytest.mark.heavy
def test_a_first_answer_that_fails_has_none_to_be_compared_with(settings: Settings) -> None:
    land(small_season()[:1], settings)
    rows(settings, "update raw.api_responses set payload = ?", BROKEN)
    with pytest.raises(OddsError, match=r"nothing like response .* `odds raw quarantine"):
        Transformation(settings).bring_up_to_date(as_of=AS_OF)
    assert rows(settings, SET_ASIDE) == []
    # the next one is one to compare with
    land(small_season()[1:2], settings)
    (set_aside,) = Transformation(settings).bring_up_to_date(as_of=AS_OF).set_aside
    assert rows(
        settings, "select response_id from raw.api_responses where payload = ?", BROKEN
    ) == [(set_aside,)]
    assert rows(settings, UNMODELLED) == []


def test_dbt_and_python_make_one_table(settings: Settings) -> None:
    columns = (
        "select column_name, data_type, is_nullable from information_schema.columns"
        " where table_schema = 'ops' and table_name = 'quarantined_responses' order by 1"
    )
    land(small_season()[:1], settings)
    made_by_python = rows(settings, columns)
    rows(settings, "drop table ops.quarantined_responses")
    Transformation(settings).invoke("run", "--select", "stg_run__clock")
    assert rows(settings, columns) == made_by_python
    assert len(made_by_python) == 6
