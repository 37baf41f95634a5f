from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import OddsError
from ingestion.landing import Landing
from ingestion.odds_api.endpoints import EventsRequest, OddsRequest
from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.journal import Journal
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
    ledger = new_ledger(settings, clock)
    assert ledger.open() == 0
    return ledger


def new_ledger(settings: Settings, clock: Clock, *, granted: int | None = 500) -> Ledger:
    return Ledger(Journal(settings), now=clock, granted=granted)


def answer(clock: Clock, *, last: str | None = "3", used: str | None = None) -> ApiResponse:
    left = "500" if used else None
    headers = {
        "x-requests-last": last,
        "x-requests-used": used,
        "x-requests-remaining": left,
    }
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
    assert ledger.budget().spent == 3
    ledger.settle(reserved, answer(clock, last="2"))
    assert ledger.budget().remaining == 498
    assert states(settings) == [("settled", 2)]


def test_an_attempt_is_paid_for_and_refused_where_the_credits_end(
    settings: Settings, clock: Clock
) -> None:
    ledger = new_ledger(settings, clock, granted=5)
    ledger.open()
    with ledger.paying(REQUEST, job_id="j1") as settle:
        assert states(settings) == [("reserved", None)]
        settle(answer(clock, last="3"))
    assert states(settings) == [("settled", 3)]
    with (
        pytest.raises(OddsError, match="may cost 3 credits and 2 of 5 are left"),
        ledger.paying(REQUEST),
    ):
        pytest.fail("it was sent")
    with ledger.paying(EventsRequest(sport_key="basketball_nba")) as settle:
        settle(answer(clock, last="0"))
    assert states(settings) == [("settled", 3)]


def test_an_attempt_that_breaks_off_keeps_its_estimate(ledger: Ledger, settings: Settings) -> None:
    with pytest.raises(ConnectionError), ledger.paying(REQUEST):
        raise ConnectionError
    assert states(settings) == [("charge_unknown", None)]
    assert ledger.budget().spent == 3


def test_what_is_promised_while_the_warehouse_is_away_is_written_down_later(
    settings: Settings, clock: Clock
) -> None:
    journal = Journal(settings)
    ledger = Ledger(journal, now=clock, granted=500)
    ledger.open()
    assert ledger.budget().spent == 0
    journal.is_reachable = False
    with ledger.paying(REQUEST) as settle:
        assert ledger.budget().spent == 3
        settle(answer(clock, last="2"))
    ledger.reserve(REQUEST)
    assert ledger.budget().spent == 5
    assert states(settings) == []
    again = new_ledger(settings, clock)
    assert again.open() == 1
    assert again.budget().spent == 5
    assert states(settings) == [("settled", 2), ("charge_unknown", None)]
    assert list((settings.odds_data_dir / "journal").iterdir()) == []


@pytest.mark.parametrize(("wanted", "granted"), [(None, 540), (500, 500), (1000, 540)])
def test_no_more_is_granted_than_the_plan_has(
    settings: Settings, clock: Clock, wanted: int | None, granted: int
) -> None:
    ledger = new_ledger(settings, clock, granted=wanted)
    ledger.open()
    assert ledger.budget().granted == (wanted or 500)
    land(settings, clock, answer(clock, used="40"))
    assert ledger.budget().granted == granted


def test_a_call_killed_in_flight_stays_at_its_estimate_until_the_api_tells(
    ledger: Ledger, settings: Settings, clock: Clock
) -> None:
    ledger.reserve(REQUEST)
    clock.on(1)
    again = new_ledger(settings, clock)
    assert again.open() == 1
    assert states(settings) == [("charge_unknown", None)]
    assert again.budget().spent == 3
    # somebody else uses the key too: the API's figure is the larger one, and holds the lost call
    land(settings, clock, answer(clock, last="0", used="40"))
    assert again.budget().spent == 40
    clock.on(1)
    again.reserve(REQUEST)
    assert again.budget().spent == 43
    assert again.open() == 1


