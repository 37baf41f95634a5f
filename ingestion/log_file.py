"""A log file that begins anew each day (UTC), and of which so many days are kept."""

import fcntl
import logging
import os
import time
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path

from ingestion.errors import UsageError


class DailyLogFile(TimedRotatingFileHandler):
    """Several commands may write to it: the first of them after midnight moves it away, once.

    Args:
        path: the file of today; those of before stand beside it, with their day in the name.
        days: how many of those are kept.

    Raises:
        UsageError: it cannot be written to.
    """

    def __init__(self, path: Path, *, days: int) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            super().__init__(path, when="midnight", utc=True, backupCount=days, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"ODDS_LOG_FILE: cannot write to {path}: {error.strerror}") from error

    def doRollover(self) -> None:  # noqa: N802 - of the library
        """Move the file away; one that another process has moved already is left alone."""
        descriptor = os.open(Path(self.baseFilename).parent, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if self._moved_to().exists():
                self.close()
                self.stream = self._open()
                self.rolloverAt = self.computeRollover(int(time.time()))
            else:
                super().doRollover()
        finally:
            os.close(descriptor)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - of the library
        """Do without where the disk is full: stderr has the line, too."""

    def _moved_to(self) -> Path:
        day = time.strftime(self.suffix, time.gmtime(self.rolloverAt - self.interval))
        return Path(f"{self.baseFilename}.{day}")
