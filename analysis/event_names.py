"""Which event a person means, by its id or by what people call it.

An id or the beginning of one; a team or two, in any case, with or without accents, by whole words
or their beginnings (`lakers`, `Los Angeles Lakers`, `lakers celtics`); `away@home`; an outright by
its sport's title; and with any of these the day (`lakers 2026-01-31`), by the league's date. Of the
games of a team those to come or under way are meant, where there are any.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from analysis.warehouse import Record, Warehouse
from ingestion.errors import UsageError

RELATIONS = ("marts.team_aliases",)
ROUGHLY_ALIKE = 0.6
NAMED = 5

Aliases = Mapping[str, Sequence[str]]
_Words = tuple[str, ...]

_DAY = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")
_AWAY_AT_HOME = re.compile(r"@|\s+at\s+", re.IGNORECASE)
_BETWEEN_TEAMS = re.compile(r"\s(?:vs?\.?|versus)\s", re.IGNORECASE)
# letters that are no other letter with an accent
_PLAIN = str.maketrans(
    {"\N{LATIN SMALL LETTER DOTLESS I}": "i"}
    | dict(
        zip("\u00f8\u0142\u0111\u00f0\u00e6\u0153", ("o", "l", "d", "d", "ae", "oe"), strict=True)
    )
)
_WITHIN_A_WORD = re.compile("['`\u2019\u02bb]|(?<=\\b\\w)\\.(?=\\w\\b)")


@dataclass(frozen=True)
class Search:
    """What was found: one event, if it is clear; else what it may be.

    `near` are names like the one that nothing was found by; `days` are those on which there are
    such games, where the day asked for has none.
    """

    found: Sequence[Record]
    near: Sequence[str] = ()
    days: Sequence[date] = ()


def aliases(warehouse: Warehouse) -> Aliases:
    """The other names of every team that has some."""
    other: dict[str, list[str]] = {}
    for row in warehouse.rows("select alias, team_name from marts.team_aliases"):
        other.setdefault(row["team_name"], []).append(row["alias"])
        other.setdefault(row["alias"], []).append(row["team_name"])
    return other


def the_event(events: Sequence[Record], wanted: str, other_names: Aliases) -> Record:
    """The one event that a text names, from rows of `dim_events`.

    Raises:
        UsageError: it names none or several; the message says which there are.
    """
    found = search(events, wanted, other_names)
    if len(found.found) == 1:
        return found.found[0]
    raise UsageError(_several(wanted, found.found) if found.found else _none(wanted, found))


def of_team(events: Sequence[Record], team: str, other_names: Aliases) -> list[Record]:
    """The events of a team, by whole words of its name before beginnings of them.

    Raises:
        UsageError: none is of such a team; the message names those like it.
    """
    wanted = words(team)
    for is_begun in (False, True):
        found = [
            event
            for event in events
            if any(
                _fits(wanted, _names(event[side], other_names), is_begun)
                for side in ("away_team", "home_team")
            )
        ]
        if found:
            return found
    near = _near(events, team, other_names)
    hint = f": did you mean {' or '.join(near)}?" if near else ""
    raise UsageError(f"no event is of a team called {team!r}{hint}")


def search(events: Sequence[Record], wanted: str, other_names: Aliases) -> Search:
    """The events that a text may mean, from rows of `dim_events`; the likeliest kind only."""
    text = wanted.strip()
    if exact := [event for event in events if text and event["event_id"] == text]:
        return Search(exact)
    by_id = [event for event in events if text and event["event_id"].startswith(text)]
    days = [day for day in map(_day, _DAY.findall(text)) if day is not None]
    name = _DAY.sub(" ", text) if days else text
    named = _best(events, name, other_names)
    if not (by_id or named):
        return Search([], near=_near(events, name, other_names))
    if days:
        of_the_day = [event for event in named if event["game_date"] in days]
        if not (by_id or of_the_day):
            return Search([], days=sorted({event["game_date"] for event in named}))
        named = of_the_day
    ahead = [event for event in named if event["status"] in ("scheduled", "live")]
    both = {event["event_id"]: event for event in (*by_id, *(ahead or named))}
    return Search(list(both.values()))


def _several(text: str, found: Sequence[Record]) -> str:
    named = "; ".join(
        f"{event['event_id'][:12]} {event['event_name']} {event['game_date']}"
        for event in found[:NAMED]
    )
    more = f"; and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return (
        f"{len(found)} events are called {text!r}: {named}{more}: "
        "give the id, the other team or the day"
    )


def _none(text: str, found: Search) -> str:
    if found.days:
        days = ", ".join(str(day) for day in found.days[-NAMED:])
        return f"no event is called {text!r}: there is one on {days}"
    near = f": did you mean {' or '.join(found.near)}?" if found.near else ""
    return f"no event is called {text!r}{near or ':'} `odds events --all` lists them"


def _best(events: Sequence[Record], name: str, other_names: Aliases) -> list[Record]:
    """Those that the name fits best: whole words before beginnings, one team before two."""
    ranked = [(_rank(event, name, other_names), event) for event in events]
    ranks = [rank for rank, _ in ranked if rank is not None]
    return [event for rank, event in ranked if rank is not None and rank == min(ranks)]


def _rank(event: Record, name: str, other_names: Aliases) -> int | None:
    """How far from the name an event is called, 0 for what fits best; None where it is not."""
    away, home = (_names(event[side], other_names) for side in ("away_team", "home_team"))
    titles = [*away, *home] if away and home else _names(event["event_name"], {})
    parts = [words(part) for part in _AWAY_AT_HOME.split(name)]
    every = words(name)
    for is_begun in (False, True):
        if len(parts) == 2:
            # one of them may be left out: `@celtics`
            sides = [(part, team) for part, team in zip(parts, (away, home), strict=True) if part]
            if sides and all(_fits(part, team, is_begun) for part, team in sides):
                return 2 * is_begun
        elif _fits(every, titles, is_begun):
            return 2 * is_begun
        elif any(
            _fits(every[:cut], one, is_begun) and _fits(every[cut:], two, is_begun)
            for cut in range(1, len(every))
            for one, two in ((away, home), (home, away))
        ):
            return 2 * is_begun + 1
    return None


def _fits(wanted: _Words, names: Sequence[_Words], is_begun: bool) -> bool:
    """Whether one of the names has all words, or words that begin so."""
    if not wanted:
        return False
    if not is_begun:
        return any(set(wanted) <= set(name) for name in names)
    return any(all(any(w.startswith(part) for w in name) for part in wanted) for name in names)


def _near(events: Sequence[Record], name: str, other_names: Aliases) -> list[str]:
    """What the events are called that a name comes near to, at most three."""
    swapped = _AWAY_AT_HOME.sub(" vs ", name)
    if swapped != name and (games := _best(events, swapped, other_names)):
        return [game["event_name"] for game in games[:3]]
    called: dict[str, str] = {}
    for event in events:
        sides = (event["away_team"], event["home_team"])
        for team in sides if all(sides) else (event["event_name"],):
            for each in _names(team, other_names):
                called[" ".join(each)] = team
                called |= {word: team for word in each if len(word) > 3 and word not in called}
    near = [
        called[match]
        for part in (" ".join(words(each)) for each in _parts(name))
        for match in get_close_matches(part, called, n=3, cutoff=ROUGHLY_ALIKE)
    ]
    return list(dict.fromkeys(near))[:3]


def _parts(name: str) -> list[str]:
    return [part for side in _AWAY_AT_HOME.split(name) for part in _BETWEEN_TEAMS.split(side)]


def _names(team: str | None, other_names: Aliases) -> list[_Words]:
    return [] if team is None else [words(each) for each in (team, *other_names.get(team, ()))]


def words(text: str) -> _Words:
    """The words of a name, without case, accents and punctuation."""
    joined = _WITHIN_A_WORD.sub("", _BETWEEN_TEAMS.sub(" ", text))
    plain = unicodedata.normalize("NFKD", joined).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c)).translate(_PLAIN)
    return tuple("".join(c if c.isalnum() else " " for c in plain).split())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
