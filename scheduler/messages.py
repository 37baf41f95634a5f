"""Messages to people, over whatever service they read: apprise knows how."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import apprise
from apprise import NotifyType
from apprise.common import OverflowMode
from pydantic import SecretStr

from ingestion.redaction import Redactor, secrets_of_url
from scheduler.alerts import SEVERITIES, Alert, Severity

MOST_SHOWN = 20
_TYPES = {
    "info": NotifyType.INFO,
    "warning": NotifyType.WARNING,
    "error": NotifyType.FAILURE,
}
_NAMES = {"info": "note", "warning": "warning", "error": "error"}


@dataclass(frozen=True)
class Message:
    """What is sent: one line, some more, and how grave it is."""

    title: str
    body: str
    severity: Severity


@dataclass(frozen=True)
class Receipt:
    """Whether a service took a message, and if not, why."""

    kind: str
    is_taken: bool
    reason: str | None = None


def message_of(alerts: Sequence[Alert]) -> Message:
    """One message for all alerts, which come with the gravest first."""
    if len(alerts) == 1:
        (alert,) = alerts
        return Message(alert.title, alert.body, alert.severity)
    counts = [
        f"{count} {_NAMES[severity]}{'s' if count > 1 else ''}"
        for severity in reversed(SEVERITIES)
        if (count := sum(alert.severity == severity for alert in alerts))
    ]
    lines = [f"{alert.title}\n  {alert.body}" for alert in alerts[:MOST_SHOWN]]
    if len(alerts) > MOST_SHOWN:
        lines.append(f"… and {len(alerts) - MOST_SHOWN} more: odds alerts list")
    return Message(f"odds: {', '.join(counts)}", "\n".join(lines), alerts[0].severity)


def send(message: Message, urls: Iterable[SecretStr]) -> list[Receipt]:
    """Send a message to every address; never raises.

    Returns:
        One receipt an address, without its secrets.
    """
    return [_send(message, url.get_secret_value()) for url in urls]


def kind_of(url: str) -> str:
    """The service an address is of: its scheme."""
    return url.partition("://")[0].strip().lower()[:20] or "?"


def _send(message: Message, url: str) -> Receipt:
    kind = kind_of(url)
    redact = Redactor(secrets_of_url(url))
    try:
        with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as said:  # type: ignore[no-untyped-call]
            service = apprise.Apprise.instantiate(url)
            if service is None:
                return Receipt(kind, is_taken=False, reason="apprise knows no such address")
            if "overflow=" not in url:
                service.overflow_mode = OverflowMode.SPLIT
            is_taken = service.notify(
                title=message.title, body=message.body, notify_type=_TYPES[message.severity]
            )
            reason = None if is_taken else said.getvalue() or "it did not say why"
    except Exception as error:  # noqa: BLE001 - a service that fails must not end the collector
        is_taken, reason = False, f"{type(error).__name__}: {error}"
    return Receipt(kind, bool(is_taken), reason and redact(" ".join(reason.split()))[:300])
