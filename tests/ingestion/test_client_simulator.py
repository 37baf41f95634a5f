import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from ingestion.errors import OddsError
from ingestion.odds_api.catalogue import known
from ingestion.odds_api.client import MAX_ATTEMPTS, OddsApiClient, new_session
from ingestion.odds_api.endpoints import (
    EventOddsRequest,
    EventsRequest,
    OddsRequest,
    Request,
    ScoresRequest,
    SportsRequest,
)
from ingestion.odds_api.failures import (
    AccountError,
    AnswerError,
    OutOfCreditsError,
    is_event_gone,
)
from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from simulator import (
    DEMO_KEY,
    Season,
    SeasonOptions,
    Server,
    VirtualClock,
    serve,
)

NBA = "basketball_nba"
FIRST_DAY = date(2026, 1, 5)
AFTERNOON = datetime(2026, 1, 6, 18, tzinfo=UTC)
MARKETS = ("h2h", "spreads", "totals")
BOOKS = Settings(_env_file=None).odds_bookmakers


@pytest.fixture(scope="module")
def season() -> Season:
    return Season(SeasonOptions(seed=7, games=30, first_day=FIRST_DAY))


@pytest.fixture
def server(season: Season) -> Iterator[Server]:
    with serve(season, VirtualClock(AFTERNOON)) as server:
        yield server


class Harness:
    """A client in the simulator's time: it sleeps by moving the clock on."""

    def __init__(self, server: Server, *, key: str = DEMO_KEY) -> None:
        self.kept: list[ApiResponse] = []
        self.client = OddsApiClient(
            base_url=server.url,
            key=SecretStr(key),
            session=new_session(),
            clock=server.clock.now,
            sleep=lambda seconds: server.clock.advance(timedelta(seconds=seconds)),
            on_response=self.kept.append,
        )


def body(response: ApiResponse) -> Any:
    return json.loads(response.payload or "null")


def test_every_book_the_simulator_shows_is_in_the_catalogue(season: Season) -> None:
    assert {book.key for book in season.options.books} <= set(known().bookmakers)


def test_one_call_brings_a_whole_sport_at_the_estimated_price(server: Server) -> None:
    response = Harness(server).client.get(
        OddsRequest(sport_key=NBA, markets=MARKETS, bookmakers=BOOKS)
    )
    events = body(response)
    assert response.event_count == len(events) > 0
    assert response.credits_charged == response.credits_estimated == 3
    assert response.captured_at == AFTERNOON
    assert {book["key"] for event in events for book in event["bookmakers"]} <= set(BOOKS)
    prices = [
        outcome["price"]
        for event in events
        for book in event["bookmakers"]
        for market in book["markets"]
        for outcome in market["outcomes"]
    ]
    assert prices
    assert all(isinstance(price, int) and abs(price) >= 100 for price in prices)


def first_event(server: Server) -> dict[str, Any]:
    events = body(Harness(server).client.get(EventsRequest(sport_key=NBA)))
    assert isinstance(events[0], dict)
    return events[0]


@pytest.mark.parametrize(
    ("request_", "charged"),
    [
        pytest.param(SportsRequest(), 0, id="sports"),
        pytest.param(EventsRequest(sport_key=NBA), 0, id="events"),
        pytest.param(ScoresRequest(sport_key=NBA), 1, id="scores"),
        pytest.param(ScoresRequest(sport_key=NBA, days_from=3), 2, id="scores of past days"),
        pytest.param(
            OddsRequest(sport_key=NBA, markets=("h2h",), regions=("us", "eu")),
            2,
            id="odds of two regions",
        ),
    ],
)
def test_every_endpoint_answers_at_the_estimated_price(
    server: Server, request_: Request, charged: int
) -> None:
    harness = Harness(server)
    response = harness.client.get(request_)
    assert response.error_code is None
    assert response.event_count
    assert response.credits_charged == response.credits_estimated == charged
    assert response.sport_key == request_.sport_key
    assert harness.kept == [response]


