"""What can be read of an answer that lists games, told once, when it comes in.

The payload itself is kept as it came. Beside it stands, where it is odd, what the models read
instead: the same games with null for each value that cannot be read, and without what has no name.
So both engines read the same, and no value, however odd, stops a build.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import orjson
from pydantic import TypeAdapter, ValidationError

from ingestion.answer_shapes import GAMES, LISTS, NAMING, QUOTED_GAMES

NOT_JSON: Final = object()
NOT_GAMES = "NOT_GAMES"
BYTE_ORDER_MARK: Final = "\ufeff"
HISTORICAL_PREFIX = "/v4/historical/"
OWN_MEMBER = '"listing"'
# joins no names: an answer that was read for no game whole speaks for none
NO_GAME = ","
# the one list that holds games of any sport
OF_ANY_SPORT = "upcoming"
MOST_NOTES = 1000
LONGEST_SAMPLE = 80

_LISTS_GAMES = re.compile(
    r"/sports/(?P<sport>[^/]+)/(?:events/[^/]+/)?(?P<kind>odds|events|scores)$"
)
# texts and numbers of which JSON knows more than the engines do
_BEYOND_ENGINES = re.compile(
    r"\\u(?:0000|[dD][89a-fA-F])|[:,\[]\s*-?(?:[0-9.]+[eE]\+?[0-9]{3}|[0-9]{300}|NaN|Infinity)"
)
_WHOLE_NUMBER = re.compile(r"[0-9]{1,4}", re.ASCII)
_MANY_LINES = re.compile(r"(?:alternate|player|batter|pitcher)_|.*_alternate$")

Path = tuple[str | int, ...]


class Reading(NamedTuple):
    """What reading an answer came to.

    `event_count` is null where it shows no games; `error_code` says why where it shows something
    else. The others are null where all reads as it is. `readable_payload` is JSON text in the shape
    of the payload. `notes` is JSON text, a list of objects with `rule` ('unreadable_value' or
    'listed_twice'), `path`, `sample`, `event_id`, `bookmaker_key` and `market_key`. `games_read`
    names the games that were read whole, joined with commas, where some were not: the answer speaks
    for those alone, as if it had been asked for them.
    """

    event_count: int | None
    error_code: str | None = None
    readable_payload: str | None = None
    notes: str | None = None
    games_read: str | None = None


def parsed_json(payload: str | None) -> object:
    """What a payload says; `NOT_JSON` where it is not JSON, or not there."""
    if payload is None:
        return NOT_JSON
    payload = payload.removeprefix(BYTE_ORDER_MARK)
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        pass
    try:
        # knows NaN, endless numbers and halves of characters, as some servers write them
        return json.loads(payload)
    except (ValueError, RecursionError):
        return NOT_JSON


def read_answer(
    *, endpoint: str, payload: str | None, body: object, is_dumped: bool = False
) -> Reading:
    """Read a successful answer.

    Args:
        endpoint: the path that was asked.
        payload: the answer's text.
        body: what `parsed_json` makes of it.
        is_dumped: whether the text is known to be `body` as orjson writes it.
    """
    listed = body["data"] if isinstance(body, dict) and "data" in body else body
    items = [listed] if isinstance(listed, dict) and listed else listed
    if not isinstance(items, list):
        return Reading(event_count=None)
    endpoint_of_games = _LISTS_GAMES.search(endpoint)
    if endpoint_of_games is None:
        return Reading(event_count=len(items))
    shape = QUOTED_GAMES if endpoint_of_games["kind"] == "odds" else GAMES
    games, notes, is_rewritten = _read_games(items, shape)
    if endpoint_of_games["sport"] == OF_ANY_SPORT:
        _note_unknown_sports(games, notes)
    else:
        is_rewritten |= _read_as_asked(games, endpoint_of_games["sport"], notes)
    if items and not games:
        return Reading(event_count=None, error_code=NOT_GAMES, notes=notes.told())
    if not (notes or is_rewritten or _is_beyond_engines(payload, body, is_dumped=is_dumped)):
        return Reading(event_count=len(items))
    is_historical = endpoint.startswith(HISTORICAL_PREFIX)
    return Reading(
        event_count=len(items),
        readable_payload=orjson.dumps({"data": games} if is_historical else games).decode(),
        notes=notes.told(),
        games_read=notes.games_read(games),
    )


class _Notes(list[dict[str, str | None]]):
    """What could not be read, what was listed twice, and of which games something is unread."""

    def __init__(self) -> None:
        super().__init__()
        self.unread_games: set[str | None] = set()

    def add(self, rule: str, *, path: Path, sample: str, **about: str | None) -> None:
        text = "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        self.append({"rule": rule, "path": text, "sample": sample, **about})

    def told(self) -> str | None:
        """As JSON text; the last note says for how many it stands where there are too many."""
        if not self:
            return None
        told = self[:MOST_NOTES]
        if len(self) > MOST_NOTES:
            more = f"and {len(self) - MOST_NOTES} more"
            told.append({"rule": "unreadable_value", "path": "$", "sample": more})
        return orjson.dumps(told).decode()

    def games_read(self, games: Iterable[Mapping[str, Any]]) -> str | None:
        if not self.unread_games:
            return None
        read = [game["id"] for game in games if game["id"] not in self.unread_games]
        return ",".join(game_id for game_id in read if "," not in game_id) or NO_GAME


def _read_games(items: list[Any], shape: TypeAdapter[Any]) -> tuple[list[Any], _Notes, bool]:
    """The games that have a name, each once; the notes; whether anything is written otherwise."""
    notes = _Notes()
    is_own = False
    while True:
        rewritten: set[str] = set()
        try:
            games = shape.validate_python(items, context=rewritten)
            break
        except ValidationError as error:
            if not is_own:
                items, is_own = _copied(items), True
            _mend(items, error, notes)
    for number, game in enumerate(games):
        if game.get("commence_time") is None:
            if not any(note["event_id"] == game["id"] for note in notes):
                _note_unread(notes, (number, "commence_time"), None, items)
            notes.unread_games.add(game["id"])
    is_rewritten = bool(rewritten)
    for number, game in enumerate(games):
        sample = _sample(game.get("scores"))
        is_contradicted = _drop_contradicted_scores(game)
        is_rewritten = is_rewritten or is_contradicted
        if is_contradicted or (game.get("completed") and not _has_both_scores(game)):
            path = (number, "scores")
            notes.add("unreadable_value", path=path, sample=sample, **_about(games, path))
    games = _each_once(games, notes)
    for game in games:
        _number_listings(game, notes)
    return games, notes, is_rewritten


def _drop_contradicted_scores(game: dict[str, Any]) -> bool:
    """Leave out a team that is said to have scored this and that; whether there is one."""
    scores = game.get("scores") or []
    said: dict[str, set[str]] = {}
    for each in scores:
        said.setdefault(each["name"], set()).add(str(each.get("score")))
    if all(len(numbers) == 1 for numbers in said.values()):
        return False
    game["scores"] = [each for each in scores if len(said[each["name"]]) == 1]
    return True


def _has_both_scores(game: dict[str, Any]) -> bool:
    """Whether a game that is over says what both its teams have scored, as a whole number."""
    scores = {each["name"]: str(each.get("score")) for each in game.get("scores") or ()}
    return all(
        _WHOLE_NUMBER.fullmatch(scores.get(game.get(side), "")) is not None
        for side in ("home_team", "away_team")
    )


def _read_as_asked(games: list[Any], sport_key: str, notes: _Notes) -> bool:
    """A game in the list of one sport is of that sport; whether one said otherwise, or nothing."""
    is_rewritten = False
    for number, game in enumerate(games):
        shown = game.get("sport_key")
        if shown == sport_key:
            continue
        is_rewritten = True
        game["sport_key"] = sport_key
        if shown is not None:
            path = (number, "sport_key")
            notes.add("unreadable_value", path=path, sample=_sample(shown), **_about(games, path))
    return is_rewritten


def _note_unknown_sports(games: list[Any], notes: _Notes) -> None:
    """Of a list of any sport nobody knows what a game is of that does not say so itself."""
    named = {(note["event_id"], note["path"][-10:]) for note in notes if note["path"]}
    for number, game in enumerate(games):
        path = (number, "sport_key")
        if game.get("sport_key") is None and (game["id"], ".sport_key") not in named:
            notes.add("unreadable_value", path=path, sample="null", **_about(games, path))


def _copied(items: list[Any], *, depth: int = 4) -> list[Any]:
    """The items, copied as far down as anything is taken out: games, books, markets, outcomes."""
    if depth == 0:
        return items
    return [
        {
            name: _copied(value, depth=depth - 1)
            if name in LISTS and isinstance(value, list)
            else value
            for name, value in item.items()
        }
        if isinstance(item, dict)
        else item
        for item in items
    ]


def _mend(items: list[Any], error: ValidationError, notes: _Notes) -> None:
    """Take out of the items what the error names, and note it."""
    errors = error.errors(include_url=False, include_context=False)
    paths = list(dict.fromkeys(_path_within(items, each["loc"]) for each in errors))
    for path in paths:
        _note_unread(notes, path, _value_at(items, path), items)
    # an object is out with what names it, and an item of a list that is no object
    out = {path[:-1] if path[-1] in NAMING else path for path in paths if _is_of_items(path)}
    for path in paths:
        if not any(path[:length] in out for length in range(1, len(path) + 1)):
            _value_at(items, path[:-1])[path[-1]] = [] if path[-1] in LISTS else None
    # from the back: what is taken out moves what stands behind it
    for path in sorted(out, key=_in_order, reverse=True):
        del _value_at(items, path[:-1])[path[-1]]


def _is_of_items(path: Path) -> bool:
    return isinstance(path[-1], int) or path[-1] in NAMING


def _in_order(path: Path) -> list[tuple[bool, int, str]]:
    return [
        (isinstance(step, str), step if isinstance(step, int) else 0, str(step)) for step in path
    ]


def _path_within(items: list[Any], location: Path) -> Path:
    """As much of an error's location as is a place in the answer: of a value, or of one missing."""
    path: list[str | int] = []
    value: Any = items
    for step in location:
        if isinstance(value, list) and isinstance(step, int):
            value = value[step]
        elif isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        else:
            break
        path.append(step)
        # what a value should have been is not of the answer any more
        if isinstance(step, str) and step not in LISTS:
            break
    return tuple(path)


