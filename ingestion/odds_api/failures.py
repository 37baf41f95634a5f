"""What an answer means when it is not what was asked for."""

from datetime import UTC, datetime
from http import HTTPStatus

import orjson

from ingestion.errors import OddsError, UsageError
from ingestion.responses import ApiResponse

# Ours, for attempts that brought no usable answer; the API's own codes are kept as they come.
CONNECT_FAILED = "CONNECT_FAILED"
CONNECTION_LOST = "CONNECTION_LOST"
READ_TIMEOUT = "READ_TIMEOUT"
BODY_BROKEN = "BODY_BROKEN"
INVALID_JSON = "INVALID_JSON"
UNEXPECTED_SHAPE = "UNEXPECTED_SHAPE"
UNUSABLE = frozenset(
    {CONNECT_FAILED, CONNECTION_LOST, READ_TIMEOUT, BODY_BROKEN, INVALID_JSON, UNEXPECTED_SHAPE}
)

EVENT_GONE = "EVENT_NOT_FOUND"
OUT_OF_CREDITS = "OUT_OF_USAGE_CREDITS"
NEEDS_PAID_PLAN = "HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN"
_ADVICE = {
    "UNKNOWN_SPORT": "`odds fetch sports` shows the keys in season",
    "MISSING_KEY": "set ODDS_API_KEY",
    "INVALID_KEY": "set ODDS_API_KEY to the key in the vendor's e-mail",
    "DEACTIVATED_KEY": "the vendor switched it off: ask them, or set another ODDS_API_KEY",
    NEEDS_PAID_PLAN: "history needs a paid plan",
}


class AnswerError(OddsError):
    """One call got no usable answer after several tries; another call may."""


class AccountError(OddsError):
    """The API refuses the key: no other call will be answered either."""


class OutOfCreditsError(AccountError):
    """The month's credits are spent; asking again before `resets_at` is pointless."""

    def __init__(self, *, resets_at: datetime) -> None:
        self.resets_at = resets_at
        super().__init__(
            f"the API's credits are used up until {resets_at:%Y-%m-%d %H:%M} UTC: "
            "wait, or take a larger plan"
        )


def is_worth_another_try(response: ApiResponse) -> bool:
    """Whether the same request may succeed soon: 429, 5xx, or no usable answer at all.

    An answer that broke off or is no JSON counts as a failure of the transport even where it was
    charged: a snapshot that is due cannot be had later, and the second charge has its own row.
    """
    status, code = response.status_code, response.error_code
    if status is None or code in UNUSABLE:
        return True
    is_for_now = (
        status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    )
    return is_for_now and code != OUT_OF_CREDITS


def is_event_gone(response: ApiResponse) -> bool:
    """Whether the event is over, cancelled, or not in that snapshot: a fact, not a fault."""
    return response.status_code == HTTPStatus.NOT_FOUND and response.error_code == EVENT_GONE


def failure_of(response: ApiResponse) -> OddsError | None:
    """Return the error to raise for the last answer of a call, null if it can be used."""
    status, code = response.status_code, response.error_code
    if is_event_gone(response) or (status == HTTPStatus.OK and code is None):
        return None
    if code == OUT_OF_CREDITS:
        return OutOfCreditsError(
            resets_at=next_month(response.captured_at or response.requested_at)
        )
    text = f"{response.endpoint}: {_reason(response)}; {_advice(response)}"
    if is_worth_another_try(response):
        return AnswerError(text)
    if status == HTTPStatus.UNAUTHORIZED and code != NEEDS_PAID_PLAN:
        return AccountError(text)
    return UsageError(text) if code == "UNKNOWN_SPORT" else OddsError(text)


def next_month(moment: datetime) -> datetime:
    """The first of the following month, 00:00 UTC: when credits come back."""
    moment = moment.astimezone(UTC)
    year, month = divmod(moment.year * 12 + moment.month, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def _advice(response: ApiResponse) -> str:
    if response.error_code in _ADVICE:
        return _ADVICE[response.error_code]
    if is_worth_another_try(response):
        return "still so after several tries, the next run asks again"
    if response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        return f"the API refuses {response.params}"
    return "check ODDS_API_KEY and ODDS_API_BASE_URL"


def _reason(response: ApiResponse) -> str:
    status = "no answer" if response.status_code is None else f"status {response.status_code}"
    message = _message(response.payload)
    return " ".join(part for part in (status, response.error_code, message) if part)


def _message(payload: str | None) -> str | None:
    try:
        body = orjson.loads(payload or "")
    except orjson.JSONDecodeError:
        return None
    message = body.get("message") if isinstance(body, dict) else None
    return f"({message})" if isinstance(message, str) else None
