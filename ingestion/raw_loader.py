"""dlt, kept warm: appends Arrow batches to a raw table in one load that counts or does not."""

import os
import re
import shutil
from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import dlt
import pyarrow as pa
from dlt.common.configuration.utils import TraceLogContext
from dlt.destinations.impl.duckdb.configuration import DuckDbCredentials
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.held_rows import delete_load
from ingestion.ops_tables import make_ops_tables
from ingestion.raw_tables import LOAD_ID, RAW_TABLES, SCHEMA, RawTable
from ingestion.settings import PROJECT_DIR, Settings
from ingestion.warehouse import Connection

PIPELINE = "odds_raw"
POSTGRES_INDEXES = {
    "api_responses_response_id": "api_responses (response_id)",
    "api_responses_landed_at": "api_responses (landed_at)",
    "api_responses_load_id": f"api_responses ({LOAD_ID})",
    "result_rows_result_row_id": "result_rows (result_row_id)",
    "result_rows_load_id": f"result_rows ({LOAD_ID})",
    "backtest_trials_run_id": "backtest_trials (run_id)",
    "backtest_trials_load_id": f"backtest_trials ({LOAD_ID})",
    "backtest_runs_run_id": "backtest_runs (run_id)",
    "backtest_runs_load_id": f"backtest_runs ({LOAD_ID})",
    "backtest_bets_bet_id": "backtest_bets (bet_id)",
    "backtest_bets_run_id": "backtest_bets (run_id)",
    "backtest_bets_load_id": f"backtest_bets ({LOAD_ID})",
    "loads_load_id": "_dlt_loads (load_id)",
}
CHECKPOINT_THRESHOLD = "64MB"
_LOAD_ID = re.compile(r"\d+\.\d+")

# a `.dlt` in the folder one happens to be in is meant for other pipelines
os.environ.setdefault("DLT_PROJECT_DIR", str(PROJECT_DIR))
dlt.config["runtime.log_level"] = "ERROR"
dlt.config["runtime.intercept_signals"] = False
for _name, _value in {
    # a record of each load, pickled and written: nobody reads it
    "enable_runtime_trace": False,
    "restore_from_destination": False,
    "normalize.parquet_normalizer.add_dlt_load_id": True,
    # one file, and so one transaction, a batch: memory stays bounded by the batch
    "data_writer.buffer_max_items": 1,
    "data_writer.file_max_items": 1,
    "data_writer.disable_compression": True,  # of CSV, by gzip
    "data_writer.compression": "zstd",  # of Parquet
    "load.delete_completed_jobs": True,
}.items():
    dlt.config[f"{PIPELINE}.{_name}"] = _value
# only the record of a load ever empties this log of every look at a setting: it would grow for
# months, and what fails to be found there holds the frames of its landing, rows and all
TraceLogContext.logging_enabled = False


