"""Opening a warehouse that another part of the same process holds for a moment."""

import threading
import time
from pathlib import Path

import duckdb

from ingestion.warehouse import connect
from tests.conftest import duckdb_settings


def test_a_file_that_a_build_of_this_process_has_attached_is_waited_for(tmp_path: Path) -> None:
    settings = duckdb_settings(tmp_path)
    with connect(settings):
        pass
    attached = duckdb.connect()
    attached.execute(f"attach '{settings.odds_duckdb_path}' as built")

    def let_go() -> None:
        time.sleep(0.3)
        attached.close()

    builder = threading.Thread(target=let_go)
    builder.start()
    with connect(settings) as connection:
        assert connection.rows("select 1") == [(1,)]
    builder.join()
