"""No header can lose an answer: whatever an answer's head says, its row is kept."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.errors import OddsError
from ingestion.odds_api import failures
from ingestion.raw_tables import API_RESPONSES
from ingestion.responses import ApiResponse
from ingestion.spool import Spool
from tests.ingestion.loopback import Answer, Api, serve
from tests.ingestion.test_client import NOON, ODDS, Harness

BODY = b'[{"id": "a"}]'
# these say where the body ends and how it is packed: a wrong one may make it unreadable
FRAMING = ("Content-Length", "Transfer-Encoding", "Content-Encoding")
HEADERS = (
    *("Date", "x-requests-last", "x-requests-used", "x-requests-remaining", "Retry-After"),
    *("Location", "Set-Cookie", "Content-Type", "Connection", "Content-Range", "Vary", "Age"),
)
ODD_VALUES = (
    *(
        "",
        " ",
        "-1",
        "-100000",
        "9" * 50,
        "1e999",
        "nan",
        "3.5",
        "three",
        "3, 3",
        "\xff\xfe",
        "\x00",
    ),
    "Fri, 31 Dec 9999 23:59:59 -0500",
    "Mon, 01 Jan 0001 00:00:00 +0500",
    "Wed, 20 Nov 2100 12:00:00 GMT",
    "Fri, 20 Nov 2026 12:00:00 GMT, Wed, 20 Nov 2100 12:00:00 GMT",
    *("http://[", "//", "gzip", "chunked", "gzip, gzip, gzip, gzip, gzip, gzip", "identity"),
    "x" * 70_000,
)
values = st.sampled_from(ODD_VALUES) | st.text(
    st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60
)
statuses = st.sampled_from([200, 200, 200, 302, 401, 404, 429, 500])


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with serve() as api:
        yield api


def raw(status: int, head: list[tuple[str, str]], body: bytes = BODY) -> Answer:
    lines = [f"HTTP/1.1 {status} Odd", *(f"{name}: {value}" for name, value in head), "", ""]
    return Answer(raw="\r\n".join(lines).encode("latin-1") + body)


def asked_with(api: Api, answer: Answer) -> Harness:
    """A client that got that answer, as often as it wanted."""
    api.answers, asked_before = [answer], len(api.asked)
    harness = Harness(api.base_url)
    with suppress(OddsError):  # each of these is a line for a person
        harness.client.get(ODDS)
    # a try whose connection broke may not have come so far as the API
    lost = [row for row in harness.kept if row.error_code in failures.BROKEN_OFF]
    came = len(api.asked) - asked_before
    assert len(harness.kept) - len(lost) <= came <= len(harness.kept)
    assert came
    return harness


def assert_can_be_kept(row: ApiResponse, folder: Path) -> None:
    spool = Spool(folder)
    spool.write(row)
    (spooled,) = spool.read()
    assert spooled.response == row
    spool.remove([spooled.path])
    assert API_RESPONSES.to_arrow([row], landed_at=NOON).num_rows == 1


@given(
    status=statuses,
    head=st.lists(st.tuples(st.sampled_from(HEADERS), values), max_size=6),
)
@settings(max_examples=25, deadline=None)
def test_headers_that_only_tell_something_leave_the_answer_whole(
    api: Api, tmp_path_factory: pytest.TempPathFactory, status: int, head: list[tuple[str, str]]
) -> None:
    is_too_long = any(len(value) > 65_000 for _, value in head)
    for row in asked_with(api, raw(status, head)).kept:
        assert_can_be_kept(row, tmp_path_factory.getbasetemp() / "spool")
        if is_too_long:
            assert row.error_code == "UNREADABLE"
            continue
        assert (row.status_code, row.payload) == (status, BODY.decode())
        assert status != 200 or (row.error_code, row.event_count) == (None, 1)
        assert row.captured_at is not None
        assert abs(row.captured_at - row.requested_at) <= timedelta(days=1, minutes=1)
        for number in (row.credits_charged, row.credits_used, row.credits_remaining):
            assert number is None or 0 <= number <= 10**9


@given(
    head=st.lists(st.tuples(st.sampled_from([*FRAMING, *HEADERS]), values), min_size=1, max_size=4),
    body=st.sampled_from(
        [BODY, b"", b"5\r\n[1,2]\r\n0\r\n\r\n", b"\x1f\x8b\x08\x00", b"x" * 70_000]
    ),
)
@settings(max_examples=60, deadline=None)
def test_headers_that_make_the_body_unreadable_leave_a_row_that_says_so(
    api: Api,
    tmp_path_factory: pytest.TempPathFactory,
    head: list[tuple[str, str]],
    body: bytes,
) -> None:
    for row in asked_with(api, raw(200, head, body)).kept:
        assert_can_be_kept(row, tmp_path_factory.getbasetemp() / "spool")
        assert (row.error_code is None) == (row.event_count is not None)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param([("Content-Length", "3000")], id="longer than the body"),
        pytest.param([("Content-Length", "-5")], id="negative"),
        pytest.param([("Content-Length", "many")], id="no number"),
        pytest.param([], id="no length"),
        pytest.param([("Content-Encoding", "br")], id="an encoding that it has not"),
    ],
)
def test_json_that_is_whole_is_an_answer_wherever_its_head_says_that_it_ends(
    api: Api, head: list[tuple[str, str]]
) -> None:
    (row,) = asked_with(api, raw(200, [*head, ("x-requests-last", "3")])).kept
    assert (row.payload, row.error_code, row.credits_charged) == (BODY.decode(), None, 3)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param([(f"x-{number}", "1") for number in range(200)], id="200 of them"),
        pytest.param([("x-long", "x" * 70_000)], id="one without an end"),
        pytest.param([("Content-Length", "5"), ("Content-Length", "7")], id="two lengths"),
        pytest.param([("Content-Encoding", "gzip")], id="not packed as it says"),
    ],
)
def test_an_answer_that_its_head_makes_unreadable_is_bought_twice_at_most(
    api: Api, head: list[tuple[str, str]]
) -> None:
    rows = asked_with(api, raw(200, head)).kept
    assert [row.error_code for row in rows] == ["UNREADABLE"] * 2


def test_what_cannot_be_believed_is_kept_beside_the_answer_without_the_key(api: Api) -> None:
    head = [
        ("Date", "Wed, 20 Nov 2100 12:00:00 GMT"),
        ("x-requests-last", "-100000"),
        ("x-requests-used", "7"),
        ("x-requests-remaining", "key 0123456789abcdef0123456789abcdef"),
    ]
    (row,) = asked_with(api, raw(200, head)).kept
    assert json.loads(row.bad_headers or "") == {
        "date": "Wed, 20 Nov 2100 12:00:00 GMT",
        "x-requests-last": "-100000",
        "x-requests-remaining": "key REDACTED",
    }
    assert (row.credits_charged, row.credits_used, row.credits_remaining) == (None, 7, None)
    assert row.captured_at == row.requested_at + timedelta(seconds=1)  # our clock, a look later
