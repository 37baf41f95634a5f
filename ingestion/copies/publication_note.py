"""When the copy for readers was made, in a file beside it: also when it could not be made."""

from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import orjson

from ingestion.durable import replaced

NOTE = "published.json"


@dataclass(frozen=True)
class Note:
    """The last copy, and the failure since; nulls where there was none."""

    published_at: datetime | None = None
    bytes: int | None = None
    failed_at: datetime | None = None
    error: str | None = None

    @classmethod
    def of_a_copy(cls, published_at: datetime, size: int) -> "Note":
        """A copy was made."""
        return cls(published_at=published_at, bytes=size)

    def failed(self, at: datetime, error: str) -> "Note":
        """None could be made; that of before stands."""
        return replace(self, failed_at=at, error=" ".join(error.split()))

    @property
    def is_empty(self) -> bool:
        """Whether no copy was ever made."""
        return self.published_at is None


def read_note(folder: Path) -> Note:
    """What is known of the copy in a folder; nothing where there is none."""
    try:
        told = orjson.loads((folder / NOTE).read_bytes())
        times = {
            name: told[name] and datetime.fromisoformat(told[name])
            for name in ("published_at", "failed_at")
        }
        return Note(**{**told, **times})
    except (OSError, ValueError, TypeError, KeyError):
        return Note()


def keep_note(folder: Path, note: Note) -> None:
    """Write it down; where the folder takes nothing there is nobody to tell."""
    with suppress(OSError), replaced(folder / NOTE, folder / f".{NOTE}") as file:
        file.write(orjson.dumps(asdict(note)))