def test_a_charge_the_api_does_not_name_is_unknown(
    ledger: Ledger, settings: Settings, clock: Clock
) -> None:
    ledger.settle(ledger.reserve(REQUEST), answer(clock, last=None))
    ledger.settle(ledger.reserve(REQUEST), None)
    assert {state for state, _ in states(settings)} == {"charge_unknown"}
    assert ledger.budget().spent == 6
    clock.on(1)
    land(settings, clock, answer(clock, used="2"))
    assert ledger.budget().spent == 2


def test_a_new_month_begins_with_nothing_spent(
    ledger: Ledger, settings: Settings, clock: Clock
) -> None:
    ledger.reserve(REQUEST)
    clock.on(1)
    land(settings, clock, answer(clock, used="499"))
    assert ledger.budget().remaining == 1
    clock.on(12 * 60)
    assert ledger.budget().spent == 0


def test_a_replayed_answer_tells_nothing_of_the_account(
    ledger: Ledger, settings: Settings, clock: Clock
) -> None:
    """It is of another key, or of a month that is over, whatever its clock says."""
    land(settings, clock, replace(answer(clock, used="20"), response_id="a" * 64))
    clock.on(1)
    replayed = replace(answer(clock, used="480"), origin="replay", response_id="b" * 64)
    land(settings, clock, replayed)
    budget = ledger.budget()
    assert (budget.spent, budget.granted) == (20, 500)


def test_opening_again_changes_nothing(ledger: Ledger, settings: Settings, clock: Clock) -> None:
    ledger.settle(ledger.reserve(REQUEST), answer(clock))
    assert new_ledger(settings, clock).open() == 0
    assert states(settings) == [("settled", 3)]


@pytest.mark.parametrize("date", [datetime(2100, 1, 1, tzinfo=UTC), NOON + timedelta(hours=20)])
def test_an_answer_from_a_time_to_come_is_not_the_last_word_on_the_account(
    ledger: Ledger, settings: Settings, clock: Clock, date: datetime
) -> None:
    """One may stand in the warehouse since a time when any `Date` was believed."""
    land(settings, clock, replace(answer(clock, used="20"), captured_at=date, response_id="a" * 64))
    clock.on(10)
    land(settings, clock, answer(clock, used="90"))
    assert ledger.budget().spent == 90
    clock.on(10)
    land(settings, clock, answer(clock, used="99"))
    assert ledger.budget().spent == 99


@pytest.mark.parametrize("used", [("20", "23"), ("23", "20")])
def test_of_two_answers_of_one_second_the_one_that_used_more_is_the_last_word(
    ledger: Ledger, settings: Settings, clock: Clock, used: tuple[str, str]
) -> None:
    """In whatever order they landed."""
    for number, each in enumerate(used):
        land(settings, clock, replace(answer(clock, used=each), response_id=str(number) * 64))
    assert ledger.budget().spent == 23


@given(
    told=st.lists(
        st.tuples(
            *[st.sampled_from([None, "-7", "0", "3", "9" * 30, "1e9", "nan", "3.5", "٣"])] * 3
        ),
        max_size=4,
    )
)
def test_no_header_makes_the_sum_of_what_was_spent_absurd(
    told: list[tuple[str | None, str | None, str | None]],
) -> None:
    """A charge is at most what a call can cost; all else is put right by the next answer."""
    for last, used, left in told:
        given_headers = {
            "x-requests-last": last,
            "x-requests-used": used,
            "x-requests-remaining": left,
        }
        response = ApiResponse.from_exchange(
            endpoint=REQUEST.path,
            params=REQUEST.params,
            requested_at=NOON,
            status_code=200,
            headers={name: text for name, text in given_headers.items() if text is not None},
            body_text="[]",
            credits_estimated=3,
            origin="live",
        )
        assert response.credits_charged is None or 0 <= response.credits_charged <= 30
        assert response.credits_used is None or 0 <= response.credits_used <= 10**9
