"""Fair prices and their consensus, derived in plain Python from the change log's rows.

Written from the rules, not from the SQL: sets are walked through in time, roots are bracketed.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from math import exp, log
from pathlib import Path
from typing import Any, NamedTuple

from tests.oracle.fair import METHODS, fair
from tests.oracle.quotes import OutcomeKey, Piece
from tests.oracle.responses import Outcome

SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"
SLOTS = {"Over": 1, "Yes": 1, "Odd": 1, "Under": 2, "No": 2, "Even": 2, "Draw": 3}
MICROS_PER_HOUR = 3_600_000_000
SetKey = tuple[str, str, str, str | None, float | None]


class Offer(NamedTuple):
    """One outcome of a set as it stands: its name, its own point, its decimal price."""

    outcome_name: str
    point: float | None
    decimal_price: float | None


class Version(NamedTuple):
    """What a set offered from one response until another."""

    key: SetKey
    offers: Mapping[int, Offer]
    fair: Mapping[str, tuple[float, ...] | None]
    valid_from: int
    valid_to: int | None
    response_id: str


def seed_rows(name: str) -> list[dict[str, str]]:
    """A seed as dbt reads it, every value text."""
    with (SEEDS / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def versions(
    changes: Iterable[Mapping[str, Any]], events: Mapping[str, Mapping[str, Any]]
) -> Iterator[Version]:
    """The versions of every outcome set, from rows of `fct_odds_changes` and their events.

    Args:
        changes: with times as whole microseconds.
        events: `sport_key`, `home_team` and `away_team` by event id.
    """
    markets = {row["market_key"]: row for row in seed_rows("markets") if row["is_lay"] == "false"}
    outcome_counts = {row["sport_key"]: row["h2h_outcome_count"] for row in seed_rows("sports")}
    sets: dict[SetKey, list[tuple[Mapping[str, Any], int]]] = defaultdict(list)
    for change in changes:
        market = markets.get(change["market_key"])
        side_no = _side_no(change["outcome_name"], events[change["event_id"]])
        if market is None or side_no is None:
            continue
        line = change["line"]
        if line is not None and side_no == 2 and market["outcome_set"] == "mirrored_points":
            line = 0 - line
        sets[
            change["event_id"],
            change["bookmaker_key"],
            change["market_key"],
            change["outcome_description"],
            line,
        ].append((change, side_no))
    for key, steps in sets.items():
        market = markets[key[2]]
        count = _outcome_count(market, outcome_counts.get(events[key[0]]["sport_key"], ""))
        yield from _walk(key, steps, count, market["outcome_set"] == "mirrored_points")


class SeenOffer(NamedTuple):
    """One outcome that stood, and when it was last shown."""

    piece: Piece
    key: OutcomeKey
    outcome: Outcome
    seen_at: int


def sets_of(
    offers: Iterable[SeenOffer], event: Mapping[str, Any]
) -> Iterator[tuple[tuple[Any, ...], tuple[float | None, ...], int]]:
    """Each set that stood: its book, market, description and point; its prices by side_no; its age.

    The point is the home side's. A set is as old as what was not seen for longest of it.
    """
    markets = {row["market_key"]: row for row in seed_rows("markets") if row["is_lay"] == "false"}
    sets: dict[tuple[Any, ...], dict[int, SeenOffer]] = defaultdict(dict)
    for offer in offers:
        market = markets.get(offer.piece.market_key)
        side_no = _side_no(offer.key.outcome_name, event)
        if market is None or side_no is None:
            continue
        point = offer.outcome.point
        if point is not None and side_no == 2 and market["outcome_set"] == "mirrored_points":
            point = 0 - point
        piece, description = offer.piece, offer.key.outcome_description
        sets[piece.bookmaker_key, piece.market_key, description, point][side_no] = offer
    for key, of_set in sets.items():
        prices = tuple(
            of_set[side_no].outcome.decimal_price if side_no in of_set else None
            for side_no in (1, 2, 3)
        )
        yield key, prices, min(offer.seen_at for offer in of_set.values())


def _walk(
    key: SetKey, steps: list[tuple[Mapping[str, Any], int]], count: int | None, is_mirrored: bool
) -> Iterator[Version]:
    def moment(step: tuple[Mapping[str, Any], int]) -> tuple[int, str]:
        return step[0]["valid_from"], step[0]["response_id"]

    offers: dict[int, Offer] = {}
    found: list[tuple[int, str, dict[int, Offer]]] = []
    for (valid_from, response_id), at_once in groupby(sorted(steps, key=moment), key=moment):
        for change, side_no in at_once:
            is_offered = not (change["is_withdrawn"] or change["is_stale"] or change["is_in_play"])
            offers[side_no] = Offer(
                change["outcome_name"],
                change["point"] if is_offered else None,
                change["decimal_price"] if is_offered else None,
            )
        found.append((valid_from, response_id, dict(offers)))
    ends = [*(valid_from for valid_from, _, _ in found[1:]), None]
    for (valid_from, response_id, standing), valid_to in zip(found, ends, strict=True):
        if any(offer.decimal_price is not None for offer in standing.values()):
            fair = _fair(standing, count, is_mirrored)
            yield Version(key, standing, fair, valid_from, valid_to, response_id)


def _fair(
    offers: Mapping[int, Offer], count: int | None, is_mirrored: bool
) -> dict[str, tuple[float, ...] | None]:
    nothing: dict[str, tuple[float, ...] | None] = dict.fromkeys([*METHODS])
    prices = {s: o.decimal_price for s, o in offers.items() if o.decimal_price is not None}
    if count is None or set(prices) != set(range(1, count + 1)):
        return nothing
    first, second = offers[1].point, offers[2].point
    mirror = None if second is None else (0 - second if is_mirrored else second)
    if first != mirror:
        return nothing
    implied = [1 / prices[side_no] for side_no in sorted(prices)]
    return {method: fair(implied, method) for method in METHODS}


def consensus(fair: Iterable[Mapping[str, Any]]) -> dict[tuple[Any, ...], float]:
    """The consensus probability by outcome, point, method and moment."""
    books = {row["bookmaker_key"]: row for row in seed_rows("bookmakers")}
    weights = {row["kind"]: float(row["weight"]) for row in seed_rows("consensus_weights")}
    groups: dict[tuple[Any, ...], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    weight_of: dict[str, float] = {}
    places: dict[tuple[Any, ...], int] = {}
    for row in fair:
        book = books.get(row["bookmaker_key"], {})
        weight = weights[book.get("kind", "unknown")]
        if row["fair_probability"] is None or weight == 0:
            continue
        group = book.get("book_group", row["bookmaker_key"])
        weight_of[group] = max(weight, weight_of.get(group, 0))
        key = tuple(row[name] for name in CONSENSUS_KEY)
        places[key] = row["outcome_count"]
        p = row["fair_probability"]
        groups[key][group].append(log(p / (1 - p)))
    found = {}
    for key, members in groups.items():
        total = sum(weight_of[group] for group in members)
        mean = sum(weight_of[g] * sum(each) / len(each) for g, each in members.items()) / total
        found[key] = 1 / (1 + exp(-mean))
    sums: dict[tuple[Any, ...], float] = defaultdict(float)
    for key, p in found.items():
        sums[_without_outcome(key)] += p
    return {
        key: p / sums[_without_outcome(key)]
        if places[key] == 3 and key[METHOD] != "worst_case"
        else p
        for key, p in found.items()
    }


CONSENSUS_KEY = (
    "event_id",
    "market_key",
    "outcome_name",
    "outcome_description",
    "point",
    "method",
    "moment",
)
METHOD = CONSENSUS_KEY.index("method")


def _without_outcome(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return key[0], key[1], key[3], *key[METHOD:]


def _side_no(outcome_name: str, event: Mapping[str, Any]) -> int | None:
    sides = {event["home_team"]: 1, event["away_team"]: 2}
    return sides.get(outcome_name) or SLOTS.get(outcome_name)


def _outcome_count(market: Mapping[str, str], h2h_outcome_count: str) -> int | None:
    if market["outcome_set"] == "two_way" and market["market_kind"] == "moneyline":
        return int(h2h_outcome_count) if h2h_outcome_count else None
    return {"three_way": 3, "two_way": 2, "mirrored_points": 2, "over_under": 2}.get(
        market["outcome_set"]
    )
