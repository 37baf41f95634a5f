"""Messages about what no query can tell, such as a warehouse that is away."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from ingestion.logs import redactor_for
from ingestion.settings import Settings
from scheduler.alerts import Severity, Wishes
from scheduler.messages import Message, send

log = structlog.get_logger(__name__)

COOLDOWN = timedelta(hours=6)
# a service that did not take it is tried again this soon
RETRY = timedelta(minutes=15)


def notify(
    settings: Settings,
    *,
    key: str,
    title: str,
    body: str,
    severity: Severity = "error",
    now: datetime,
) -> bool:
    """Tell people at once, unless they were told of the same key within six hours; never raises.

    What quiet hours or the least severity forbid is not sent, and not later either.

    Args:
        settings: where to, and what is wanted.
        key: what it is about.
        title: it, in one line.
        body: what happened; secrets are taken out.
        severity: how grave it is.
        now: the moment.

    Returns:
        Whether somebody was told.
    """
    wishes = Wishes.of(settings)
    if not settings.odds_alert_urls or not wishes.want(severity):
        return False
    memory = _Memory(settings.odds_data_dir / "notices.json")
    if wishes.are_quiet_for(severity, now) or now < memory.not_before(key):
        return False
    message = Message(title, redactor_for(settings)(body), severity)
    receipts = send(message, settings.odds_alert_urls)
    is_sent = any(receipt.is_taken for receipt in receipts)
    for receipt in receipts:
        if not receipt.is_taken:
            log.warning("a notice was not taken", kind=receipt.kind, error=receipt.reason)
    memory.keep(key, now + (COOLDOWN if is_sent else RETRY))
    return is_sent


# where the disk cannot be written to, the process alone remembers
_known: dict[tuple[Path, str], str] = {}


class _Memory:
    """When each key may be sent again, in a file that outlives the process."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def not_before(self, key: str) -> datetime:
        moments = [self._read().get(key), _known.get((self._path, key))]
        return max(
            (datetime.fromisoformat(moment) for moment in moments if moment),
            default=datetime.fromisoformat("0001-01-01T00:00:00+00:00"),
        )

    def keep(self, key: str, moment: datetime) -> None:
        _known[self._path, key] = moment.isoformat()
        unfinished = self._path.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(json.dumps(self._read() | {key: moment.isoformat()}))
            unfinished.replace(self._path)
        except OSError as error:
            log.warning("cannot remember whom was told", error=error.strerror)

    def _read(self) -> dict[str, str]:
        try:
            content = json.loads(self._path.read_text())
            return {str(key): _checked(moment) for key, moment in content.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}


def _checked(moment: str) -> str:
    if datetime.fromisoformat(moment).tzinfo is None:
        raise ValueError(moment)
    return moment
