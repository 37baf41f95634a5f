"""Runs dbt in this process: the same project, profile and models as `dbt build` by hand."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode

from ingestion.errors import OddsError
from ingestion.settings import PROJECT_DIR, Settings
from ingestion.warehouse import connect

HOT = "tag:hot"
# Postgres drops a view with the table under it: views above the rebuilt tables are made again
RESULTS = ("tag:results", "tag:results+,config.materialized:view")


@dataclass(frozen=True)
class BuildSummary:
    """What one dbt invocation did: nodes by status, and the seconds it took."""

    nodes: dict[str, int]
    seconds: float


class Transformation:
    """A warm dbt: the manifest is parsed once and kept for every later build.

    Needs the raw tables to exist. On DuckDB the file is released after every call.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._manifest: Manifest | None = None
        self._hot_manifest: Manifest | None = None

    def bring_up_to_date(
        self, *, are_results_new: bool = False, as_of: datetime | None = None
    ) -> BuildSummary:
        """Model what was landed: the hot chain, or everything where a model is not there yet.

        Args:
            are_results_new: whether scores or result rows may have landed too.
            as_of: the moment to look from.
        """
        if not self._is_complete():
            return self.build_models(as_of=as_of)
        if are_results_new:
            return self.invoke("run", "--select", HOT, *RESULTS, as_of=as_of)
        return self.build_hot(as_of=as_of)

    def build_hot(self, *, as_of: datetime | None = None) -> BuildSummary:
        """Model what was landed since the last build: the hot chain, without tests."""
        # the chain asks for its own relations: listing all of the warehouse first costs more
        with _collector_paused(), _dbt_environment(self.settings, as_of=as_of):
            if self._hot_manifest is None:
                self._hot_manifest = _only_what_is_hot(self._parsed())
                # both manifests stay: no later collection need walk through them again; those of
                # a transformation that is gone do not
                gc.unfreeze()
                gc.collect()
                gc.freeze()
            return self._invoke(self._hot_manifest, "run", "--select", HOT, "--no-populate-cache")

    def build_models(
        self, *, as_of: datetime | None = None, full_refresh: bool = False
    ) -> BuildSummary:
        """Load the seeds and run every model, without tests."""
        refresh = ["--full-refresh"] if full_refresh else []
        without_tests = ["--exclude-resource-type", "test", "unit_test"]
        return self.invoke("build", *without_tests, *refresh, as_of=as_of)

    def build_all(self, *, as_of: datetime | None = None) -> BuildSummary:
        """Seeds and models, then every data test; unit tests belong to the project's own tests.

        In one go dbt would leave out what stands on a model whose test fails, and on Postgres that
        is gone by then: reports and alerts would be missing just when they are needed.
        """
        built = self.build_models(as_of=as_of)
        tested = self.invoke("test", "--exclude-resource-type", "unit_test", as_of=as_of)
        statuses = built.nodes.keys() | tested.nodes.keys()
        return BuildSummary(
            nodes={s: built.nodes.get(s, 0) + tested.nodes.get(s, 0) for s in sorted(statuses)},
            seconds=built.seconds + tested.seconds,
        )

    def invoke(self, command: str, *arguments: str, as_of: datetime | None = None) -> BuildSummary:
        """Run one dbt command on the settings' target.

        Raises:
            OddsError: a node failed; the message names the first one and what it said.
        """
        with _dbt_environment(self.settings, as_of=as_of):
            return self._invoke(self._parsed(), command, *arguments)

    def _invoke(self, manifest: Manifest, command: str, *arguments: str) -> BuildSummary:
        started = perf_counter()
        _forget_injected_ctes(manifest)
        result = self._run(dbtRunner(manifest=manifest), command, *arguments)
        nodes: dict[str, int] = {}
        for node in getattr(result.result, "results", []):
            nodes[str(node.status)] = nodes.get(str(node.status), 0) + 1
        return BuildSummary(nodes=nodes, seconds=perf_counter() - started)

    def _is_complete(self) -> bool:
        """Whether every seed and model of the project stands in the warehouse."""
        with _dbt_environment(self.settings, as_of=None):
            wanted = {
                (node.schema, node.alias)
                for node in self._parsed().nodes.values()
                if node.resource_type in ("model", "seed")
                and node.config.materialized != "ephemeral"
            }
        with connect(self.settings) as connection:
            existing = {
                (schema, name)
                for schema in {schema for schema, _ in wanted}
                for name in connection.relations(schema)
            }
        return wanted <= existing

    def _parsed(self) -> Manifest:
        if self._manifest is None:
            manifest = self._run(dbtRunner(), "parse").result
            if not isinstance(manifest, Manifest):
                raise OddsError("dbt parsed the project but returned no manifest")
            self._manifest = manifest
        return self._manifest

    def _run(self, runner: dbtRunner, command: str, *arguments: str) -> dbtRunnerResult:
        project = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
        quiet = ["--log-level", "none", "--log-level-file", "none", "--no-use-colors"]
        # the artifacts of thousands of nodes cost more to write than a hot run takes
        quiet += ["--no-write-json", "--cache-selected-only"]
        target = ["--target", self.settings.odds_target]
        try:
            result = runner.invoke([command, *project, *target, *quiet, *arguments])
        finally:
            # dbt keeps the DuckDB file locked after a run: others may want it now
            DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
        if isinstance(result.exception, KeyboardInterrupt):
            raise KeyboardInterrupt
        if not result.success:
            raise OddsError(_explain(result))
        return result


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Put garbage collection off: dbt's many small objects set it going again and again.

    It takes a tenth to a quarter of a hot run; what a run leaves behind is collected after it.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _only_what_is_hot(manifest: Manifest) -> Manifest:
    """The hot chain and what it reads: dbt walks through all it is given, in every run."""
    hot: Manifest = manifest.deepcopy()  # type: ignore[no-untyped-call]
    wanted = [name for name, node in hot.nodes.items() if "hot" in node.tags]
    kept: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in hot.nodes and name not in kept:
            kept.add(name)
            wanted += hot.nodes[name].depends_on_nodes
    hot.nodes = {name: node for name, node in hot.nodes.items() if name in kept}
    hot.unit_tests = {}
    hot.exposures = {}
    hot.build_parent_and_child_maps()  # type: ignore[no-untyped-call]
    return hot


