import json
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest

from ingestion.line_files import read_lines
from ingestion.recordings import archive_line, parse_recording_line

LINE = {
    "endpoint": "/v4/sports/basketball_nba/odds",
    "params": {"regions": "us"},
    "received_at": "2026-01-31T18:00:00.250Z",
    "status": 200,
    "headers": {"x-requests-last": "3", "x-requests-used": "6", "x-requests-remaining": "494"},
    "body": [{"id": "a", "home_team": "Montréal", "price": 1.5, "n": None}],
}
RECEIVED_AT = datetime(2026, 1, 31, 18, 0, 0, 250_000, tzinfo=UTC)


def parse(**changes):
    line = {name: value for name, value in (LINE | changes).items() if value is not ...}
    return parse_recording_line(json.dumps(line).encode())


def test_a_line_becomes_a_replayed_response():
    response = parse()
    assert response.origin == "replay"
    assert response.captured_at == response.requested_at == RECEIVED_AT
    assert response.payload == '[{"id":"a","home_team":"Montréal","price":1.5,"n":null}]'
    assert (response.credits_charged, response.credits_used, response.credits_remaining) == (
        3,
        6,
        494,
    )
    assert response.event_count == 1
    assert response.landed_at is None


def test_a_historical_line_was_captured_at_its_envelopes_time():
    response = parse(
        endpoint="/v4/historical/sports/basketball_nba/odds",
        body={"timestamp": "2023-10-24T11:55:43Z", "data": []},
    )
    assert response.captured_at == datetime(2023, 10, 24, 11, 55, 43, tzinfo=UTC)
    assert response.requested_at == RECEIVED_AT


@pytest.mark.parametrize("name", ["params", "headers"])
def test_null_params_and_headers_are_none(name):
    assert parse(**{name: None}) == parse(**{name: {}})


def test_a_failed_attempt_has_neither_status_nor_body():
    response = parse(status=None, body=None)
    assert (response.status_code, response.payload, response.event_count) == (None, None, None)


def test_an_error_may_have_any_body():
    assert parse(status=502, body="<html>").payload == '"<html>"'
    assert parse(status=404, body={"error_code": "UNKNOWN_SPORT"}).error_code == "UNKNOWN_SPORT"


def test_the_key_of_a_careless_recording_is_dropped():
    assert parse(params={"apiKey": "secret", "regions": "us"}) == parse()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"endpoint": None}, "endpoint must be a path"),
        ({"endpoint": "https://api.example/v4/sports"}, "endpoint must be a path"),
        ({"endpoint": "/v4/sports/a/odds?apiKey=x"}, "endpoint must be a path"),
        ({"endpoint": "/v4/sports/a\x00b"}, "endpoint must be a path"),
        ({"endpoint": ...}, "lacks endpoint"),
        ({"body": ..., "headers": ...}, "lacks headers, body"),
        ({"params": "regions=us"}, "params must be an object, not str"),
        ({"headers": []}, "headers must be an object, not list"),
        ({"received_at": None}, "received_at: not a time"),
        ({"received_at": "2026-01-31 18:00"}, "received_at: not a time with a zone"),
        ({"status": "200"}, "status must be an integer, not str"),
        ({"status": True}, "status must be an integer, not bool"),
        ({"elapsed_ms": 2**63}, "elapsed_ms must be an integer"),
        ({"body": None}, "body must be a list or an object, not null"),
        ({"body": "[]"}, "body must be a list or an object, not str"),
        ({"origin": "guessed"}, "origin must be one of live, historical, replay"),
        ({"landed_at": "later"}, "landed_at: not a time"),
        ({"job_id": 7}, "job_id must be text, not int"),
        ({"job_id": "a\ud800"}, "job_id must be text"),
        ({"error_code": "a\ud800"}, "error_code must be text"),
        ({"received_at": "0001-01-01T00:00:00Z"}, "received_at: .* between 1990 and 2100"),
        ({"captured_at": "9999-12-31T00:00:00Z"}, "captured_at: .* between 1990 and 2100"),
    ],
    ids=str,
)
def test_a_line_of_the_wrong_shape_is_refused(changes, reason):
    with pytest.raises(ValueError, match=reason):
        parse(**changes)


