"""Bets of a backtest derived a second time, from recorded responses to profit, in plain Python.

Written from the rules alone. It covers what the real recordings hold: sport calls of one scope,
markets of two sides, books without commission, decisions at a time before the start, flat stakes.
"""

import csv
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from math import exp, floor, log
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.responses import Line, own_response_id
from tests.oracle.values import decimal_of_american

STALE_AFTER = timedelta(minutes=10)
START_SLACK = timedelta(minutes=15)
MATCHED_WITHIN = timedelta(hours=3)
SETTLES_AFTER = timedelta(hours=4)
VOID_AFTER = {
    "americanfootball_nfl": timedelta(hours=72),
    "baseball_mlb": timedelta(hours=24),
}
# of the US books in the recordings; all others stand for themselves
GROUPS = {"lowvig": "betonlineag"}
SHARP = ("lowvig", "betonlineag")
SHARP_WEIGHT, RETAIL_WEIGHT = 1.0, 0.15


@dataclass(frozen=True, order=True)
class Offer:
    """One price of one book in one response; `set_point` is the point as the home side has it."""

    event_id: str
    market_key: str
    set_point: float | None
    outcome_name: str
    bookmaker_key: str
    point: float | None
    american_price: int
    is_first: bool

    @property
    def price(self) -> float:
        return decimal_of_american(self.american_price) or 0.0


@dataclass(frozen=True)
class Decision:
    """What stood at one decision about one event."""

    event_id: str
    home_team: str
    decided_at: datetime
    commence_time: datetime
    captured_at: datetime
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class Bet:
    """A bet as the rules give it, from the price to the profit of its stake."""

    offer: Offer
    decision: Decision
    win_probability: float | None = None
    share: float = 1.0
    valid_from: datetime | None = None
    response_id: str | None = None
    fill_status: str | None = None
    filled_at: datetime | None = None
    settlement: str | None = None
    settled_at: datetime | None = None
    score: tuple[int, int] | None = None

    def profit(self, stake: float) -> float | None:
        """Profit of a stake, None while the bet is pending."""
        if self.settlement is None:
            return None
        return (
            stake
            * {
                "win": self.offer.price - 1,
                "push": 0.0,
                "void": 0.0,
                "loss": -1.0,
            }[self.settlement]
        )


@dataclass(frozen=True)
class Result:
    """One row of the results file."""

    sport_key: str
    home_team: str
    away_team: str
    starts_at: datetime
    score: tuple[int, int] | None


