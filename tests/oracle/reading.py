"""What of the games in an answer can be read, by looking at each value in turn.

A value that cannot be read is null; what has no readable name is left out, and its game is unread:
the answer does not speak for it.
"""

import math
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

Json = dict[str, Any]


class ReadGames(NamedTuple):
    """The games with a name, each once, and the ids of those that were read whole, null if all."""

    games: list[Json]
    whole: frozenset[str] | None


def read_games(items: list[Any], *, is_odds: bool) -> ReadGames:
    games: dict[str, Json] = {}
    unread: set[str] = set()
    is_anything_unread = False
    for item in items:
        game_id = read_text(item.get("id")) if isinstance(item, dict) else None
        if game_id is None:
            is_anything_unread = True
            continue
        game, is_whole = _read_game(item, is_odds=is_odds)
        if not is_whole:
            is_anything_unread = True
            unread.add(game_id)
        if game_id in games:
            games[game_id]["bookmakers"] += game["bookmakers"]
        else:
            games[game_id] = game
    whole = frozenset(games) - unread if is_anything_unread else None
    return ReadGames(list(games.values()), whole)


def _read_game(item: Json, *, is_odds: bool) -> tuple[Json, bool]:
    game = {
        name: read_text(item.get(name)) for name in ("id", "sport_key", "home_team", "away_team")
    }
    game["commence_time"] = read_moment(item.get("commence_time"))
    books, are_whole = _read_list(item.get("bookmakers"), _read_book, is_needed=is_odds)
    return {**game, "bookmakers": books}, are_whole and game["commence_time"] is not None


def _read_book(item: Json) -> tuple[Json | None, bool]:
    return _read_keyed(item, "markets", _read_market)


def _read_market(item: Json) -> tuple[Json | None, bool]:
    return _read_keyed(item, "outcomes", _read_outcome)


def _read_keyed(item: Json, name: str, read: Any) -> tuple[Json | None, bool]:
    key = read_text(item.get("key"))
    if key is None:
        return None, False
    found, are_whole = _read_list(item.get(name), read, is_needed=True)
    return {"key": key, "last_update": read_moment(item.get("last_update")), name: found}, are_whole


def _read_outcome(item: Json) -> tuple[Json | None, bool]:
    name, point = read_text(item.get("name")), read_number(item.get("point"))
    description = read_text(item.get("description"))
    is_named = (
        name is not None
        and (point is None) == (item.get("point") is None)
        and (description is None) == (item.get("description") is None)
    )
    price = read_number(item.get("price"))
    outcome = {"name": name, "description": description, "point": point, "price": price}
    return (outcome, True) if is_named else (None, False)


def _read_list(value: Any, read: Any, *, is_needed: bool) -> tuple[list[Json], bool]:
    if value is None and not is_needed:
        return [], True
    if not isinstance(value, list):
        return [], False
    found, are_whole = [], True
    for item in value:
        one, is_whole = read(item) if isinstance(item, dict) else (None, False)
        are_whole = are_whole and is_whole
        if one is not None:
            found.append(one)
    return found, are_whole


def read_text(value: Any) -> str | None:
    return value if isinstance(value, str) and _is_text(value) else None


@lru_cache(maxsize=1 << 17)
def _is_text(value: str) -> bool:
    if not value.strip() or len(value) > 200:
        return False
    return all(unicodedata.category(each) not in ("Cc", "Cs") for each in value)


def read_number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        if not re.fullmatch(r"[+-]?[0-9]{1,6}(\.[0-9]{1,9})?", value):
            return None
        value = float(value)
    if not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > 1e6:
        return None
    return value


def read_moment(value: Any) -> str | None:
    """As ISO 8601 in UTC; unix seconds are one, a text without a zone is none."""
    if isinstance(value, str):
        return _read_written_moment(value)
    moment = None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**10:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value)
    return _in_utc(moment)


@lru_cache(maxsize=1 << 17)
def _read_written_moment(text: str) -> str | None:
    if not 10 < len(text) <= 40 or not text.isascii():
        return None
    try:
        return _in_utc(datetime.fromisoformat(text.upper()))
    except ValueError:
        return None


def _in_utc(moment: datetime | None) -> str | None:
    if moment is None or moment.tzinfo is None:
        return None
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return None
    is_believable = 1990 <= moment.year < 2100
    return moment.isoformat().replace("+00:00", "Z") if is_believable else None
