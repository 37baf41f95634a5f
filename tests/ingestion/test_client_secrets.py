import io
import json
import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus

import pytest
import structlog
from pydantic import SecretStr

from ingestion.errors import OddsError
from ingestion.logs import configure_logging
from ingestion.odds_api.client import OddsApiClient, new_session
from ingestion.odds_api.endpoints import OddsRequest
from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from tests.ingestion.loopback import Answer, Api, error, serve

PLAIN = "0123456789abcdef0123456789abcdef"
ODD = 'k+e/y="é&\\ z'
ODDS = OddsRequest(sport_key="basketball_nba", markets=("h2h",), regions=("us",))


@pytest.fixture
def api() -> Iterator[Api]:
    with serve() as api:
        yield api


@pytest.fixture
def log_stream() -> Iterator[io.StringIO]:
    root, dlt = logging.getLogger(), logging.getLogger("dlt")
    before = (root.handlers[:], root.level, dlt.handlers[:])
    yield io.StringIO()
    root.handlers, root.level, dlt.handlers = before[0], before[1], before[2]
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def echo(key: str, status: int) -> Answer:
    """What a careless server might say: the key in a message, as JSON and as a URL."""
    message = f"bad key {key} in /v4/sports?apiKey={quote_plus(key)}"
    if status == 200:
        return Answer(body=json.dumps([{"message": message}]).encode())
    return Answer(
        status=status, body=json.dumps({"message": message, "error_code": "INVALID_KEY"}).encode()
    )


@pytest.mark.parametrize("key", [PLAIN, ODD], ids=["hex key", "odd key"])
@pytest.mark.parametrize(
    "case", ["echoed", "refused", "bad request", "failing", "dropped", "cut", "nobody there"]
)
def test_the_key_is_in_no_row_no_error_and_no_log_with_debug_lines_on(
    api: Api, log_stream: io.StringIO, key: str, case: str
) -> None:
    base_url = api.base_url
    api.answers = [
        {
            "echoed": echo(key, 200),
            "refused": echo(key, 401),
            "bad request": echo(key, 422),
            "failing": echo(key, 500),
            "dropped": Answer(is_dropped=True),
            "cut": Answer(body=b'[{"id": "a"}]', cut_at=5),
            "nobody there": error(500, "UNUSED"),
        }[case]
    ]
    if case == "nobody there":
        with serve() as gone:
            base_url = gone.base_url
    settings = Settings(
        _env_file=None, odds_api_key=key, odds_log_level="debug", odds_log_format="json"
    )
    configure_logging(settings, stream=log_stream)
    kept: list[ApiResponse] = []
    client = OddsApiClient(
        base_url=base_url,
        key=SecretStr(key),
        session=new_session(),
        clock=lambda: datetime(2026, 11, 20, 12, tzinfo=UTC),
        sleep=lambda _seconds: None,
        on_response=kept.append,
    )
    said = repr(vars(client))
    try:
        client.get(ODDS)
    except OddsError as failure:
        said += "".join(traceback.format_exception(failure))
        said += f"{failure!r} {failure.__cause__!r} {failure.__context__!r}"
        structlog.get_logger("test").exception("failed")
    said += log_stream.getvalue()
    said += "".join(row.to_json().decode() for row in kept)
    said += "".join(map(repr, kept))
    assert kept
    # the debug lines that print URLs are on, so that silence is not what passes
    assert "urllib3.connectionpool" in log_stream.getvalue()
    spellings = {key, quote(key, safe=""), quote_plus(key), json.dumps(key)[1:-1], repr(key)[1:-1]}
    assert not [spelling for spelling in spellings if spelling in said]


def test_a_payload_without_the_key_is_not_touched(api: Api) -> None:
    body = '[{"id": "g", "note": "password=x apiKey=y https://u:p@h/", "é": "\\u00e9"}]'
    api.answers = [Answer(body=body.encode())]
    client = OddsApiClient(
        base_url=api.base_url,
        key=SecretStr(PLAIN),
        session=new_session(),
        clock=lambda: datetime(2026, 11, 20, 12, tzinfo=UTC),
        sleep=lambda _seconds: None,
        on_response=lambda _response: None,
    )
    assert client.get(ODDS).payload == body
