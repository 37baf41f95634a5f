"""Runs dbt in this process: the same project, profile and models as `dbt build` by hand."""

import json
import os
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Literal

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode

from ingestion.duckdb_names import SCHEMAS
from ingestion.errors import OddsError
from ingestion.garbage import collector_paused
from ingestion.quarantine import needs_full_refresh
from ingestion.settings import PROJECT_DIR, Settings
from ingestion.warehouse import Connection, connect, exists
from scheduler.build_lease import free_of_the_dead, holder_of_this_process
from scheduler.faulty_responses import FailedModelError, Search
from scheduler.parsed_project import ParsedProject, is_hot_model, parsed_project

HOT = "tag:hot"
RESULTS = "tag:results"
# what comes of bets of one's own
BETS = "stg_bets__legs+"
# the hot chain; with what comes of results; all models
Kind = Literal["hot", "results", "everything"]
# who builds by hand waits for another build; a collector has other things to do
PATIENCE_SECONDS = 600
# dbt keeps much in globals of the process: one build at a time in it
_ONE_BUILD = threading.Lock()


@dataclass(frozen=True)
class BuildSummary:
    """What a build did: nodes by status, the seconds it took, and the responses it set aside."""

    nodes: dict[str, int]
    seconds: float
    set_aside: tuple[str, ...] = ()


class FailedTestsError(OddsError):
    """Data tests ran, and what they test is not so."""


