"""What the API answered, against what the warehouse and the volume hold of it."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingestion.settings import Settings
from ingestion.spool import Spool
from ingestion.warehouse import connect
from simulator.server import Server

HELD = "select response_id, payload_sha256 from raw.api_responses where status_code = 200"
LEDGER = """
select
    coalesce(sum(case when state = 'settled' then credits_charged end), 0),
    coalesce(sum(coalesce(credits_charged, credits_estimated)), 0),
    count(case when state = 'reserved' then 1 end)
from ops.credit_reservations
"""
BEATS = "select count(*) from ops.job_runs where job = 'heartbeat'"


@dataclass
class Witness:
    """Notes every answer of the simulator, before it is sent."""

    answers: list[str] = field(default_factory=list)
    credits: int = 0

    def watch(self, server: Server) -> None:
        """Stand between the server and its API."""
        answer = server.api.answer

        def noted(*arguments: Any, **named: Any) -> Any:
            given = answer(*arguments, **named)
            if given.status == 200:
                self.answers.append(hashlib.sha256(given.body.encode()).hexdigest())
                self.credits += int(given.headers["x-requests-last"])
            return given

        server.api.answer = noted  # type: ignore[method-assign]

    def wait_for_calls(self, count: int, *, within: float) -> float:
        """Wait for so many more answers; returns the seconds it took."""
        before = len(self.answers)
        return wait_until(
            lambda: len(self.answers) >= before + count, within=within, what="a call to the API"
        )


def wait_until(is_so: Callable[[], bool], *, within: float, what: str) -> float:
    """Wait for something; returns the seconds it took, ends the program where it does not come."""
    started = time.monotonic()
    while not is_so():
        if time.monotonic() - started > within:
            raise SystemExit(f"FAILED: no {what} within {within:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - started


def heartbeats(settings: Settings) -> int:
    """How many runs of the collector have ended."""
    with connect(settings) as connection:
        if "job_runs" not in connection.relations("ops"):
            return 0
        return int(connection.rows(BEATS)[0][0])


def reckon(witness: Witness, settings: Settings, data: Path, *, kills: int) -> list[str]:
    """Compare both sides after the last stop; returns lines to show.

    Raises:
        SystemExit: an answer is lost, held twice, or missing from the ledger.
    """
    with connect(settings) as connection:
        held = connection.rows(HELD)
        settled, promised, unsettled = connection.rows(LEDGER)[0]
    spooled = len(Spool(data / "spool").paths())
    lost = len(set(witness.answers)) - len({sha for _, sha in held})
    checks = {
        "every response is held once": len({each for each, _ in held}) == len(held),
        "nothing is held that was not answered": {sha for _, sha in held} <= set(witness.answers),
        "no more is missing than calls that were killed in flight": 0 <= lost <= kills,
        "nothing is left in the spool": spooled == 0,
        "no call is left open in the ledger": unsettled == 0,
        "the ledger has what the API charged, killed calls too": (
            settled <= witness.credits <= promised
        ),
    }
    lines = [f"{'ok    ' if is_so else 'FAILED'} {what}" for what, is_so in checks.items()]
    lines.append(
        f"       answers {len(witness.answers)}, held {len(held)}, cut off {lost}; credits: "
        f"charged {witness.credits}, settled {settled}, with calls in flight {promised}"
    )
    if not all(checks.values()):
        raise SystemExit("\n".join(lines))
    return lines
