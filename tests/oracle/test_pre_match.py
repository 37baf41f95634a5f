from typing import Any

import pytest

from tests.oracle import derive, to_datetime
from tests.oracle.builder import (
    AWAY,
    HOME,
    at,
    book,
    error,
    event,
    event_list,
    event_odds,
    h2h,
    market,
    micros,
    odds,
    spreads,
)
from tests.oracle.pre_match import Close, Opening

AS_OF = to_datetime(micros("12T00:00"))


def closes_of(lines: list[dict[str, Any]], as_of: str = "12T00:00") -> list[Close]:
    return derive(lines, to_datetime(micros(as_of)), lambda line: line["received_at"]).closes


def openings_of(lines: list[dict[str, Any]]) -> list[Opening]:
    return derive(lines, AS_OF, lambda line: line["received_at"]).openings


def quoted(clock: str, home: int = -110, start: str = "23:00", **params: str) -> dict[str, Any]:
    return odds(clock, event("game", start, book("fanduel", h2h(home, 100))), **params)


def outcome_of(lines: list[dict[str, Any]], as_of: str = "12T00:00") -> int | str | None:
    """The home side's closing price, or the reason why there is none."""
    (close,) = [close for close in closes_of(lines, as_of) if close.outcome_name == HOME]
    return close.missing_reason or close.american_price


def test_a_close_is_the_last_quote_strictly_before_the_start() -> None:
    lines = [quoted("22:30", -110), quoted("22:59", -120), quoted("23:00", -130)]
    (close, _) = closes_of(lines)
    assert close == Close(
        event_id="game",
        bookmaker_key="fanduel",
        market_key="h2h",
        outcome_name=HOME,
        outcome_description=None,
        line=None,
        point=None,
        american_price=-120,
        decimal_price=1 + 100 / 120,
        captured_at=micros("22:59"),
        market_updated_at=micros("22:58:30"),
        minutes_before_start=1.0,
        missing_reason=None,
        is_aged_out=False,
        response_id=at("22:59"),
    )


def test_a_missing_close_has_a_reason_and_nothing_else() -> None:
    (close, _) = closes_of([quoted("20:00")])
    assert close[:6] == ("game", "fanduel", "h2h", HOME, None, None)
    assert close[6:] == (None, None, None, None, None, None, "fetch_gap", None, None)


@pytest.mark.parametrize(
    ("as_of", "expected"), [("22:59:59", "not_started"), ("23:00", -110)], ids=["before", "at"]
)
def test_an_event_has_a_close_from_its_start_on(as_of: str, expected: int | str) -> None:
    assert outcome_of([quoted("22:59")], as_of) == expected


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("22:00", -110), ("21:59:59.999", "fetch_gap")],
    ids=["60_minutes", "more"],
)
def test_the_last_snapshot_may_be_60_minutes_old(clock: str, expected: int | str) -> None:
    assert outcome_of([quoted(clock)]) == expected


FROZEN = market("h2h", {HOME: -110}, updated="22:40")


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (odds("22:50"), "event_off"),
        (odds("22:50", event("game", "23:00")), "withdrawn"),
        (odds("22:51", event("game", "23:00", book("fanduel", FROZEN))), "stale"),
        (odds("22:50", event("game", "23:00", book("fanduel", FROZEN))), -110),
        (error("22:50"), -105),
        (event_list("22:50", event("game", "23:00")), -105),
        (odds("22:50", sport="upcoming"), -105),
        (odds("22:50", markets="spreads"), -105),
        (odds("22:50", bookmakers="bovada"), -105),
        (odds("22:50", bookmakers="fanduel"), "event_off"),
        (event_odds("22:50", event("game", "23:00")), "withdrawn"),
    ],
    ids=[
        "event_gone",
        "book_gone",
        "stale_by_a_minute",
        "10_minutes_is_not_stale",
        "error",
        "events_call",
        "upcoming",
        "other_market",
        "other_book",
        "named_book",
        "event_call",
    ],
)
def test_the_last_snapshot_in_scope_decides(last: dict[str, Any], expected: int | str) -> None:
    assert outcome_of([quoted("21:45", -105), quoted("22:10", -105), last]) == expected


@pytest.mark.parametrize(
    ("last", "expected"),
    [(odds("21:50"), "event_off"), (odds("21:50", event("game", "23:00")), "fetch_gap")],
    ids=["an_event_gone_comes_before_the_gap", "the_gap_comes_before_a_book_gone"],
)
def test_the_first_reason_that_holds_is_given(last: dict[str, Any], expected: str) -> None:
    assert outcome_of([quoted("21:45"), last]) == expected


@pytest.mark.parametrize(
    ("last_shown", "is_aged_out"), [("22:49", False), ("22:51", True)], ids=["fresh", "stale"]
)
def test_a_close_that_is_withdrawn_says_whether_the_book_aged_out(
    last_shown: str, is_aged_out: bool
) -> None:
    shown = odds(last_shown, event("game", "23:00", book("fanduel", FROZEN)))
    gone = [odds(clock, event("game", "23:00")) for clock in ("22:54", "22:58")]
    (close,) = closes_of([quoted("21:45"), shown, *gone])[:1]
    assert (close.missing_reason, close.is_aged_out) == ("withdrawn", is_aged_out)


def test_a_silent_snapshot_keeps_counting_after_the_withdrawal() -> None:
    lines = [quoted("20:00"), odds("20:10", event("game", "23:00")), odds("22:30")]
    assert outcome_of(lines) == "event_off"
    lines.append(odds("22:40", event("game", "23:00")))
    assert outcome_of(lines) == "withdrawn"


