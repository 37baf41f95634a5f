"""One answer of the API, or one attempt that failed, as a row of `raw.api_responses`."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime
from typing import Literal, Self, get_args

import orjson

from ingestion.answer_shapes import EARLIEST
from ingestion.headers import BELIEVED_OFFSET, HeaderFacts, read_headers
from ingestion.payload_reader import (
    HISTORICAL_PREFIX,
    Reading,
    parsed_json,
    printable,
    read_answer,
)

Origin = Literal["live", "historical", "replay"]
ORIGINS: tuple[str, ...] = get_args(Origin)
SECRET_PARAMS = frozenset({"apikey", "api_key"})
MAX_INTEGER = 2**63 - 1

_SPORT = re.compile(r"^/v4/(?:historical/)?sports/([^/]+)")
_EVENT = re.compile(r"/events/([^/]+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiResponse:
    """One row of `raw.api_responses`; `landed_at` is empty until it lands.

    `payload` is the body as received, null where there was none; `payload_sha256` is of its UTF-8
    bytes (of no bytes where it is null). `params` is JSON text with sorted keys, without the key.
    `bad_headers` is JSON text, by name, of the headers that could not be believed; null if none.
    `readable_payload`, `reading_notes` and `games_read` are what `payload_reader` says of an odd
    payload; null where it reads as it is.
    """

    response_id: str
    endpoint: str
    sport_key: str | None
    event_id: str | None
    params: str
    requested_at: datetime
    captured_at: datetime | None
    status_code: int | None
    error_code: str | None
    event_count: int | None
    credits_estimated: int | None
    credits_charged: int | None
    credits_remaining: int | None
    credits_used: int | None
    elapsed_ms: int | None
    payload: str | None
    payload_sha256: str
    origin: Origin
    job_id: str | None
    landed_at: datetime | None = None
    bad_headers: str | None = None
    readable_payload: str | None = None
    reading_notes: str | None = None
    games_read: str | None = None

    @classmethod
    def from_exchange(
        cls,
        *,
        endpoint: str,
        params: Mapping[str, object],
        requested_at: datetime,
        received_at: datetime | None = None,
        captured_at: datetime | None = None,
        status_code: int | None,
        headers: Mapping[str, str],
        body_text: str | None,
        error_code: str | None = None,
        credits_estimated: int | None = None,
        elapsed_ms: int | None = None,
        job_id: str | None = None,
        origin: Origin,
    ) -> Self:
        """Make the row of one HTTP exchange.

        Args:
            endpoint: the path, without host, query and key.
            params: the query; the API key is dropped.
            requested_at: when the request was sent.
            received_at: our time when the answer came; it counts where `Date` cannot be believed.
            captured_at: when the API served the answer; default the `Date` header. The envelope's
                `timestamp` of a historical answer goes before both.
            status_code: null when no answer came.
            headers: as received, names in any case.
            body_text: as received; a text without characters counts as no body.
            error_code: why no answer came; default the API's own `error_code`.
            credits_estimated: what the call was thought to cost before it was sent.
            elapsed_ms: from request to the last byte of the answer.
            job_id: the job that asked.
            origin: which kind of data this is.
        """
        payload = payload_of(body_text)
        facts = read_headers(
            headers, clock=received_at or requested_at, estimated=credits_estimated
        )
        return cls.from_body(
            endpoint=endpoint,
            params=params,
            requested_at=requested_at,
            captured_at=captured_at or facts.served_at or received_at,
            status_code=status_code,
            facts=facts,
            payload=payload,
            body=parsed_json(payload),
            error_code=error_code,
            credits_estimated=credits_estimated,
            elapsed_ms=elapsed_ms,
            job_id=job_id,
            origin=origin,
        )

    @classmethod
    def from_body(
        cls,
        *,
        endpoint: str,
        params: Mapping[str, object],
        requested_at: datetime,
        captured_at: datetime | None,
        status_code: int | None,
        facts: HeaderFacts,
        payload: str | None,
        body: object,
        error_code: str | None,
        credits_estimated: int | None,
        elapsed_ms: int | None,
        job_id: str | None,
        origin: Origin,
        landed_at: datetime | None = None,
        is_dumped: bool = False,
    ) -> Self:
        """Make the row from a payload whose parsed `body` is at hand already.

        `is_dumped` says that the payload is known to be that body as orjson writes it.
        """
        endpoint = endpoint.rstrip("/")
        is_success = status_code is not None and status_code < 400
        if is_success and endpoint.startswith(HISTORICAL_PREFIX):
            captured_at = _envelope_timestamp(body, asked_at=requested_at) or captured_at
        reading = (
            read_answer(endpoint=endpoint, payload=payload, body=body, is_dumped=is_dumped)
            if is_success
            else Reading(event_count=None, error_code=_error_code(body))
        )
        sport = _SPORT.match(endpoint)
        event = _EVENT.search(endpoint)
        params_text = canonical_params(params)
        digest = hashlib.sha256((payload or "").encode()).hexdigest()
        return cls(
            response_id=response_identity(
                endpoint=endpoint,
                params=params_text,
                clock=captured_at or requested_at,
                payload_sha256=digest,
            ),
            endpoint=endpoint,
            sport_key=sport.group(1) if sport else None,
            event_id=event.group(1) if event else None,
            params=params_text,
            requested_at=requested_at,
            captured_at=captured_at,
            status_code=status_code,
            error_code=error_code or reading.error_code,
            event_count=reading.event_count,
            credits_estimated=credits_estimated,
            credits_charged=facts.charged,
            credits_remaining=facts.remaining,
            credits_used=facts.used,
            elapsed_ms=elapsed_ms,
            payload=payload,
            payload_sha256=digest,
            origin=origin,
            job_id=job_id,
            landed_at=landed_at,
            bad_headers=facts.bad,
            readable_payload=reading.readable_payload,
            reading_notes=reading.notes,
            games_read=reading.games_read,
        )

    def to_json(self) -> bytes:
        """The row as one JSON object, times in ISO 8601."""
        return orjson.dumps({field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read what `to_json` wrote.

        Raises:
            ValueError: it is not whole, or its payload is not the one it was written with.
        """
        row = orjson.loads(text)
        # an earlier version may have spooled it: what it did not know yet has a default
        if not isinstance(row, dict) or not _NEEDED <= set(row) <= _FIELDS:
            raise ValueError("not a response as this version writes it")
        for name in ("requested_at", "captured_at", "landed_at"):
            row[name] = None if row[name] is None else utc_time(row[name])
        if hashlib.sha256((row["payload"] or "").encode()).hexdigest() != row["payload_sha256"]:
            raise ValueError("the payload differs from its checksum")
        return cls(**row)


