"""Runs a strategy in a process of its own, which has seen nothing but what it is given here.

What a strategy keeps in memory, as a fit of the whole season, is not there.
"""

import multiprocessing
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import Any, TypeVar

Result = TypeVar("Result")


def packed(value: object) -> bytes | None:
    """A value as it is now, for another process; None where that cannot make the same of it."""
    # another process would run a script once more to find what it defines
    if type(value).__module__.startswith("__main__"):
        return None
    try:
        content = pickle.dumps(value)
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    return content if elsewhere(can_unpack, content) else None


def can_unpack(content: bytes) -> bool:
    """Whether what was packed can be imported here."""
    try:
        pickle.loads(content)  # noqa: S301 - our own, from `packed`
    except (ImportError, AttributeError):
        return False
    return True


def elsewhere(work: Callable[..., Result], *given: Any) -> Result:
    """What the function makes of these in the one process that only ever sees moments alone."""
    return _process().submit(work, *given).result()


def in_a_fresh_process(work: Callable[..., Result], *given: Any) -> Result:
    """What the function makes of these in a process that has seen nothing at all."""
    with _new_process() as process:
        return process.submit(work, *given).result()


@cache
def _process() -> ProcessPoolExecutor:
    return _new_process()


def _new_process() -> ProcessPoolExecutor:
    # forked, it would have this one's memory
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