def _value_at(items: Any, path: Path) -> Any:
    for step in path:
        items = items.get(step) if isinstance(items, dict) else items[step]
    return items


def _note_unread(notes: _Notes, path: Path, value: object, items: list[Any]) -> None:
    about = _about(items, path)
    notes.add("unreadable_value", path=path, sample=_sample(value), **about)
    if _is_of_items(path) or path[-1] in LISTS:
        notes.unread_games.add(about["event_id"])


def _about(items: list[Any], path: Path) -> dict[str, str | None]:
    """The game, book and market a place lies in, as far as their names are text."""
    return {
        name: _text_at(items, (*path[:length], key)) if len(path) >= length else None
        for name, length, key in (
            ("event_id", 1, "id"),
            ("bookmaker_key", 3, "key"),
            ("market_key", 5, "key"),
        )
    }


def _text_at(items: list[Any], path: Path) -> str | None:
    parent = _value_at(items, path[:-1])
    value = parent.get(path[-1]) if isinstance(parent, dict) else None
    return printable(value)[:LONGEST_SAMPLE] if isinstance(value, str) else None


def _each_once(games: list[Any], notes: _Notes) -> list[Any]:
    """A game that is listed twice keeps its first start and teams, and all its books."""
    once: dict[str, Any] = {}
    for number, game in enumerate(games):
        first = once.setdefault(game["id"], game)
        if first is not game:
            about = {"event_id": game["id"], "bookmaker_key": None, "market_key": None}
            notes.add("listed_twice", path=(number,), sample=game["id"], **about)
            first["bookmakers"] = [*first.get("bookmakers", ()), *game.get("bookmakers", ())]
    return list(once.values())