@dataclass
class Feed:
    """The responses of one sport in the order in which they were served."""

    lines: Sequence[Line]
    moments: list[datetime] = field(init=False)

    def __post_init__(self) -> None:
        served = [line for line in self.lines if line["status"] == 200]
        self.lines = sorted(served, key=lambda line: _moment(line["received_at"]))
        self.moments = [_moment(line["received_at"]) for line in self.lines]
        assert len(set(self.moments)) == len(self.moments)

    @cached_property
    def events(self) -> list[dict[str, dict[str, Any]]]:
        """The events of each response by id."""
        return [{event["id"]: event for event in line["body"]} for line in self.lines]

    @cached_property
    def snapshots(self) -> dict[str, list[int]]:
        """The numbers of the responses that list an event."""
        found = defaultdict(list)
        for number, events in enumerate(self.events):
            for event_id in events:
                found[event_id].append(number)
        return found

    def last_before(self, moment: datetime) -> int:
        return bisect_right(self.moments, moment) - 1

    def first_from(self, moment: datetime) -> int | None:
        number = bisect_left(self.moments, moment)
        return number if number < len(self.moments) else None

    def decisions(self, before_start: timedelta, *, max_age: timedelta) -> Iterator[Decision]:
        """The first moment that lay so long before the start as it stood announced just then."""
        for event_id, numbers in self.sightings.items():
            due = sorted(
                decided_at
                for number in numbers
                if (decided_at := self._commence(event_id, number) - before_start)
                and self.last_before(decided_at) == number
            )
            if due and (found := self._decision(event_id, due[0], max_age)):
                yield found

    def _commence(self, event_id: str, number: int) -> datetime:
        return _moment(self.events[number][event_id]["commence_time"])

    def _decision(self, event_id: str, decided_at: datetime, max_age: timedelta) -> Decision | None:
        number = self.last_before(decided_at)
        captured_at = self.moments[number]
        if decided_at - captured_at > max_age:
            return None
        event = self.events[number][event_id]
        return Decision(
            event_id=event_id,
            home_team=event["home_team"],
            decided_at=decided_at,
            commence_time=_moment(event["commence_time"]),
            captured_at=captured_at,
            offers=tuple(sorted(_offers(event, captured_at), key=_place)),
        )

    def offers_of(self, event_id: str, number: int) -> list[Offer]:
        """What a response offers of an event; nothing where it lists it no more, or in play."""
        event = self.events[number].get(event_id)
        captured_at = self.moments[number]
        if event is None or _moment(event["commence_time"]) <= captured_at:
            return []
        return list(_offers(event, captured_at))

    def since(self, offer: Offer, decision: Decision) -> tuple[datetime, str]:
        """Since when the offer stood without a break, and the response that brought it."""
        number = self.last_before(decision.decided_at)
        while number and offer in self.offers_of(offer.event_id, number - 1):
            number -= 1
        return self.moments[number], own_response_id(self.lines[number])

    def fill(
        self, offer: Offer, decision: Decision, delay: timedelta
    ) -> tuple[str, datetime | None]:
        """What the first response after the delay, and before the start, made of the price."""
        number = self.first_from(decision.decided_at + delay)
        if number is None or self.moments[number] >= decision.commence_time:
            return "not_seen_again", None
        event = self.events[number].get(offer.event_id)
        if event and _moment(event["commence_time"]) <= self.moments[number]:
            return "not_seen_again", None
        same = [
            other
            for other in self.offers_of(offer.event_id, number)
            if (other.bookmaker_key, other.market_key, other.outcome_name)
            == (offer.bookmaker_key, offer.market_key, offer.outcome_name)
        ]
        if not same:
            return "withdrawn", None
        is_as_good = same[0].point == offer.point and same[0].price >= offer.price
        return ("filled", self.moments[number]) if is_as_good else ("worse_price", None)

    def start(self, event_id: str) -> tuple[datetime, bool]:
        """When a game started as far as the feed tells, and whether it was still listed then."""
        numbers = self.sightings[event_id]
        announced: list[datetime] = []
        in_play: list[datetime] = []
        for number in numbers:
            commence = self._commence(event_id, number)
            (in_play if commence <= self.moments[number] else announced).append(commence)
        to_come = [n for n in numbers if self._commence(event_id, n) > self.moments[n]]
        if to_come:
            # under way the feed may show a start that its own looks before contradict
            in_play = [at for at in in_play if at >= self.moments[to_come[-1]] - START_SLACK]
        starts_at = min([announced[-1] if announced else in_play[0], *in_play])
        last = bisect_left(self.moments, starts_at) - 1
        return starts_at, last < 0 or event_id in self.events[last]


def read_results(path: Path) -> list[Result]:
    with path.open(encoding="utf-8") as file:
        return [
            Result(
                sport_key=row["sport_key"],
                home_team=row["home_team"],
                away_team=row["away_team"],
                starts_at=_moment(row["starts_at"]),
                score=(int(row["home_score"]), int(row["away_score"]))
                if row["status"] == "final"
                else None,
            )
            for row in csv.DictReader(file)
            if row["starts_at"]
        ]


def results_by_event(feed: Feed, results: Iterable[Result]) -> dict[str, Result]:
    """Each event's row: same teams, nearest start, one to one; those seen under way come first."""
    rows = list(results)
    by_teams = defaultdict(list)
    for place, row in enumerate(rows):
        by_teams[row.sport_key, row.home_team, row.away_team].append(place)
    pairs = []
    for event_id, numbers in feed.sightings.items():
        event = feed.events[numbers[-1]][event_id]
        starts_at, _ = feed.start(event_id)
        was_seen = _moment(event["commence_time"]) <= feed.moments[numbers[-1]]
        for place in by_teams[event["sport_key"], event["home_team"], event["away_team"]]:
            distance = abs(rows[place].starts_at - starts_at)
            if distance <= MATCHED_WITHIN:
                pairs.append((not was_seen, distance, event_id, place))
    matched: dict[str, Result] = {}
    taken = set()
    for _, _, event_id, place in sorted(pairs):
        if event_id not in matched and place not in taken:
            matched[event_id] = rows[place]
            taken.add(place)
    return matched


