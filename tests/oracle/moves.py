"""Moves of moneylines, and what is certain of them whenever between their two looks they came.

Written from the rule alone: an instant is chosen for every move, and what holds for all choices is
true, what holds for none is false. Times are microseconds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from tests.oracle.changes import Change
from tests.oracle.values import MICROSECONDS_PER_MINUTE

STEAM_MINUTES = 15 * MICROSECONDS_PER_MINUTE
STEAM_BOOKS = 3
STEAM_LEAST = 0.01
REVERSE_MINUTES = 60 * MICROSECONDS_PER_MINUTE
INSTANT = MICROSECONDS_PER_MINUTE // 2

Answers = frozenset[bool]


class Book(NamedTuple):
    """What the seeds say of a book; `priority` is its place among the sharp references."""

    group: str
    kind: str
    priority: int | None = None


class Move(NamedTuple):
    """A change of price between two looks: after `after`, not later than `by`."""

    event_id: str
    bookmaker_key: str
    outcome_name: str
    after: int
    by: int
    is_shorter: bool
    is_large: bool


def derive_moves(changes: Iterable[Change]) -> list[Move]:
    """Every change of a price that stood and was not stale, from a log in order."""
    histories: dict[tuple[object, ...], list[Change]] = defaultdict(list)
    for change in changes:
        histories[change.key].append(change)
    return [move for history in histories.values() for move in _moves_of(history)]


def _moves_of(history: Sequence[Change]) -> Iterator[Move]:
    fresh: Change | None = None
    last_fresh_at: int | None = None
    for number, change in enumerate(history):
        if number and history[number - 1] is fresh:
            last_fresh_at = change.previous_seen_at
        if change.is_stale:
            continue
        before = fresh.decimal_price if fresh else None
        if before and change.decimal_price and change.decimal_price != before:
            assert last_fresh_at is not None
            shift = 1 / change.decimal_price - 1 / before
            yield Move(
                change.event_id,
                change.bookmaker_key,
                change.outcome_name,
                after=last_fresh_at,
                by=change.valid_from,
                is_shorter=shift > 0,
                is_large=abs(shift) >= STEAM_LEAST,
            )
        fresh = change


def steam(move: Move, moves: Iterable[Move], books: dict[str, Book]) -> Answers:
    """Whether enough groups moved alike within a quarter of an hour: the answers that can be."""
    if not move.is_large:
        return frozenset({False})
    alike = [
        other
        for other in moves
        if other.is_large
        and (other.event_id, other.outcome_name) == (move.event_id, move.outcome_name)
        and other.is_shorter == move.is_shorter
    ]
    answers = set()
    # the others go as far from the move as they can, or as near to one stretch that holds it
    for at in range(move.after + INSTANT, move.by + 1, INSTANT):
        apart = {
            other: max(other.after + INSTANT, other.by, key=lambda moment: abs(moment - at))
            for other in alike
        }
        answers.add(_is_steam({**apart, move: at}, move, books))
    for begins in {other.by for other in alike}:
        near = {other: min(max(begins, other.after + INSTANT), other.by) for other in alike}
        answers.add(_is_steam(near, move, books))
    return frozenset(answers)


def _is_steam(instants: dict[Move, int], move: Move, books: dict[str, Book]) -> bool:
    at = instants[move]
    for begins in {moment for moment in instants.values() if at - STEAM_MINUTES <= moment <= at}:
        groups = {
            books[other.bookmaker_key].group
            for other, moment in instants.items()
            if begins <= moment <= begins + STEAM_MINUTES
        }
        if len(groups) >= STEAM_BOOKS:
            return True
    return False


def reverse(move: Move, moves: Iterable[Move], books: dict[str, Book]) -> Answers:
    """Whether a retail book went against sharps that had just moved: the answers that can be."""
    own = books[move.bookmaker_key]
    if own.kind != "retail":
        return frozenset({False})
    sharps: dict[tuple[int, str], list[Move]] = defaultdict(list)
    for other in moves:
        book = books[other.bookmaker_key]
        is_same = (other.event_id, other.outcome_name) == (move.event_id, move.outcome_name)
        if is_same and book.priority is not None and book.group != own.group:
            sharps[book.priority, other.bookmaker_key].append(other)
    answers: set[bool] = set()
    for at in range(move.after + INSTANT, move.by + 1, INSTANT):
        said = [_said_by(sorted(sharps[key], key=lambda m: m.by), at) for key in sorted(sharps)]
        for opinions in product(*said):
            speaks = next((opinion for opinion in opinions if opinion is not None), None)
            answers.add(speaks is not None and speaks != move.is_shorter)
    return frozenset(answers)


def _said_by(moves: Sequence[Move], at: int) -> set[bool | None]:
    """What the last move of a book, in the hour before, can have been; None where there is none."""
    said: set[bool | None] = set()
    for last in range(-1, len(moves)):
        later = moves[last + 1 :]
        if any(move.by < at for move in later):
            continue
        if last < 0:
            said.add(None)
            continue
        earliest = moves[last].after + INSTANT
        latest = min(moves[last].by, at - INSTANT)
        if earliest > latest:
            continue
        if at - latest <= REVERSE_MINUTES:
            said.add(moves[last].is_shorter)
        if at - earliest > REVERSE_MINUTES:
            said.add(None)
    return said
