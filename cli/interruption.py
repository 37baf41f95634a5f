"""Ends the program on Ctrl-C: at once if it can, by force if it hangs."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from cli.output import INTERRUPTED, complain

PATIENCE_SECONDS = 5.0


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn SIGINT into one line and exit status 130, unless somebody else handles or ignores it.

    An interrupt that strikes in the middle of an import can leave its lock behind, on which dbt's
    threads then wait for ever; so after a while, or on a second Ctrl-C, the process ends without
    clean-up. What it was landing or building is undone or finished by the next run, as after a
    power cut.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    is_ending = False

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_ending
        if is_ending:
            os._exit(INTERRUPTED)
        is_ending = True
        complain("interrupted")
        deadline = threading.Timer(PATIENCE_SECONDS, os._exit, [INTERRUPTED])
        deadline.daemon = True
        deadline.start()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
