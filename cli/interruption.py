"""Ends the program on Ctrl-C: at once if it can, by force if it hangs."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
PATIENCE_SECONDS = 5.0
_SOON = 0.01


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn SIGINT into one line and a KeyboardInterrupt, unless it is handled or ignored already.

    An interrupt that strikes in the middle of an import can leave its lock behind, on which dbt's
    threads then wait for ever: after a while, or on a second Ctrl-C, the process ends without
    clean-up. What it was landing or building is undone or finished by the next run, as after a
    power cut.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    interruption = _Interruption()
    signal.signal(signal.SIGINT, interruption.interrupt)
    sys.unraisablehook = interruption.insist
    try:
        yield
    finally:
        sys.unraisablehook = sys.__unraisablehook__
        signal.signal(signal.SIGINT, signal.default_int_handler)


class _Interruption:
    """The state of one ending."""

    def __init__(self) -> None:
        self._is_ending = False
        self._is_swallowed = False

    def interrupt(self, _number: int, _frame: FrameType | None) -> None:
        """Handle SIGINT."""
        if not self._is_ending:
            self._is_ending = True
            sys.stderr.write("odds: interrupted\n")
            _later(PATIENCE_SECONDS, os._exit, INTERRUPTED)
        elif not self._is_swallowed:
            os._exit(INTERRUPTED)
        self._is_swallowed = False
        raise KeyboardInterrupt

    def insist(self, unraisable: "sys.UnraisableHookArgs") -> None:
        """Interrupt again where a finalizer, which cannot raise, was struck."""
        if isinstance(unraisable.exc_value, KeyboardInterrupt):
            self._is_swallowed = True
            _later(_SOON, os.kill, os.getpid(), signal.SIGINT)
        else:
            sys.__unraisablehook__(unraisable)


def _later(seconds: float, act: Callable[..., object], *arguments: int) -> None:
    timer = threading.Timer(seconds, act, arguments)
    timer.daemon = True
    timer.start()
