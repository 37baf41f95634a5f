import gzip
import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import requests
from pydantic import SecretStr

from ingestion.errors import OddsError, UsageError
from ingestion.odds_api.client import (
    KEPT_OF_A_LARGER_BODY,
    LARGEST_BODY_BYTES,
    MAX_ATTEMPTS,
    OddsApiClient,
    new_session,
)
from ingestion.odds_api.credits import next_month
from ingestion.odds_api.endpoints import (
    EventOddsRequest,
    HistoricalEventOddsRequest,
    HistoricalOddsRequest,
    OddsRequest,
    SportsRequest,
)
from ingestion.odds_api.failures import (
    AccountError,
    AnswerError,
    OutOfCreditsError,
    is_event_gone,
)
from ingestion.responses import ApiResponse
from tests.ingestion.loopback import COUNTERS, Answer, Api, error, serve, zipped

KEY = "0123456789abcdef0123456789abcdef"
EVENT = "fedcba9876543210fedcba9876543210"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ODDS = OddsRequest(
    sport_key="basketball_nba", markets=("h2h", "spreads", "totals"), bookmakers=("pinnacle",)
)
EVENT_ODDS = EventOddsRequest(
    sport_key="basketball_nba", event_id=EVENT, markets=("h2h",), regions=("us",)
)
HISTORY = HistoricalOddsRequest(
    sport_key="basketball_nba", date=NOON, markets=("h2h",), regions=("us",)
)
HISTORY_OF_EVENT = HistoricalEventOddsRequest(
    sport_key="basketball_nba", date=NOON, markets=("h2h",), regions=("us",), event_id=EVENT
)


@pytest.fixture(scope="module")
def server() -> Iterator[Api]:
    with serve() as api:
        yield api


@pytest.fixture
def api(server: Api) -> Api:
    server.answers = [Answer()]
    server.asked.clear()
    return server


def refused(status: int, *, remaining: str, code: str | None = None) -> Answer:
    body = {"message": "No."} | ({"error_code": code} if code else {})
    counters = {"x-requests-remaining": remaining, "x-requests-used": "500"}
    return Answer(status=status, body=json.dumps(body).encode(), headers=counters)


class Harness:
    """A client whose sleeps are noted, not slept, and whose clock ticks a second a look."""

    def __init__(self, base_url: str, **options: Any) -> None:
        self.kept: list[ApiResponse] = []
        self.slept: list[float] = []
        ticks = count()
        given: dict[str, Any] = {
            "base_url": base_url,
            "key": SecretStr(KEY),
            "session": new_session(),
            "clock": lambda: NOON - timedelta(hours=1) + timedelta(seconds=next(ticks)),
            "sleep": self.slept.append,
            "on_response": self.kept.append,
            "job_id": "job-1",
            "jitter": lambda: 0.5,
        }
        self.client = OddsApiClient(**(given | options))


def test_an_answer_is_one_row_with_the_servers_clock(api: Api) -> None:
    body = b'[{"id": "a", "price": 1.10},  {"id": "b\xc3\xa9"}]\n'
    api.answers = [Answer(body=body)]
    harness = Harness(api.base_url)
    response = harness.client.get(ODDS)
    assert harness.kept == [response]
    assert response.payload == body.decode()
    assert response.endpoint == "/v4/sports/basketball_nba/odds"
    assert json.loads(response.params) == ODDS.params
    assert response.captured_at == NOON
    assert response.requested_at == NOON - timedelta(hours=1)
    assert (response.status_code, response.error_code, response.event_count) == (200, None, 2)
    assert (response.credits_estimated, response.credits_charged) == (3, 3)
    assert (response.credits_remaining, response.credits_used) == (497, 3)
    assert (response.origin, response.job_id) == ("live", "job-1")
    assert response.elapsed_ms is not None
    assert not harness.slept


def test_the_request_carries_the_key_the_params_and_asks_for_gzip(api: Api) -> None:
    Harness(api.base_url + "/").client.get(ODDS)
    path, params, headers = api.asked[0]
    assert path == "/v4/sports/basketball_nba/odds"
    assert params == {**ODDS.params, "apiKey": KEY}
    assert headers["Accept-Encoding"] == "gzip"


def test_a_zipped_body_is_kept_unzipped(api: Api) -> None:
    body = json.dumps([{"id": str(number)} for number in range(5000)]).encode()
    api.answers = [zipped(body)]
    assert Harness(api.base_url).client.get(ODDS).payload == body.decode()


