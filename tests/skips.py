"""What a run left out is said at its end: each reason to skip, and how many tests have it.

A skip that nobody counts hides what a machine cannot test: without recordings, or without a right
to mount a disk, all may pass and little was tested.
"""

import re
from collections import Counter
from typing import Any


def reasons(skipped: list[Any]) -> Counter[str]:
    """How many tests were skipped, by the reason they gave."""
    told: Counter[str] = Counter()
    for report in skipped:
        text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        told[re.sub(r"^Skipped: ", "", text.strip())] += 1
    return told


def pytest_terminal_summary(terminalreporter: Any) -> None:
    counted = reasons(terminalreporter.stats.get("skipped", []))
    if not counted:
        return
    terminalreporter.write_sep("=", f"skipped: {counted.total()}")
    for reason, count in sorted(counted.items(), key=lambda each: (-each[1], each[0])):
        terminalreporter.write_line(f"{count:5} {reason}")
