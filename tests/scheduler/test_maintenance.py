import os
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from ingestion.errors import OddsError
from ingestion.landing import Landing
from ingestion.ops_tables import make_ops_tables
from ingestion.warehouse import connect
from scheduler.maintenance import LOOSE_ROW_GROUPS, ROW_GROUPS, maintain

NOW = datetime(2026, 2, 1, 4, 0, tzinfo=UTC)
DAY = 24 * 3600


def land(settings, *responses):
    Landing(settings, now=lambda: NOW).land(responses)


def archiving(settings, tmp_path):
    return settings.model_copy(update={"odds_archive_dir": tmp_path / "archive"})


def test_months_that_are_over_are_archived_once_and_the_current_one_is_not(
    settings, tmp_path, make_response
):
    settings = archiving(settings, tmp_path)
    land(settings, make_response(0), make_response(1, captured_at=NOW))
    assert maintain(settings, now=NOW).files_archived == 1
    assert maintain(settings, now=NOW).files_archived == 0
    assert [path.name for path in (tmp_path / "archive").glob("*.parquet")] == [
        "api_responses-2026-01-basketball_nba.parquet"
    ]


def test_sizes_are_told_and_nothing_is_archived_unless_asked_for(settings, tmp_path, make_response):
    land(settings, make_response(0))
    Landing(settings, now=lambda: NOW).spool.write(make_response(1))
    done = maintain(settings, now=NOW)
    assert done.files_archived == 0
    assert done.warehouse_bytes > 10_000
    assert done.spool_bytes == sum(
        path.stat().st_size for path in (settings.odds_data_dir / "spool").iterdir()
    )
    assert done.free_bytes > 0
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize("engine", ["duckdb"])
def test_unfinished_files_go_when_they_are_a_day_old_and_no_response_goes(settings, make_response):
    spool = Landing(settings, now=lambda: NOW).spool
    whole = spool.write(make_response(0))
    old, young = spool.folder / "old.tmp", spool.folder / "young.tmp"
    for path in (old, young, whole):
        path.touch()
        os.utime(path, (time.time() - DAY - 60,) * 2)
    os.utime(young, (time.time() - DAY + 60,) * 2)
    # the time may be another: the API's, or a simulated one
    assert maintain(settings, now=datetime(2040, 1, 1, tzinfo=UTC)).leftovers_removed == 1
    assert sorted(spool.folder.iterdir()) == sorted([whole, young])


@pytest.mark.parametrize("engine", ["duckdb"])
def test_no_warehouse_is_made(settings):
    assert maintain(settings, now=NOW).warehouse_bytes == 0
    assert not settings.odds_duckdb_path.exists()


@pytest.mark.parametrize("engine", ["postgres"])
def test_tables_that_need_it_are_vacuumed(settings, make_response):
    land(settings, make_response(0))
    with connect(settings) as connection:
        make_ops_tables(connection)
        connection.rows("alter table ops.job_runs set (autovacuum_enabled = false)")
        connection.rows(
            "insert into ops.job_runs (job_id, run_id, job, started_at, status)"
            " select number, 'run', 'build', now(), 'ok' from generate_series(1, 2000) as number"
        )
        connection.rows("update ops.job_runs set status = 'failed'")
    assert maintain(settings, now=NOW).tables_vacuumed == 1
    assert maintain(settings, now=NOW).tables_vacuumed == 0
    with connect(settings) as connection:
        [(dead, is_analysed)] = connection.rows(
            "select n_dead_tup, last_analyze is not null from pg_stat_user_tables"
            " where relname = 'job_runs'"
        )
    assert (dead, is_analysed) == (0, True)


@pytest.mark.heavy
@pytest.mark.parametrize("engine", ["duckdb"])
def test_row_groups_of_single_landings_are_merged(settings, make_response):
    landings = LOOSE_ROW_GROUPS + 4
    for number in range(landings):
        land(settings, make_response(number))
    with connect(settings) as connection:
        assert connection.rows(ROW_GROUPS) == [(landings, landings)]
    maintain(settings, now=NOW)
    with connect(settings) as connection:
        assert connection.rows(ROW_GROUPS) == [(1, landings)]
        assert "checkpointed" not in connection.relations("ops")
    assert not settings.odds_duckdb_path.with_name("warehouse.duckdb.wal").exists()


@pytest.mark.parametrize("engine", ["duckdb"])
def test_a_warehouse_in_use_is_told(settings, make_response):
    land(settings, make_response(0))
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, settings.odds_duckdb_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(OddsError, match=f"is in use by process {holder.pid}"):
            maintain(settings, now=NOW)
        holder.kill()