def test_the_odds_of_one_event_cost_its_markets(server: Server) -> None:
    event_id = first_event(server)["id"]
    response = Harness(server).client.get(
        EventOddsRequest(
            sport_key=NBA, event_id=event_id, markets=("h2h", "totals"), bookmakers=BOOKS
        )
    )
    assert response.credits_charged == response.credits_estimated == 2
    assert (response.event_id, body(response)["id"]) == (event_id, event_id)


def test_a_market_nobody_offers_is_estimated_but_not_charged(server: Server) -> None:
    request = EventOddsRequest(
        sport_key=NBA,
        event_id=first_event(server)["id"],
        markets=("h2h", "player_method_of_first_basket"),
        bookmakers=BOOKS,
    )
    response = Harness(server).client.get(request)
    assert (response.credits_estimated, response.credits_charged) == (2, 1)


def test_an_empty_board_is_free(server: Server) -> None:
    server.clock.set(AFTERNOON - timedelta(days=60))
    response = Harness(server).client.get(
        OddsRequest(sport_key=NBA, markets=MARKETS, bookmakers=BOOKS)
    )
    assert (response.payload, response.event_count, response.credits_charged) == ("[]", 0, 0)


def test_an_event_nobody_knows_is_gone(server: Server) -> None:
    response = Harness(server).client.get(
        EventOddsRequest(sport_key=NBA, event_id="0" * 32, markets=("h2h",), bookmakers=BOOKS)
    )
    assert is_event_gone(response)
    assert response.credits_charged == 0


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_burst_of_errors_is_survived_and_every_call_kept(server: Server, status: int) -> None:
    server.disturb(status=status, calls=MAX_ATTEMPTS - 1)
    harness = Harness(server)
    assert harness.client.get(SportsRequest()).status_code == 200
    assert [row.status_code for row in harness.kept] == [status] * (MAX_ATTEMPTS - 1) + [200]
    assert len({row.response_id for row in harness.kept}) == MAX_ATTEMPTS


def test_a_burst_that_lasts_is_given_up(server: Server) -> None:
    server.disturb(status=503, calls=MAX_ATTEMPTS)
    harness = Harness(server)
    with pytest.raises(AnswerError, match="503"):
        harness.client.get(SportsRequest())
    assert len(harness.kept) == MAX_ATTEMPTS


def test_a_truncated_body_is_kept_as_it_came_and_asked_again(server: Server) -> None:
    server.disturb(is_truncated=True)
    harness = Harness(server)
    harness.client.get(OddsRequest(sport_key=NBA, markets=MARKETS, bookmakers=BOOKS))
    broken, whole = harness.kept
    assert broken.error_code == "BODY_BROKEN"
    assert broken.payload
    assert len(broken.payload) < len(whole.payload or "")
    assert (broken.credits_charged, whole.credits_charged) == (3, 3)


def test_a_month_without_credits_ends_on_the_first(server: Server) -> None:
    server.api.accounts.set_remaining(2, seconds=int(AFTERNOON.timestamp()))
    request = OddsRequest(sport_key=NBA, markets=MARKETS, bookmakers=BOOKS)
    harness = Harness(server)
    with pytest.raises(OutOfCreditsError) as caught:
        harness.client.get(request)
    assert caught.value.resets_at == datetime(2026, 2, 1, tzinfo=UTC)
    assert [row.error_code for row in harness.kept] == ["OUT_OF_USAGE_CREDITS"]
    assert harness.client.get(SportsRequest()).credits_remaining == 2


def test_a_wrong_and_a_revoked_key_are_told_apart(server: Server) -> None:
    with pytest.raises(AccountError, match=r"INVALID_KEY.*set ODDS_API_KEY"):
        Harness(server, key="not-a-key").client.get(SportsRequest())
    server.api.accounts.revoke(DEMO_KEY)
    with pytest.raises(AccountError, match="DEACTIVATED_KEY"):
        Harness(server).client.get(SportsRequest())


def test_a_sport_the_simulator_does_not_play_is_refused(server: Server) -> None:
    with pytest.raises(OddsError, match="UNKNOWN_SPORT"):
        Harness(server).client.get(EventsRequest(sport_key="tennis_atp_us_open"))