def response_identity(*, endpoint: str, params: str, clock: datetime, payload_sha256: str) -> str:
    """The `response_id`: sha256 of four lines joined by a newline.

    The lines are the endpoint, the params as JSON text with sorted keys, the time
    (`captured_at`, else `requested_at`) as `YYYY-MM-DDTHH:MM:SS.ffffffZ` in UTC, and the payload's
    sha256 in hex.
    """
    time_text = f"{clock.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    text = "\n".join((endpoint, params, time_text, payload_sha256))
    return hashlib.sha256(text.encode()).hexdigest()


def canonical_params(params: Mapping[str, object]) -> str:
    """The query as compact JSON text with sorted keys, without the API key."""
    kept = {name: value for name, value in params.items() if name.lower() not in SECRET_PARAMS}
    return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS).decode()


def payload_of(body_text: str | None) -> str | None:
    """A body as a warehouse can hold it, null where it has no characters."""
    # Postgres has no text with NUL in it; JSON has none either, so only garbage is touched
    return body_text.replace("\x00", "\ufffd") if body_text else None


def utc_time(value: object) -> datetime:
    """A time in ISO 8601 with a zone, or unix seconds, as UTC.

    Raises:
        ValueError: it is neither.
    """
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        elif isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, tz=UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise ValueError(f"not a time with a zone: {value!r}")


def _envelope_timestamp(body: object, *, asked_at: datetime) -> datetime | None:
    """When the snapshot in a historical envelope was taken, null where it does not say."""
    if not isinstance(body, dict):
        return None
    try:
        taken_at = utc_time(body.get("timestamp"))
    except ValueError:
        return None
    is_believed = taken_at >= EARLIEST and taken_at - asked_at <= BELIEVED_OFFSET
    return taken_at if is_believed else None


def _error_code(body: object) -> str | None:
    code = body.get("error_code") if isinstance(body, dict) else None
    return printable(code) if isinstance(code, str) else None


_FIELDS = {field.name for field in fields(ApiResponse)}
_NEEDED = {field.name for field in fields(ApiResponse) if field.default is MISSING}
