"""A worker of pytest-xdist that dies takes its tests along: the run has failed, and says whose.

`--max-worker-restart=0` in pyproject.toml ends the run; with a new worker in its place, the
scheduler for whole modules waits for ever. Workers whose controller dies end by themselves within
a quarter of a minute.
"""

from typing import Any

import pytest

_LOST: list[str] = []


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object | None) -> None:
    if error:
        _LOST.append(node.gateway.id)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    # where it died between two tests, all those that were run may have passed
    if _LOST and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if _LOST:
        terminalreporter.write_sep("=", f"lost: {', '.join(_LOST)}", red=True)
