"""A real HTTP server: slashes, gzip, headers, disturbances, and the truth beside the API."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
import requests

from simulator import DEMO_KEY, Accounts, VirtualClock, serve, truth
from simulator.clock import to_datetime

ODDS = {"apiKey": DEMO_KEY, "regions": "us", "markets": "h2h,spreads,totals"}
NBA = "/v4/sports/basketball_nba"


@pytest.fixture
def server(season, live):
    with serve(season, VirtualClock(to_datetime(live))) as running:
        yield running


def get(server, path, **params):
    return requests.get(server.url + path, params=params, timeout=10)


def test_both_slash_forms_and_both_key_names_are_served(server):
    texts = {
        get(server, f"{NBA}/events{slash}", **{name: DEMO_KEY}).text
        for slash in ("", "/")
        for name in ("apiKey", "api_key")
    }
    assert len(texts) == 1
    assert len(json.loads(texts.pop())) > 10


def test_bodies_are_compressed_when_asked_for(server):
    plain = requests.get(
        server.url + f"{NBA}/odds", params=ODDS, headers={"Accept-Encoding": "identity"}, timeout=10
    )
    packed = requests.get(server.url + f"{NBA}/odds", params=ODDS, timeout=10, stream=True)
    raw = packed.raw.read()
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 4


def test_the_date_header_is_the_virtual_clock(server):
    server.clock.set(datetime(2026, 1, 7, 3, 4, 5, 999_999, tzinfo=UTC))
    reply = get(server, "/v4/sports", apiKey=DEMO_KEY)
    assert reply.headers["Date"] == "Wed, 07 Jan 2026 03:04:05 GMT"
    server.clock.advance(timedelta(days=1))
    reply = get(server, "/v4/sports", apiKey=DEMO_KEY)
    assert reply.headers["Date"] == "Thu, 08 Jan 2026 03:04:05 GMT"


def test_credit_headers_come_with_every_answer(server):
    reply = get(server, f"{NBA}/odds", **ODDS)
    assert (reply.headers["x-requests-used"], reply.headers["x-requests-last"]) == ("3", "3")
    refused = get(server, f"{NBA}/odds", apiKey=DEMO_KEY)
    assert refused.status_code == 422
    assert refused.headers["x-requests-last"] == "0"
    assert refused.headers["Content-Type"].startswith("application/json")


def test_queued_errors_hit_the_next_calls_only(server):
    server.disturb(status=503, calls=2)
    statuses = [get(server, "/v4/sports", apiKey=DEMO_KEY).status_code for _ in range(3)]
    assert statuses == [503, 503, 200]


def test_a_cut_body_breaks_the_connection(server):
    server.disturb(is_truncated=True)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(server, f"{NBA}/odds", **ODDS)
    assert get(server, f"{NBA}/odds", **ODDS).status_code == 200


def test_a_slow_answer_outlasts_a_short_timeout(server):
    server.disturb(delay_seconds=0.6)
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(server.url + "/v4/sports", params={"apiKey": DEMO_KEY}, timeout=0.2)


def test_more_than_thirty_calls_at_once_are_refused_and_a_jump_of_the_clock_helps(server):
    with requests.Session() as session:

        def status():
            return session.get(
                server.url + "/v4/sports", params={"apiKey": DEMO_KEY}, timeout=10
            ).status_code

        statuses = [status() for _ in range(200)]
        assert 429 in statuses
        assert statuses[:30] == [200] * 30
        server.clock.advance(timedelta(minutes=5))
        assert [status() for _ in range(25)] == [200] * 25


def test_the_truth_is_served_outside_the_api(server, season):
    body = get(server, "/truth").json()
    events = truth(season).events
    assert [event["event_id"] for event in body["events"]] == [event.event_id for event in events]
    first = next(event for event in body["events"] if event["fate"] == "played")
    assert first["started"].endswith("Z")
    assert 0 < first["home_win_probability"] < 1


def test_the_clock_can_be_read_and_set_from_outside(server):
    url = server.url + "/clock"
    reply = requests.post(url, json={"now": "2026-01-09T00:00:00Z"}, timeout=10)
    assert reply.json() == {"now": "2026-01-09T00:00:00+00:00"}
    requests.post(url, json={"advance_seconds": 90}, timeout=10)
    assert server.clock.now() == datetime(2026, 1, 9, 0, 1, 30, tzinfo=UTC)
    wrong = requests.post(url, json={"now": "2026-01-09T00:00:00"}, timeout=10)
    assert wrong.status_code == 422
    assert "time zone" in wrong.json()["message"]
    assert get(server, "/clock").json() == {"now": "2026-01-09T00:01:30+00:00"}


def test_what_is_not_there_is_not_found(server):
    assert get(server, "/v3/sports", apiKey=DEMO_KEY).status_code == 404
    assert get(server, "/v4/sports/basketball_nba/nothing", apiKey=DEMO_KEY).status_code == 404
    assert requests.post(server.url + "/v4/sports", timeout=10).status_code == 405


def test_accounts_can_be_given(season, live):
    accounts = Accounts(keys=("mine",), credits_a_month=3)
    with serve(season, VirtualClock(to_datetime(live)), accounts=accounts) as server:
        assert get(server, f"{NBA}/odds", **ODDS).json()["error_code"] == "INVALID_KEY"
        mine = {**ODDS, "apiKey": "mine"}
        statuses = [get(server, f"{NBA}/odds", **mine).status_code for _ in range(2)]
        assert statuses == [200, 401]


def test_the_server_stops_with_its_block(season, live):
    with serve(season, VirtualClock(to_datetime(live))) as server:
        assert get(server, "/clock").status_code == 200
    with pytest.raises(requests.exceptions.ConnectionError):
        get(server, "/clock")