def test_an_empty_answer_is_a_snapshot(api: Api) -> None:
    api.answers = [Answer(headers={**COUNTERS, "x-requests-last": "0"})]
    response = Harness(api.base_url).client.get(ODDS)
    assert (response.event_count, response.credits_charged) == (0, 0)


def test_without_counters_the_charge_is_unknown(api: Api) -> None:
    api.answers = [Answer(headers={})]
    response = Harness(api.base_url).client.get(ODDS)
    assert (response.credits_charged, response.credits_estimated) == (None, 3)


def test_without_a_date_the_answer_is_dated_by_our_clock(api: Api) -> None:
    api.answers = [Answer(date=None)]
    response = Harness(api.base_url).client.get(ODDS)
    assert response.captured_at == NOON - timedelta(hours=1) + timedelta(seconds=1)


def test_a_historical_answer_is_dated_by_its_envelope(api: Api) -> None:
    api.answers = [Answer(body=b'{"timestamp": "2026-11-19T23:55:38Z", "data": []}')]
    response = Harness(api.base_url).client.get(HISTORY)
    assert response.captured_at == datetime(2026, 11, 19, 23, 55, 38, tzinfo=UTC)
    assert response.origin == "historical"


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(error(429, "EXCEEDED_FREQ_LIMIT"), id="429"),
        pytest.param(error(500, "INTERNAL"), id="500"),
        pytest.param(Answer(status=502, body=b"<html>bad gateway</html>", headers={}), id="502"),
        pytest.param(Answer(status=503, body=b"", headers={}), id="503 without a body"),
        pytest.param(Answer(is_dropped=True), id="connection dropped"),
        pytest.param(Answer(body=b'[{"id": "a"}]', cut_at=6), id="body cut short"),
        pytest.param(Answer(body=b'[{"id": "a"'), id="truncated json"),
        pytest.param(Answer(body=b""), id="no body"),
        pytest.param(Answer(body=b'["\xff"]'), id="not utf-8"),
        pytest.param(Answer(body=b"<html>log in</html>"), id="a page"),
        pytest.param(Answer(body=b'{"message": "hello"}'), id="object for a list"),
        pytest.param(
            Answer(body=b"not zipped", headers={"Content-Encoding": "gzip"}), id="broken gzip"
        ),
    ],
)
def test_a_passing_failure_is_kept_and_tried_again(api: Api, failure: Answer) -> None:
    api.answers = [failure, Answer(date="Fri, 20 Nov 2026 12:00:02 GMT")]
    harness = Harness(api.base_url)
    response = harness.client.get(ODDS)
    assert len(harness.kept) == len(api.asked) == 2
    assert harness.kept[1] is response
    assert response.error_code is None
    assert harness.kept[0].response_id != response.response_id
    is_server_error = failure.status == 429 or failure.status >= 500
    assert is_server_error or harness.kept[0].error_code
    assert len(harness.slept) == 1


@pytest.mark.parametrize(
    ("failure", "status", "code", "payload"),
    [
        pytest.param(error(429, "EXCEEDED_FREQ_LIMIT"), 429, "EXCEEDED_FREQ_LIMIT", None, id="429"),
        pytest.param(Answer(is_dropped=True), None, "CONNECTION_LOST", None, id="dropped"),
        pytest.param(
            Answer(body=b'[{"id": "a"}]', cut_at=6), 200, "BODY_BROKEN", '[{"id"', id="cut short"
        ),
    ],
)
def test_a_lasting_failure_is_given_up_after_the_last_try_and_every_try_is_a_row(
    api: Api, failure: Answer, status: int | None, code: str, payload: str | None
) -> None:
    api.answers = [failure]
    harness = Harness(api.base_url)
    with pytest.raises(AnswerError, match=code):
        harness.client.get(ODDS)
    assert len(harness.kept) == len(api.asked) == MAX_ATTEMPTS
    assert {(row.status_code, row.error_code) for row in harness.kept} == {(status, code)}
    assert len(harness.slept) == MAX_ATTEMPTS - 1
    assert payload is None or {row.payload for row in harness.kept} == {payload}


