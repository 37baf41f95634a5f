"""A run that loses a worker ends, fails and says which; without its controller it ends, too."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.settings import PROJECT_DIR

CONFTEST = """
import os, signal
from tests.lost_workers import *
from tests.lost_workers import pytest_sessionfinish as finish

def die(when):
    if os.environ.get("DIES") == when and os.environ.get("PYTEST_XDIST_WORKER") == "gw0":
        os.kill(os.getpid(), signal.SIGKILL)

def pytest_collection_modifyitems():
    die("collecting")

def pytest_runtest_teardown(nextitem):
    if nextitem is None:
        die("after its last test")

def pytest_sessionfinish(session):
    die("at its end")
    finish(session)
"""
TESTS = """
import time
import pytest
from conftest import die

@pytest.mark.parametrize("number", range(4))
def test_one(number):
    time.sleep(SECONDS)
    if number == 2:
        die("in a test")
"""


def start(folder: Path, *, seconds: float, dies: str = "") -> "subprocess.Popen[str]":
    """Run three small modules on two workers, with the options of the project."""
    (folder / "conftest.py").write_text(CONFTEST)
    for name in "abc":
        text = textwrap.dedent(TESTS).replace("SECONDS", str(seconds))
        (folder / f"test_{name}.py").write_text(text)
    options = ["-c", PROJECT_DIR / "pyproject.toml", "--rootdir", folder, "-p", "no:cacheprovider"]
    spread = ["-n", "2", "--dist", "loadscope", "-o", "testpaths=."]
    # the controller is no worker, whoever starts it
    ours = {name: value for name, value in os.environ.items() if "XDIST" not in name}
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, *spread, folder],
        cwd=folder,
        env=ours | {"PYTHONPATH": f"{PROJECT_DIR}:{folder}", "DIES": dies},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


DEATHS = [
    "in a test",
    *(
        pytest.param(each, marks=pytest.mark.heavy)
        for each in ("collecting", "after its last test", "at its end")
    ),
]


@pytest.mark.parametrize("dies", DEATHS)
def test_a_run_that_lost_a_worker_has_failed_and_names_it(tmp_path: Path, dies: str) -> None:
    run = start(tmp_path, seconds=0.01, dies=dies)
    try:
        out, _ = run.communicate(timeout=120)
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
    assert run.returncode not in (0, 5), out
    assert "lost: gw0" in out, run.returncode


def test_a_run_that_lost_none_passes(tmp_path: Path) -> None:
    run = start(tmp_path, seconds=0.01)
    out, _ = run.communicate(timeout=120)
    assert run.returncode == 0, out
    assert "lost" not in out


def workers_of(controller: int) -> set[int]:
    found = set()
    for folder in Path("/proc").iterdir():
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        if folder.name.isdigit() and fields[0] != "Z" and int(fields[2]) == controller:
            found.add(int(folder.name))
    return found - {controller}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc")
def test_workers_end_with_their_controller(tmp_path: Path) -> None:
    run = start(tmp_path, seconds=60)
    try:
        wait_for(lambda: len(workers_of(run.pid)) == 2)
        run.kill()
        wait_for(lambda: not workers_of(run.pid))
    finally:
        for pid in (run.pid, *workers_of(run.pid)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        run.communicate()


def wait_for(is_so: Callable[[], bool], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.2)
