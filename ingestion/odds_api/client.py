"""HTTP and nothing else: sends a request, hands every attempt on as a row, tries again if it may.

A plain loop around `requests`, not dlt's helper: that one retries inside `Session.send`, so failed
attempts could not be kept, it sleeps by itself and without jitter, and puts the URL, with the key,
into the exceptions it raises.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPException, LineTooLong
from urllib.parse import urlsplit

import requests
import structlog
from pydantic import SecretStr
from urllib3.exceptions import (
    NewConnectionError,
    ProtocolError,
    SSLError,
)
from urllib3.exceptions import (
    TimeoutError as LineTimeoutError,
)

from ingestion.errors import UsageError
from ingestion.headers import read_headers, retry_after
from ingestion.odds_api import failures
from ingestion.odds_api.endpoints import Request
from ingestion.payload_reader import NOT_JSON, parsed_json
from ingestion.redaction import Redactor
from ingestion.responses import ApiResponse, payload_of

MAX_ATTEMPTS = 4
# A second at least: the `Date` of an answer, a part of its identity, counts in seconds.
FIRST_DELAY_SECONDS = 2.0
LONGEST_RETRY_AFTER_SECONDS = 60.0
TIMEOUT_SECONDS = (5.0, 30.0)  # to connect, and between two packets
LONGEST_CALL_SECONDS = 120.0
CHUNK_BYTES = 65_536
# unzipped; the largest of real answers is a tenth of it
LARGEST_BODY_BYTES = 32 * 2**20
# what is kept of a larger one: enough to see what it was
KEPT_OF_A_LARGER_BODY = 65_536

_BROKEN_LINE = (
    requests.ConnectionError | requests.Timeout | ProtocolError | SSLError | LineTimeoutError
)
_OBJECTS = frozenset({"event_odds", "event_markets"})

log = structlog.get_logger(__name__)


Paying = Callable[[Request], AbstractContextManager[Callable[[ApiResponse], object]]]


@dataclass
class _Exchange:
    """What came back so far; stays as it is when the connection breaks."""

    status_code: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
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
        useless: checksums of payloads that were of no use; those that come are added.
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
        useless: set[str] | None = None,
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
        self._useless = set() if useless is None else useless
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
        came: list[ApiResponse] = []
        while True:
            with self._paying(request) as settle:
                response, asked_to_wait = self._attempt(request)
                self._on_response(response)
                settle(response)
            came.append(response)
            self._report(response, attempt=len(came))
            is_hopeful = failures.is_worth_another_try(came, useless=self._useless)
            if response.error_code in failures.USELESS:
                self._useless.add(response.payload_sha256)
            if len(came) == MAX_ATTEMPTS or not is_hopeful:
                break
            self._sleep(max(self._delay(len(came)), asked_to_wait))
        failure = failures.failure_of(response)
        if failure is not None:
            raise failure
        return response

    def _attempt(self, request: Request) -> tuple[ApiResponse, float]:
        requested_at = self._clock()
        stopwatch = time.perf_counter()
        exchange = self._exchange(request)
        elapsed_ms = round((time.perf_counter() - stopwatch) * 1000)
        received_at = self._clock()
        headers = {name: self._redactor.exact(text) for name, text in exchange.headers.items()}
        facts = read_headers(headers, clock=received_at, estimated=request.estimated_credits)
        payload = payload_of(self._redactor.exact(exchange.body.decode(errors="backslashreplace")))
        body = parsed_json(payload)
        response = ApiResponse.from_body(
            endpoint=request.path,
            params=request.params,
            requested_at=requested_at,
            captured_at=None if exchange.status_code is None else facts.served_at or received_at,
            status_code=exchange.status_code,
            facts=facts,
            payload=payload,
            body=body,
            error_code=_fault(request, exchange, body),
            credits_estimated=request.estimated_credits,
            elapsed_ms=elapsed_ms,
            job_id=self._job_id,
            origin="historical" if request.is_historical else "live",
        )
        if exchange.error_code == failures.CONNECT_FAILED:
            response = replace(response, credits_charged=0)  # it never reached the API
        wait = retry_after(
            headers, clock=facts.served_at or received_at, longest=LONGEST_RETRY_AFTER_SECONDS
        )
        return response, wait

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
                    if len(exchange.body) > LARGEST_BODY_BYTES:
                        del exchange.body[KEPT_OF_A_LARGER_BODY:]
                        exchange.error_code = failures.BODY_TOO_LARGE
                        break
                    if time.perf_counter() > deadline:
                        exchange.error_code = failures.BODY_BROKEN
                        break
        except Exception as error:  # noqa: BLE001 - an answer may be paid for: it is kept, whatever its headers did
            # its text holds the URL: nothing of it goes further than its kind
            log.debug("the exchange broke off", kind=type(error).__name__)
            exchange.error_code = _transport_fault(
                error, is_answered=exchange.status_code is not None
            )
        return exchange

    def _delay(self, attempt: int) -> float:
        return FIRST_DELAY_SECONDS * 2.0 ** (attempt - 1) * (1 + self._jitter()) / 2

    def _report(self, response: ApiResponse, *, attempt: int) -> None:
        charged, estimated = response.credits_charged, response.credits_estimated
        kind = response.endpoint.rsplit("/", 1)[-1]
        facts = {
            "sport": response.sport_key,
            "game": response.event_id,
            "credits": charged,
            "credits_left": response.credits_remaining,
            "ms": response.elapsed_ms,
        }
        facts = {name: fact for name, fact in facts.items() if fact is not None}
        if response.status_code == HTTPStatus.OK and response.error_code is None:
            payload = response.payload or ""
            quotes = {"quotes": payload.count('"price":')} if kind == "odds" else {}
            log.info(f"fetched {kind}", **facts, games=response.event_count, **quotes)
        else:
            log.warning(
                f"no {kind} came",
                **facts,
                status=response.status_code,
                error=response.error_code,
                attempt=attempt,
            )
        if charged is not None and estimated is not None and charged > estimated:
            log.warning("charged more than estimated", estimated=estimated, charged=charged)
        if response.bad_headers is not None:
            log.warning(
                "headers that cannot be believed; our clock and the estimate stand in for them",
                path=response.endpoint,
                headers=response.bad_headers,
            )


class _Session(requests.Session):
    """One that does not look where an answer points to: to do so, it would read all of its body."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """No target: the key would go along."""


def new_session() -> requests.Session:
    """Return a session that says who asks, and follows nobody."""
    session = _Session()
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
    causes = list(_causes(error))
    # another answer would have the same headers: it is not the line that broke
    if any(isinstance(cause, LineTooLong) or type(cause) is HTTPException for cause in causes):
        return failures.UNREADABLE
    if not isinstance(error, _BROKEN_LINE):
        return failures.UNREADABLE
    if is_answered:
        return failures.BODY_BROKEN
    if any(isinstance(cause, requests.ConnectTimeout | NewConnectionError) for cause in causes):
        return failures.CONNECT_FAILED
    if isinstance(error, requests.Timeout):
        return failures.READ_TIMEOUT
    return failures.CONNECTION_LOST


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what it was made of: requests and urllib3 wrap one into the other."""
    yield error
    inner = [getattr(error, "reason", None), *error.args]
    for cause in inner:
        if isinstance(cause, BaseException):
            yield from _causes(cause)


def _fault(request: Request, exchange: _Exchange, body: object) -> str | None:
    """Why what came is no answer to this request, null if it is one."""
    if exchange.status_code != HTTPStatus.OK or exchange.error_code == failures.BODY_TOO_LARGE:
        return exchange.error_code
    fault = _fault_of_body(request, body)
    # JSON says itself where it ends: one that is whole is an answer, however the exchange ended
    return exchange.error_code or fault if fault else None


def _fault_of_body(request: Request, body: object) -> str | None:
    """Why the body of a 200 is of no use, null if it is."""
    if body is NOT_JSON:
        return failures.INVALID_JSON
    if request.is_historical:
        body = body.get("data") if isinstance(body, dict) else None
    is_object = request.endpoint.removeprefix("historical_") in _OBJECTS
    if isinstance(body, dict if is_object else list):
        return None
    return failures.UNEXPECTED_SHAPE
