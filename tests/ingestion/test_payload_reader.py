"""What can be read of an answer: every kind of odd value, and what it takes along."""

import json
from typing import Any

import pytest

from ingestion.payload_reader import (
    NO_GAME,
    NOT_GAMES,
    NOT_JSON,
    Reading,
    parsed_json,
    read_answer,
)
from tests.oracle.odd_values import ODD, odd_values
from tests.oracle.reading import read_games
from tests.oracle.responses import listed_items, read_request
from tests.oracle.small_season import small_season

ODDS = "/v4/sports/basketball_nba/odds"
SCORES = "/v4/sports/basketball_nba/scores"
START = "2026-11-30T00:00:00Z"


def outcome(**changes: Any) -> dict[str, Any]:
    return {"name": "Larks", "price": -110, "point": -2.5, **changes}


def book(*outcomes: Any, **changes: Any) -> dict[str, Any]:
    market = {"key": "spreads", "last_update": START, "outcomes": list(outcomes), **changes}
    return {"key": "fanduel", "last_update": START, "markets": [market]}


def game(*books: Any, **changes: Any) -> dict[str, Any]:
    return {
        "id": "g",
        "sport_key": "basketball_nba",
        "commence_time": START,
        "home_team": "Larks",
        "away_team": "Otters",
        "bookmakers": list(books),
        **changes,
    }


def read(*games: Any, endpoint: str = ODDS) -> Reading:
    payload = json.dumps(list(games), separators=(",", ":"))
    return read_answer(endpoint=endpoint, payload=payload, body=parsed_json(payload))


def shown(reading: Reading) -> Any:
    return json.loads(reading.readable_payload or "null")


def notes(reading: Reading) -> list[tuple[str, str]]:
    return [(note["rule"], note["path"]) for note in json.loads(reading.notes or "[]")]


def quoted(reading: Reading) -> list[dict[str, Any]]:
    return [
        quote
        for each in shown(reading)
        for books in each["bookmakers"]
        for market in books["markets"]
        for quote in market["outcomes"]
    ]


def test_what_reads_as_it_is_has_nothing_beside_it() -> None:
    assert read(game(book(outcome())), game(id="other")) == Reading(event_count=2)


@pytest.mark.parametrize(
    "price",
    ["EVEN", "", "5/2", True, {"price": 1}, [], 2**31, 1e308, -99999999999, "1e5", "١٢"],
    ids=repr,
)
def test_a_price_that_cannot_be_read_is_null_and_named(price: object) -> None:
    reading = read(game(book(outcome(price=price), outcome(name="Otters", point=2.5))))
    assert [quote["price"] for quote in quoted(reading)] == [None, -110]
    path = "$[0].bookmakers[0].markets[0].outcomes[0].price"
    assert notes(reading) == [("unreadable_value", path)]
    assert reading.games_read is None  # who is quoted is known: the answer speaks for the game


@pytest.mark.parametrize(("price", "expected"), [("-110", -110), ("+150", 150), ("1.91", 1.91)])
def test_a_number_written_as_text_is_that_number(price: str, expected: float) -> None:
    reading = read(game(book(outcome(price=price))))
    assert quoted(reading)[0]["price"] == expected
    assert reading.notes is None


@pytest.mark.parametrize("point", ["pk", {}, True, 1e7], ids=repr)
@pytest.mark.parametrize("name", ["point", "description"])
def test_an_outcome_of_which_nobody_knows_what_it_is_is_left_out(name: str, point: object) -> None:
    value = point if name == "point" or not isinstance(point, str) else "\x00"
    reading = read(game(book(outcome(**{name: value}), outcome(name="Otters", point=2.5))))
    assert [quote["name"] for quote in quoted(reading)] == ["Otters"]
    assert reading.games_read == NO_GAME


def scored(home: object, away: object, *, completed: bool = True) -> dict[str, Any]:
    scores = [{"name": "Larks", "score": home}, {"name": "Otters", "score": away}]
    return {**game(), "completed": completed, "scores": [each for each in scores if each["score"]]}


