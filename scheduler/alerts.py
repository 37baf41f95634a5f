"""Who is told what, and when: a pure function over what the alert rules found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from ingestion.settings import Settings

Severity = Literal["info", "warning", "error"]
Outcome = Literal["send", "held", "muted"]
DONE = frozenset({"sent", "given_up"})
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")

MOST_TRIES = 6
FIRST_RETRY = timedelta(minutes=5)
# tries that failed longer ago than this and the cooldown do not count any more
TRIES_WITHIN = timedelta(days=1)
HELD_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Alert:
    """One row of `ops.fct_alert_candidates`: something that somebody may want to know."""

    rule_id: str
    severity: Severity
    dedupe_key: str
    title: str
    body: str
    cooldown: timedelta


@dataclass(frozen=True)
class Delivery:
    """One row of `ops.alert_deliveries`: what was decided about an alert before."""

    alert: Alert
    outcome: str
    decided_at: datetime


@dataclass(frozen=True)
class Decision:
    """What becomes of an alert now; `tries` counts the one that is to come."""

    alert: Alert
    outcome: Outcome
    tries: int = 1


@dataclass(frozen=True)
class QuietHours:
    """The hours of the day, by a zone's clock, in which only errors are sent."""

    begins: time
    ends: time
    zone: ZoneInfo

    def covers(self, moment: datetime) -> bool:
        """Whether they hold at a moment; hours that begin when they end never do."""
        clock = moment.astimezone(self.zone).time()
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


@dataclass(frozen=True)
class Wishes:
    """What somebody wants to be told, and when."""

    least_severity: Severity = "info"
    quiet: QuietHours | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Wishes":
        """The wishes of the settings."""
        quiet = None
        if settings.odds_alert_quiet_hours:
            begins, ends = map(time.fromisoformat, settings.odds_alert_quiet_hours.split("-"))
            quiet = QuietHours(begins, ends, ZoneInfo(settings.odds_time_zone))
        return cls(settings.odds_alert_severity, quiet)

    def are_quiet_for(self, severity: Severity, moment: datetime) -> bool:
        """Whether an alert has to wait."""
        return severity != "error" and self.quiet is not None and self.quiet.covers(moment)

    def want(self, severity: Severity) -> bool:
        """Whether an alert is grave enough."""
        return SEVERITIES.index(severity) >= SEVERITIES.index(self.least_severity)


def decide(
    alerts: Iterable[Alert], past: Sequence[Delivery], wishes: Wishes, *, now: datetime
) -> list[Decision]:
    """What becomes of each alert, the gravest first; nothing for those that were told already.

    What the quiet hours held back is sent after them, even if it is over by then.

    Args:
        alerts: what the rules find now.
        past: what was decided before, at least within the cooldowns.
        wishes: of whoever is told.
        now: the moment.
    """
    by_key: dict[str, list[Delivery]] = {}
    for delivery in sorted(past, key=lambda each: each.decided_at):
        by_key.setdefault(delivery.alert.dedupe_key, []).append(delivery)
    current = {alert.dedupe_key: alert for alert in alerts}
    wanted = _held(by_key, now=now) | current
    decisions = [
        decision
        for key, alert in wanted.items()
        if (decision := _decision(alert, by_key.get(key, ()), wishes, now=now))
    ]
    return sorted(
        decisions, key=lambda each: (-SEVERITIES.index(each.alert.severity), each.alert.dedupe_key)
    )


def _held(by_key: Mapping[str, Sequence[Delivery]], *, now: datetime) -> dict[str, Alert]:
    """What was held back within a day and neither sent nor given up since."""
    held: dict[str, Alert] = {}
    for key, deliveries in by_key.items():
        for delivery in deliveries:
            if delivery.outcome in DONE:
                held.pop(key, None)
            elif delivery.outcome == "held" and delivery.decided_at > now - HELD_WITHIN:
                since = f"(Held since {delivery.decided_at:%H:%M} UTC.)"
                alert = replace(delivery.alert, body=f"{delivery.alert.body} {since}")
                held.setdefault(key, alert)
    return held


def _decision(
    alert: Alert, past: Sequence[Delivery], wishes: Wishes, *, now: datetime
) -> Decision | None:
    recent = [each.outcome for each in past if each.decided_at > now - alert.cooldown]
    if not DONE.isdisjoint(recent):
        return None
    if not wishes.want(alert.severity):
        return None if "muted" in recent else Decision(alert, "muted")
    if wishes.are_quiet_for(alert.severity, now):
        return None if "held" in recent else Decision(alert, "held")
    failures = _failures(past, since=now - max(alert.cooldown, TRIES_WITHIN))
    if failures and now < failures[-1].decided_at + FIRST_RETRY * 2 ** (len(failures) - 1):
        return None
    return Decision(alert, "send", tries=len(failures) + 1)


def _failures(past: Sequence[Delivery], *, since: datetime) -> list[Delivery]:
    """The tries that failed since something was sent or given up."""
    failures: list[Delivery] = []
    for delivery in past:
        if delivery.outcome in DONE:
            failures.clear()
        elif delivery.outcome == "failed" and delivery.decided_at > since:
            failures.append(delivery)
    return failures
