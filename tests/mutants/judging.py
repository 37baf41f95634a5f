"""Runs judges in a copy of the tree, each time in a fork of a process that has imported libraries.

The fork saves the seconds that pandas, dlt and dbt take to import; nothing of the tree itself is
imported before it.
"""

import compileall
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Literal, NamedTuple

from tests.mutants.listing import UNIT, Mutant, planted

Verdict = Literal["caught", "survived", "undecided"]
# pytest's own: all passed; some failed, or could not even be collected
PASSED, FAILED = 0, (1, 2)
NOTHING_SELECTED = 5
LIBRARIES = (
    "dbt.adapters.duckdb.connections",
    "dbt.cli.main",
    "dlt",
    "hypothesis",
    "pandas",
    "psycopg2",
    "pyarrow.parquet",
    "pydantic_settings",
    "pytest",
    "requests",
    "rich.console",
    "scipy.stats",
    "structlog",
    "typer",
)
# without the engine that has to be started; both give the same rows, which other tests say
PYTEST = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not heavy", "-k", "not postgres"]


class Judged(NamedTuple):
    """What became of one bug; `said` is the end of what its judges printed."""

    verdict: Verdict
    seconds: float
    said: str


def import_libraries() -> None:
    """What the judges would import each time; the tree itself is left out."""
    os.environ.update(
        {"UNIT_SEND_ANONYMOUS_USAGE_STATS": "false", "RUNTIME__DLTHUB_TELEMETRY": "false"}
    )
    for name in LIBRARIES:
        import_module(name)


class Scratch:
    """A copy of the tree, and a small warehouse built from it for judges that are dbt's."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        self.tree = folder / "tree"
        self._folder = folder
        self._warehouse = folder / "warehouse.duckdb"
        self._copy = folder / "copy.duckdb"
        shutil.rmtree(self.tree, ignore_errors=True)
        self._warehouse.unlink(missing_ok=True)
        for name in tracked(checkout):
            (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(checkout / name, self.tree / name)
        # once for all: children write none, for a compiled bug must not outlive it
        compileall.compile_dir(self.tree, quiet=2)

    def judge_nothing(self, judges: Sequence[str], *, limit_seconds: float) -> Judged:
        """What the judges say of the tree as it is: `survived` where they have nothing to say."""
        if any(judge.startswith(UNIT) for judge in judges):
            self._need_warehouse(limit_seconds=limit_seconds)
        return self._judged(judges, limit_seconds=limit_seconds)

    def judge(self, mutant: Mutant, *, limit_seconds: float) -> Judged:
        """Plant, let its judges look, and take it out again."""
        if any(judge.startswith(UNIT) for judge in mutant.judges):
            self._need_warehouse(limit_seconds=limit_seconds)
        file = self.tree / mutant.path
        before = file.read_text()
        stat = file.stat()
        file.write_text(planted(before, mutant))
        try:
            return self._judged(mutant.judges, limit_seconds=limit_seconds)
        finally:
            file.write_text(before)
            # compiled files are of this time
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    def _need_warehouse(self, *, limit_seconds: float) -> None:
        """A season of a few games, modelled by the tree as it is: dbt's own tests run over it.

        Raises:
            RuntimeError: it could not be built.
        """
        if self._warehouse.exists():
            return
        status, said = self._forked(self._build, limit_seconds=limit_seconds)
        if status != PASSED:
            self._warehouse.unlink(missing_ok=True)
            raise RuntimeError(f"the tree as it is cannot be built:\n{said}")

    def _judged(self, judges: Sequence[str], *, limit_seconds: float) -> Judged:
        began = time.monotonic()
        runs: list[Callable[[], int]] = [
            partial(self._dbt, each.removeprefix(UNIT)) for each in judges if each.startswith(UNIT)
        ]
        if tests := [each for each in judges if not each.startswith(UNIT)]:
            runs.append(lambda: _pytest(tests))
        said = ""
        for run in runs:
            left = limit_seconds - (time.monotonic() - began)
            status, said = self._forked(run, limit_seconds=left)
            if status in FAILED:
                return Judged("caught", time.monotonic() - began, said)
            if status != PASSED:
                return Judged("undecided", time.monotonic() - began, said)
        return Judged("survived", time.monotonic() - began, said)

    def _forked(self, run: Callable[[], int], *, limit_seconds: float) -> tuple[int | None, str]:
        """The exit status, none where the time was up, and the end of what was printed."""
        log = self._folder / "judge.log"
        sys.stdout.flush()
        if (child := os.fork()) == 0:
            self._become(run, log)
        end = time.monotonic() + limit_seconds
        while time.monotonic() < end:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                code = os.waitstatus_to_exitcode(status)
                return code, "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            time.sleep(0.05)
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return None, f"more than {limit_seconds:.0f} s"

    def _become(self, run: Callable[[], int], log: Path) -> None:
        """In the child: work in the copy, and nowhere else; never returns."""
        status = 3
        try:
            os.setsid()
            with log.open("w") as file:
                os.dup2(file.fileno(), 1)
                os.dup2(file.fileno(), 2)
            os.chdir(self.tree)
            for name in [each for each in sys.modules if each.split(".")[0] == "tests"]:
                del sys.modules[name]
            sys.path[0] = str(self.tree)
            sys.dont_write_bytecode = True
            os.environ.update({"PYTHONPATH": str(self.tree), "PYTHONDONTWRITEBYTECODE": "1"})
            status = run()
        except BaseException as error:  # noqa: BLE001 - the child ends here, whatever it was
            print(repr(error), file=sys.stderr, flush=True)
        finally:
            sys.stdout.flush()
            os._exit(status)

    def _build(self) -> int:
        from tests.mutants.warehouse import build

        build(self._warehouse)
        return PASSED

    def _dbt(self, model: str) -> int:
        from dbt.cli.main import dbtRunner

        shutil.copy2(self._warehouse, self._copy)
        os.environ |= {
            "ODDS_TARGET": "duckdb",
            "ODDS_DUCKDB_PATH": str(self._copy),
            "ODDS_DATA_DIR": str(self._folder),
        }
        done = dbtRunner().invoke(
            [
                "--quiet",
                "test",
                "--select",
                "test_type:unit" if model == "*" else f"{model},test_type:unit",
            ]
        )
        if done.success:
            return PASSED if done.result.results else NOTHING_SELECTED
        return FAILED[0]


def _pytest(tests: Sequence[str]) -> int:
    import pytest

    return int(pytest.main([*PYTEST, *tests]))


def tracked(checkout: Path) -> list[str]:
    """The files of the tree: tracked ones, and new ones that nothing ignores."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=checkout, capture_output=True, text=True, check=True).stdout
    return [name for name in names.splitlines() if (checkout / name).is_file()]