def _forget_injected_ctes(manifest: Manifest) -> None:
    """Let a kept manifest be compiled again: dbt injects ephemeral models into a node only once."""
    for node in manifest.nodes.values():
        if isinstance(node, ModelNode):
            node.extra_ctes_injected = False
            node.extra_ctes = []


def _explain(result: dbtRunnerResult) -> str:
    if result.exception is not None:
        return f"dbt: {_first_lines(str(result.exception))}"
    failed = [
        node
        for node in getattr(result.result, "results", [])
        if str(node.status) in ("error", "fail", "runtime error")
    ]
    if not failed:
        return "dbt failed without saying why; `dbt build` by hand shows its log"
    others = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return f"dbt: {failed[0].node.name}: {_first_lines(str(failed[0].message))}{others}"


def _first_lines(message: str) -> str:
    return " ".join(line.strip() for line in message.splitlines()[:4] if line.strip())


@contextmanager
def _dbt_environment(settings: Settings, *, as_of: datetime | None) -> Iterator[None]:
    """What profiles.yml and the macros read from the environment, for the time of one call."""
    look_from = as_of or settings.odds_as_of
    wanted = {
        "ODDS_TARGET": settings.odds_target,
        "ODDS_DUCKDB_PATH": str(settings.odds_duckdb_path.resolve()),
        "ODDS_AS_OF": look_from.isoformat() if look_from else "",
        "PGHOST": settings.pghost,
        "PGPORT": str(settings.pgport),
        "PGUSER": settings.pguser,
        "PGPASSWORD": settings.pgpassword.get_secret_value(),
        "PGDATABASE": settings.pgdatabase,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