def _number_listings(game: dict[str, Any], notes: _Notes) -> None:
    """Number the outcomes of a market that a book lists more than once: `listing` 1, 2, ..."""
    pieces: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for book in game.get("bookmakers", ()):
        for market in book["markets"]:
            piece = (book["key"], market["key"])
            outcomes = market["outcomes"]
            pieces[piece] = [*pieces[piece], *outcomes] if piece in pieces else outcomes
    for (bookmaker_key, market_key), outcomes in pieces.items():
        if _are_named_apart(outcomes):
            continue
        keys = [_key(outcome, market_key) for outcome in outcomes]
        if len(set(keys)) == len(keys):
            continue
        seen: Counter[tuple[object, ...]] = Counter()
        for outcome, key in zip(outcomes, keys, strict=True):
            seen[key] += 1
            outcome["listing"] = seen[key]
        twice = next(key for key, count in seen.items() if count > 1)
        notes.add(
            "listed_twice",
            path=("", market_key),
            sample=" ".join(str(part) for part in twice if part is not None),
            event_id=game["id"],
            bookmaker_key=bookmaker_key,
            market_key=market_key,
        )


def _are_named_apart(outcomes: list[dict[str, Any]]) -> bool:
    if len(outcomes) == 2:
        return bool(outcomes[0]["name"] != outcomes[1]["name"])
    return len({outcome["name"] for outcome in outcomes}) == len(outcomes)


