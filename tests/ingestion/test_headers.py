"""What headers say is believed within bounds; beyond them it is nobody's fact, and named."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.headers import MOST_CREDITS, HeaderFacts, read_headers, retry_after

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
counts = st.integers(min_value=0, max_value=30)


def read(estimated: int | None = 3, **headers: object) -> HeaderFacts:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return read_headers(named, clock=NOON, estimated=estimated)


def bad(facts: HeaderFacts) -> dict[str, str]:
    named: dict[str, str] = json.loads(facts.bad or "{}")
    return named


@given(charged=counts, remaining=counts, used=counts, upper=st.booleans())
def test_the_counters_are_read_whatever_their_case(
    charged: int, remaining: int, used: int, upper: bool
) -> None:
    headers = {
        "x-requests-last": str(charged),
        "x-requests-remaining": f"{remaining}.0",
        "x-requests-used": f" {used} ",
    }
    named = {name.upper() if upper else name: text for name, text in headers.items()}
    facts = read_headers(named, clock=NOON, estimated=max(charged, 3))
    assert facts == HeaderFacts(
        served_at=None, charged=charged, remaining=remaining, used=used, bad=None
    ) or (charged > max(used, 3) and facts.charged is None)


def test_a_missing_header_is_unknown_and_no_fault() -> None:
    facts = read(x_requests_used="12", x_requests_last=None)
    assert (facts.charged, facts.remaining, facts.used, facts.served_at) == (None, None, 12, None)
    assert facts.bad is None


@pytest.mark.parametrize("name", ["x-requests-last", "x-requests-remaining", "x-requests-used"])
@pytest.mark.parametrize(
    "value",
    [
        *("", " ", "many", "-1", "-100000", "2.5", "nan", "inf", "1e999", "1e3", "0x10", "1_000"),
        *("3, 3", "٣", "9" * 30, str(MOST_CREDITS + 1), "unlimited", "3;4", "\x00"),
        *(2.5, True, [3], {"a": 1}, -7, 10**400, float("nan"), float("inf")),
    ],
    ids=repr,
)
def test_a_counter_that_is_no_whole_number_within_bounds_is_unknown_and_named(
    name: str, value: object
) -> None:
    facts = read_headers({name: value}, clock=NOON, estimated=None)
    assert (facts.charged, facts.remaining, facts.used) == (None, None, None)
    assert list(bad(facts)) == [name]


@pytest.mark.parametrize(
    ("estimated", "used", "charged", "expected"),
    [
        (3, "500", "3", 3),
        (3, "500", "9", 9),
        (3, "500", "30", 30),
        (3, "500", "31", None),
        (3, "2", "3", 3),  # the month began within the call
        (3, "2", "4", None),
        (0, "500", "10", 10),
        (0, "500", "11", None),
        (3, None, "30", 30),
        (3, None, "1000000", None),
        (None, None, "1000000", 1_000_000),  # a recording: nobody knows what was expected
    ],
)
def test_a_charge_beyond_what_was_used_or_far_from_the_estimate_is_not_believed(
    estimated: int | None, used: str | None, charged: str, expected: int | None
) -> None:
    facts = read(estimated, x_requests_used=used, x_requests_last=charged)
    assert facts.charged == expected
    assert bad(facts) == ({} if expected is not None else {"x-requests-last": charged})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fri, 20 Nov 2026 12:00:07 GMT", NOON + timedelta(seconds=7)),
        ("Fri, 20 Nov 2026 14:00:07 +0200", NOON + timedelta(seconds=7)),
        ("Friday, 20-Nov-26 12:00:07 GMT", NOON + timedelta(seconds=7)),
        ("Fri Nov 20 12:00:07 2026", NOON + timedelta(seconds=7)),
        ("Sat, 21 Nov 2026 12:00:00 GMT", NOON + timedelta(days=1)),
        ("Thu, 19 Nov 2026 12:00:00 GMT", NOON - timedelta(days=1)),
    ],
)
def test_a_date_within_a_day_of_our_clock_is_the_time_of_the_answer(
    text: str, expected: datetime
) -> None:
    facts = read(date=text)
    assert (facts.served_at, facts.bad) == (expected, None)


@pytest.mark.parametrize(
    "value",
    [
        "Sat, 21 Nov 2026 12:00:01 GMT",
        "Thu, 19 Nov 2026 11:59:59 GMT",
        "Wed, 20 Nov 2100 12:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Fri, 31 Dec 9999 23:59:59 -0500",
        "Mon, 01 Jan 0001 00:00:00 +0500",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 20 Nov 99999999999999999999 12:00:00 GMT",
        "Fri, 20 Nov 2026 12:00:00 +9999999",
        "Fri, 20 Nov 2026 12:00:00 +99999999999999999999",
        "Fri, 31 Feb 2026 12:00:00 GMT",
        "Fri, 20 Nov 2026 25:61:61 GMT",
        "Fri, 20 Nov 2026 12:00:00 GMT, Fri, 20 Nov 2026 12:00:00 GMT",
        "2026-11-20T12:00:00Z",
        "1795176000",
        "yesterday",
        "",
        "\x00",
        20,
        ["Fri, 20 Nov 2026 12:00:00 GMT"],
    ],
    ids=repr,
)
def test_any_other_date_is_not_believed_and_named(value: object) -> None:
    facts = read(date=value)
    assert facts.served_at is None
    assert list(bad(facts)) == ["date"]


def test_what_a_recording_says_of_dates_is_not_looked_at() -> None:
    facts = read_headers({"Date": "yesterday"}, clock=None, estimated=None)
    assert (facts.served_at, facts.bad) == (None, None)


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.floats() | st.none()))
def test_no_header_is_too_odd_to_be_read(headers: dict[str, object]) -> None:
    named = ("date", "x-requests-last", "x-requests-used", "x-requests-remaining")
    for odd in (headers, dict(zip(named, headers.values(), strict=False))):
        facts = read_headers(odd, clock=NOON, estimated=3)
        for count in (facts.charged, facts.remaining, facts.used):
            assert count is None or 0 <= count <= MOST_CREDITS
        assert facts.served_at is None or abs(facts.served_at - NOON) <= timedelta(days=1)
        assert facts.bad is None or all(text.isprintable() for text in bad(facts).values())


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("0", 0.0),
        ("9999", 60.0),
        ("9" * 400, 60.0),
        (format_datetime(NOON + timedelta(seconds=9), usegmt=True), 9.0),
        (format_datetime(NOON - timedelta(days=400), usegmt=True), 0.0),
        (format_datetime(NOON + timedelta(days=4000), usegmt=True), 60.0),
        ("Fri, 31 Dec 9999 23:59:59 -0500", 0.0),
        *((text, 0.0) for text in ("-3", "", "soon", "5, 10", "nan", "inf", "1e3", "٣")),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_bounded(text: str, seconds: float) -> None:
    assert retry_after({"RETRY-AFTER": text}, clock=NOON, longest=60.0) == seconds
    assert retry_after({}, clock=NOON, longest=60.0) == 0.0
