from functools import partial
from typing import Any

import pytest

from tests.oracle.builder import (
    AWAY,
    HOME,
    book,
    error,
    event,
    event_list,
    event_odds,
    h2h,
    historical_odds,
    market,
    micros,
    odds,
    scores,
    spreads,
)
from tests.oracle.changes import Change, derive_changes
from tests.oracle.responses import read_responses

# (valid_from, american, point, stale, in play), or (valid_from, "gone", in play)
Row = tuple[Any, ...]


def changes_of(*lines: dict[str, Any]) -> list[Change]:
    return derive_changes(read_responses(lines))


def rows_of(lines: list[dict[str, Any]], name: str = HOME) -> list[Row]:
    rows: list[Row] = []
    for change in changes_of(*lines):
        if change.outcome_name == name:
            if change.is_withdrawn:
                assert change[6:9] == (None, None, None)
                assert change.market_updated_at is None
                assert not change.is_stale
                rows.append((change.valid_from, "gone", change.is_in_play))
            else:
                state = (change.american_price, change.point, change.is_stale, change.is_in_play)
                rows.append((change.valid_from, *state))
    return rows


def game(*markets: dict[str, Any], start: str = "23:00", key: str = "fanduel") -> dict[str, Any]:
    return event("game", start, book(key, *markets))


def test_a_price_that_stands_still_is_one_row() -> None:
    lines = [odds("18:00", game(h2h(-110, 100))), odds("18:10", game(h2h(-110, 100)))]
    assert rows_of(lines) == [(micros("18:00"), -110, None, False, False)]


def test_valid_to_is_the_next_change_of_the_same_quote() -> None:
    lines = [
        odds("18:00", game(h2h(-110, 100))),
        odds("18:10", game(h2h(-120, 100))),
        odds("18:20", game(h2h(-120, 105))),
    ]
    spans = [
        (change.outcome_name, change.valid_from, change.valid_to) for change in changes_of(*lines)
    ]
    assert spans == [
        (HOME, micros("18:00"), micros("18:10")),
        (AWAY, micros("18:00"), micros("18:20")),
        (HOME, micros("18:10"), None),
        (AWAY, micros("18:20"), None),
    ]


def test_a_line_that_moves_is_one_change() -> None:
    lines = [
        odds("18:00", game(spreads((-110, -3.5), (-110, 3.5)))),
        odds("18:10", game(spreads((-110, -4), (-110, 4)))),
    ]
    assert rows_of(lines) == [
        (micros("18:00"), -110, -3.5, False, False),
        (micros("18:10"), -110, -4.0, False, False),
    ]


def test_each_line_of_an_alternate_market_is_its_own_quote() -> None:
    first = market("alternate_spreads", [(HOME, None, -110, -3.5), (HOME, None, 120, -4.5)])
    second = market("alternate_spreads", [(HOME, None, -110, -3.5), (HOME, None, 150, -5.5)])
    asked = "alternate_spreads"
    lines = [
        event_odds("18:00", game(first), markets=asked),
        event_odds("18:10", game(second), markets=asked),
    ]
    rows = [(c.line, c.valid_from, c.point, c.american_price) for c in changes_of(*lines)]
    assert rows == [
        (-3.5, micros("18:00"), -3.5, -110),
        (-4.5, micros("18:00"), -4.5, 120),
        (-5.5, micros("18:10"), -5.5, 150),
        (-4.5, micros("18:10"), -4.5, None),
    ]


def test_a_vanished_book_leaves_tombstones_and_comes_back_as_a_birth() -> None:
    lines = [
        odds("18:00", game(h2h(-110, 100))),
        odds("18:10", event("game", "23:00")),
        odds("18:20", event("game", "23:00")),
        odds("18:30", game(h2h(-110, 100))),
    ]
    assert rows_of(lines) == [
        (micros("18:00"), -110, None, False, False),
        (micros("18:10"), "gone", False),
        (micros("18:30"), -110, None, False, False),
    ]


def test_one_missing_outcome_is_withdrawn_by_any_response_that_shows_its_market() -> None:
    one_sided = game(market("h2h", {AWAY: 100}))
    lines = [odds("18:00", game(h2h(-110, 100))), odds("18:10", one_sided, sport="upcoming")]
    assert rows_of(lines) == [
        (micros("18:00"), -110, None, False, False),
        (micros("18:10"), "gone", False),
    ]


def test_an_event_no_longer_listed_has_every_quote_withdrawn() -> None:
    full = game(h2h(-110, 100), spreads((-110, -1.5), (-110, 1.5)))
    gone = [
        change for change in changes_of(odds("18:00", full), odds("18:10")) if change.is_withdrawn
    ]
    assert {(change.market_key, change.outcome_name) for change in gone} == {
        ("h2h", HOME),
        ("h2h", AWAY),
        ("spreads", HOME),
        ("spreads", AWAY),
    }