def became(
    bet: Bet, feed: Feed, matched: dict[str, Result], *, delay: timedelta, as_of: datetime
) -> Bet:
    """The bet with all that became of it."""
    valid_from, response_id = feed.since(bet.offer, bet.decision)
    fill_status, filled_at = feed.fill(bet.offer, bet.decision, delay)
    bet = replace(
        bet,
        valid_from=valid_from,
        response_id=response_id,
        fill_status=fill_status,
        filled_at=filled_at,
    )
    numbers = feed.sightings[bet.offer.event_id]
    sport_key = feed.events[numbers[0]][bet.offer.event_id]["sport_key"]
    starts_at, was_listed = feed.start(bet.offer.event_id)
    void_at = bet.decision.commence_time + VOID_AFTER[sport_key]
    result = matched.get(bet.offer.event_id)
    score = result.score if result else None
    is_off = score is None and (result is not None or not was_listed)
    if is_off or starts_at > void_at:
        return replace(bet, settlement="void", settled_at=void_at) if void_at <= as_of else bet
    if score is None:
        return bet
    return replace(
        bet,
        settlement=_settlement(bet.offer, score),
        settled_at=starts_at + SETTLES_AFTER,
        score=score,
    )


def flat_bets(decision: Decision, *, is_first: bool, markets: set[str]) -> list[Bet]:
    """The home side (or the over) of the line most books have, at the best price."""
    bets = []
    for market_key in sorted({offer.market_key for offer in decision.offers} & markets):
        offers = [offer for offer in decision.offers if offer.market_key == market_key]
        points = sorted({offer.set_point or 0.0 for offer in offers})
        books = {
            point: len({o.bookmaker_key for o in offers if (o.set_point or 0.0) == point})
            for point in points
        }
        line = max(points, key=lambda point: (books[point], -point))
        sides = [o for o in offers if (o.set_point or 0.0) == line and o.is_first == is_first]
        if sides:
            bets.append(Bet(offer=_best(sides), decision=decision))
    return bets


def arbitrage_bets(decision: Decision, *, max_roi: float) -> list[Bet]:
    """Both sides of a line at their best prices, where those pay more than they cost."""
    bets = []
    lines = defaultdict(list)
    for offer in decision.offers:
        lines[offer.market_key, offer.set_point].append(offer)
    for line in sorted(lines, key=str):
        sides = [[o for o in lines[line] if o.is_first == is_first] for is_first in (True, False)]
        if not all(sides):
            continue
        legs = [_best(side) for side in sides]
        cost = sum(1 / leg.price for leg in legs)
        if len({_group(leg) for leg in legs}) > 1 and 0 < 1 / cost - 1 <= max_roi:
            bets += [Bet(offer=leg, decision=decision, share=1 / leg.price / cost) for leg in legs]
    return bets


def expected_value_bets(
    decision: Decision, *, reference: str, min_edge: float, max_edge: float
) -> list[Bet]:
    """The offer of each market whose edge over what the other books think is the highest."""
    fair = fair_probabilities(decision.offers)
    opinion = {"sharp": _sharp_of_others, "consensus": _consensus_of_others}[reference]
    bets = []
    for market_key in sorted({offer.market_key for offer in decision.offers}):
        wanted = []
        for offer in decision.offers:
            probability = opinion(offer, fair) if offer.market_key == market_key else None
            if probability and min_edge <= probability * offer.price - 1 <= max_edge:
                wanted.append((offer, probability))
        if wanted:
            ordered = sorted(wanted, key=lambda pair: _place(pair[0]))
            offer, probability = max(ordered, key=lambda pair: pair[0].price * pair[1])
            bets.append(Bet(offer=offer, decision=decision, win_probability=probability))
    return bets


def fair_probabilities(offers: Iterable[Offer]) -> dict[Offer, float]:
    """Each offer's probability by its own book, the margin taken off where both sides are there."""
    sets = defaultdict(list)
    for offer in offers:
        sets[offer.bookmaker_key, offer.market_key, offer.set_point].append(offer)
    fair = {}
    for both in sets.values():
        if sorted(offer.is_first for offer in both) == [False, True]:
            implied = [1 / offer.price for offer in both]
            for offer, each in zip(both, implied, strict=True):
                fair[offer] = each / sum(implied)
    return fair


def _sharp_of_others(offer: Offer, fair: dict[Offer, float]) -> float | None:
    others = {
        other.bookmaker_key: probability
        for other, probability in fair.items()
        if _outcome(other) == _outcome(offer) and _group(other) != _group(offer)
    }
    return next((others[book] for book in SHARP if book in others), None)


def _consensus_of_others(offer: Offer, fair: dict[Offer, float]) -> float | None:
    members = defaultdict(list)
    for other, probability in fair.items():
        if _outcome(other) == _outcome(offer) and _group(other) != _group(offer):
            members[_group(other)].append((other, log(probability / (1 - probability))))
    if not members:
        return None
    weight_of = {
        group: SHARP_WEIGHT if group == GROUPS["lowvig"] else RETAIL_WEIGHT for group in members
    }
    mean = sum(
        weight_of[group] * sum(log_odds for _, log_odds in each) / len(each)
        for group, each in members.items()
    ) / sum(weight_of.values())
    return 1 / (1 + exp(-mean))


