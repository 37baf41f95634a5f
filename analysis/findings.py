"""Quality findings: which rules were broken, by what, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from analysis.warehouse import Record, Warehouse

RELATIONS = ("quality.fct_findings", "marts.quality_rules", "marts.dim_events")
SEVERITIES = ("info", "warn", "error")


@dataclass(frozen=True)
class RuleSummary:
    """One rule with findings: its words, how many things broke it, how often, and when."""

    rule_id: str
    severity: str
    title: str
    what_it_means: str
    what_to_do: str
    things: int
    times: int
    first_seen_at: datetime | None
    last_seen_at: datetime | None


def rules(warehouse: Warehouse) -> list[Record]:
    """One row per quality rule, the gravest first."""
    rows = warehouse.rows("select * from marts.quality_rules")
    return sorted(rows, key=lambda row: (-SEVERITIES.index(row["severity"]), row["rule_id"]))


def findings(
    warehouse: Warehouse,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    sport_key: str | None = None,
    rule_id: str | None = None,
    least_severity: str = "info",
) -> list[Record]:
    """One row per finding, the gravest rules first, then by time.

    Args:
        warehouse: where to read.
        since: findings last seen before are left out.
        until: findings first seen at or after it are left out.
        sport_key: only this sport.
        rule_id: only this rule.
        least_severity: `info`, `warn` or `error`: only findings at least as grave.
    """
    grave = SEVERITIES[SEVERITIES.index(least_severity) :]
    where = [f"findings.severity in ({', '.join('?' for _ in grave)})"]
    parameters: list[object] = [*grave]
    for condition, value in (
        ("findings.last_seen_at >= ?", since),
        ("findings.first_seen_at < ?", until),
        ("findings.sport_key = ?", sport_key),
        ("findings.rule_id = ?", rule_id),
    ):
        if value is not None:
            where.append(condition)
            parameters.append(value)
    return warehouse.rows(
        f"""
        select
            findings.rule_id,
            findings.severity,
            findings.sport_key,
            findings.event_id,
            findings.bookmaker_key,
            findings.market_key,
            findings.subject,
            findings.sample,
            findings.first_seen_at,
            findings.last_seen_at,
            findings.finding_count,
            findings.is_standing,
            events.home_team,
            events.away_team,
            events.event_name
        from quality.fct_findings as findings
        left join marts.dim_events as events
            on findings.event_id = events.event_id
        where {" and ".join(where)}
        order by
            case findings.severity when 'error' then 0 when 'warn' then 1 else 2 end,
            findings.rule_id,
            findings.first_seen_at nulls last,
            findings.finding_id
        """,  # noqa: S608 - our own conditions; values are parameters
        parameters,
    )


def summaries(found: Sequence[Record], all_rules: Sequence[Record]) -> list[RuleSummary]:
    """One summary per rule that was broken, from findings in the order of `findings`."""
    words = {rule["rule_id"]: rule for rule in all_rules}
    return [
        _summary(words[rule_id], list(group))
        for rule_id, group in groupby(found, key=lambda row: row["rule_id"])
    ]


def _summary(rule: Record, found: Sequence[Record]) -> RuleSummary:
    first = [row["first_seen_at"] for row in found if row["first_seen_at"] is not None]
    last = [row["last_seen_at"] for row in found if row["last_seen_at"] is not None]
    return RuleSummary(
        rule_id=rule["rule_id"],
        severity=rule["severity"],
        title=rule["title"],
        what_it_means=rule["what_it_means"],
        what_to_do=rule["what_to_do"],
        things=len(found),
        times=sum(row["finding_count"] for row in found),
        first_seen_at=min(first, default=None),
        last_seen_at=max(last, default=None),
    )
