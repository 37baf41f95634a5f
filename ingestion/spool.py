"""Responses on disk, safe before anything else happens to them, until they have landed."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from ingestion.durable import replaced
from ingestion.errors import OddsError
from ingestion.raw_tables import API_RESPONSES
from ingestion.responses import ApiResponse

log = structlog.get_logger(__name__)

SPOOLED_SUFFIX = ".json"
UNFINISHED_SUFFIX = ".tmp"


@dataclass(frozen=True)
class SpooledResponse:
    """A response and the file that keeps it."""

    path: Path
    response: ApiResponse


@dataclass(frozen=True)
class Spool:
    """A folder with one file a response; a file that has its name is whole."""

    folder: Path

    def check_writable(self) -> None:
        """Make sure a response could be kept, before one is paid for.

        Raises:
            OddsError: nothing can be written there.
        """
        probe = self.folder / f"probe-{os.getpid()}{UNFINISHED_SUFFIX}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"\0")
            probe.unlink()
        except OSError as error:
            raise self._unwritable(error) from error

    def write(self, response: ApiResponse) -> Path:
        """Keep a response: on return it has survived a crash of the process and the machine.

        Raises:
            OddsError: nothing can be written there.
        """
        name = f"{response.requested_at:%Y%m%dT%H%M%S%f}-{response.response_id}"
        path = self.folder / f"{name}{SPOOLED_SUFFIX}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with replaced(path, path.with_suffix(UNFINISHED_SUFFIX)) as file:
                file.write(response.to_json())
        except OSError as error:
            raise self._unwritable(error) from error
        return path

    def paths(self) -> list[Path]:
        """The files of whole responses, oldest request first."""
        return sorted(self.folder.glob(f"*{SPOOLED_SUFFIX}"))

    def read(self) -> Iterator[SpooledResponse]:
        """Yield what is spooled, oldest request first; a broken file is moved aside."""
        for path in self.paths():
            try:
                response = ApiResponse.from_json(path.read_bytes())
                API_RESPONSES.to_arrow([response], landed_at=response.requested_at)
            except FileNotFoundError:
                continue  # another process has landed it meanwhile
            except (ValueError, TypeError, OverflowError) as error:
                self._move_aside(path, reason=str(error))
            else:
                yield SpooledResponse(path=path, response=response)

    def remove(self, paths: Iterable[Path]) -> None:
        """Forget responses that have landed."""
        for path in paths:
            path.unlink(missing_ok=True)

    def _move_aside(self, path: Path, *, reason: str) -> None:
        broken = self.folder / "broken"
        broken.mkdir(exist_ok=True)
        path.replace(broken / path.name)
        log.error("broken spool file moved aside", file=str(broken / path.name), reason=reason)

    def _unwritable(self, error: OSError) -> OddsError:
        return OddsError(
            f"cannot write to {self.folder}: {error.strerror}; "
            "give ODDS_DATA_DIR a writable folder with free space"
        )
