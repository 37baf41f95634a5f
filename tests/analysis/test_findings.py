from datetime import UTC, datetime
from typing import Any

from analysis.findings import RuleSummary, summaries

RULES = [
    {
        "rule_id": rule_id,
        "severity": severity,
        "title": rule_id.title(),
        "what_it_means": "It means something.",
        "what_to_do": "Do something.",
    }
    for rule_id, severity in (("broken", "error"), ("odd", "warn"), ("never", "info"))
]


def finding(rule_id: str, *, first: int | None, last: int | None, times: int = 1) -> dict[str, Any]:
    return {
        "rule_id": rule_id,
        "first_seen_at": None if first is None else noon(first),
        "last_seen_at": None if last is None else noon(last),
        "finding_count": times,
    }


def noon(day: int) -> datetime:
    return datetime(2026, 1, day, 12, tzinfo=UTC)


def test_a_rule_is_summed_up_over_its_findings_and_only_if_it_has_some() -> None:
    found = [
        finding("broken", first=3, last=9, times=2),
        finding("broken", first=1, last=4),
        finding("odd", first=None, last=None, times=5),
    ]
    broken, odd = summaries(found, RULES)
    assert broken == RuleSummary(
        rule_id="broken",
        severity="error",
        title="Broken",
        what_it_means="It means something.",
        what_to_do="Do something.",
        things=2,
        times=3,
        first_seen_at=noon(1),
        last_seen_at=noon(9),
    )
    assert (odd.things, odd.times, odd.first_seen_at, odd.last_seen_at) == (1, 5, None, None)
