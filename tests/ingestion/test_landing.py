import gc
import itertools
import os
import subprocess
import sys
import weakref
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from ingestion.landing import BATCH_ROWS, Landing, LandingSummary
from ingestion.raw_tables import API_RESPONSES, RAW_TABLES
from ingestion.responses import ApiResponse
from ingestion.warehouse import connect

LANDED_AT = datetime(2026, 2, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def landing(settings):
    return Landing(settings, now=lambda: LANDED_AT)


def landed_rows(settings, columns="response_id"):
    with connect(settings) as connection:
        return connection.rows(
            f"select {columns} from raw.api_responses order by requested_at"  # noqa: S608
        )


def test_every_field_of_a_response_arrives_as_it_was(settings, landing, make_response):
    responses = [
        make_response(
            0, body='[ {"home_team":"Montréal \\u00e9 \u2028 \'\\"🏀","p":1.10}, "a\\nb" ]\n'
        ),
        make_response(
            1, status_code=None, captured_at=None, headers={}, body_text=None, error_code="timeout"
        ),
        make_response(2, status_code=500, body_text='<html>\r\n\t,;"quoted",\\N</html>'),
        make_response(
            3, credits_estimated=3, elapsed_ms=250, job_id="closing lines", origin="replay"
        ),
    ]
    landing.land(responses)
    names = [field.name for field in fields(ApiResponse)]
    assert landed_rows(settings, ", ".join(names)) == [
        tuple(getattr(replace(response, landed_at=LANDED_AT), name) for name in names)
        for response in responses
    ]


def test_nothing_of_a_landing_stays_in_memory(landing, make_response):
    """A collector lands for months."""

    class Responses(list):
        """A list that can be referred to weakly."""

    alive = []
    for number in range(3):
        responses = Responses([make_response(number)])
        alive.append(weakref.ref(responses))
        landing.land(responses)
    del responses
    gc.collect()
    assert [kept() for kept in alive] == [None] * 3


def test_what_is_held_already_does_not_land_again(settings, landing, make_response):
    first = [make_response(number) for number in range(3)]
    second = [make_response(number) for number in (1, 5, 2, 5, 6)]
    assert landing.land(first) == LandingSummary(landed=3, already_held=0)
    assert landing.land(second) == LandingSummary(landed=2, already_held=3)
    assert Landing(settings, now=lambda: LANDED_AT).land(first + second) == LandingSummary(
        landed=0, already_held=8
    )
    assert len(landed_rows(settings)) == 5


def test_attempts_without_answer_are_held_like_answers(settings, landing, make_response):
    failed = [
        make_response(number, status_code=None, captured_at=None, body_text=None, headers={})
        for number in range(3)
    ]
    answered = [make_response(number) for number in range(3)]
    assert landing.land(failed + answered).landed == 6
    assert landing.land(answered + failed) == LandingSummary(landed=0, already_held=6)


def test_an_iterable_of_any_length_lands_in_one_load(settings, landing, make_response):
    count = 2 * BATCH_ROWS + 1
    once_more = (make_response(number % count) for number in range(count + 1))
    assert landing.land(once_more) == LandingSummary(landed=count, already_held=1)
    with connect(settings) as connection:
        assert connection.rows(
            "select count(*), count(distinct _dlt_load_id), count(distinct landed_at)"
            " from raw.api_responses"
        ) == [(count, 1, 1)]


def test_nothing_lands_when_the_rows_break_off(settings, landing, make_response):
    def broken_off():
        yield from (make_response(number) for number in range(BATCH_ROWS + 1))
        raise RuntimeError("broken off")

    with pytest.raises(Exception, match="broken off"):
        landing.land(broken_off())
    assert landed_rows(settings) == []
    assert landing.land([make_response()]).landed == 1


def test_all_raw_tables_and_columns_are_there_after_the_first_landing(settings, landing):
    assert landing.land([]) == LandingSummary(landed=0, already_held=0)
    with connect(settings) as connection:
        columns = connection.rows(
            "select table_name, column_name, lower(data_type) from information_schema.columns"
            " where table_schema = 'raw'"
        )
    types = {(table, column): kind for table, column, kind in columns}
    for field in fields(ApiResponse):
        assert ("api_responses", field.name) in types
    assert ("result_rows", "home_score") in types
    assert ("api_responses", "_dlt_load_id") in types
    times = {types["api_responses", name] for name in ("requested_at", "captured_at", "landed_at")}
    assert times == {"timestamp with time zone"}
    assert types["api_responses", "payload"] in ("varchar", "character varying")
    assert types["api_responses", "credits_charged"] == "bigint"


def test_a_landed_row_belongs_to_a_complete_load(settings, landing, make_response):
    landing.land([make_response()])
    with connect(settings) as connection:
        assert connection.rows(
            "select loads.status from raw.api_responses"
            " inner join raw._dlt_loads as loads on _dlt_load_id = loads.load_id"
        ) == [(0,)]


def test_the_spool_lands_and_is_emptied(settings, landing, make_response):
    for number in range(3):
        landing.spool.write(make_response(number))
    landing.land([make_response(1)])
    assert landing.land_spool() == LandingSummary(landed=2, already_held=1)
    assert landing.spool.paths() == []
    assert landing.land_spool() == LandingSummary(landed=0, already_held=0)
    assert len(landed_rows(settings)) == 3


def test_a_row_that_brings_its_own_landing_time_keeps_it(settings, landing, make_response):
    earlier = LANDED_AT - timedelta(days=30)
    landing.land([replace(make_response(0), landed_at=earlier), make_response(1)])
    assert landed_rows(settings, "landed_at") == [(earlier,), (LANDED_AT,)]


def test_two_landings_in_turn_do_not_disturb_each_other(settings, make_response):
    """Two processes share the working folder of dlt; each call may find it taken over."""
    landings = [Landing(settings, now=lambda: LANDED_AT) for _ in range(2)]
    for number, landing in zip(range(6), itertools.cycle(landings), strict=False):
        assert landing.land([make_response(number)]).landed == 1
    assert len(landed_rows(settings)) == 6


def test_the_working_folder_does_not_grow(settings, landing, make_response):
    def files():
        return sorted(
            path for path in (settings.odds_data_dir / "dlt").rglob("*") if path.is_file()
        )

    landing.land([make_response(0)])
    after_one = files()
    for number in range(1, 4):
        landing.land([make_response(number)])
    assert files() == after_one


@pytest.mark.parametrize("engine", ["postgres"])
def test_postgres_finds_what_is_held_by_index(settings, landing, make_response):
    landing.land([make_response()])
    with connect(settings) as connection:
        indexed = connection.rows(
            "select tablename, indexdef from pg_indexes where schemaname = 'raw'"
        )
    definitions = {(table, text.split("(")[1].rstrip(")")) for table, text in indexed}
    assert definitions >= {
        ("api_responses", "response_id"),
        ("api_responses", "landed_at"),
        ("api_responses", "_dlt_load_id"),
        ("result_rows", "result_row_id"),
        ("_dlt_loads", "load_id"),
    }


@pytest.mark.parametrize("engine", ["postgres"])
def test_postgres_compresses_payloads_the_quick_way_where_it_can(settings, landing):
    landing.land([])
    with connect(settings) as connection:
        [(is_known,)] = connection.rows(
            "select count(*) > 0 from pg_settings where 'lz4' = any(enumvals)"
        )
        [(compression,)] = connection.rows(
            "select attcompression from pg_attribute"
            " where attrelid = 'raw.api_responses'::regclass and attname = 'payload'"
        )
    assert compression.strip() == ("l" if is_known else "")


@pytest.mark.heavy
@pytest.mark.parametrize("engine", ["duckdb"])
def test_a_landing_does_not_write_old_payloads_again(settings, landing, make_response):
    """DuckDB would merge the row groups of small landings at each of them."""
    landing.land(make_response(number, body="[" + "1," * 5_000 + "1]") for number in range(100))

    def row_groups():
        with connect(settings) as connection:
            [(count,)] = connection.rows(
                "select count(distinct row_group_id) from pragma_storage_info('raw.api_responses')"
            )
            return count

    before = row_groups()
    for number in (1_000, 1_001):
        landing.land([make_response(number)])
    assert row_groups() > before


def test_dlt_tells_nobody_of_a_load(tmp_path):
    """In a process whose environment does not forbid it."""
    code = """
from datetime import UTC, datetime
from pathlib import Path
from ingestion.landing import Landing
from ingestion.settings import load_settings
folder = Path.cwd()
settings = load_settings(odds_data_dir=folder, odds_duckdb_path=folder / "warehouse.duckdb")
Landing(settings, now=lambda: datetime.now(UTC)).land([])
from dlt.common.runtime import anon_tracker
print(anon_tracker._ANON_TRACKER_ENDPOINT)
"""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip().endswith("None")


def test_a_warehouse_of_an_earlier_version_gets_the_columns_it_lacks(
    settings, make_response, monkeypatch
):
    """A new data folder or the old one, and whatever lands first."""
    with monkeypatch.context() as earlier:
        shrunk = API_RESPONSES.arrow_schema.remove(
            API_RESPONSES.arrow_schema.get_field_index("bad_headers")
        )
        old = replace(API_RESPONSES, arrow_schema=shrunk, added_columns=())
        earlier.setattr("ingestion.landing.API_RESPONSES", old)
        earlier.setattr(
            "ingestion.raw_loader.RAW_TABLES",
            tuple(old if table is API_RESPONSES else table for table in RAW_TABLES),
        )
        Landing(settings, now=lambda: LANDED_AT).land([make_response(0)])
        with connect(settings) as connection, pytest.raises(Exception, match="bad_headers"):
            connection.rows("select bad_headers from raw.api_responses")
    landing = Landing(settings, now=lambda: LANDED_AT)
    assert landing.land([]).landed == 0
    assert landed_rows(settings, "bad_headers") == [(None,)]
    odd = make_response(1, headers={"x-requests-last": "-5"})
    assert landing.land([odd]).landed == 1
    assert landed_rows(settings, "bad_headers") == [(None,), ('{"x-requests-last":"-5"}',)]
    fresh = settings.model_copy(update={"odds_data_dir": settings.odds_data_dir / "another"})
    assert Landing(fresh, now=lambda: LANDED_AT).land([odd, make_response(2)]).landed == 1