@pytest.mark.parametrize(
    "silent",
    [
        error("18:10"),
        error("18:10", status=500),
        {**odds("18:10"), "body": {"message": "not a list"}},
        {**odds("18:10"), "body": None},
        event_list("18:10"),
        scores("18:10"),
    ],
    ids=["429", "500", "200_with_an_object", "200_with_null", "events", "scores"],
)
def test_errors_and_lists_without_odds_withdraw_nothing(silent: dict[str, Any]) -> None:
    lines = [odds("18:00", game(h2h(-110, 100))), silent, odds("18:20", game(h2h(-110, 100)))]
    assert rows_of(lines) == [(micros("18:00"), -110, None, False, False)]


def test_a_snapshot_at_exactly_the_start_is_in_play() -> None:
    lines = [
        odds("22:59:59.999", game(h2h(-110, 100))),
        odds("23:00", game(h2h(-110, 100))),
    ]
    assert rows_of(lines) == [
        (micros("22:59:59.999"), -110, None, False, False),
        (micros("23:00"), -110, None, False, True),
    ]


@pytest.mark.parametrize(
    ("withdrawing", "is_in_play"),
    [
        (odds("23:05", event("game", "23:30")), False),
        (odds("23:05", event("game", "23:05")), True),
        (odds("23:05"), True),
    ],
    ids=["start_moved_later", "started", "event_gone"],
)
def test_a_tombstone_is_in_play_by_the_start_last_shown(
    withdrawing: dict[str, Any], is_in_play: bool
) -> None:
    lines = [odds("22:50", game(h2h(-110, 100))), withdrawing]
    assert rows_of(lines)[-1] == (micros("23:05"), "gone", is_in_play)


def test_the_start_a_list_of_events_shows_does_not_put_a_tombstone_in_play() -> None:
    moved = event("game", "23:30")
    lines = [odds("22:50", game(h2h(-110, 100))), event_list("23:00", moved), odds("23:05")]
    assert rows_of(lines)[-1] == (micros("23:05"), "gone", True)


@pytest.mark.parametrize(
    ("updated", "is_stale"),
    [("17:50", False), ("17:49:59", True), ("18:00:04", False), ("19:00", False)],
    ids=["10_minutes", "a_second_more", "4_s_ahead", "an_hour_ahead"],
)
def test_a_quote_is_stale_beyond_10_minutes(updated: str, is_stale: bool) -> None:
    frozen = market("h2h", {HOME: -110}, updated=updated)
    assert rows_of([odds("18:00", game(frozen))]) == [
        (micros("18:00"), -110, None, is_stale, False)
    ]


def test_a_stamp_that_freezes_makes_one_change_and_a_fresh_one_another() -> None:
    frozen = market("h2h", {HOME: -110}, updated="18:00")
    lines = [odds(clock, game(frozen)) for clock in ("18:00", "18:10", "18:20", "18:30")]
    lines.append(odds("18:40", game(market("h2h", {HOME: -110}))))
    assert rows_of(lines) == [
        (micros("18:00"), -110, None, False, False),
        (micros("18:20"), -110, None, True, False),
        (micros("18:40"), -110, None, False, False),
    ]


def test_the_book_stamp_counts_where_the_market_has_none() -> None:
    plain = {"key": "h2h", "outcomes": [{"name": HOME, "price": -110}]}
    shown = event("game", "23:00", book("fanduel", plain, updated="17:00"))
    (change,) = changes_of(odds("18:00", shown))
    assert (change.market_updated_at, change.is_stale) == (micros("17:00"), True)


def test_a_quote_without_any_stamp_is_not_stale() -> None:
    line = odds("18:00", game(h2h(-110, 100)))
    del line["body"][0]["bookmakers"][0]["markets"][0]["last_update"]
    assert {(c.market_updated_at, c.is_stale) for c in changes_of(line)} == {(None, False)}


def test_a_change_says_when_the_quote_was_last_seen_before() -> None:
    """The price, and its end, lie between that look and this one; what is new came from nowhere."""
    shown = [odds(clock, game(h2h(-110, 100))) for clock in ("18:00", "18:30")]
    moved = odds("19:00", game(h2h(-120, 100)))
    gone, back = odds("20:00", event("game", "23:00")), odds("20:10", game(h2h(-120, 100)))
    seen = [
        (change.valid_from, change.previous_seen_at)
        for change in changes_of(*shown, moved, gone, back)
        if change.outcome_name == HOME
    ]
    assert seen == [
        (micros("18:00"), None),
        (micros("19:00"), micros("18:30")),
        (micros("20:00"), micros("19:00")),
        (micros("20:10"), None),
    ]