class Transformation:
    """A warm dbt: the project is parsed once in a process and kept for every later build.

    Needs the raw tables to exist. On DuckDB the file is released after every call.

    Args:
        settings: which warehouse.
        holder: who builds, as others are told who wait for it.
        patience_seconds: how long to wait for another build on the same Postgres server.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        holder: str = "`odds`",
        patience_seconds: int = PATIENCE_SECONDS,
    ) -> None:
        self.settings = settings
        self._holder = holder_of_this_process(holder)
        self._patience_seconds = patience_seconds
        # the file whose views can be read under any name
        self._portable: Path | None = None

    def bring_up_to_date(
        self, *, are_results_new: bool = False, as_of: datetime | None = None
    ) -> BuildSummary:
        """Model what was landed: the hot chain, or everything where a model is not there yet.

        Args:
            are_results_new: whether scores or result rows may have landed too.
            as_of: the moment to look from; none leaves views to the time they are read.
        """
        kind = self.what_to_build(are_results_new=are_results_new, as_of=as_of)
        return self.build(kind, as_of=as_of)

    def what_to_build(self, *, are_results_new: bool, as_of: datetime | None = None) -> Kind:
        """What brings the models up to date with what landed, for who looks from that moment."""
        if not self._is_complete() or self._is_of_another_moment(as_of):
            return "everything"
        return "results" if are_results_new else "hot"

    def build(self, kind: Kind, *, as_of: datetime | None = None) -> BuildSummary:
        """Build as much as `what_to_build` says."""
        if kind == "everything":
            return self.build_models(as_of=as_of)
        if kind == "results":
            return self._without_the_faulty(
                lambda: self.invoke("run", "--select", HOT, RESULTS, as_of=as_of), as_of=as_of
            )
        return self._without_the_faulty(lambda: self.build_hot(as_of=as_of), as_of=as_of)

    def build_hot(
        self,
        *,
        as_of: datetime | None = None,
    ) -> BuildSummary:
        """Model what was landed since the last build: the hot chain, without tests.

        Args:
            as_of: the moment to look from.

        Raises:
            FailedModelError: a model failed, for one response maybe; `build` goes on without that.
        """
        return self._run_hot(as_of=as_of)

    def build_models(
        self, *, as_of: datetime | None = None, full_refresh: bool = False
    ) -> BuildSummary:
        """Load the seeds and run every model, without tests.

        All is made anew where it holds something of a response that was set aside since.
        """
        if exists(self.settings):
            with connect(self.settings) as connection:
                full_refresh |= needs_full_refresh(connection)
        refresh = ["--full-refresh"] if full_refresh else []
        without_tests = ["--exclude-resource-type", "test", "unit_test"]
        return self._without_the_faulty(
            lambda: self.invoke("build", *without_tests, *refresh, as_of=as_of),
            as_of=as_of,
            full_refresh=full_refresh,
        )

    def build_tables(
        self, relations: Collection[str], *, as_of: datetime | None = None
    ) -> BuildSummary:
        """Make some tables anew, `schema.name` each; the hot chain is made whole or not at all."""
        if self._is_of_another_moment(as_of):
            return self.build_models(as_of=as_of)
        with self._environment(as_of):
            models = self._project().models_of(relations)
        names = [model.name for model in models]
        hot = [HOT] if any(map(is_hot_model, models)) else []
        return self._without_the_faulty(
            lambda: self.invoke("run", "--select", *names, *hot, as_of=as_of), as_of=as_of
        )

    def bring_bets_up_to_date(self, *, as_of: datetime | None = None) -> BuildSummary:
        """Model the bets of one's own that landed; everything where a model is not there yet."""
        if not self._is_complete() or self._is_of_another_moment(as_of):
            return self.build_models(as_of=as_of)
        return self.invoke("run", "--select", BETS, as_of=as_of)

    def test(self, *, as_of: datetime | None = None) -> BuildSummary:
        """Run every data test; unit tests belong to the project's own tests.

        Raises:
            FailedTestsError: tests ran and failed.
            OddsError: they could not run.
        """
        return self.invoke("test", "--exclude-resource-type", "unit_test", as_of=as_of)

    def build_all(self, *, as_of: datetime | None = None) -> BuildSummary:
        """Seeds and models, then every data test.

        In one go dbt would leave out what stands on a model whose test fails: reports and alerts
        would be old just when they are needed.
        """
        built = self.build_models(as_of=as_of)
        tested = self.test(as_of=as_of)
        statuses = built.nodes.keys() | tested.nodes.keys()
        return BuildSummary(
            nodes={s: built.nodes.get(s, 0) + tested.nodes.get(s, 0) for s in sorted(statuses)},
            seconds=built.seconds + tested.seconds,
            set_aside=built.set_aside,
        )

    def invoke(self, command: str, *arguments: str, as_of: datetime | None = None) -> BuildSummary:
        """Run one dbt command on the settings' target.

        Raises:
            OddsError: a node failed; the message names the first one and what it said.
        """
        with self._environment(as_of):
            return self._invoke(self._project().everything(), command, *arguments)

    def _without_the_faulty(
        self,
        build: Callable[[], BuildSummary],
        *,
        as_of: datetime | None,
        full_refresh: bool = False,
    ) -> BuildSummary:
        """Build; where that fails for some responses, set them aside and model the rest."""
        try:
            return build()
        except FailedModelError as failure:
            if not failure.may_be_of_a_response:
                raise
            found = self._search(failure, as_of=as_of, full_refresh=full_refresh)
        # a model may have taken in what a later one could not; and a view that the chain reads and
        # that was made anew took along what stands on it
        is_enough = full_refresh or self._is_complete()
        summary = build() if is_enough else self.build_models(as_of=as_of)
        return replace(summary, set_aside=(*found, *summary.set_aside))

    def _search(
        self, failure: FailedModelError, *, as_of: datetime | None, full_refresh: bool
    ) -> list[str]:
        is_refreshed = are_views_made = False

        def build_part(*, window: tuple[str, str], again: str | None) -> BuildSummary:
            nonlocal is_refreshed, are_views_made
            variables = json.dumps({"batch_window": window, "batch_again": again or ""})
            if are_views_made:
                return self._run_hot("--vars", variables, as_of=as_of)
            # a first build that failed may have left out views that the chain reads
            refresh = ["--full-refresh"] if full_refresh and not is_refreshed else []
            is_refreshed = True
            chosen = ["--select", f"+{HOT}", "--vars", variables, *refresh]
            summary = self.invoke("run", *chosen, as_of=as_of)
            are_views_made = True
            return summary

        return Search(self.settings, build_part, failure=failure).run()

    def _run_hot(self, *arguments: str, as_of: datetime | None) -> BuildSummary:
        # the chain asks for its own relations: listing all of the warehouse first costs more
        chosen = ("--select", HOT, "--no-populate-cache", *arguments)
        with collector_paused(), self._environment(as_of):
            return self._invoke(self._project().hot(), "run", *chosen)

    @contextmanager
    def _environment(self, as_of: datetime | None) -> Iterator[None]:
        """What profiles.yml and the macros read from the environment, for one build."""
        look_from = as_of or self.settings.odds_as_of
        variables = {
            **connection_variables(self.settings),
            "ODDS_AS_OF": look_from.isoformat() if look_from else "",
            "ODDS_BUILD_HOLDER": self._holder,
            "ODDS_BUILD_PATIENCE": str(self._patience_seconds),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        with _ONE_BUILD:
            before = {name: os.environ.get(name) for name in variables}
            os.environ.update(variables)
            try:
                yield
            finally:
                for name, value in before.items():
                    if value is None:
                        del os.environ[name]
                    else:
                        os.environ[name] = value

    def _invoke(self, manifest: Manifest, command: str, *arguments: str) -> BuildSummary:
        started = perf_counter()
        if self.settings.odds_target == "postgres":
            with connect(self.settings) as connection:
                free_of_the_dead(connection)
        result = self._run(dbtRunner(manifest=manifest), command, *arguments)
        nodes: dict[str, int] = {}
        for node in getattr(result.result, "results", []):
            nodes[str(node.status)] = nodes.get(str(node.status), 0) + 1
        return BuildSummary(nodes=nodes, seconds=perf_counter() - started)

    def _is_complete(self) -> bool:
        """Whether every seed and model of the project stands in the warehouse."""
        with self._environment(None):
            wanted = self._project().relations()
        with connect(self.settings) as connection:
            existing = {
                (schema, name)
                for schema in {schema for schema, _ in wanted}
                for name in connection.relations(schema)
            }
            # what models hold of responses that are set aside goes in a build of everything
            is_complete = wanted <= existing and not needs_full_refresh(connection)
            if is_complete and self._portable != self.settings.odds_duckdb_path:
                is_complete = not wanted & _views_of_one_name(connection)
                # a look takes as long as a tenth of a hot build, and one is enough
                self._portable = self.settings.odds_duckdb_path if is_complete else None
        return is_complete

    def _is_of_another_moment(self, as_of: datetime | None) -> bool:
        """Whether marts stand there that know more than was known by then, or less than is now.

        What the collector adds to is the same whatever is looked from; all else would be a mixture.
        """
        look_from = as_of or self.settings.odds_as_of
        with connect(self.settings) as connection:
            asked = connection.rows("select as_of from ops.run_clock where as_of is not null")
            if look_from is None:
                return bool(asked) and _holds_more(connection, asked[0][0])
            looked_from = connection.rows(
                "select looks_from from ops.relation_builds"
                " where relation = 'intermediate.int_relation_inputs'"
            )
            is_later = bool(looked_from) and looked_from[0][0] > look_from
            return is_later and _holds_more(connection, look_from)

    def _project(self) -> ParsedProject:
        return parsed_project(self.settings, self._parse)

    def _parse(self) -> Manifest:
        manifest = self._run(dbtRunner(), "parse").result
        if not isinstance(manifest, Manifest):
            raise OddsError("dbt parsed the project but returned no manifest")
        return manifest

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
            raise _error_of(result)
        return result


def _holds_more(connection: Connection, moment: datetime) -> bool:
    """Whether something was captured later than that."""
    (newest,) = connection.rows("select max(captured_at) from intermediate.int_processed_responses")
    return newest[0] is not None and newest[0] > moment


def _views_of_one_name(connection: Connection) -> set[tuple[str, str]]:
    """The DuckDB views that name their file, as they were written once.

    They are lost when the file is called otherwise; a full build makes them anew.
    """
    if connection.target == "postgres":
        return set()
    names_its_file = rf"\.({'|'.join(SCHEMAS)})\."
    rows = connection.rows(
        "select schema_name, view_name from duckdb_views() "
        "where not internal and regexp_matches(sql, ?)",
        (names_its_file,),
    )
    return {(schema, name) for schema, name in rows}


def _error_of(result: dbtRunnerResult) -> OddsError:
    if result.exception is not None:
        return OddsError(f"dbt: {_first_lines(str(result.exception))}")
    failed = [
        node
        for node in getattr(result.result, "results", [])
        if str(node.status) in ("error", "fail", "runtime error")
    ]
    if not failed:
        return OddsError("dbt failed without saying why; `dbt build` by hand shows its log")
    # what could not run is worse than what failed, and what feeds all others worst
    failed.sort(key=lambda node: (str(node.status) == "fail", not is_hot_model(node.node)))
    first, error = failed[0].node, _first_lines(str(failed[0].message))
    others = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    text = f"{first.name}: {error}{others}"
    if all(str(node.status) == "fail" for node in failed):
        return FailedTestsError(f"tests failed: {text}")
    if isinstance(first, ModelNode):
        return FailedModelError(
            f"dbt: {text}", model=first.name, error=error, is_hot=is_hot_model(first)
        )
    return OddsError(f"dbt: {text}")


def _first_lines(message: str) -> str:
    return " ".join(line.strip() for line in message.splitlines()[:4] if line.strip())


def connection_variables(settings: Settings) -> dict[str, str]:
    """What profiles.yml reads from the environment, by these settings."""
    return {
        "ODDS_TARGET": settings.odds_target,
        "ODDS_DUCKDB_PATH": str(settings.odds_duckdb_path.resolve()),
        "PGHOST": settings.pghost,
        "PGPORT": str(settings.pgport),
        "PGUSER": settings.pguser,
        "PGPASSWORD": settings.pgpassword.get_secret_value(),
        "PGDATABASE": settings.pgdatabase,
    }
