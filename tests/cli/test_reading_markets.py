"""`odds edges`, `compare` and `history`: what is offered, by whom, and how it came to be."""

from datetime import datetime
from itertools import groupby
from typing import Any

import duckdb
import pytest

from tests.cli.conftest import Place

BUILT = "2026-07-10T19:00:00Z"
EARLIER = "2026-07-10T13:05:00Z"
# when there were edges
BUSY = "2026-07-10T15:35:00Z"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_edges_tell_what_they_were_looked_for_among_though_there_are_none(season: Place) -> None:
    said = season.odds("edges", "--kind", "ev", "--min-ev", "5")
    assert said.status == 0
    assert said.out.startswith("Positive expected value: none\nLooked at ")
    data = season.odds("edges", "--kind", "ev", "--min-ev", "5", "--json").data
    assert data["positive_ev"] == []
    assert data["looked_at"]["offers"] > data["looked_at"]["games"] == 2
    assert data["looked_at"]["age_minutes"] >= 0


def test_edges_have_every_leg_with_its_book_and_age(season: Place) -> None:
    data = season.odds("edges", "--as-of", BUSY, "--json").data
    assert list(data) == ["looked_at", "positive_ev", "arbitrage", "middle", "low_hold"]
    assert data["positive_ev"]
    assert data["middle"]
    for edge in data["positive_ev"]:
        assert edge["ev_default"] > 0
        assert moment(edge["captured_at"]) <= moment(BUSY) < moment(edge["starts_at"])
    for edge in data["middle"]:
        assert edge["bookmaker_key_1"] != edge["bookmaker_key_2"]
        assert edge["stake_share_1"] + edge["stake_share_2"] == pytest.approx(1)
        assert edge["age_minutes_1"] >= 0
        assert edge["is_fresh"] in (True, False)


def test_edges_are_shown_a_table_a_kind_a_line_a_leg(season: Place) -> None:
    page = season.odds("edges", "--as-of", BUSY).out
    assert page.index("Positive expected value\n") < page.index("Arbitrage: none\nMiddles\n")
    assert page.splitlines()[-1].startswith("Looked at ")
    edges = season.odds("edges", "--kind", "middle", "--as-of", BUSY, "--json").data["middle"]
    assert page.partition("Middles\n")[2].count("New York Yankees @ Boston Red Sox") == len(edges)


def test_filters_narrow_edges_to_those_at_a_book_of_a_team_and_of_a_size(season: Place) -> None:
    def found(*words: str) -> list[dict[str, Any]]:
        asked = ("edges", "--kind", "ev", "--as-of", BUSY, "--json", *words)
        edges: list[dict[str, Any]] = season.odds(*asked).data["positive_ev"]
        return edges

    every = found()
    book = every[0]["bookmaker_key"]
    assert names(found("--book", book)) == names(
        [edge for edge in every if edge["bookmaker_key"] == book]
    )
    assert names(found("--team", "yankees")) == names(every)
    largest = max(edge["ev_default"] for edge in every)
    assert 0 < len(found("--min-ev", str(largest - 1e-9))) < len(every)