@pytest.mark.parametrize(
    ("written", "expected"),
    [("101.0", "101"), ("2 (4)", "2"), ("2(4)", "2"), (" 7 ", "7"), (101.0, 101)],
)
def test_a_score_is_read_however_it_is_written(written: object, expected: object) -> None:
    reading = read(scored(written, "99"), endpoint=SCORES)
    assert shown(reading)[0]["scores"][0]["score"] == expected
    assert notes(reading) == []


@pytest.mark.parametrize("written", ["W.O.", "120/4", "-", 1.5, None, "12345"])
def test_a_game_that_is_over_without_a_score_is_named(written: object) -> None:
    reading = read(scored(written, "99"), endpoint=SCORES)
    assert ("unreadable_value", "$[0].scores") in notes(reading)
    if isinstance(written, str):
        assert notes(read(scored(written, "99", completed=False), endpoint=SCORES)) == []


@pytest.mark.parametrize("completed", [True, False])
def test_a_team_with_two_scores_has_none(completed: bool) -> None:
    """Either could be the true one; the other team's stands, and so does one said twice alike."""
    played = scored("3", "4", completed=completed)
    twice = [{"name": "Larks", "score": "5"}, {"name": "Otters", "score": "4"}]
    played["scores"] += twice
    reading = read(played, endpoint=SCORES)
    assert {each["name"] for each in shown(reading)[0]["scores"]} == {"Otters"}
    assert ("unreadable_value", "$[0].scores") in notes(reading)


@pytest.mark.parametrize("shown_sport", ["TBD", "icehockey_nhl", None, 5], ids=repr)
def test_a_game_in_the_list_of_one_sport_is_of_that_sport(shown_sport: object) -> None:
    reading = read(game(book(outcome()), sport_key=shown_sport))
    assert shown(reading)[0]["sport_key"] == "basketball_nba"
    named = [] if shown_sport is None else [("unreadable_value", "$[0].sport_key")]
    assert notes(reading) == named
    assert reading.games_read is None


def test_what_comes_next_may_be_of_any_sport() -> None:
    upcoming = ODDS.replace("basketball_nba", "upcoming")
    nhl = game(book(outcome()), sport_key="icehockey_nhl")
    assert read(nhl, endpoint=upcoming) == Reading(event_count=1)


@pytest.mark.parametrize("shown_sport", [None, 5, ""], ids=repr)
def test_of_what_sport_a_game_is_that_does_not_say_so_nobody_knows(shown_sport: object) -> None:
    upcoming = ODDS.replace("basketball_nba", "upcoming")
    reading = read(game(book(outcome()), sport_key=shown_sport), endpoint=upcoming)
    assert notes(reading) == [("unreadable_value", "$[0].sport_key")]


@pytest.mark.parametrize("name", [None, "", " ", 5, "a\x00b", "x" * 201, [], True], ids=repr)
def test_names_say_something_and_fit_an_index(name: object) -> None:
    reading = read(game(book(outcome(name=name), outcome())), game(book(outcome()), id="other"))
    assert len(quoted(reading)) == 2
    assert reading.games_read == "other"


@pytest.mark.parametrize("wrong", [{}, "none", None, 5, [None], [3], ["a"], [[]]], ids=repr)
@pytest.mark.parametrize("container", ["bookmakers", "markets", "outcomes"])
def test_a_list_that_is_none_takes_only_its_own_along(container: str, wrong: object) -> None:
    bad = book(outcome())
    if container == "markets":
        bad["markets"] = wrong
    elif container == "outcomes":
        bad["markets"][0]["outcomes"] = wrong
    games = [game(bad, book(outcome()))]
    if container == "bookmakers":
        games = [game(bookmakers=wrong)]
    reading = read(*games, game(book(outcome()), id="other"))
    assert [each["id"] for each in shown(reading)] == ["g", "other"]
    assert len(quoted(reading)) == (1 if container == "bookmakers" else 2)
    assert reading.games_read == "other"
    assert [rule for rule, _ in notes(reading)] == ["unreadable_value"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-29T19:00:00-05:00", START),
        ("2026-11-30 00:00:00Z", START),
        ("2026-11-30T00:00Z", START),
        (1796083200, "2026-12-01T00:00:00Z"),
        ("2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z"),
    ],
)
def test_a_moment_may_be_written_otherwise(written: object, expected: str) -> None:
    reading = read(game(commence_time=written))
    assert shown(reading)[0]["commence_time"] == expected
    assert (reading.notes, reading.games_read) == (None, None)


