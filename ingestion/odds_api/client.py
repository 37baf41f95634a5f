"""HTTP and nothing else: sends a request, hands every attempt on as a row, tries again if it may.

A plain loop around `requests`, not dlt's helper: that one retries inside `Session.send`, so failed
attempts could not be kept, it sleeps by itself and without jitter, and puts the URL, with the key,
into the exceptions it raises.
"""

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import orjson
import requests
import structlog
from pydantic import SecretStr
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

from ingestion.errors import UsageError
from ingestion.odds_api import failures
from ingestion.odds_api.endpoints import Request
from ingestion.redaction import Redactor
from ingestion.responses import ApiResponse, served_at

MAX_ATTEMPTS = 4
# A second at least: the `Date` of an answer, a part of its identity, counts in seconds.
FIRST_DELAY_SECONDS = 2.0
LONGEST_RETRY_AFTER_SECONDS = 60.0
TIMEOUT_SECONDS = (5.0, 30.0)  # to connect, and between two packets
LONGEST_CALL_SECONDS = 120.0
CHUNK_BYTES = 65_536

_OBJECTS = frozenset({"event_odds", "event_markets"})

log = structlog.get_logger(__name__)


Paying = Callable[[Request], AbstractContextManager[Callable[[ApiResponse], object]]]


@dataclass
class _Exchange:
    """What came back so far; stays as it is when the connection breaks."""

    status_code: int | None = None
    headers: Mapping[str, str] | None = None
    body: bytes = b""
    error_code: str | None = None


