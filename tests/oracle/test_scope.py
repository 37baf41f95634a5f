from typing import Any

import pytest

from tests.oracle.builder import at, book, event, event_odds, h2h, market, odds
from tests.oracle.changes import derive_changes
from tests.oracle.responses import read_responses

PRICE = h2h(-110, 100)
QUOTED = event("game", "23:00", book("fanduel", PRICE))


def withdrawn_at(*lines: dict[str, Any]) -> set[str]:
    changes = derive_changes(read_responses(lines))
    return {change.market_key for change in changes if change.is_withdrawn}


@pytest.mark.parametrize(
    ("first", "second", "is_withdrawn"),
    [
        pytest.param({}, {}, True, id="same_request"),
        pytest.param({}, {"markets": "spreads"}, False, id="other_market"),
        pytest.param({}, {"markets": ""}, True, id="markets_default_to_h2h"),
        pytest.param({}, {"regions": "us,us2"}, True, id="wider_regions"),
        pytest.param({"regions": "us,us2"}, {"regions": "us"}, False, id="narrower_regions"),
        pytest.param({}, {"regions": "eu"}, False, id="other_region"),
        pytest.param({}, {"bookmakers": "fanduel,bovada"}, True, id="book_named"),
        pytest.param({}, {"bookmakers": "bovada"}, False, id="other_book_named"),
        pytest.param({"bookmakers": "fanduel"}, {}, False, id="regions_after_named"),
        pytest.param({"bookmakers": "fanduel"}, {"bookmakers": "fanduel"}, True, id="named_twice"),
        pytest.param(
            {}, {"bookmakers": "bovada", "regions": "us"}, False, id="bookmakers_win_over_regions"
        ),
        pytest.param(
            {"bookmakers": "fanduel", "regions": "us"}, {}, False, id="named_and_regions_is_named"
        ),
        pytest.param({}, {"eventIds": "other,game"}, True, id="event_among_ids"),
        pytest.param({}, {"eventIds": "other"}, False, id="event_not_among_ids"),
        pytest.param({}, {"commenceTimeTo": at("23:00")}, True, id="start_at_the_upper_bound"),
        pytest.param({}, {"commenceTimeTo": at("22:59:59")}, False, id="start_after_the_bound"),
        pytest.param({}, {"commenceTimeFrom": at("23:00")}, True, id="start_at_the_lower_bound"),
        pytest.param({}, {"commenceTimeFrom": at("23:00:01")}, False, id="start_before_the_bound"),
        pytest.param({}, {"sport": "upcoming"}, False, id="upcoming_withdraws_nothing"),
        pytest.param({"sport": "upcoming"}, {}, True, id="seen_first_in_upcoming"),
        pytest.param({}, {"sport": "icehockey_nhl"}, False, id="other_sport"),
    ],
)
def test_an_empty_answer_withdraws_what_its_request_covers(
    first: dict[str, str], second: dict[str, str], is_withdrawn: bool
) -> None:
    lines = [odds("18:00", QUOTED, **first), odds("18:10", **second)]
    assert withdrawn_at(*lines) == ({"h2h"} if is_withdrawn else set())


@pytest.mark.parametrize(
    ("asked", "gone"),
    [("h2h", {"h2h", "h2h_lay"}), ("h2h_lay", {"h2h_lay"}), ("spreads", set())],
    ids=["base", "lay_itself", "neither"],
)
def test_a_lay_market_follows_its_base(asked: str, gone: set[str]) -> None:
    exchange = book("matchbook", PRICE, market("h2h_lay", {"Boston Red Sox": 2.0}))
    lines = [odds("18:00", event("game", "23:00", exchange)), odds("18:10", markets=asked)]
    assert withdrawn_at(*lines) == gone


def test_an_event_call_speaks_about_its_own_event_only() -> None:
    other = event("other", "23:00", book("fanduel", PRICE))
    lines = [odds("18:00", QUOTED, other), event_odds("18:10", event("game", "23:00"))]
    changes = derive_changes(read_responses(lines))
    assert [change.event_id for change in changes if change.is_withdrawn] == ["game", "game"]


def test_a_sport_call_withdraws_what_an_event_call_showed() -> None:
    shown = event("game", "23:00", book("fanduel", PRICE))
    assert withdrawn_at(event_odds("18:00", shown), odds("18:10")) == {"h2h"}


def test_the_filter_looks_at_the_start_the_last_showing_announced() -> None:
    lines = [
        odds("18:00", QUOTED),
        odds("18:10", event("game", "23:30", book("fanduel", PRICE))),
        odds("18:20", commenceTimeTo=at("23:00")),
    ]
    assert withdrawn_at(*lines) == set()


def test_the_request_that_counts_is_the_one_that_last_showed_the_piece() -> None:
    lines = [
        odds("18:00", QUOTED),
        odds("18:10", QUOTED, bookmakers="fanduel"),
        odds("18:20"),
    ]
    assert withdrawn_at(*lines) == set()
    assert withdrawn_at(*lines, odds("18:30", bookmakers="fanduel")) == {"h2h"}
