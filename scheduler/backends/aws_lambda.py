"""The collector as an AWS Lambda function: every run does what is due and schedules the next one.

Beside the settings of `.env.example` it reads from the environment: `ODDS_SCHEDULE_ROLE_ARN`,
`ODDS_SCHEDULE_GROUP` and `ODDS_SCHEDULE_NAME` (the schedule it sets), and `ODDS_SECRET_ARN` (where
the secrets are, if not in the environment). `deploy/aws` sets all of them.
"""

import multiprocessing.context
import os
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from ingestion.errors import OddsError, UsageError
from ingestion.failures import explanation
from ingestion.logs import configure_logging, redactor_for
from ingestion.settings import Settings, load_settings
from scheduler.backends.aws_schedule import OneShotSchedule, read_secrets

if TYPE_CHECKING:
    from scheduler.collector import Collector

log = structlog.get_logger(__name__)

# EventBridge keeps to the minute
LEAST_AHEAD = timedelta(minutes=1)
AFTER_A_FAILURE = timedelta(minutes=5)


class LambdaContext(Protocol):
    """What we use of the object that Lambda passes."""

    invoked_function_arn: str


def handler(event: object, context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - any event means the same
    """Do what is due now, and set the schedule for what is due next.

    A run that fails leaves a schedule too, and fails: Lambda counts it and logs why in one line. A
    run that is killed leaves none; the recurring schedule of `deploy/aws` is there for it.

    Raises:
        OddsError: the run failed, or cannot be.
    """
    settings = _settings()
    configure_logging(settings)
    schedule = _schedule(context)
    next_at = _now() + AFTER_A_FAILURE
    try:
        next_at = _collector(settings).run_once().next_at
    except Exception as error:
        log.debug("the run failed", exc_info=error)
        known = explanation(error, settings)
        text = str(known) if known else f"unexpected {type(error).__name__}: {error}"
        raise OddsError(redactor_for(settings)(" ".join(text.split()))) from None
    finally:
        next_at = max(next_at, _now() + LEAST_AHEAD)
        schedule.set(next_at)
        log.info("next run scheduled", next_at=next_at.isoformat())
    return {"next_at": next_at.isoformat()}


@lru_cache(maxsize=1)
def _collector(settings: Settings) -> "Collector":
    """The collector, kept as long as Lambda keeps the process: dbt's first run takes longest."""
    _use_locks_of_threads()
    from scheduler.collector import Collector  # noqa: PLC0415 - dbt takes its locks as it is imported

    return Collector(settings, clock=_now, sleep=time.sleep, is_wall_clock=True)


def _settings() -> Settings:
    arn = os.environ.get("ODDS_SECRET_ARN")
    settings = load_settings(**(read_secrets(arn) if arn else {}))
    if settings.odds_target != "postgres":
        raise UsageError(
            "ODDS_TARGET must be postgres on Lambda, whose disk is not kept: "
            "set it, and PGHOST and its like to your server"
        )
    return settings


def _schedule(context: LambdaContext) -> OneShotSchedule:
    try:
        return OneShotSchedule(
            name=os.environ["ODDS_SCHEDULE_NAME"],
            group=os.environ["ODDS_SCHEDULE_GROUP"],
            role_arn=os.environ["ODDS_SCHEDULE_ROLE_ARN"],
            function_arn=context.invoked_function_arn,
        )
    except KeyError as error:
        raise UsageError(f"{error.args[0]} is not set: deploy/aws sets it") from None


def _use_locks_of_threads() -> None:
    """Let dbt take locks of threads for locks of processes, which Lambda lacks the memory for.

    dbt runs in threads alone.
    """
    base: Any = multiprocessing.context.BaseContext
    base.Lock = lambda _context: threading.Lock()
    base.RLock = lambda _context: threading.RLock()


def _now() -> datetime:
    return datetime.now(UTC)