@pytest.mark.parametrize(
    ("body", "code", "payload"),
    [
        pytest.param(b'[{"id"', "INVALID_JSON", '[{"id"', id="truncated"),
        pytest.param(b"\xff", "INVALID_JSON", "\\xff", id="not utf-8"),
        pytest.param(b"<html>log in</html>", "INVALID_JSON", "<html>log in</html>", id="a page"),
        pytest.param(b"", "INVALID_JSON", None, id="nothing"),
        pytest.param(b"{}", "UNEXPECTED_SHAPE", "{}", id="object for a list"),
        pytest.param(b"null", "UNEXPECTED_SHAPE", "null", id="null"),
        pytest.param(b"[" * 3000, "INVALID_JSON", "[" * 3000, id="too deep"),
    ],
)
def test_a_whole_answer_of_no_use_is_bought_once_more_at_most(
    api: Api, body: bytes, code: str, payload: str | None
) -> None:
    api.answers = [Answer(body=body)]
    harness = Harness(api.base_url)
    with pytest.raises(AnswerError, match=rf"{code}.*not bought a third time"):
        harness.client.get(ODDS)
    assert len(harness.kept) == len(api.asked) == 2
    assert {(row.error_code, row.payload) for row in harness.kept} == {(code, payload)}


@pytest.mark.parametrize(
    ("charged", "bodies", "asked"),
    [
        pytest.param("3", (b"<1>", b"<2>", b"<3>", b"<4>"), 2, id="charged"),
        pytest.param(None, (b"<1>", b"<2>", b"<3>", b"<4>"), 2, id="charge unknown"),
        pytest.param("0", (b"<1>", b"<2>", b"<3>", b"<4>"), 4, id="free, other bytes each time"),
        pytest.param("0", (b"<1>", b"<2>", b"<1>", b"<4>"), 3, id="free, the same bytes again"),
        pytest.param("0", (b"<1>", b"<1>", b"[]", b"[]"), 2, id="free, the same bytes at once"),
    ],
)
def test_what_costs_or_comes_again_is_not_asked_for_again(
    api: Api, charged: str | None, bodies: tuple[bytes, ...], asked: int
) -> None:
    headers = {} if charged is None else {"x-requests-last": charged}
    api.answers = [Answer(body=body, headers=headers) for body in bodies]
    with pytest.raises(AnswerError):
        Harness(api.base_url).client.get(ODDS)
    assert len(api.asked) == asked


def test_a_failure_of_the_server_between_two_useless_answers_buys_no_third(api: Api) -> None:
    useless, failure = Answer(body=b"<1>"), error(500, "INTERNAL")
    api.answers = [useless, failure, Answer(body=b"<2>"), Answer()]
    with pytest.raises(AnswerError, match="INVALID_JSON"):
        Harness(api.base_url).client.get(ODDS)
    assert len(api.asked) == 3


def bomb(size: int, filling: bytes = b" ") -> bytes:
    """A list that is small while it is zipped."""
    return b"[" + filling * (size // len(filling)) + b"]"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(zipped(bomb(64 * 2**20)), id="spaces"),
        pytest.param(zipped(bomb(64 * 2**20, b'{"id": "a"},')), id="objects"),
        pytest.param(
            Answer(
                body=gzip.compress(gzip.compress(bomb(64 * 2**20))),
                headers={**COUNTERS, "Content-Encoding": "gzip, gzip"},
            ),
            id="zipped twice",
        ),
        pytest.param(Answer(body=bomb(LARGEST_BODY_BYTES)), id="plain"),
        pytest.param(replace(zipped(bomb(64 * 2**20)), status=500), id="an error of the server's"),
        pytest.param(
            Answer(
                status=302,
                body=gzip.compress(bomb(64 * 2**20)),
                headers={"Content-Encoding": "gzip", "Location": "/elsewhere"},
            ),
            id="a redirect",
        ),
    ],
)
def test_a_body_beyond_the_cap_costs_one_call_a_second_and_bounded_memory(
    api: Api, answer: Answer
) -> None:
    api.answers = [answer, Answer()]
    harness = Harness(api.base_url)
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(OddsError, match="BODY_TOO_LARGE"):
        harness.client.get(ODDS)
    seconds = time.perf_counter() - started
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 10
    assert peak < 100 * 2**20
    (row,) = harness.kept
    assert len(api.asked) == 1
    assert row.error_code == "BODY_TOO_LARGE"
    assert row.payload
    assert len(row.payload) == KEPT_OF_A_LARGER_BODY
    assert row.event_count is None


