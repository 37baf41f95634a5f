"""What an answer means when it is not what was asked for."""

from collections.abc import Collection, Sequence
from datetime import datetime
from http import HTTPStatus

import orjson

from ingestion.errors import OddsError, UsageError
from ingestion.odds_api.credits import next_month
from ingestion.payload_reader import NOT_GAMES
from ingestion.responses import ApiResponse

# Ours, for attempts that brought no usable answer; the API's own codes are kept as they come.
CONNECT_FAILED = "CONNECT_FAILED"
CONNECTION_LOST = "CONNECTION_LOST"
READ_TIMEOUT = "READ_TIMEOUT"
BODY_BROKEN = "BODY_BROKEN"
BODY_TOO_LARGE = "BODY_TOO_LARGE"
UNREADABLE = "UNREADABLE"
INVALID_JSON = "INVALID_JSON"
UNEXPECTED_SHAPE = "UNEXPECTED_SHAPE"
# the transport failed: the same answer may well come whole the next time
BROKEN_OFF = frozenset({CONNECT_FAILED, CONNECTION_LOST, READ_TIMEOUT, BODY_BROKEN})
# all of it came, and it is of no use
USELESS = frozenset({UNREADABLE, INVALID_JSON, UNEXPECTED_SHAPE, NOT_GAMES})
MOST_PAID_FOR_NOTHING = 2

EVENT_GONE = "EVENT_NOT_FOUND"
OUT_OF_CREDITS = "OUT_OF_USAGE_CREDITS"
NEEDS_PAID_PLAN = "HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN"
_ADVICE = {
    "UNKNOWN_SPORT": "`odds fetch sports` shows the keys in season",
    "MISSING_KEY": "set ODDS_API_KEY",
    "INVALID_KEY": "set ODDS_API_KEY to the key in the vendor's e-mail",
    "DEACTIVATED_KEY": "the vendor switched it off: ask them, or set another ODDS_API_KEY",
    NEEDS_PAID_PLAN: "history needs a paid plan",
    BODY_TOO_LARGE: "only its beginning was kept: ask for fewer markets or books, or check "
    "ODDS_API_BASE_URL",
    **dict.fromkeys(
        USELESS,
        "what came is no answer of the API, and was not bought a third time: check "
        "ODDS_API_BASE_URL, and what stands between",
    ),
}


class AnswerError(OddsError):
    """One call got no usable answer after several tries; another call may."""


class AccountError(OddsError):
    """The API refuses the key: no other call will be answered either."""


class OutOfCreditsError(AccountError):
    """The month's credits are spent; asking again before `resets_at` is pointless."""

    def __init__(self, *, resets_at: datetime, is_told: bool = True) -> None:
        self.resets_at = resets_at
        # without the API's own word for it, the reader shall know what it was gathered from
        basis = "" if is_told else " (it refused the call and said that 0 remain)"
        super().__init__(
            f"the API's credits are used up until {resets_at:%Y-%m-%d %H:%M} UTC{basis}: "
            "wait, or take a larger plan"
        )


def is_worth_another_try(came: Sequence[ApiResponse], *, useless: Collection[str]) -> bool:
    """Whether the same request may succeed soon: 429, 5xx, or no usable answer at all.

    An answer that broke off counts as a failure of the transport even where it was charged: a
    snapshot that is due cannot be had later, and the second charge has its own row. One that came
    whole and is of no use is bought once more, and not even that where the same bytes came again.

    Args:
        came: what came of this request so far, at least one.
        useless: checksums of payloads that came before, and were of no use.
    """
    status, code = came[-1].status_code, came[-1].error_code
    if code in USELESS:
        paid = [each for each in came if each.error_code in USELESS and is_paid(each)]
        return came[-1].payload_sha256 not in useless and len(paid) < MOST_PAID_FOR_NOTHING
    if code == BODY_TOO_LARGE or is_out_of_credits(came[-1]):
        return False
    if status is None or code in BROKEN_OFF:
        return True
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def is_paid(response: ApiResponse) -> bool:
    """Whether the answer cost credits, or may have, where the API did not say."""
    if response.credits_charged is None:
        return bool(response.credits_estimated)
    return response.credits_charged > 0


def is_paid_for_nothing(response: ApiResponse) -> bool:
    """Whether an answer came, was charged, and is of no use: to ask again at once costs as much."""
    return response.error_code in (USELESS | {BODY_TOO_LARGE}) and is_paid(response)


def is_out_of_credits(response: ApiResponse) -> bool:
    """Whether the month's credits are spent: the API says so, or refuses and says that 0 remain."""
    if response.error_code is not None:
        return response.error_code == OUT_OF_CREDITS
    return (
        response.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED)
        and response.credits_remaining == 0
    )


def is_event_gone(response: ApiResponse) -> bool:
    """Whether the event is over, cancelled, or not in that snapshot: a fact, not a fault."""
    return response.status_code == HTTPStatus.NOT_FOUND and response.error_code == EVENT_GONE


def failure_of(response: ApiResponse) -> OddsError | None:
    """Return the error to raise for the last answer of a call, null if it can be used."""
    status, code = response.status_code, response.error_code
    if is_event_gone(response) or (status == HTTPStatus.OK and code is None):
        return None
    if is_out_of_credits(response):
        return OutOfCreditsError(
            resets_at=next_month(response.captured_at or response.requested_at),
            is_told=code == OUT_OF_CREDITS,
        )
    text = f"{response.endpoint}: {_reason(response)}; {_advice(response)}"
    if _may_pass(response):
        return AnswerError(text)
    if status == HTTPStatus.UNAUTHORIZED and code != NEEDS_PAID_PLAN:
        return AccountError(text)
    return UsageError(text) if code == "UNKNOWN_SPORT" else OddsError(text)


def _may_pass(response: ApiResponse) -> bool:
    """Whether another call may be answered, though this one was not."""
    status, code = response.status_code, response.error_code
    return (
        status is None
        or code in BROKEN_OFF | USELESS | {BODY_TOO_LARGE}
        or status == HTTPStatus.TOO_MANY_REQUESTS
        or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    )


def _advice(response: ApiResponse) -> str:
    if response.error_code in _ADVICE:
        return _ADVICE[response.error_code]
    if _may_pass(response):
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