def _settlement(offer: Offer, score: tuple[int, int]) -> str:
    """Whole and half points only, as US books have them."""
    home, away = score
    if offer.market_key == "totals":
        ahead = home + away - (offer.point or 0.0)
    else:
        ahead = home - away + (offer.set_point or 0.0)
    if not offer.is_first:
        ahead = -ahead
    return "push" if ahead == 0 else "win" if ahead > 0 else "loss"


@dataclass(frozen=True, kw_only=True)
class Caps:
    """Kelly stakes and what bounds them, as shares of the bankroll."""

    fraction: float
    bet: float
    event: float
    day: float
    everything: float
    least: float


def kelly_stakes(
    bets: Sequence[Bet], *, caps: Caps, bankroll: float, time_zone: str, is_paper: bool
) -> dict[Offer, float]:
    """What is staked on each bet from what was there, and known, when it was decided."""
    placed: dict[Offer, float] = {}
    for moment in sorted({bet.decision.decided_at for bet in bets}):
        made = [bet for bet in bets if bet.decision.decided_at < moment]
        over = [bet for bet in made if bet.settled_at and bet.settled_at <= moment]
        still = [bet for bet in made if bet not in over]
        money = bankroll + sum(bet.profit(placed[bet.offer]) or 0.0 for bet in over)
        open_stake = sum(placed[bet.offer] for bet in still)
        free = max(money - open_stake, 0.0)
        now = [bet for bet in bets if bet.decision.decided_at == moment]
        wanted = {bet.offer: min(caps.fraction * _kelly(bet), caps.bet) * free for bet in now}
        for event_id in {offer.event_id for offer in wanted}:
            own = [offer for offer in wanted if offer.event_id == event_id]
            taken = sum(placed[b.offer] for b in still if b.offer.event_id == event_id)
            _scale(wanted, own, room=caps.event * free - taken)
        zone = ZoneInfo(time_zone)
        today = sum(
            placed[bet.offer]
            for bet in made
            if bet.decision.decided_at.astimezone(zone).date() == moment.astimezone(zone).date()
        )
        room = min(caps.day * money - today, caps.everything * money - open_stake, free)
        _scale(wanted, list(wanted), room=room)
        for bet in now:
            stake = rounded_down(wanted[bet.offer])
            is_had = is_paper or bet.fill_status == "filled"
            placed[bet.offer] = stake if is_had and stake >= caps.least else 0.0
    return placed


def _kelly(bet: Bet) -> float:
    assert bet.win_probability is not None
    return max((bet.win_probability * bet.offer.price - 1) / (bet.offer.price - 1), 0.0)


def _scale(wanted: dict[Offer, float], offers: Sequence[Offer], *, room: float) -> None:
    asked = sum(wanted[offer] for offer in offers)
    if asked > room:
        for offer in offers:
            wanted[offer] *= max(room, 0.0) / asked


def rounded_down(stake: float) -> float:
    """A stake down to whole cents."""
    return floor(stake * 100 + 1e-7) / 100


def _offers(event: dict[str, Any], captured_at: datetime) -> Iterator[Offer]:
    for book in event["bookmakers"]:
        for market in book["markets"]:
            updated_at = _moment(market.get("last_update") or book["last_update"])
            if captured_at - updated_at > STALE_AFTER:
                continue
            for outcome in market["outcomes"]:
                point = outcome.get("point")
                is_first = outcome["name"] in (event["home_team"], "Over")
                is_mirrored = market["key"] == "spreads" and not is_first
                yield Offer(
                    event_id=event["id"],
                    market_key=market["key"],
                    set_point=0.0 - point if is_mirrored else point,
                    outcome_name=outcome["name"],
                    bookmaker_key=book["key"],
                    point=point,
                    american_price=int(outcome["price"]),
                    is_first=is_first,
                )


def _best(offers: Iterable[Offer]) -> Offer:
    return min(offers, key=lambda offer: (-offer.price, offer.bookmaker_key))


def _group(offer: Offer) -> str:
    return GROUPS.get(offer.bookmaker_key, offer.bookmaker_key)


def _outcome(offer: Offer) -> tuple[str, str, float | None]:
    return offer.market_key, offer.outcome_name, offer.point


def _place(offer: Offer) -> tuple[str, str, float, str]:
    return offer.market_key, offer.outcome_name, offer.point or 0.0, offer.bookmaker_key


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