@pytest.mark.heavy
def test_a_body_up_to_the_cap_is_an_answer(api: Api) -> None:
    body = bomb(LARGEST_BODY_BYTES - 2)
    api.answers = [zipped(body)]
    assert Harness(api.base_url).client.get(ODDS).payload == body.decode()


def test_json_that_is_whole_is_an_answer_however_its_connection_ended(api: Api) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
    api.answers = [Answer(raw=head + b'[{"id": "a"}]')]
    response = Harness(api.base_url).client.get(ODDS)
    assert (response.payload, response.error_code) == ('[{"id": "a"}]', None)
    assert len(api.asked) == 1


def test_what_a_broken_answer_was_charged_is_known(api: Api) -> None:
    api.answers = [Answer(body=b'[{"id": "a"}]', cut_at=6), Answer()]
    harness = Harness(api.base_url)
    harness.client.get(ODDS)
    assert [row.credits_charged for row in harness.kept] == [3, 3]


def test_a_call_that_never_reached_the_api_is_known_to_be_free() -> None:
    with serve() as api:
        gone = api.base_url
    harness = Harness(gone)
    with pytest.raises(AnswerError, match="no answer CONNECT_FAILED"):
        harness.client.get(ODDS)
    row = harness.kept[0]
    assert (row.credits_charged, row.status_code, row.captured_at) == (0, None, None)
    assert len({row.response_id for row in harness.kept}) == MAX_ATTEMPTS


def test_a_silent_server_is_given_up(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.odds_api.client.TIMEOUT_SECONDS", (1.0, 0.1))
    api.answers = [Answer(delay_seconds=0.5), Answer()]
    harness = Harness(api.base_url)
    assert harness.client.get(ODDS).status_code == 200
    first = harness.kept[0]
    assert (first.error_code, first.credits_charged) == ("READ_TIMEOUT", None)


def test_a_trickle_is_given_up(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.odds_api.client.LONGEST_CALL_SECONDS", 0.2)
    api.answers = [Answer(body=b"[" + b" " * 100 + b"]", seconds_between_bytes=0.05), Answer()]
    harness = Harness(api.base_url)
    assert harness.client.get(ODDS).status_code == 200
    first = harness.kept[0]
    assert (first.error_code, first.credits_charged) == ("BODY_BROKEN", 3)


def test_the_delays_double_and_scatter_and_are_never_under_a_second(api: Api) -> None:
    api.answers = [error(500, "INTERNAL")]
    delays = {}
    for jitter in (0.0, 0.5, 0.999):
        harness = Harness(api.base_url, jitter=lambda share=jitter: share)
        with pytest.raises(AnswerError):
            harness.client.get(ODDS)
        delays[jitter] = harness.slept
    assert delays[0.0] == [1.0, 2.0, 4.0]
    assert delays[0.5] == [1.5, 3.0, 6.0]
    assert delays[0.999] == pytest.approx([1.999, 3.998, 7.996])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", 7.0),
        ("0", 1.5),
        ("9999", 60.0),
        ("-3", 1.5),
        ("Fri, 20 Nov 2026 12:00:09 GMT", 9.0),
        ("Wed, 20 Nov 2047 12:00:00 GMT", 60.0),
    ],
)
def test_retry_after_is_heeded_within_reason(api: Api, text: str, expected: float) -> None:
    limited = Answer(status=429, body=b"{}", headers={"Retry-After": text})
    api.answers = [limited, Answer()]
    harness = Harness(api.base_url)
    harness.client.get(ODDS)
    assert harness.slept == [expected]


