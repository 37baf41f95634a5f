"""Tells people what the alert rules found, and writes down whom it told what.

Nothing here raises: an alert that cannot be sent must not end the collector.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from ingestion.errors import OddsError
from ingestion.logs import redactor_for
from ingestion.settings import Settings
from ingestion.warehouse import Connection, Row, connect
from scheduler import journal
from scheduler.alerts import HELD_WITHIN, MOST_TRIES, Alert, Decision, Delivery, Wishes, decide
from scheduler.messages import Receipt, message_of, send

log = structlog.get_logger(__name__)

CANDIDATES = "fct_alert_candidates"
FAMILIES = tuple(
    f"int_alerts_{family}"
    for family in (
        "jobs", "credits", "closes", "feeds", "results", "findings", "edges", "moves", "digest",
    )
)  # fmt: skip
# the longest cooldown of the seed is a month
LOOK_BACK = timedelta(days=32)
FOUND = """
select rule_id, severity, dedupe_key, title, body, cooldown_minutes
from ops.fct_alert_candidates
"""
FOUND_BY_FAMILY = """
select alerts.rule_id, severity, dedupe_key, title, body, cooldown_minutes
from intermediate.{family} as alerts
inner join marts.alert_rules as rules
    on alerts.rule_id = rules.rule_id
"""
PAST = """
select rule_id, severity, dedupe_key, title, body, outcome, decided_at
from ops.alert_deliveries
where decided_at > ?
"""


@dataclass(frozen=True)
class RoutingSummary:
    """How many alerts were sent, could not be sent, wait, or are below what is wanted."""

    sent: int = 0
    failed: int = 0
    held: int = 0
    muted: int = 0


def route(settings: Settings, *, now: datetime) -> RoutingSummary:
    """Tell what is to be told now, in one message; does nothing where nobody wants to know."""
    if not settings.odds_alert_urls:
        return RoutingSummary()
    try:
        with connect(settings) as connection:
            alerts, past = found_alerts(connection), past_deliveries(connection, now=now)
        decisions = decide(alerts, past, Wishes.of(settings), now=now)
        return _carry_out(decisions, settings, now=now)
    except OddsError as error:
        log.warning("alerts could not be read or written down", error=str(error))
    except Exception:
        log.exception("alerts failed in an unforeseen way")
    return RoutingSummary()


def found_alerts(connection: Connection) -> list[Alert]:
    """What the rules find now.

    Where a failed build has taken some of the rules along, the others still speak.
    """
    if CANDIDATES in connection.relations("ops"):
        rows = connection.rows(FOUND)
    else:
        has_rules = "alert_rules" in connection.relations("marts")
        standing = connection.relations("intermediate") if has_rules else set()
        rows = [
            row
            for family in FAMILIES
            if family in standing
            for row in connection.rows(FOUND_BY_FAMILY.format(family=family))
        ]
    return [_alert(row, cooldown=timedelta(minutes=row[5])) for row in rows]


def past_deliveries(connection: Connection, *, now: datetime) -> list[Delivery]:
    """What was decided before."""
    if "alert_deliveries" not in connection.relations("ops"):
        return []
    return [
        Delivery(_alert(row, cooldown=HELD_WITHIN), outcome=row[5], decided_at=row[6])
        for row in connection.rows(PAST, (now - LOOK_BACK,))
    ]


def _alert(row: Row, *, cooldown: timedelta) -> Alert:
    rule_id, severity, dedupe_key, title, body = row[:5]
    return Alert(rule_id, severity, dedupe_key, title, body, cooldown)


def _carry_out(
    decisions: Sequence[Decision], settings: Settings, *, now: datetime
) -> RoutingSummary:
    to_send = [decision for decision in decisions if decision.outcome == "send"]
    receipts: list[Receipt] = []
    if to_send:
        message = message_of([decision.alert for decision in to_send])
        receipts = send(message, settings.odds_alert_urls)
    refusals = [f"{receipt.kind}: {receipt.reason}" for receipt in receipts if not receipt.is_taken]
    is_sent = len(refusals) < len(receipts)
    error = redactor_for(settings)("; ".join(refusals)) or None
    if error:
        log.warning("an alert was not taken", error=error, alerts=len(to_send))
    rows = [_row(each, is_sent=is_sent, error=error, now=now) for each in decisions]
    if rows:
        journal.Journal(settings).write(*rows)
    outcomes = [decision.outcome for decision in decisions]
    return RoutingSummary(
        sent=len(to_send) if is_sent else 0,
        failed=0 if is_sent else len(to_send),
        held=outcomes.count("held"),
        muted=outcomes.count("muted"),
    )


def _row(decision: Decision, *, is_sent: bool, error: str | None, now: datetime) -> journal.Row:
    alert = decision.alert
    outcome: str = decision.outcome
    if outcome == "send":
        failure = "given_up" if decision.tries >= MOST_TRIES else "failed"
        outcome = "sent" if is_sent else failure
    return journal.Row(
        "alert_deliveries",
        {
            "delivery_id": uuid.uuid4().hex,
            "rule_id": alert.rule_id,
            "dedupe_key": alert.dedupe_key,
            "severity": alert.severity,
            "title": alert.title,
            "body": alert.body,
            "decided_at": now,
            "outcome": outcome,
            "error": error if decision.outcome == "send" else None,
        },
    )