def _key(outcome: Mapping[str, Any], market_key: str) -> tuple[object, ...]:
    """What tells an outcome from the others of its market at its book."""
    line = outcome.get("point") if has_alternate_lines(market_key) else None
    return outcome["name"], outcome.get("description"), line


def has_alternate_lines(market_key: str) -> bool:
    """Whether a market shows one outcome at many points, as the macro of this name has it."""
    return _MANY_LINES.match(market_key) is not None


def _sample(value: object) -> str:
    """The beginning of a value as JSON, in characters that every engine and terminal can hold."""
    try:
        text = printable(json.dumps(value, ensure_ascii=False))
    except RecursionError:
        return "nested too deep"
    return text if len(text) <= LONGEST_SAMPLE else f"{text[:LONGEST_SAMPLE]}..."


def printable(text: str) -> str:
    """The beginning of a text, in characters that every engine and terminal can hold."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text[: 2 * LONGEST_SAMPLE])


def _is_beyond_engines(payload: str | None, body: object, *, is_dumped: bool) -> bool:
    """Whether an engine may fail at a text, or read it unlike the other one."""
    if payload is None or payload.startswith(BYTE_ORDER_MARK):
        return True
    # most are written as orjson would: no endless numbers, no member named twice
    try:
        written = payload if is_dumped else orjson.dumps(body).decode()
    except orjson.JSONEncodeError:
        return True
    # a member that we number listings by is not theirs to set
    if OWN_MEMBER in written:
        return True
    if written == payload:
        return "\\u" in payload and _BEYOND_ENGINES.search(payload) is not None
    return _BEYOND_ENGINES.search(payload) is not None or _names_twice(payload)


def _names_twice(payload: str) -> bool:
    found = False

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal found
        members = dict(pairs)
        found = found or len(members) < len(pairs)
        return members

    json.loads(payload, object_pairs_hook=look)
    return found