@pytest.mark.parametrize(
    ("clocks", "is_aged_out"),
    [
        (("18:00", "18:12"), True),
        (("18:00", "18:10"), False),
        (("18:00", "18:12", None), None),
    ],
    ids=["last_shown_stale", "last_shown_fresh", "no_stamp"],
)
def test_a_tombstone_says_whether_the_quote_was_stale_when_last_shown(
    clocks: tuple[str | None, ...], is_aged_out: bool | None
) -> None:
    """The API drops a book that it has not read for 15 minutes: it withdrew nothing."""
    frozen = market("h2h", {HOME: -110}, updated="18:00")
    lines = [odds(clock, game(frozen)) for clock in clocks if clock]
    if None in clocks:
        del lines[-1]["body"][0]["bookmakers"][0]["markets"][0]["last_update"]
    *shown, gone = changes_of(*lines, odds("18:20", event("game", "23:00")))
    assert {change.is_aged_out for change in shown} == {False}
    assert (gone.is_withdrawn, gone.is_aged_out) == (True, is_aged_out)


def test_a_historical_response_counts_at_the_time_of_its_snapshot() -> None:
    lines = [
        odds("18:20", game(h2h(-120, 100))),
        historical_odds("18:10", game(h2h(-110, 100)), received="11T09:00"),
    ]
    assert rows_of(lines) == [
        (micros("18:10"), -110, None, False, False),
        (micros("18:20"), -120, None, False, False),
    ]


def test_a_late_or_repeated_line_changes_nothing() -> None:
    lines = [
        odds("18:00", game(h2h(-110, 100))),
        odds("18:10", event("game", "23:00")),
        odds("18:20", game(h2h(-120, 100))),
    ]
    assert changes_of(lines[2], lines[0], lines[1], lines[0]) == changes_of(*lines)


def test_decimal_prices_are_read_when_american_is_not_asked_for() -> None:
    line = odds("18:00", game(h2h(2.5, 1.5)))
    del line["params"]["oddsFormat"]
    prices = [(change.american_price, change.decimal_price) for change in changes_of(line)]
    assert prices == [(150, 2.5), (-200, 1.5)]


def test_american_prices_carry_their_decimal_price() -> None:
    prices = [
        (c.american_price, c.decimal_price) for c in changes_of(odds("18:00", game(h2h(-125, 140))))
    ]
    assert prices == [(-125, 1.8), (140, 2.4)]


def test_a_draw_is_an_outcome_and_accents_are_kept() -> None:
    shown = event("game", "23:00", book("fanduel", h2h(150, 180, draw=220)), home="Montréal")
    names = [change.outcome_name for change in changes_of(odds("18:00", shown))]
    assert names == [HOME, AWAY, "Draw"]
    accented = game(market("h2h", {"Montréal Canadiens": -110}))
    assert changes_of(odds("18:00", accented))[0].outcome_name == "Montréal Canadiens"


def test_props_differ_by_description() -> None:
    props = market(
        "player_points",
        {("Over", "José Ramírez"): (-115, 1.5), ("Over", "Aaron Judge"): (105, 0.5)},
    )
    (first, second) = changes_of(event_odds("18:00", game(props), markets="player_points"))
    assert (first.outcome_description, first.line, first.point) == ("José Ramírez", 1.5, 1.5)
    assert (second.outcome_description, second.american_price) == ("Aaron Judge", 105)


def test_a_prop_listed_twice_at_one_point_counts_at_the_lower_price() -> None:
    alternates = market(
        "player_points",
        [
            ("Over", "Max Strus", -200, 8.5),
            ("Over", "Max Strus", -295, 8.5),
            ("Over", "Max Strus", 150, 9.5),
        ],
    )
    shown = changes_of(event_odds("18:00", game(alternates), markets="player_points"))
    assert [(c.point, c.american_price) for c in shown] == [(8.5, -295), (9.5, 150)]


def test_at_one_instant_the_response_id_decides_the_order() -> None:
    lines = [
        odds("18:00", game(h2h(-110, 100)), regions="us"),
        odds("18:00", game(h2h(-120, 100)), regions="us,us2"),
    ]
    for wide_first in (False, True):
        ids = {"us": "m", "us,us2": "a" if wide_first else "z"}
        responses = read_responses(lines, partial(_id_by_regions, ids))
        prices = [c.american_price for c in derive_changes(responses) if c.outcome_name == HOME]
        assert prices == ([-120, -110] if wide_first else [-110, -120])


def _id_by_regions(ids: dict[str, str], line: dict[str, Any]) -> str:
    return ids[line["params"]["regions"]]