class OddsApiClient:
    """Asks The Odds API.

    Args:
        base_url: scheme and host, for example https://api.the-odds-api.com.
        key: sent with every call, and kept out of everything that comes back.
        session: carries the connections; see `new_session`.
        clock: the time, with a zone.
        sleep: waits so many seconds between two attempts.
        on_response: gets every attempt, failed ones too, before anything else happens to it.
        job_id: written into every row.
        paying: surrounds every attempt, and gets what became of it; may refuse it by raising.
        jitter: a number in [0, 1).
    """

    def __init__(
        self,
        *,
        base_url: str,
        key: SecretStr,
        session: requests.Session,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        on_response: Callable[[ApiResponse], object],
        job_id: str | None = None,
        paying: Paying | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        _check_base_url(base_url)
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._redactor = Redactor([key.get_secret_value()])
        self._session = session
        self._clock = clock
        self._sleep = sleep
        self._on_response = on_response
        self._job_id = job_id
        self._paying = paying or _for_free
        self._jitter = jitter

    def get(self, request: Request) -> ApiResponse:
        """Return the answer, be it that the event is gone (`failures.is_event_gone`).

        Raises:
            OutOfCreditsError: nothing more this month.
            AccountError: the key was refused.
            AnswerError: there was still no usable answer after `MAX_ATTEMPTS`.
            UsageError: the API knows no such sport.
            OddsError: the API found the request wrong.
        """
        for warning in request.warnings:
            log.warning(warning, path=request.path)
        attempt = 1
        while True:
            with self._paying(request) as settle:
                response, retry_after = self._attempt(request)
                self._on_response(response)
                settle(response)
            self._report(response, attempt=attempt)
            if attempt == MAX_ATTEMPTS or not failures.is_worth_another_try(response):
                break
            self._sleep(max(self._delay(attempt), retry_after))
            attempt += 1
        failure = failures.failure_of(response)
        if failure is not None:
            raise failure
        return response

    def _attempt(self, request: Request) -> tuple[ApiResponse, float]:
        requested_at = self._clock()
        stopwatch = time.perf_counter()
        exchange = self._exchange(request)
        elapsed_ms = round((time.perf_counter() - stopwatch) * 1000)
        headers = exchange.headers or {}
        has_date = served_at(headers) is not None
        text = self._redactor.exact(exchange.body.decode(errors="backslashreplace"))
        response = ApiResponse.from_exchange(
            endpoint=request.path,
            params=request.params,
            requested_at=requested_at,
            captured_at=None if exchange.status_code is None or has_date else self._clock(),
            status_code=exchange.status_code,
            headers=headers,
            body_text=text,
            error_code=exchange.error_code or _fault_of_body(request, exchange),
            credits_estimated=request.estimated_credits,
            elapsed_ms=elapsed_ms,
            job_id=self._job_id,
            origin="historical" if request.is_historical else "live",
        )
        if exchange.error_code == failures.CONNECT_FAILED:
            response = replace(response, credits_charged=0)  # it never reached the API
        return response, _retry_after(headers)

    def _exchange(self, request: Request) -> _Exchange:
        exchange = _Exchange()
        deadline = time.perf_counter() + LONGEST_CALL_SECONDS
        try:
            with self._session.get(
                self._base_url + request.path,
                params={**request.params, "apiKey": self._key.get_secret_value()},
                headers={"Accept": "application/json", "Accept-Encoding": "gzip"},
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,  # the key would go along to wherever it points
                stream=True,
            ) as answer:
                exchange.status_code = answer.status_code
                exchange.headers = answer.headers
                # read1, not iter_content: what came before a break is kept, and a trickle ends
                while chunk := answer.raw.read1(CHUNK_BYTES, decode_content=True):
                    exchange.body += chunk
                    if time.perf_counter() > deadline:
                        raise requests.ReadTimeout
        except (requests.RequestException, HTTPError) as error:
            # its text holds the URL: nothing of it goes further than its kind
            exchange.error_code = _transport_fault(
                error, is_answered=exchange.status_code is not None
            )
        return exchange

    def _delay(self, attempt: int) -> float:
        return FIRST_DELAY_SECONDS * 2.0 ** (attempt - 1) * (1 + self._jitter()) / 2

    def _report(self, response: ApiResponse, *, attempt: int) -> None:
        charged, estimated = response.credits_charged, response.credits_estimated
        facts = {
            "path": response.endpoint,
            "status": response.status_code,
            "error_code": response.error_code,
            "attempt": attempt,
            "events": response.event_count,
            "credits_charged": charged,
            "credits_remaining": response.credits_remaining,
            "elapsed_ms": response.elapsed_ms,
        }
        is_fine = response.status_code == HTTPStatus.OK and response.error_code is None
        log.log(logging.INFO if is_fine else logging.WARNING, "asked the API", **facts)
        if charged is not None and estimated is not None and charged > estimated:
            log.warning("charged more than estimated", estimated=estimated, charged=charged)


def new_session() -> requests.Session:
    """Return a session that says who asks."""
    session = requests.Session()
    session.headers["User-Agent"] = "odds-warehouse"
    return session


@contextmanager
def _for_free(_: Request) -> Iterator[Callable[[ApiResponse], object]]:
    yield lambda _: None


def _check_base_url(base_url: str) -> None:
    try:
        parts = urlsplit(base_url)
        is_fine = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        is_fine = False
    if not is_fine:
        raise UsageError(f"ODDS_API_BASE_URL: {base_url!r} is not like https://host")


def _transport_fault(error: Exception, *, is_answered: bool) -> str:
    if is_answered:
        return failures.BODY_BROKEN
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    if isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError):
        return failures.CONNECT_FAILED
    if isinstance(error, requests.Timeout):
        return failures.READ_TIMEOUT
    return failures.CONNECTION_LOST


def _fault_of_body(request: Request, exchange: _Exchange) -> str | None:
    """Why a 200 is no answer to this request, null if it is one."""
    if exchange.status_code != HTTPStatus.OK:
        return None
    try:
        body = orjson.loads(exchange.body)
    except orjson.JSONDecodeError:
        return failures.INVALID_JSON
    if request.is_historical:
        body = body.get("data") if isinstance(body, dict) else None
    is_object = request.endpoint.removeprefix("historical_") in _OBJECTS
    if isinstance(body, dict if is_object else list):
        return None
    return failures.UNEXPECTED_SHAPE


def _retry_after(headers: Mapping[str, str]) -> float:
    text = headers.get("Retry-After", "")
    return min(float(text), LONGEST_RETRY_AFTER_SECONDS) if text.isdecimal() else 0.0