@pytest.mark.parametrize(
    ("answer", "kind", "advice"),
    [
        pytest.param(error(401, "MISSING_KEY"), AccountError, "set ODDS_API_KEY", id="missing"),
        pytest.param(error(401, "INVALID_KEY"), AccountError, "set ODDS_API_KEY to", id="invalid"),
        pytest.param(
            error(401, "DEACTIVATED_KEY"), AccountError, "vendor switched it off", id="deactivated"
        ),
        pytest.param(error(401, "SOMETHING"), AccountError, "check ODDS_API_KEY", id="other 401"),
        pytest.param(
            refused(401, remaining="0"),
            OutOfCreditsError,
            "2026-12-01 00:00 UTC .it refused the call and said that 0 remain",
            id="401 without a code, nothing remaining",
        ),
        pytest.param(
            refused(402, remaining="0"),
            OutOfCreditsError,
            "2026-12-01",
            id="402, nothing remaining",
        ),
        pytest.param(
            refused(401, remaining="7"), AccountError, "check ODDS_API_KEY", id="401, 7 remaining"
        ),
        pytest.param(
            refused(401, remaining="-1"), AccountError, "check ODDS_API_KEY", id="401, -1 remaining"
        ),
        pytest.param(
            refused(401, code="INVALID_KEY", remaining="0"),
            AccountError,
            "set ODDS_API_KEY to",
            id="another reason, nothing remaining",
        ),
        pytest.param(
            error(401, "OUT_OF_USAGE_CREDITS"), OutOfCreditsError, "2026-12-01 00:00", id="credits"
        ),
        pytest.param(
            error(429, "OUT_OF_USAGE_CREDITS"), OutOfCreditsError, "2026-12-01", id="credits as 429"
        ),
        pytest.param(
            error(401, "HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN"),
            OddsError,
            "needs a paid plan",
            id="history",
        ),
        pytest.param(
            error(404, "UNKNOWN_SPORT", "Unknown sport"),
            UsageError,
            "odds fetch sports",
            id="sport",
        ),
        pytest.param(
            error(422, "INVALID_MARKET", "Markets not supported: x"),
            OddsError,
            r"INVALID_MARKET \(Markets not supported: x\).*refuses",
            id="422",
        ),
        pytest.param(
            Answer(status=404, body=b"<html>", headers={}), OddsError, "ODDS_API_BASE_URL", id="404"
        ),
        pytest.param(
            Answer(status=403, body=b"", headers={}), OddsError, "status 403", id="forbidden"
        ),
    ],
)
def test_a_refusal_is_kept_and_said_once_with_what_to_do(
    api: Api, answer: Answer, kind: type[OddsError], advice: str
) -> None:
    api.answers = [answer]
    harness = Harness(api.base_url)
    with pytest.raises(kind, match=advice):
        harness.client.get(ODDS)
    assert len(harness.kept) == len(api.asked) == 1
    assert harness.kept[0].status_code == answer.status
    assert not harness.slept


def test_an_event_that_is_gone_is_an_answer_not_an_error(api: Api) -> None:
    api.answers = [error(404, "EVENT_NOT_FOUND")]
    harness = Harness(api.base_url)
    response = harness.client.get(EVENT_ODDS)
    assert is_event_gone(response)
    assert response.event_id == EVENT
    assert harness.kept == [response]


def test_the_odds_of_an_event_are_one_object_live_and_in_history(api: Api) -> None:
    api.answers = [Answer(body=b'{"id": "a", "bookmakers": []}')]
    assert not is_event_gone(Harness(api.base_url).client.get(EVENT_ODDS))
    api.answers = [Answer(body=b'{"timestamp": "2026-11-19T23:55:38Z", "data": {"id": "a"}}')]
    assert Harness(api.base_url).client.get(HISTORY_OF_EVENT).event_count == 1
    api.answers = [Answer(body=b"[]")]
    with pytest.raises(AnswerError, match="UNEXPECTED_SHAPE"):
        Harness(api.base_url).client.get(EVENT_ODDS)


@pytest.mark.parametrize("session", [new_session, requests.Session])
def test_a_redirect_is_not_followed_since_the_key_would_go_along(
    api: Api, session: Callable[[], requests.Session]
) -> None:
    with serve() as elsewhere:
        api.answers = [Answer(status=302, body=b"", headers={"Location": elsewhere.base_url})]
        with pytest.raises(OddsError, match="status 302"):
            Harness(api.base_url, session=session()).client.get(SportsRequest())
        assert not elsewhere.asked


def test_nothing_more_is_asked_once_an_answer_cannot_be_kept(api: Api) -> None:
    def full_disk(_response: ApiResponse) -> None:
        raise OddsError("disk full")

    api.answers = [error(500, "INTERNAL")]
    harness = Harness(api.base_url, on_response=full_disk)
    with pytest.raises(OddsError, match="disk full"):
        harness.client.get(ODDS)
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    "url", ["", "api.the-odds-api.com", "ftp://host", "https://", "http://host:port", "http://[::1"]
)
def test_a_base_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="ODDS_API_BASE_URL"):
        Harness(url)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)),
    ],
)
def test_credits_come_back_on_the_first_of_the_next_month(
    moment: datetime, expected: datetime
) -> None:
    assert next_month(moment) == expected