def names(edges: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What edges are of: the last digits of their values depend on the order of sums."""
    return [(*key(edge), edge["event_id"], edge["bookmaker_key"]) for edge in edges]


def test_what_a_curve_learned_from_later_games_is_no_value_of_the_past(season_copy: Place) -> None:
    with duckdb.connect(season_copy.warehouse) as connection:
        connection.execute("alter view marts.fct_offers_valued rename to offers_valued_before")
        connection.execute(
            "create view marts.fct_offers_valued as"
            " select * replace ('shrunk' as distribution_source) from marts.offers_valued_before"
        )
    assert any(row["ev_default"] for row in season_copy.odds("board", "--json").data["rows"])
    then = season_copy.odds("board", "--as-of", BUSY, "--json").data["rows"]
    assert then
    assert all(row["ev_default"] is row["fair_probability"] is None for row in then)
    assert any(row["consensus_probability"] for row in then)
    edges = season_copy.odds("edges", "--kind", "ev", "--as-of", BUSY, "--json").data
    assert edges["positive_ev"] == []


def test_steam_of_a_past_moment_is_refused_and_left_out_of_the_rest(season: Place) -> None:
    said = season.odds("edges", "--kind", "steam", "--as-of", EARLIER)
    assert (said.status, said.out) == (2, "")
    assert said.err.count("\n") == 1
    said = season.odds("edges", "--as-of", EARLIER, "--json")
    assert "steam" not in said.data
    assert any("steam is left out" in warning for warning in said.object["warnings"])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("edges --kind low-hold --min-ev 0.1", "low_hold"),
        ("edges --book nobody", "unknown bookmaker"),
        ("edges --team nobody", "no event is of a team called 'nobody'"),
        ("board --team yankes", "did you mean New York Yankees"),
        ("events --day tomorrow", "'tomorrow' is no day"),
        ("compare nobody", "no event is called 'nobody'"),
        ("history last --market props", "no market 'props'"),
        ("history last --outcome Nobody", "no outcome 'Nobody'"),
    ],
)
def test_what_nobody_knows_is_one_line(season: Place, words: str, complaint: str) -> None:
    said = season.odds(*words.split())
    assert (said.status, said.out) == (2, "")
    assert complaint in said.err.splitlines()[-1]


def test_a_comparison_marks_one_best_price_of_each_outcome(season: Place) -> None:
    rows = season.odds("compare", "last", "--as-of", BUILT, "--json").data["rows"]
    board = season.odds("board", "--as-of", BUILT, "--json").data["rows"]
    best = {key(row): row["bookmaker_key"] for row in board if row["event_id"] == "last"}
    for outcome, group in groupby(rows, key=key):
        marked = [row["bookmaker_key"] for row in group if row["is_best"]]
        assert marked == ([best[outcome]] if outcome in best else [])
    assert {row["bookmaker_key"] for row in rows} > {"fanduel", "draftkings"}
    for row in rows:
        assert moment(row["captured_at"]) <= moment(BUILT)
        assert row["hold"] is None or -0.1 < row["hold"] < 0.2
        assert (row["hold"] is None) is (row["fair_probability"] is None)


def key(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["market_key"], row["outcome_description"], row["outcome_name"], row["point"]


def test_a_game_that_has_begun_is_compared_as_it_stood_before(season: Place) -> None:
    said = season.odds("compare", "first", "--as-of", BUILT, "--json")
    (warning,) = said.object["warnings"]
    assert "these are the last prices before" in warning
    starts_at = moment(said.data["event"]["starts_at"])
    assert said.data["rows"]
    assert all(moment(row["captured_at"]) <= starts_at for row in said.data["rows"])


def test_a_history_leads_from_one_price_to_the_next(season: Place) -> None:
    rows = season.odds("history", "last", "--as-of", BUILT, "--json").data["rows"]
    seen = [row["valid_from"] for row in rows]
    assert seen == sorted(seen)
    assert moment(seen[-1]) <= moment(BUILT)
    last: dict[tuple[Any, ...], float | None] = {}
    for row in rows:
        names = ("bookmaker_key", "market_key", "outcome_name", "outcome_description", "line")
        quote = tuple(row[name] for name in names)
        assert row["previous_decimal_price"] == last.get(quote)
        assert (row["was_withdrawn"] is None) is (quote not in last)
        last[quote] = row["decimal_price"]


def test_a_history_tells_who_moved_first_and_a_past_one_does_not(season: Place) -> None:
    words = ("history", "last", "--market", "totals", "--json")
    now = season.odds(*words).data["rows"]
    assert {row["market_key"] for row in now} == {"totals"}
    assert any(row["first_mover"] for row in now)
    then = season.odds(*words, "--as-of", BUILT).data["rows"]
    assert all(row["first_mover"] is row["is_steam"] is None for row in then)


def test_events_can_be_of_a_team_a_day_and_a_book(season: Place) -> None:
    def ids(*words: str) -> set[str]:
        rows = season.odds("events", "--all", "--json", "--as-of", BUILT, *words).data["rows"]
        return {row["event_id"] for row in rows}

    assert ids("--team", "yankees") == ids() == {"first", "second", "last"}
    assert ids("--day", "2026-07-11") < ids()
    assert ids("--book", "fanduel") <= ids()
    assert ids("--day", "2026-08-01") == set()