@pytest.mark.parametrize("text", [b"{", b"[1]", b"null", b'{"a": Nan}', b"\xff\xfe", b'"\\ud800"'])
def test_what_is_no_json_object_is_refused(text):
    with pytest.raises(ValueError, match=r"not JSON|must be an object"):
        parse_recording_line(text)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"body_text": '[{"home_team":"Montréal"}]', "job_id": "closing", "elapsed_ms": 7},
        {"body_text": '[ {"home_team": "Montr\\u00e9al", "price": 1.10} ]'},
        {"status_code": 502, "body_text": "<html>Bad gateway</html>"},
        {"status_code": 502, "body_text": None},
        {
            "status_code": None,
            "captured_at": None,
            "body_text": None,
            "headers": {},
            "error_code": "timeout",
            "credits_estimated": 3,
        },
        {
            "endpoint": "/v4/historical/sports/basketball_nba/odds",
            "body_text": '{"timestamp":"2023-10-24T11:55:43Z","data":[]}',
            "origin": "historical",
        },
    ],
    ids=["live", "accents", "spaces and escapes", "html", "no body", "no answer", "historical"],
)
def test_an_archived_response_comes_back_as_it_was(make_response, changes):
    response = replace(make_response(**changes), landed_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert parse_recording_line(archive_line(response)) == response


@pytest.mark.parametrize(
    ("params", "joined"),
    [
        ({"markets": ["h2h", "spreads"]}, {"markets": "h2h,spreads"}),
        ({"bookmakers": [" draftkings ", "fanduel"]}, {"bookmakers": "draftkings,fanduel"}),
        ({"regions": ["us"], "eventIds": []}, {"regions": "us", "eventIds": ""}),
        (
            {"oddsFormat": ["american"], "daysFrom": [3]},
            {"oddsFormat": "american", "daysFrom": "3"},
        ),
    ],
    ids=str,
)
def test_a_parameter_given_as_a_list_is_the_same_as_one_joined_with_commas(params, joined):
    assert parse(params=params) == parse(params=joined)


@pytest.mark.parametrize(
    "written",
    [
        "2026-12-01T19:00:00-05:00",
        "2026-12-02 00:00:00Z",
        "2026-12-02T00:00:00+0000",
        "2026-12-02T00:00Z",
        "2026-12-02t00:00:00z",
        1796169600,
    ],
    ids=str,
)
@pytest.mark.parametrize("name", ["commenceTimeFrom", "commenceTimeTo", "date"])
def test_a_time_in_the_parameters_is_as_the_api_writes_it(name, written):
    params = parse(params={name: written}).params
    assert json.loads(params) == {name: "2026-12-02T00:00:00Z"}


@pytest.mark.parametrize(
    "params",
    [
        {"regions": "us", "markets": "h2h, spreads"},
        {"regions": None},
        {"bookmakers": ""},
        {"daysFrom": 3, "includeLinks": True, "all": "true"},
    ],
    ids=str,
)
def test_any_other_parameter_stays_as_it_was_written(params):
    assert json.loads(parse(params=params).params) == params


@pytest.mark.parametrize(
    ("params", "kind"),
    [
        ({"markets": {"h2h": True}}, "params.markets must be text or a list of texts, not dict"),
        ({"markets": [["h2h"], "spreads"]}, "params.markets .* not a list of other things"),
        ({"regions": ["us", None]}, "params.regions .* not a list of other things"),
        ({"bookmakers": [True]}, "params.bookmakers .* not a list of other things"),
        ({"eventIds": True}, "params.eventIds .* not bool"),
        ({"markets": "h2h\x00"}, "params.markets"),
        ({"mark\x00ets": "h2h"}, "params.mark"),
        ({"sport": {}}, "params.sport"),
        ({"markets": "h2h\ud800"}, "params.markets"),
        ({"mark\ud800ets": "h2h"}, "params.mark\ufffdets"),
        ({"commenceTimeFrom": "2026-12-02"}, "params.commenceTimeFrom must be a time with a zone"),
    ],
    ids=str,
)
def test_a_parameter_that_is_no_text_is_refused_by_name(params, kind):
    with pytest.raises(ValueError, match=kind):
        parse(params=params)


def quoted(*prices):
    """An answer that shows these prices, each at a book of its own."""
    return [{"id": "a", "bookmakers": [shown(price) for price in prices]}]


def shown(price):
    outcomes = [{"name": "Home", "price": price}]
    return {"key": "book", "markets": [{"key": "h2h", "outcomes": outcomes}]}


@pytest.mark.parametrize(
    ("odds_format", "prices", "reason"),
    [
        (..., (-150, 130), "prices such as -150 are american, and params name no oddsFormat"),
        (None, (-150, 130), "prices such as -150 are american, and params name no oddsFormat"),
        ("", (-150, 130), "prices such as -150 are american, and params name no oddsFormat"),
        (..., (130, 240, 210.0), "prices such as 130 are american"),
        ("decimal", (-150, -110, 1.9), "prices such as -150 .* params.oddsFormat asks for decimal"),
        ("american", (1.91, 2.05, 101), "prices such as 1.91 are not american"),
        ("fractional", (1.91,), "params.oddsFormat must be decimal or american, not 'fractional'"),
        (5, (1.91,), "params.oddsFormat must be decimal or american, not 5"),
    ],
    ids=str,
)
def test_prices_that_contradict_the_format_asked_for_are_refused(odds_format, prices, reason):
    params = {"regions": "us"} | ({} if odds_format is ... else {"oddsFormat": odds_format})
    with pytest.raises(ValueError, match=reason):
        parse(params=params, body=quoted(*prices))
    with pytest.raises(ValueError, match=reason):
        parse(
            endpoint="/v4/sports/basketball_nba/events/a/odds",
            params=params,
            body=quoted(*prices)[0],
        )
    with pytest.raises(ValueError, match=reason):
        parse(
            endpoint="/v4/historical/sports/basketball_nba/odds",
            params=params,
            body={"timestamp": "2023-10-24T11:55:43Z", "data": quoted(*prices)},
        )


@pytest.mark.parametrize(
    ("odds_format", "prices"),
    [
        (..., (1.91, 2.05)),
        (..., (1.0, 0, 0.85, 1.9)),  # wrong prices, not another format
        (..., (1.9, 2.1, -150)),
        (..., (6, 101, 251, 501, 1001)),  # longshots
        (..., ()),
        (..., ("-150", None, True, {"price": -150})),
        ("decimal", (101, 251, 501)),
        ("american", (-150, 130, 1.91)),
        ("american", (-150, 0, 50)),
    ],
    ids=str,
)
def test_single_odd_prices_are_no_contradiction(odds_format, prices):
    params = {} if odds_format is ... else {"oddsFormat": odds_format}
    assert parse(params=params, body=quoted(*prices)).error_code is None


def test_what_a_warehouse_held_comes_back_though_a_new_line_like_it_is_refused(
    make_response,
):
    held = make_response(
        params={"markets": ["h2h"], "regions": "us"}, body=json.dumps(quoted(-150, 130))
    )
    assert parse_recording_line(archive_line(held)) == held


@pytest.mark.heavy
def test_real_payloads_equal_what_the_standard_library_dumps(shared_data):
    for path in sorted((shared_data / "recordings").glob("*.xz")):
        for line in read_lines(path):
            body = json.loads(line)["body"]
            text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
            response = parse_recording_line(line)
            assert response.payload == text
            assert parse_recording_line(archive_line(response)) == response


def test_a_line_may_hold_more_than_we_know():
    assert parse(note="by a collector") == parse()
    assert orjson.loads(archive_line(parse()))["origin"] == "replay"
