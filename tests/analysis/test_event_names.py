from datetime import date
from typing import Any

import pytest

from analysis.event_names import search, words

ALIASES = {
    "Philadelphia 76ers": ["Philadelphia Sixers"],
    "Montréal Canadiens": ["Montreal Canadiens"],
}


def game(
    event_id: str,
    teams: str,
    day: str,
    *,
    status: str = "scheduled",
) -> dict[str, Any]:
    away, _, home = teams.partition(" @ ")
    return {
        "event_id": event_id,
        "away_team": away if home else None,
        "home_team": home or None,
        "event_name": teams,
        "game_date": date.fromisoformat(day),
        "status": status,
    }


EVENTS = [
    game("3f2a9c01", "Los Angeles Lakers @ Boston Celtics", "2026-01-31"),
    game("3f2a9c02", "Boston Celtics @ Los Angeles Lakers", "2026-01-28", status="final"),
    game("3f2b0000", "Los Angeles Clippers @ Philadelphia 76ers", "2026-01-31"),
    game("44440000", "Philadelphia 76ers @ Los Angeles Clippers", "2026-02-02"),
    game("55550000", "Toronto Maple Leafs @ Montréal Canadiens", "2026-01-30", status="live"),
    game("66660000", "Bodø/Glimt @ St. Louis City", "2026-01-30"),
    game("77770000", "Brooklyn Nets @ Charlotte Hornets", "2026-01-20", status="final"),
    game("77780000", "Brooklyn Nets @ Charlotte Hornets", "2026-01-21", status="final"),
    game("88880000", "Hawai'i Rainbow Warriors @ Miami (OH) RedHawks", "2026-01-30"),
    game("99990000", "NBA Championship Winner", "2026-06-01"),
    game("aaaa0000", "Sacramento Kings @ Golden State Warriors", "2026-01-30"),
]


def ids(wanted: str) -> list[str]:
    return [event["event_id"] for event in search(EVENTS, wanted, ALIASES).found]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("3f2a9c02", ["3f2a9c02"]),
        ("3f2b", ["3f2b0000"]),
        ("3f2a", ["3f2a9c01", "3f2a9c02"]),
        ("lakers", ["3f2a9c01"]),
        ("  LAKERS ", ["3f2a9c01"]),
        ("Los Angeles Lakers", ["3f2a9c01"]),
        ("lakers celtics", ["3f2a9c01"]),
        ("celtics lakers", ["3f2a9c01"]),
        ("Boston Celtics Los Angeles Lakers", ["3f2a9c01"]),
        ("lakers vs celtics", ["3f2a9c01"]),
        ("celtics v. lakers", ["3f2a9c01"]),
        ("celtics - lakers", ["3f2a9c01"]),
        ("lakers@celtics", ["3f2a9c01"]),
        ("celtics @ lakers", ["3f2a9c02"]),
        ("Celtics at Lakers", ["3f2a9c02"]),
        ("@celtics", ["3f2a9c01"]),
        ("celtics@", ["3f2a9c02"]),
        ("lakers 2026-01-28", ["3f2a9c02"]),
        ("2026-01-28 celtics@lakers", ["3f2a9c02"]),
        ("clippers", ["3f2b0000", "44440000"]),
        ("clippers 2026-02-02", ["44440000"]),
        ("sixers@clippers", ["44440000"]),
        ("los angeles", ["3f2a9c01", "3f2b0000", "44440000"]),
        ("montreal", ["55550000"]),
        ("MONTRÉAL CANADIENS", ["55550000"]),
        ("bodo", ["66660000"]),
        ("Bodø/Glimt", ["66660000"]),
        ("st louis", ["66660000"]),
        ("hawaii", ["88880000"]),
        ("Hawai\u2019i Rainbow", ["88880000"]),
        ("miami oh", ["88880000"]),
        ("lak", ["3f2a9c01"]),
        ("lak celt", ["3f2a9c01"]),
        ("lak@celt", ["3f2a9c01"]),
        # what has been is meant where nothing is to come
        ("nets", ["77770000", "77780000"]),
        ("nets 2026-01-21", ["77780000"]),
        ("nba championship", ["99990000"]),
        # whole words before beginnings, one team before two
        ("warriors", ["88880000", "aaaa0000"]),
        ("golden state", ["aaaa0000"]),
        ("", []),
        ("@", []),
        ("lakers clippers", []),
        ("lakers 2026-13-45", []),
    ],
)
def test_people_name_a_game_as_they_like(wanted: str, expected: list[str]) -> None:
    assert ids(wanted) == expected


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        ("lkaers", "Los Angeles Lakers"),
        ("Bostn Celtics", "Boston Celtics"),
        ("siixers", "Philadelphia 76ers"),
        ("maple leaves@canadiens", "Toronto Maple Leafs"),
        ("NBA Champion Winer", "NBA Championship Winner"),
        ("hornets @ nets", "Brooklyn Nets @ Charlotte Hornets"),
    ],
)
def test_a_name_of_nothing_is_answered_by_the_nearest(wanted: str, near: str) -> None:
    found = search(EVENTS, wanted, ALIASES)
    assert found.found == []
    assert near in found.near


def test_a_day_without_such_a_game_is_answered_by_the_days_that_have_one() -> None:
    found = search(EVENTS, "lakers 2026-02-15", ALIASES)
    assert (found.found, found.near) == ([], ())
    assert found.days == [date(2026, 1, 28), date(2026, 1, 31)]


def test_nothing_is_near_to_nonsense() -> None:
    assert search(EVENTS, "zzzzqqqq", ALIASES).near == []


def test_words_are_without_case_accents_and_punctuation() -> None:
    assert words("D.C. United") == ("dc", "united")
    assert words("FC Köln-Süd ß") == ("fc", "koln", "sud", "ss")
    assert words("기아 타이거즈") == words("기아 타이거즈")
