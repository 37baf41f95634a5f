from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from rich.text import Text

from analysis.board import main_lines
from analysis.quotes import histories
from cli import display
from cli.output import complain, object_text, page_text

NOON = datetime(2026, 7, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "plot"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param([None, None], "", id="only gaps"),
        pytest.param([2.0, 2.0], "▁▁", id="a flat price"),
        pytest.param([1.0, 1.5, 2.0], "▁▅█", id="a rise"),
        pytest.param([2.0, None, 1.0], "█ ▁", id="a gap"),
    ],
)
def test_a_sparkline_spans_from_the_lowest_to_the_highest(
    values: list[float | None], plot: str
) -> None:
    assert display.sparkline(values) == plot


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(None, ""), (0.4, "0 min"), (59, "59 min"), (90, "1.5 h"), (4320, "3.0 d")],
)
def test_an_age_is_told_in_the_unit_a_person_would_use(minutes: float | None, text: str) -> None:
    assert display.age(minutes) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2_000_000_000, "2.0 GB")]
)
def test_bytes_are_told_in_a_unit_of_thousands(count: int, text: str) -> None:
    assert display.size(count) == text


@pytest.mark.parametrize(
    ("point", "is_handicap", "text"),
    [(None, True, ""), (3.5, True, "+3.5"), (-4.0, True, "-4"), (221.0, False, "221")],
)
def test_only_a_handicap_shows_its_sign(point: float | None, is_handicap: bool, text: str) -> None:
    assert display.line(point, is_handicap=is_handicap) == text


def offer(outcome: str, point: float | None, books: int, market: str = "spreads") -> dict[str, Any]:
    return {
        "event_id": "e",
        "market_key": market,
        "outcome_name": outcome,
        "outcome_description": None,
        "point": point,
        "bookmaker_count": books,
    }


def test_the_main_line_is_the_one_most_books_offer_on_both_sides_together() -> None:
    board = [
        offer("home", -3.5, 2),
        offer("home", -4.0, 3),
        offer("away", 3.5, 4),
        offer("away", 4.0, 2),
        offer("home", None, 1, market="h2h"),
    ]
    assert [(row["market_key"], row["point"]) for row in main_lines(board)] == [
        ("spreads", -3.5),
        ("spreads", 3.5),
        ("h2h", None),
    ]


def change(minutes: int, price: float | None, **more: Any) -> dict[str, Any]:
    return {
        "market_key": "h2h",
        "outcome_description": None,
        "outcome_name": "home",
        "line": None,
        "point": None,
        "bookmaker_key": "fanduel",
        "decimal_price": price,
        "valid_from": NOON + timedelta(minutes=minutes),
        "is_withdrawn": price is None,
        "is_in_play": False,
    } | more


def test_a_history_ends_at_the_start_and_shows_withdrawals_as_gaps() -> None:
    changes = [
        change(0, 1.9),
        change(30, None),
        change(50, 2.1),
        change(70, 9.9, is_in_play=True),
    ]
    (history,) = histories(changes, until=NOON + timedelta(minutes=60), buckets=6)
    assert history.prices == (1.9, 1.9, None, None, 2.1, 2.1)
    assert (history.low, history.high, history.change_count) == (1.9, 2.1, 2)
    assert history.last["decimal_price"] == 2.1
    assert (history.since, history.until) == (NOON, NOON + timedelta(minutes=60))
    assert history.lines == ()


def test_a_line_that_moves_is_followed_and_one_of_many_is_not() -> None:
    moving = [change(0, 1.9, point=-3.5), change(30, 1.9, point=-4.0), change(50, 1.8, point=-4.0)]
    (history,) = histories(moving, until=NOON + timedelta(minutes=60), buckets=6)
    assert history.lines == (-3.5, -3.5, -4, -4, -4, -4)
    assert (history.low_line, history.high_line) == (-4, -3.5)
    assert history.prices == (1.9, 1.9, 1.9, 1.9, 1.8, 1.8)
    one_of_many = [change(0, 1.9, point=-3.5, line=-3.5)]
    (history,) = histories(one_of_many, until=NOON + timedelta(minutes=60), buckets=6)
    assert history.lines == ()


def test_a_quote_that_showed_only_in_play_has_no_history() -> None:
    assert histories([change(5, 3.0, is_in_play=True)], until=NOON, buckets=4) == []


def test_what_was_shown_in_play_before_the_start_known_now_is_no_history() -> None:
    """A game that was said to be under way, and then put off by an hour."""
    changes = [change(0, 1.9), change(20, 9.9, is_in_play=True), change(40, 2.0)]
    (history,) = histories(changes, until=NOON + timedelta(minutes=60), buckets=3)
    assert (history.prices, history.high, history.change_count) == ((1.9, 2.0, 2.0), 2.0, 1)


def test_no_text_from_outside_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    steering = "Lakers\x1b]0;owned\x07\x9b31m\u202e"
    grid = display.table(f"Board {steering}", "team", "price", numbers=("price",))
    grid.add_row(steering, "+100")
    page = page_text([grid, Text(steering), steering, display.fact_table("", [("x", steering)])])
    complain(f"the API says: {steering}")
    said = object_text({"team": steering})
    for text in (page, capsys.readouterr().err, said):
        assert "Lakers" in text
        assert text.replace("\n", "").isprintable()
    assert orjson.loads(said) == {"team": steering}
