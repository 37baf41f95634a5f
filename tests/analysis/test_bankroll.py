"""The bankroll through time, against a plain reading of the rules that looks everything up anew."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import floor
from random import Random
from typing import Any

import pytest

from analysis.backtest.bankroll import RELEASED_AFTER, Candidate, Payout, stakes
from analysis.backtest.sizing import Sizing, SizingError

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WON, LOST, PUSHED = 1.0, -1.0, 0.0
NO_CAPS = {
    "max_bet_share": 1.0,
    "max_event_share": 1.0,
    "max_day_share": 1.0,
    "max_open_share": 1.0,
}


def candidate(number: int, *, hours: float = 0, **changes: Any) -> Candidate:
    """A bet at even money with a probability of .6, pending unless told how it ends."""
    decided_at = START + hours * HOUR
    given = {
        "number": number,
        "event_id": f"event {number}",
        "decided_at": decided_at,
        "day": decided_at.date(),
        "decimal_price": 2.0,
        "win_probability": 0.6,
        "push_probability": 0.0,
        "group": None,
        "stake_share": 1.0,
        "stake_limit": None,
        "payouts": (),
        **changes,
    }
    return Candidate(**given)


def ends(hours: float, profit: float) -> Payout:
    return Payout(at=START + hours * HOUR, profit=profit)


def staked(
    *candidates: Candidate, sizing: Sizing | None = None, bankroll: float = 1000.0
) -> list[float]:
    placed = stakes(
        candidates,
        sizing=sizing or Sizing(method="percentage", share=0.1, **NO_CAPS),
        initial_bankroll=bankroll,
    )
    return [placed[each.number] for each in candidates]


def test_a_result_counts_from_when_it_is_known_not_from_the_start() -> None:
    """The first game is over at +3; what was decided on before knows nothing of it."""
    first = candidate(1, payouts=[ends(3, WON)])
    assert staked(first, candidate(2, hours=2.99), candidate(3, hours=3)) == [100, 90, 101]


def test_games_that_overlap_are_paid_as_they_end_not_as_they_begin() -> None:
    late = candidate(1, payouts=[ends(10, WON)])
    early = candidate(2, hours=1, payouts=[ends(2, LOST)])
    # 1000 - 100 open; then 910 left and 100 open; then 1010
    assert staked(late, early, candidate(3, hours=2), candidate(4, hours=10)) == [100, 90, 81, 92.9]


def test_a_corrected_score_corrects_the_bankroll() -> None:
    corrected = candidate(1, payouts=[ends(1, LOST), ends(5, WON)])
    assert staked(
        corrected, candidate(2, hours=1, payouts=[ends(2, PUSHED)]), candidate(3, hours=5)
    ) == [100, 90, 110]


def test_a_stake_of_which_nothing_is_heard_is_free_again_after_two_weeks() -> None:
    """Whether a result comes later, or never, nobody knows by then."""
    two_weeks = 14 * 24
    for payouts in ((), [ends(two_weeks + 48, WON)]):
        bets = [candidate(1, payouts=payouts)]
        bets += [candidate(2, hours=two_weeks - 1, payouts=[ends(two_weeks - 0.5, PUSHED)])]
        bets += [candidate(3, hours=two_weeks)]
        assert staked(*bets) == [100, 90, 100]
    late = candidate(1, payouts=[ends(two_weeks + 48, WON)])
    assert staked(late, candidate(2, hours=two_weeks + 48)) == [100, 110]


def test_a_push_gives_the_stake_back() -> None:
    assert staked(candidate(1, payouts=[ends(1, PUSHED)]), candidate(2, hours=1)) == [100, 100]


def test_decisions_of_one_moment_share_one_bankroll() -> None:
    assert staked(*(candidate(number) for number in range(1, 4))) == [100, 100, 100]


@pytest.mark.parametrize(
    ("win", "cap", "each"),
    [
        pytest.param(0.60, 0.998, 998.0, id="naive total of 160 %"),
        pytest.param(0.55, 0.998, 550.0, id="naive total of 55 %"),
        pytest.param(0.55, 0.536, 536.0, id="the same under a cap"),
    ],
)
def test_ten_bets_at_once_are_brought_down_together(win: float, cap: float, each: float) -> None:
    sizing = Sizing(method="kelly", fraction=1.0, **{**NO_CAPS, "max_open_share": cap})
    ten = [candidate(n, win_probability=win, decimal_price=1 + 10 / 11) for n in range(1, 11)]
    assert staked(*ten, sizing=sizing, bankroll=10_000) == pytest.approx([each] * 10, abs=0.01)


def test_the_cap_of_an_event_counts_what_is_open_on_it() -> None:
    sizing = Sizing(method="percentage", share=0.1, **{**NO_CAPS, "max_event_share": 0.15})
    bets = [
        candidate(1, event_id="same", payouts=[ends(9, LOST)]),
        candidate(2, event_id="same", hours=1),
        candidate(3, event_id="other", hours=1),
    ]
    assert staked(*bets, sizing=sizing) == [100, 35, 90]
    at_once = [replace(each, decided_at=START) for each in bets]
    assert staked(*at_once, sizing=sizing) == [75, 75, 100]


def test_the_cap_of_a_day_counts_all_that_was_staked_on_it_open_or_not() -> None:
    sizing = Sizing(method="flat", amount=100, **{**NO_CAPS, "max_day_share": 0.25})
    bets = [candidate(n, hours=n, payouts=[ends(n + 0.5, PUSHED)]) for n in range(1, 5)]
    tomorrow = candidate(9, hours=24)
    assert staked(*bets, tomorrow, sizing=sizing) == [100, 100, 50, 0, 100]


def test_the_cap_of_all_that_is_open_frees_what_is_settled() -> None:
    sizing = Sizing(method="flat", amount=200, **{**NO_CAPS, "max_open_share": 0.3})
    bets = [candidate(1, payouts=[ends(2, PUSHED)]), candidate(2, hours=1), candidate(3, hours=2)]
    assert staked(*bets, sizing=sizing) == [200, 100, 200]


def test_what_falls_under_the_least_stake_is_no_bet_and_ties_up_nothing() -> None:
    sizing = Sizing(method="percentage", share=0.01, min_stake=11, **NO_CAPS)
    assert staked(candidate(1), candidate(2, hours=1), sizing=sizing) == [0, 0]
    assert staked(candidate(1), sizing=sizing, bankroll=1100) == [11]


def test_stakes_are_whole_increments_of_what_is_left() -> None:
    sizing = Sizing(method="percentage", share=0.1, increment=25, **NO_CAPS)
    assert staked(candidate(1), candidate(2, hours=1), sizing=sizing, bankroll=1270) == [125, 100]


def test_a_price_that_could_not_be_had_ties_up_nothing() -> None:
    assert staked(candidate(1, stake_limit=0.0), candidate(2, hours=1)) == [0, 100]


def test_a_price_that_could_not_be_had_still_took_its_part_when_it_was_decided() -> None:
    """Which of them would be had nobody knew then."""
    sizing = Sizing(method="flat", amount=800, **NO_CAPS)
    assert staked(candidate(1, stake_limit=0.0), candidate(2), sizing=sizing) == [0, 500]


def legs(*shares: float, limits: Sequence[float | None] | None = None) -> list[Candidate]:
    wanted = limits or [None] * len(shares)
    return [
        candidate(
            number,
            event_id="event",
            group="both",
            stake_share=share,
            stake_limit=limit,
            win_probability=None,
        )
        for number, (share, limit) in enumerate(zip(shares, wanted, strict=True), start=1)
    ]


def test_a_group_is_one_stake_in_the_proportion_of_its_legs() -> None:
    assert staked(*legs(0.6, 0.4)) == [60, 40]
    kelly = Sizing(method="kelly", max_bet_share=0.05)
    assert staked(*legs(0.6, 0.4), sizing=kelly) == [30, 20]


def test_the_tightest_limit_binds_all_legs() -> None:
    assert staked(*legs(0.6, 0.4, limits=[30.0, None])) == [30, 20]
    assert staked(*legs(0.6, 0.4, limits=[None, 10.0])) == [15, 10]


def test_a_leg_under_the_least_stake_takes_its_group_with_it() -> None:
    sizing = Sizing(method="percentage", share=0.1, min_stake=5, **NO_CAPS)
    assert staked(*legs(0.96, 0.04), sizing=sizing) == [0, 0]
    # brought there by the limit of another leg, too: one leg alone would be no arbitrage
    assert staked(*legs(0.9, 0.1, limits=[40.0, None]), sizing=sizing) == [0, 0]


def test_a_leg_that_could_not_be_had_leaves_the_others_bet() -> None:
    assert staked(*legs(0.6, 0.4, limits=[0.0, None])) == [0, 40]


@pytest.mark.parametrize(
    ("increment", "is_bet"), [(0.01, True), (5.0, True), (17.0, False)], ids=str
)
def test_an_arbitrage_that_rounding_would_let_lose_is_no_bet(
    increment: float, is_bet: bool
) -> None:
    """2.06 and 2.02 pay 2 % more than they cost; 34 and 51 come to 85 and pay back 70."""
    prices = (2.06, 2.02)
    shares = [1 / price / sum(1 / each for each in prices) for price in prices]
    pair = [
        candidate(number, group="arb", stake_share=share, decimal_price=price, event_id="game")
        for number, (share, price) in enumerate(zip(shares, prices, strict=True), start=1)
    ]
    sizing = Sizing(method="percentage", share=0.102, increment=increment, **NO_CAPS)
    placed = staked(*pair, sizing=sizing)
    assert (sum(placed) > 0) == is_bet
    paid = [stake * price for stake, price in zip(placed, prices, strict=True)]
    assert not is_bet or min(paid) > sum(placed)


def test_kelly_without_a_probability_is_refused() -> None:
    with pytest.raises(SizingError, match="flat or percentage"):
        staked(candidate(1, win_probability=None), sizing=Sizing())


SIZINGS = {
    "kelly": Sizing(method="kelly", fraction=0.5, max_bet_share=0.06, max_day_share=0.3),
    "full kelly": Sizing(
        method="kelly", fraction=1.0, max_bet_share=0.5, max_event_share=0.6, max_day_share=1.0
    ),
    "flat": Sizing(method="flat", amount=400, increment=5, min_stake=20, max_open_share=0.4),
    "percentage": Sizing(method="percentage", share=0.04, increment=0.5, max_event_share=0.05),
}


def season(seed: int, *, count: int = 300) -> list[Candidate]:
    """Bets of a month: many at once, several on an event, legs, limits, corrections, pending."""
    random = Random(seed)
    made: list[Candidate] = []
    while len(made) < count:
        hours = random.randint(0, 24 * 30 * 4) / 4
        event_id = f"event {random.randint(0, count // 3)}"
        size = random.choice([1, 1, 1, 1, 2, 3])
        group = f"group {len(made)}" if size > 1 else None
        parts = [random.uniform(0.1, 1) for _ in range(size)]
        for part in parts:
            price = round(random.uniform(1.2, 4.5), 2)
            over = hours + random.choice([0.25, 3, 3, 4, 30])
            paid = [ends(over, random.choice([price - 1, (price - 1) / 2, 0.0, -0.5, -1, -1]))]
            if random.random() < 0.1:
                paid.append(ends(over + random.uniform(0, 50), random.choice([price - 1, -1])))
            made.append(
                candidate(
                    len(made) + 1,
                    hours=hours,
                    event_id=event_id,
                    decimal_price=price,
                    win_probability=min((1 + random.uniform(-0.05, 0.25)) / price, 0.95),
                    push_probability=random.choice([0.0, 0.0, 0.05]),
                    group=group,
                    stake_share=part / sum(parts) if group else 1.0,
                    stake_limit=random.choice([None, None, None, 0.0, 60.0, 250.0]),
                    payouts=paid if random.random() < 0.9 else (),
                )
            )
    return made


def by_the_rules(
    candidates: Sequence[Candidate], *, sizing: Sizing, bankroll: float
) -> dict[int, float]:
    """Every stake from the rules as they are written, nothing kept from moment to moment."""
    placed: dict[int, float] = {}
    by_number = {each.number: each for each in candidates}
    for moment in sorted({each.decided_at for each in candidates}):
        money, open_total, today = bankroll, 0.0, 0.0
        open_on: dict[str, float] = defaultdict(float)
        now = [each for each in candidates if each.decided_at == moment]
        for number, stake in placed.items():
            bet = by_number[number]
            known = [paid for paid in bet.payouts if paid.at <= moment]
            if known:
                money += stake * known[-1].profit
            elif moment < bet.decided_at + RELEASED_AFTER:
                open_total += stake
                open_on[bet.event_id] += stake
            if bet.day == now[0].day:
                today += stake
        free = max(money - open_total, 0.0)
        wanted = {each.number: _plainly_wanted(each, free, sizing) for each in now}
        for event_id in {each.event_id for each in now}:
            on_it = [each.number for each in now if each.event_id == event_id]
            room = max(sizing.max_event_share * free - open_on[event_id], 0.0)
            total = sum(wanted[number] for number in on_it)
            for number in on_it:
                wanted[number] *= min(1.0, room / total) if total else 1.0
        room = min(
            sizing.max_day_share * money - today, sizing.max_open_share * money - open_total, free
        )
        total = sum(wanted.values())
        scale = min(1.0, max(room, 0.0) / total) if total else 1.0
        placed |= _plainly_executed(
            now, {n: _down(s * scale, sizing) for n, s in wanted.items()}, sizing
        )
    return placed


def _plainly_wanted(bet: Candidate, free: float, sizing: Sizing) -> float:
    cap = sizing.max_bet_share * free
    if sizing.method == "flat":
        stake = sizing.amount
    elif sizing.method == "percentage":
        stake = sizing.share * free
    elif bet.group is not None:
        stake = cap
    else:
        assert bet.win_probability is not None
        net = bet.decimal_price - 1
        # pushes change nothing about the share: they leave everything as it was
        edge = bet.win_probability * net - (1 - bet.win_probability)
        stake = sizing.fraction * max(edge / net, 0.0) * free
    return min(stake, cap) * bet.stake_share


def _plainly_executed(
    now: Sequence[Candidate], sized: dict[int, float], sizing: Sizing
) -> dict[int, float]:
    executed = {}
    for bet in now:
        together = [each for each in now if each.group == bet.group] if bet.group else [bet]
        part = min(
            min(1.0, each.stake_limit / sized[each.number])
            if each.stake_limit and sized[each.number]
            else 1.0
            for each in together
        )
        final = {each.number: _down(sized[each.number] * part, sizing) for each in together}
        is_bet = all(final.values()) and bet.stake_limit != 0
        if bet.group and sum(1 / each.decimal_price for each in together) < 1:
            worst = min(final[each.number] * each.decimal_price for each in together)
            is_bet = is_bet and (len(together) == 1 or worst > sum(final.values()))
        executed[bet.number] = final[bet.number] if is_bet else 0.0
    return executed


def _down(stake: float, sizing: Sizing) -> float:
    whole = round(floor(stake / sizing.increment + 1e-9) * sizing.increment, 6)
    return whole if whole >= sizing.min_stake else 0.0


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("sizing", SIZINGS.values(), ids=SIZINGS)
def test_stakes_are_to_the_cent_what_the_rules_say(sizing: Sizing, seed: int) -> None:
    candidates = season(seed)
    placed = stakes(candidates, sizing=sizing, initial_bankroll=10_000)
    expected = by_the_rules(candidates, sizing=sizing, bankroll=10_000)
    assert {n: round(stake, 2) for n, stake in placed.items()} == {
        n: round(stake, 2) for n, stake in expected.items()
    }
    assert sum(stake > 0 for stake in placed.values()) > 30


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("sizing", SIZINGS.values(), ids=SIZINGS)
def test_the_order_of_candidates_decides_nothing(sizing: Sizing, seed: int) -> None:
    candidates = season(seed)
    placed = stakes(candidates, sizing=sizing, initial_bankroll=10_000)
    shuffled = candidates[:]
    Random(seed).shuffle(shuffled)
    assert stakes(shuffled, sizing=sizing, initial_bankroll=10_000) == placed


@pytest.mark.parametrize("sizing", SIZINGS.values(), ids=SIZINGS)
def test_later_candidates_and_results_change_no_earlier_stake(sizing: Sizing) -> None:
    candidates = season(7)
    cut = START + 15 * 24 * HOUR
    placed = stakes(candidates, sizing=sizing, initial_bankroll=10_000)
    known = [
        replace(
            each, payouts=[*(paid for paid in each.payouts if paid.at <= cut), ends(24 * 90, -1.0)]
        )
        for each in candidates
        if each.decided_at <= cut
    ]
    before = stakes(known, sizing=sizing, initial_bankroll=10_000)
    assert before == {number: placed[number] for number in before}
    assert len(before) > 100


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sizing", SIZINGS.values(), ids=SIZINGS)
def test_no_cap_is_ever_broken(sizing: Sizing, seed: int) -> None:
    candidates = season(seed)
    placed = stakes(candidates, sizing=sizing, initial_bankroll=10_000)
    for moment in sorted({each.decided_at for each in candidates}):
        money = 10_000.0
        open_before = open_after = new = today = 0.0
        day = moment.date()
        for each in candidates:
            if each.decided_at > moment:
                continue
            known = [paid for paid in each.payouts if paid.at <= moment]
            stake = placed[each.number]
            if each.decided_at == moment:
                new += stake
            elif known:
                money += stake * known[-1].profit
            elif moment < each.decided_at + RELEASED_AFTER:
                open_before += stake
            today += stake * (each.day == day)
        open_after = open_before + new
        assert new <= max(money - open_before, 0.0) + 1e-6
        assert new == 0 or open_after <= sizing.max_open_share * money + 1e-6
        assert new == 0 or today <= sizing.max_day_share * money + 1e-6
    assert all(
        each.stake_limit is None or placed[each.number] <= each.stake_limit for each in candidates
    )