def test_one_outcome_can_close_where_its_twin_was_withdrawn() -> None:
    one_sided = odds("22:50", event("game", "23:00", book("fanduel", market("h2h", {AWAY: 100}))))
    closes = closes_of([quoted("22:40"), one_sided])
    reasons = {close.outcome_name: close.missing_reason for close in closes}
    assert reasons == {HOME: "withdrawn", AWAY: None}


def test_a_reborn_quote_closes() -> None:
    lines = [quoted("22:30"), odds("22:40", event("game", "23:00")), quoted("22:50", -130)]
    assert outcome_of(lines) == -130


def test_a_start_rewritten_earlier_takes_the_close_from_before_it() -> None:
    lines = [quoted("22:30", -110), quoted("22:50", -120), quoted("23:10", 500, start="22:45")]
    assert outcome_of(lines) == -110


def test_a_quote_first_shown_after_the_real_start_has_neither_opening_nor_close() -> None:
    late = event("game", "23:00", book("bovada", h2h(-105, 100)))
    lines = [quoted("22:30"), odds("22:50", late), quoted("23:10", 500, start="22:45")]
    assert {close.bookmaker_key for close in closes_of(lines)} == {"fanduel"}
    assert {opening.bookmaker_key for opening in openings_of(lines)} == {"fanduel"}


def test_a_quote_seen_in_play_only_has_neither_opening_nor_close() -> None:
    lines = [quoted("23:10")]
    assert (closes_of(lines), openings_of(lines)) == ([], [])


def test_a_start_moved_later_takes_the_close_before_the_new_start() -> None:
    lines = [quoted("22:30", -110), quoted("22:55", -120, "23:40"), quoted("23:30", -130, "23:40")]
    assert outcome_of(lines) == -130


def test_a_postponed_event_that_left_the_feed_is_off() -> None:
    assert outcome_of([quoted("20:00"), odds("21:00"), odds("22:50")]) == "event_off"


def test_games_of_a_doubleheader_close_each_at_their_own_start() -> None:
    both = [
        odds(
            clock,
            event("first", "17:00", book("fanduel", h2h(first, 100))),
            event("second", "23:00", book("fanduel", h2h(second, 100))),
        )
        for clock, first, second in [("16:50", -110, -150), ("22:50", 900, -160)]
    ]
    prices = {c.event_id: c.american_price for c in closes_of(both) if c.outcome_name == HOME}
    assert prices == {"first": -110, "second": -160}


def test_a_spread_that_moved_has_one_close_and_alternate_lines_have_one_each() -> None:
    def shown(clock: str, point: float) -> dict[str, Any]:
        lines = [(HOME, None, -110, point), (HOME, None, 150, point - 1)]
        markets = [spreads((-110, point), (-110, -point)), market("alternate_spreads", lines)]
        game = event("game", "23:00", book("fanduel", *markets))
        return event_odds(clock, game, markets="spreads,alternate_spreads")

    closes = closes_of([shown("22:40", -3.5), shown("22:50", -4.5)])
    rows = {
        (close.market_key, close.line): close.missing_reason or close.point
        for close in closes
        if close.outcome_name == HOME
    }
    assert rows == {
        ("spreads", None): -4.5,
        ("alternate_spreads", -3.5): "withdrawn",
        ("alternate_spreads", -4.5): -4.5,
        ("alternate_spreads", -5.5): -5.5,
    }


def test_an_opening_is_the_first_quote_and_keeps_its_first_point() -> None:
    def shown(clock: str, point: float) -> dict[str, Any]:
        prices = spreads((-110, point), (-110, -point))
        return odds(clock, event("game", "23:00", book("fanduel", prices)))

    (opening, _) = openings_of([shown("18:00", -3.5), shown("18:10", -4.5)])
    assert opening == Opening(
        event_id="game",
        bookmaker_key="fanduel",
        market_key="spreads",
        outcome_name=HOME,
        outcome_description=None,
        line=None,
        point=-3.5,
        american_price=-110,
        decimal_price=1 + 100 / 110,
        captured_at=micros("18:00"),
        market_updated_at=micros("17:59:30"),
        is_left_censored=True,
        response_id=at("18:00"),
    )


@pytest.mark.parametrize(
    ("before", "is_censored"),
    [
        (odds("17:00"), False),
        (odds("16:59:59"), True),
        (odds("17:50", markets="spreads"), True),
        (odds("17:50", regions="us,us2"), False),
        (odds("17:50", regions="eu"), True),
        (odds("17:50", bookmakers="fanduel"), False),
        (odds("17:50", bookmakers="bovada"), True),
        (odds("17:50", sport="upcoming"), True),
        (odds("17:50", sport="icehockey_nhl"), True),
        (odds("17:50", eventIds="other"), True),
        (event_odds("17:50", event("game", "23:00")), False),
        (event_odds("17:50", event("other", "23:00")), True),
        (event_list("17:50", event("game", "23:00")), True),
        (error("17:50"), True),
    ],
    ids=[
        "60_minutes_before",
        "longer_before",
        "other_market",
        "wider_regions",
        "other_region",
        "named_book",
        "other_book",
        "upcoming",
        "other_sport",
        "other_event_filtered",
        "event_call",
        "other_event_call",
        "events_call",
        "error",
    ],
)
def test_an_opening_is_censored_unless_a_snapshot_in_scope_came_shortly_before(
    before: dict[str, Any], is_censored: bool
) -> None:
    openings = openings_of([before, quoted("18:00")])
    assert {opening.is_left_censored for opening in openings} == {is_censored}
