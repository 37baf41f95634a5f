import hashlib
import json
from datetime import UTC, datetime

import pytest

from ingestion.responses import ApiResponse, canonical_params, response_identity, utc_time

AT = datetime(2026, 1, 31, 18, 0, 0, 250_000, tzinfo=UTC)
ENVELOPE = '{"timestamp":"2025-12-01T11:55:00Z","previous_timestamp":null,"data":[{"id":"a"}]}'


def test_a_response_is_identified_by_what_was_asked_when_and_what_came_back(make_response):
    response = make_response(body="[]")
    text = "\n".join(
        (
            "/v4/sports/basketball_nba/odds",
            '{"markets":"h2h","regions":"us"}',
            "2026-01-31T18:00:00.000000Z",
            hashlib.sha256(b"[]").hexdigest(),
        )
    )
    assert response.response_id == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "/v4/sports/basketball_nba/scores"},
        {"params": {"regions": "eu"}},
        {"captured_at": AT},
        {"body_text": "[ ]"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_difference_makes_another_response(make_response, change):
    assert make_response(**change).response_id != make_response().response_id


def test_neither_order_of_params_nor_slash_nor_key_makes_another_response(make_response):
    same = make_response(
        endpoint="/v4/sports/basketball_nba/odds/",
        params={"apiKey": "k" * 32, "api_key": "k" * 32, "regions": "us", "markets": "h2h"},
    )
    assert same == make_response(params={"markets": "h2h", "regions": "us"})
    assert "k" * 32 not in same.to_json().decode()


def test_an_attempt_without_answer_is_identified_by_when_it_was_asked(make_response):
    failed = make_response(
        captured_at=None, status_code=None, headers={}, body_text=None, error_code="timeout"
    )
    assert failed.captured_at is None
    assert failed.payload is None
    assert failed.error_code == "timeout"
    assert failed.payload_sha256 == hashlib.sha256(b"").hexdigest()
    assert failed.response_id == response_identity(
        endpoint=failed.endpoint,
        params=failed.params,
        clock=failed.requested_at,
        payload_sha256=failed.payload_sha256,
    )


def test_a_live_answer_is_captured_at_its_date_header(make_response):
    response = make_response(
        captured_at=None, headers={"date": "Sat, 31 Jan 2026 18:00:07 GMT", "x": "y"}
    )
    assert response.captured_at == datetime(2026, 1, 31, 18, 0, 7, tzinfo=UTC)


@pytest.mark.parametrize("date", ["yesterday", ""])
def test_a_date_header_that_is_no_date_leaves_the_clock_empty(make_response, date):
    assert make_response(captured_at=None, headers={"Date": date}).captured_at is None


@pytest.mark.parametrize(
    ("endpoint", "status_code", "body_text", "captured_at"),
    [
        (
            "/v4/historical/sports/nba/odds",
            200,
            ENVELOPE,
            datetime(2025, 12, 1, 11, 55, tzinfo=UTC),
        ),
        ("/v4/historical/sports/nba/odds", 200, '{"timestamp":null,"data":[]}', AT),
        ("/v4/historical/sports/nba/odds", 200, '{"timestamp":"soon","data":[]}', AT),
        (
            "/v4/historical/sports/nba/odds",
            200,
            '{"timestamp":1764590100,"data":[]}',
            datetime(2025, 12, 1, 11, 55, tzinfo=UTC),
        ),
        ("/v4/historical/sports/nba/odds", 422, ENVELOPE, AT),
        ("/v4/sports/nba/odds", 200, ENVELOPE, AT),
    ],
    ids=["envelope", "null in it", "no time in it", "unix seconds", "an error", "a live answer"],
)
def test_only_a_historical_envelope_says_itself_when_it_was_captured(
    make_response, endpoint, status_code, body_text, captured_at
):
    response = make_response(
        endpoint=endpoint, status_code=status_code, body_text=body_text, captured_at=AT
    )
    assert response.captured_at == captured_at


@pytest.mark.parametrize(
    ("status_code", "body", "event_count"),
    [
        (200, "[]", 0),
        (200, '[{"id":"a"},{"id":"b"}]', 2),
        (200, ENVELOPE, 1),
        (200, '{"timestamp":"2025-12-01T11:55:00Z","data":{"id":"a"}}', 1),
        (200, '{"id":"a","bookmakers":[]}', 1),
        (200, "not json", None),
        (404, '{"error_code":"EVENT_NOT_FOUND"}', None),
        (500, None, None),
    ],
)
def test_events_are_counted_in_every_shape(make_response, status_code, body, event_count):
    response = make_response(status_code=status_code, body_text=body)
    assert response.event_count == event_count


@pytest.mark.parametrize(
    ("endpoint", "sport_key", "event_id"),
    [
        ("/v4/sports", None, None),
        ("/v4/sports/upcoming/odds", "upcoming", None),
        ("/v4/sports/icehockey_nhl/events", "icehockey_nhl", None),
        ("/v4/sports/icehockey_nhl/events/0f3c/odds", "icehockey_nhl", "0f3c"),
        ("/v4/sports/icehockey_nhl/events/0f3c/markets", "icehockey_nhl", "0f3c"),
        ("/v4/historical/sports/icehockey_nhl/events/0f3c/odds", "icehockey_nhl", "0f3c"),
    ],
)
def test_sport_and_event_are_read_from_the_path(make_response, endpoint, sport_key, event_id):
    response = make_response(endpoint=endpoint)
    assert (response.sport_key, response.event_id) == (sport_key, event_id)


def test_credits_are_read_from_headers_in_any_case(make_response):
    response = make_response(
        headers={
            "X-Requests-Last": "3",
            "x-requests-used": "20.0",
            "X-REQUESTS-REMAINING": "unlimited",
        }
    )
    assert response.credits_charged == 3
    assert response.credits_used == 20
    assert response.credits_remaining is None


def test_an_error_keeps_the_code_the_api_gave(make_response):
    body = '{"message":"Unknown sport","error_code":"UNKNOWN_SPORT"}'
    assert make_response(status_code=404, body_text=body).error_code == "UNKNOWN_SPORT"


def test_a_payload_keeps_every_character(make_response):
    body = '[ {"home_team" : "Montr\\u00e9al Canadiens", "away_team":"Žalgiris 🏀", "p":1.10} ]'
    response = make_response(body=body)
    assert response.payload == body
    assert response.payload_sha256 == hashlib.sha256(body.encode()).hexdigest()


def test_a_response_survives_being_written_and_read(make_response):
    response = make_response(body='["Žalgiris \u2028"]', elapsed_ms=12, job_id="job")
    assert ApiResponse.from_json(response.to_json()) == response


@pytest.mark.parametrize(
    "damage",
    [
        lambda row: row | {"payload": "[1]"},
        lambda row: {name: value for name, value in row.items() if name != "endpoint"},
        lambda row: row | {"requested_at": "noon"},
        lambda row: [row],
    ],
    ids=["payload changed", "field missing", "no time", "not an object"],
)
def test_a_damaged_response_is_not_read(make_response, damage):
    row = json.loads(make_response().to_json())
    with pytest.raises(ValueError, match=r"\w"):
        ApiResponse.from_json(json.dumps(damage(row)).encode())


def test_params_are_compact_with_sorted_keys():
    params = {"regions": "us", "daysFrom": 3, "markets": "h2h,spreads", "APIKEY": "secret"}
    assert canonical_params(params) == '{"daysFrom":3,"markets":"h2h,spreads","regions":"us"}'


@pytest.mark.parametrize("value", [None, True, 1.5, "2026-01-31T18:00:00", "soon", 10**20])
def test_what_is_no_time_with_a_zone_is_refused(value):
    with pytest.raises(ValueError, match="time"):
        utc_time(value)
