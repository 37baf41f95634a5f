"""Answers with odd values in the warehouse: nothing stops, nothing leaves, everything is named."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import postgres_is_heavy
from tests.dbt.marts import build, land
from tests.dbt.test_marts_agree import assert_marts_agree
from tests.oracle import Line
from tests.oracle.builder import AWAY, HOME, book, event, h2h, market, odds
from tests.oracle.edits import in_order
from tests.oracle.mutations import arrival_batches
from tests.oracle.odd_values import odd_values
from tests.oracle.small_season import small_season

AS_OF = datetime(2026, 7, 10, 21, tzinfo=UTC)

STANDING = """
select event_id, count(*) from marts.fct_best_prices group by event_id order by event_id
"""
WITHDRAWN = "select count(*) from marts.fct_odds_changes where is_withdrawn"
FINDINGS = """
select rule_id, event_id, bookmaker_key, market_key
from quality.fct_findings
where rule_id in ('unreadable_value', 'listed_twice')
order by rule_id, event_id
"""


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with connect(settings) as connection:
        return connection.rows(query)


def games() -> list[dict[str, Any]]:
    quoted = book("fanduel", h2h(-110, -110))
    return [event("first", "22:00", quoted), event("second", "22:00", quoted)]


def with_body(line: Line, body: list[Any]) -> Line:
    return {**line, "body": body}


def modelled(settings: Settings, transformation: Transformation, lines: Sequence[Line]) -> None:
    for line in lines:
        land([line], settings)
        build(transformation, AS_OF)
    assert_marts_agree(settings, lines, as_of=AS_OF)


@postgres_is_heavy
@pytest.mark.parametrize(
    "odd",
    [
        pytest.param({"commence_time": "TBD"}, id="start"),
        pytest.param({"bookmakers": {}}, id="books"),
        pytest.param({"id": None}, id="id"),
    ],
)
@pytest.mark.heavy
def test_what_cannot_be_read_has_not_left_the_feed(settings: Settings, odd: dict[str, Any]) -> None:
    look = odds("20:10", *games())
    first, second = look["body"]
    lines = [odds("20:00", *games()), with_body(look, [{**first, **odd}, second])]
    modelled(settings, Transformation(settings), lines)
    assert rows(settings, STANDING) == [("first", 2), ("second", 2)]
    assert rows(settings, WITHDRAWN) == [(0,)]
    # what is not there in a list that can be read has left
    modelled(settings, Transformation(settings), [*lines, odds("20:20", games()[1])])
    assert rows(settings, STANDING) == [("second", 2)]


@pytest.mark.heavy
@postgres_is_heavy
def test_an_answer_whose_items_are_no_games_withdraws_nothing(settings: Settings) -> None:
    busy = with_body(odds("20:10"), [{"message": "try again", "error_code": "BUSY"}])
    lines = [odds("20:00", *games()), busy]
    modelled(settings, Transformation(settings), lines)
    assert rows(settings, WITHDRAWN) == [(0,)]


@postgres_is_heavy
def test_each_odd_value_is_named_and_the_rest_is_modelled(settings: Settings) -> None:
    word = event("word", "22:00", book("fanduel", market("h2h", {HOME: "EVEN", AWAY: -120})))  # type: ignore[dict-item]
    twice = event("twice", "22:00", book("bovada", h2h(-110, -110), h2h(-120, -115)))
    land([odds("20:00", word, twice, *games())], settings)
    no_tests = ("--exclude-resource-type", "test", "unit_test")
    Transformation(settings).invoke(
        "build", *no_tests, "--select", "+fct_findings", "+fct_best_prices", as_of=AS_OF
    )
    assert rows(settings, FINDINGS) == [
        ("listed_twice", "twice", "bovada", "h2h"),
        ("unreadable_value", "word", "fanduel", "h2h"),
    ]
    best = "select event_id, outcome_name, american_price from marts.fct_best_prices"
    assert {row for row in rows(settings, best) if row[0] in ("word", "twice")} == {
        ("word", AWAY, -120),
        ("twice", HOME, -120),
        ("twice", AWAY, -115),
    }


@pytest.mark.heavy
@pytest.mark.timeout(3600)
def test_five_thousand_edited_answers_stop_nothing_and_read_alike(settings: Settings) -> None:
    """Both engines are held to the same rows by the oracle, which reads each answer by itself."""
    lines = [line for seed in range(70) for line in _edited(seed)]
    assert len(lines) >= 5000
    as_of = max(datetime.fromisoformat(line["received_at"]) for line in lines)
    transformation = Transformation(settings)
    for batch in arrival_batches(lines, seed=1, batches=10):
        land(batch, settings)
        build(transformation, as_of)
    assert_marts_agree(settings, lines, as_of=as_of)


def _edited(seed: int) -> list[Line]:
    """A small season of a sport and of games of its own, every answer of it edited."""
    text = json.dumps(in_order(small_season(seed=seed)))
    text = text.replace("baseball_mlb", f"baseball_{seed}")
    for name in ("first", "second", "last"):
        text = text.replace(f'"{name}"', f'"{name}_{seed}"')
    edited = odd_values(seed=seed, share=1.0, most=6)(json.loads(text))
    for number, line in enumerate(edited):
        games = line["body"] if isinstance(line["body"], list) else []
        _name_games_apart(games, suffix=f"_{seed}")
        _name_markets_apart(games, line["params"].get("markets", ""), suffix=f"_{seed}_{number}")
    return edited


def _name_games_apart(games: list[Any], *, suffix: str) -> None:
    """Keep each odd id to its season: seasons are sports, and no two sports share a game."""
    for game in games:
        game_id = game.get("id") if isinstance(game, dict) else None
        if isinstance(game_id, str) and game_id.strip() and not game_id.endswith(suffix):
            kept = len(game_id) - len(suffix) if len(game_id) > 150 else len(game_id)
            game["id"] = game_id[:kept] + suffix


def _name_markets_apart(games: list[Any], asked: str, *, suffix: str) -> None:
    """Give each market that nobody asked for a name of its own.

    That one answer speaks for what another showed of such a market hours before comes with
    the coverage of markets that are shown and not asked for.
    """
    for game in games:
        for book_ in _objects_of(game, "bookmakers"):
            for market_ in _objects_of(book_, "markets"):
                key = market_.get("key")
                if isinstance(key, str) and key not in asked.split(",") and len(key) < 150:
                    market_["key"] = key + suffix


def _objects_of(parent: object, name: str) -> list[dict[str, Any]]:
    listed = parent.get(name) if isinstance(parent, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
