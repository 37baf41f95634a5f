"""Logging for the whole program: structlog and stdlib alike, to stderr, without secrets."""

import logging
import sys
from typing import TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from ingestion.harmless import harmless
from ingestion.log_file import DailyLogFile
from ingestion.redaction import REDACTED, Redactor, secrets_of_url
from ingestion.settings import Settings

# libraries that tell of every step they take; what goes wrong in them is still told
_TALKATIVE = ("apscheduler", "tzlocal", "urllib3")
_SECRET_NAMES = frozenset({"apikey", "api_key", "odds_api_key", "password", "pgpassword"})


def configure_logging(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Send every log line of ours and of the libraries to `stream` (default stderr), redacted.

    Where the settings name a log file it has them, too. May be called again, for example with other
    settings: it replaces what it set up before.

    Raises:
        UsageError: the log file cannot be written to.
    """
    redactor = redactor_for(settings)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    out = stream or sys.stderr
    handlers: list[logging.Handler] = [logging.StreamHandler(out)]
    if settings.odds_log_file is not None:
        handlers.append(DailyLogFile(settings.odds_log_file, days=settings.odds_log_keep_days))
    for handler in handlers:
        is_terminal = handler is handlers[0] and out.isatty()
        renderer: Processor = (
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if settings.odds_log_format == "json"
            else structlog.dev.ConsoleRenderer(colors=is_terminal)
        )
        handler.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
                processors=[
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    # as text before it is redacted: the key may stand in a traceback
                    structlog.processors.format_exc_info,
                    RedactValues(redactor),
                    renderer,
                ],
            )
        )
    root = logging.getLogger()
    for replaced in root.handlers:
        if isinstance(replaced, DailyLogFile):
            replaced.close()
    root.handlers = handlers
    root.setLevel(settings.odds_log_level.upper())
    for name in _TALKATIVE:
        is_wanted = settings.odds_log_level == "debug"
        logging.getLogger(name).setLevel(logging.NOTSET if is_wanted else logging.WARNING)
    logging.captureWarnings(capture=True)
    # dlt gives its logger a handler of its own, unless it finds one
    logging.getLogger("dlt").handlers = [_ToRoot()]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def redactor_for(settings: Settings) -> Redactor:
    """Return what takes this installation's secrets out of a text."""
    secrets = [settings.odds_api_key, settings.pgpassword]
    known = [secret.get_secret_value() for secret in secrets if secret is not None]
    for url in settings.odds_alert_urls:
        known += secrets_of_url(url.get_secret_value())
    return Redactor(known)


class RedactValues:
    """A structlog processor: redacts every value of an event, however deep; no text steers."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def __call__(self, _logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        """Return the event with its values redacted."""
        return {self._redactor(str(key)): self._redact(key, value) for key, value in event.items()}

    def _redact(self, key: object, value: object) -> object:
        if isinstance(key, str) and key.lower() in _SECRET_NAMES and value is not None:
            return REDACTED
        if isinstance(value, dict):
            return {self._redactor(str(k)): self._redact(k, v) for k, v in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self._redact(None, item) for item in value]
        if value is None or isinstance(value, (bool, int, float)):
            return value
        return harmless(self._redactor(str(value)))


class _ToRoot(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        logging.getLogger().handle(record)