@pytest.mark.parametrize(
    "start",
    [
        "TBD",
        "2026-02-30T00:00:00Z",
        "2027-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-11-30T24:00:00Z",
        "2026-11-30T00:00:00",  # of which zone?
        "2026-11-30",
        1796083200000,
        -1,
        10**30,
        True,
        None,
    ],
    ids=repr,
)
def test_a_game_whose_start_cannot_be_read_is_not_spoken_for(start: object) -> None:
    reading = read(game(book(outcome()), commence_time=start), game(id="other"))
    assert notes(reading) == [("unreadable_value", "$[0].commence_time")]
    assert reading.games_read == "other"


def test_a_stamp_that_cannot_be_read_is_unknown_and_nothing_else() -> None:
    reading = read(game(book(outcome(), last_update="soon")))
    assert shown(reading)[0]["bookmakers"][0]["markets"][0]["last_update"] is None
    assert reading.games_read is None


@pytest.mark.parametrize("items", [[{"error_code": "BUSY"}], [None], [5, "a"], [{"id": None}]])
def test_an_answer_whose_items_are_no_games_is_an_error_and_no_snapshot(items: list[Any]) -> None:
    reading = read(*items)
    assert (reading.event_count, reading.error_code) == (None, NOT_GAMES)
    assert read_answer(endpoint=ODDS, payload="[]", body=[]).event_count == 0


@pytest.mark.parametrize("odd", [r"\u0000", r"\ud800", r"\udc00"])
def test_what_no_engine_holds_is_not_in_what_they_read(odd: str) -> None:
    payload = json.dumps([game(book(outcome()), id="other")])[:-1]
    payload += "," + json.dumps(game(book(outcome(name="N")), title="T")).replace('"N"', f'"{odd}"')
    payload = payload.replace('"T"', f'"{odd}"') + "]"
    reading = read_answer(endpoint=ODDS, payload=payload, body=parsed_json(payload))
    assert "\\u" not in (reading.readable_payload or "")
    assert reading.games_read == "other"


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e400", "9" * 400])
def test_numbers_that_only_some_know_do_not_lose_the_answer(number: str) -> None:
    payload = json.dumps([game(book(outcome(price=7)), title=8)]).replace(": 7,", f": {number},")
    payload = payload.replace(": 8}", f": {number}}}")
    reading = read_answer(endpoint=ODDS, payload=payload, body=parsed_json(payload))
    assert [quote["price"] for quote in quoted(reading)] == [None]


def test_a_member_named_twice_reads_alike_everywhere() -> None:
    payload = json.dumps([game(book(outcome()))]).replace('"price"', '"price": 200, "price"')
    reading = read_answer(endpoint=ODDS, payload=payload, body=parsed_json(payload))
    assert [quote["price"] for quote in quoted(reading)] == [-110]


def test_nesting_without_end_is_no_json() -> None:
    assert parsed_json("[" * 100_000) is NOT_JSON


def test_listings_of_one_outcome_are_numbered_and_noted() -> None:
    twice = [outcome(), outcome(price=120), outcome(name="Otters", point=2.5)]
    reading = read(game(book(*twice)))
    assert [quote["listing"] for quote in quoted(reading)] == [1, 2, 1]
    assert [rule for rule, _ in notes(reading)] == ["listed_twice"]
    # other lines of a market of many are no second listing
    lines = [outcome(), outcome(point=-3.5), outcome(point=-4.5)]
    assert read(game(book(*lines, key="alternate_spreads"))) == Reading(event_count=1)


