from datetime import UTC, datetime, timedelta

import pytest

from ingestion.landing import Landing
from ingestion.odds_api.endpoints import OddsRequest
from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.ledger import Ledger

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
REQUEST = OddsRequest(
    sport_key="basketball_nba", markets=("h2h", "spreads", "totals"), bookmakers=("pinnacle",)
)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def on(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(settings: Settings, clock: Clock) -> Ledger:
    ledger = Ledger(settings, now=clock)
    assert ledger.open() == 0
    return ledger


def answer(clock: Clock, *, last: str | None = "3", used: str | None = None) -> ApiResponse:
    headers = {"x-requests-last": last, "x-requests-used": used}
    return ApiResponse.from_exchange(
        endpoint=REQUEST.path,
        params=REQUEST.params,
        requested_at=clock.now,
        captured_at=clock.now,
        status_code=200,
        headers={name: value for name, value in headers.items() if value is not None},
        body_text="[]",
        credits_estimated=3,
        origin="live",
    )


def land(settings: Settings, clock: Clock, response: ApiResponse) -> None:
    Landing(settings, now=clock).land([response])


def states(settings: Settings) -> list[tuple[str, int | None]]:
    with connect(settings) as connection:
        rows = connection.rows(
            "select state, credits_charged from ops.credit_reservations order by reserved_at"
        )
    return [(state, charged) for state, charged in rows]


def test_a_reservation_counts_before_its_call_and_its_charge_after_it(
    ledger: Ledger, settings: Settings, clock: Clock
) -> None:
    reserved = ledger.reserve(REQUEST, job_id="j1")
    assert ledger.budget(500).spent == 3
    ledger.settle(reserved, [answer(clock, last="2")])
    assert ledger.budget(500).remaining == 498
    assert states(settings) == [("settled", 2)]


def test_every_attempt_of_a_call_is_charged(ledger: Ledger, clock: Clock) -> None:
    ledger.settle(ledger.reserve(REQUEST), [answer(clock, last="0"), answer(clock, last="3")])
    assert ledger.budget(500).spent == 3


def test_a_call_killed_in_flight_stays_at_its_estimate_until_the_api_tells(
    ledger: Ledger, settings: Settings, clock: Clock
) -> None:
    ledger.reserve(REQUEST)
    clock.on(1)
    again = Ledger(settings, now=clock)
    assert again.open() == 1
    assert states(settings) == [("charge_unknown", None)]
    assert again.budget(500).spent == 3
    # somebody else uses the key too: the API's figure is the larger one, and holds the lost call
    land(settings, clock, answer(clock, last="0", used="40"))
    assert again.budget(500).spent == 40
    clock.on(1)
    again.reserve(REQUEST)
    assert again.budget(500).spent == 43
    assert again.open() == 1


def test_a_charge_the_api_does_not_name_is_unknown(
    ledger: Ledger, settings: Settings, clock: Clock
) -> None:
    ledger.settle(ledger.reserve(REQUEST), [answer(clock, last=None)])
    ledger.settle(ledger.reserve(REQUEST), [])
    assert {state for state, _ in states(settings)} == {"charge_unknown"}
    assert ledger.budget(500).spent == 6


def test_a_new_month_begins_with_nothing_spent(
    ledger: Ledger, settings: Settings, clock: Clock
) -> None:
    ledger.reserve(REQUEST)
    land(settings, clock, answer(clock, used="499"))
    assert ledger.budget(500).remaining == 1
    clock.on(12 * 60)
    assert ledger.budget(500).spent == 0


def test_opening_again_changes_nothing(ledger: Ledger, settings: Settings, clock: Clock) -> None:
    ledger.settle(ledger.reserve(REQUEST), [answer(clock)])
    assert Ledger(settings, now=clock).open() == 0
    assert states(settings) == [("settled", 3)]