class RawLoader:
    """Appends to the raw tables of one warehouse; call it under the landing lock only.

    dlt's working folder is scratch. It belongs to the loader whose token lies in it, and the token
    is there only while no load is under way, so whatever a killed, failed or other process left
    behind is noticed and thrown away.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.odds_data_dir.resolve() / "dlt"
        self._owner_file = self._folder / "owner"
        self._token = uuid4().hex
        self._pipeline: Any = None

    def prepare(self, connection: Connection, wanted: RawTable) -> None:
        """Undo loads that never became complete and make sure that tables and indexes exist.

        Of those that are made on demand only the wanted one.
        """
        if not self._owns_folder():
            self._start_afresh(connection)
            add_missing_columns(connection)
        make_ops_tables(connection)
        existing = connection.relations(SCHEMA)
        tables = [each for each in RAW_TABLES if each is wanted or not each.is_made_on_demand]
        if not existing.issuperset(("_dlt_loads", *(table.name for table in tables))):
            self._run([_resource(table, iter([table.empty()])) for table in tables])
        if connection.target == "postgres":
            _finish_tables(connection, existing=existing)
        else:
            # closing would merge what single landings leave apart, each time: maintenance does
            connection.rows("set global max_vacuum_tasks = 0")

    def load(self, table: RawTable, batches: Iterator[pa.Table]) -> None:
        """Append the batches in one load; when one of them cannot be had, nothing is appended."""
        first = next(batches, None)
        if first is not None:
            self._run([_resource(table, chain([first], batches))])

    def _run(self, resources: list[Any]) -> None:
        self._owner_file.unlink()
        try:
            self._pipeline.extract(resources, loader_file_format=self._file_format)
            self._pipeline.normalize()
            self._pipeline.load(workers=1)
        except PipelineStepFailed as error:
            if isinstance(error.__cause__, KeyboardInterrupt):
                raise KeyboardInterrupt from error
            raise
        for package in (self._folder / PIPELINE / "load" / "loaded").iterdir():
            shutil.rmtree(package)
        self._owner_file.write_text(self._token)

    def _owns_folder(self) -> bool:
        return self._owner_file.exists() and self._owner_file.read_text() == self._token

    def _start_afresh(self, connection: Connection) -> None:
        for load_id in self._unfinished_loads():
            self._undo(connection, load_id)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self._pipeline = dlt.pipeline(
            PIPELINE,
            pipelines_dir=str(self._folder),
            destination=_destination(self._settings),
            dataset_name=SCHEMA,
        )
        self._owner_file.write_text(self._token)

    def _unfinished_loads(self) -> list[str]:
        """The load ids of packages in the working folder: dlt names their folders so."""
        return [path.name for path in self._folder.rglob("*") if _LOAD_ID.fullmatch(path.name)]

    def _undo(self, connection: Connection, load_id: str) -> None:
        existing = connection.relations(SCHEMA)
        complete = f"select 1 from {SCHEMA}._dlt_loads where load_id = ? and status = 0"  # noqa: S608
        if "_dlt_loads" in existing and not connection.rows(complete, (load_id,)):
            for table in RAW_TABLES:
                # a table of that name that is not ours has no loads
                if LOAD_ID in connection.columns(SCHEMA, table.name):
                    delete_load(connection, table, load_id)

    @property
    def _file_format(self) -> Any:
        return "parquet" if self._settings.odds_target == "duckdb" else "csv"


def _resource(table: RawTable, batches: Iterator[pa.Table]) -> Any:
    columns: Any = table.dlt_columns
    return dlt.resource(batches, name=table.name, write_disposition="append", columns=columns)


def add_missing_columns(connection: Connection) -> None:
    """Give a warehouse of an earlier version the columns that came later."""
    existing = connection.relations(SCHEMA)
    for table in RAW_TABLES:
        if table.name in existing:
            held = connection.columns(SCHEMA, table.name)
            # not "if not exists": even that waits on Postgres for each reader of the table
            for name in set(table.added_columns) - held:
                connection.rows(f"alter table {SCHEMA}.{table.name} add column {name} text")


def _finish_tables(connection: Connection, *, existing: set[str]) -> None:
    """Give the tables on Postgres what dlt does not: indexes, and quick compression of payloads."""
    if existing.issuperset(POSTGRES_INDEXES):
        return
    if connection.rows("select 1 from pg_settings where 'lz4' = any(enumvals) limit 1"):
        connection.rows(
            f"alter table {SCHEMA}.api_responses alter column payload set compression lz4"
        )
    for index, columns in POSTGRES_INDEXES.items():
        connection.rows(f"create index if not exists {index} on {SCHEMA}.{columns}")


def _destination(settings: Settings) -> Any:
    """The warehouse of the settings as a destination of dlt.

    dlt works out its capabilities some fifteen times a load from settings that do not change: a
    quarter of a warm landing, so they are kept.
    """
    destination: Any
    if settings.odds_target == "duckdb":
        credentials = DuckDbCredentials(str(settings.odds_duckdb_path.resolve()))
        # dlt's own 1 GB would keep a whole replay in memory until the end
        credentials.statements = [f"set global checkpoint_threshold = '{CHECKPOINT_THRESHOLD}'"]
        destination = dlt.destinations.duckdb(credentials)
    else:
        destination = dlt.destinations.postgres(
            {
                "host": quote(settings.pghost, safe=""),  # a folder, for a unix socket
                "port": settings.pgport,
                "username": settings.pguser,
                "password": settings.pgpassword.get_secret_value(),
                "database": settings.pgdatabase,
            }
        )
    work_out = destination.capabilities
    known: dict[tuple[bool, object], Any] = {}

    def capabilities(config: Any = None, naming: Any = None) -> Any:
        key = (config is None, naming and (type(naming), naming.max_length))
        if key not in known:
            known[key] = work_out(config, naming)
        return known[key].copy()

    destination.capabilities = capabilities
    return destination