@pytest.mark.parametrize("what", ["game", "book", "market"])
def test_whatever_holds_them_outcomes_are_numbered_over_the_whole_answer(what: str) -> None:
    one, other = book(outcome()), book(outcome(price=-125))
    if what == "market":
        one["markets"] += other["markets"]
    games = [game(one), game(other)] if what == "game" else [game(one, other)]
    reading = read(*(games if what != "market" else [game(one)]))
    assert [(quote["listing"], quote["price"]) for quote in quoted(reading)] == [
        (1, -110),
        (2, -125),
    ]
    assert len(shown(reading)) == 1


def test_an_odd_value_of_every_kind_stands_in_the_notes_or_reads() -> None:
    for value in ODD:
        reading = read(game(book(outcome(price=value))))
        is_read = reading.notes is None
        price = (
            None if is_read and reading.readable_payload is None else quoted(reading)[0]["price"]
        )
        assert is_read or price is None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and abs(value) <= 1_000_000:
            assert is_read, value


@pytest.mark.parametrize("seed", range(3))
def test_edited_answers_read_as_another_reader_reads_them(seed: int) -> None:
    for line in odd_values(seed=seed, share=1.0)(small_season(seed=seed)):
        request = read_request(line)
        items = listed_items(line, request) if request else None
        if request is None or items is None:
            continue
        payload = json.dumps(line["body"], separators=(",", ":"))
        reading = read_answer(endpoint=line["endpoint"], payload=payload, body=parsed_json(payload))
        expected = read_games(items, is_odds=request.is_odds)
        if items and not expected.games:
            assert reading.error_code == NOT_GAMES
            continue
        if reading.readable_payload is not None:
            assert [each["id"] for each in shown(reading)] == [
                each["id"] for each in expected.games
            ]
        whole = {each for each in expected.whole or () if "," not in each} or {""}
        read_whole = None if reading.games_read is None else set(reading.games_read.split(","))
        assert read_whole == (None if expected.whole is None else whole)


@pytest.mark.parametrize("depth", [100, 600, 900])
@pytest.mark.parametrize("kind", ["list", "object"])
def test_what_is_nested_deep_is_unreadable_and_nothing_else(depth: int, kind: str) -> None:
    value: Any = "deep"
    for _ in range(depth):
        value = [value] if kind == "list" else {"a": value}
    reading = read(game(book(outcome(name=value))), game(id="other"))
    path = "$[0].bookmakers[0].markets[0].outcomes[0].name"
    assert notes(reading) == [("unreadable_value", path)]
    assert [each["id"] for each in shown(reading)] == ["g", "other"]
    assert reading.games_read == "other"


def test_lists_of_ours_within_each_other_lose_no_answer() -> None:
    value: Any = {"key": "deep"}
    for _ in range(450):
        value = {"key": "b", "bookmakers": [value]}
    reading = read(game(value), game(book(outcome()), id="other"))
    assert notes(reading) == [("unreadable_value", "$[0].bookmakers[0].markets")]
    assert reading.games_read == "other"


@pytest.mark.parametrize("name", ['"listing"', '"l\\u0069sting"'])
def test_a_member_that_the_models_read_as_ours_is_not_theirs_to_set(name: str) -> None:
    payload = json.dumps([game(book(outcome(listing="x")))]).replace('"listing"', name)
    reading = read_answer(endpoint=ODDS, payload=payload, body=parsed_json(payload))
    assert quoted(reading) == [outcome()]


def test_a_byte_order_mark_is_none_of_the_answer() -> None:
    payload = "\ufeff" + json.dumps([game(book(outcome()))])
    reading = read_answer(endpoint=ODDS, payload=payload, body=parsed_json(payload))
    assert (reading.event_count, quoted(reading)) == (1, [outcome()])


def test_a_game_called_as_no_game_is_is_a_game() -> None:
    """What stands for no game cannot be one: an answer that was read for none withdraws none."""
    assert read(game(book(outcome(name=None)), id="none")).games_read == NO_GAME
    assert read(game(book(outcome(name=None)), id=NO_GAME)).games_read == NO_GAME
