"""The planner against brute force, and what it promises whatever the games and credits are."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.odds_api.credits import next_month
from scheduler.budget import Budget, month_of
from scheduler.planning import Plan, Policy, Rules, credits_for_closes, plan, slot_of
from scheduler.promises import (
    CLOSE,
    CLOSE_BEFORE_START,
    Game,
    Promise,
    Tier,
    fewest_captures,
    fewest_early_captures,
    tier_promises,
)

NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
TIERS = tuple(
    Tier(name, timedelta(hours=until), timedelta(hours=since), timedelta(minutes=minutes))
    for name, until, since, minutes in [
        ("opening", 72, 1000, 2880),
        ("early", 24, 72, 1440),
        ("sharp", 12, 24, 720),
        ("pregame", 3, 12, 180),
        ("closing", 0, 3, 30),
    ]
)
CREDITS = {"nba": 3, "nhl": 3}


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def game(
    starts: int, *, number: int = 0, sport_key: str = "nba", seen: int = -10080, lead: int = 5
) -> Game:
    name = f"{sport_key} {number}"
    return Game(name, sport_key, at(starts), at(seen), timedelta(minutes=lead))


def test_only_whole_intervals_of_a_tier_are_promised() -> None:
    """Of 3.5 hours between the first snapshot and the end of an hourly tier: three."""
    hourly = Tier("hourly", timedelta(hours=3), timedelta(hours=12), timedelta(hours=1))
    starts = datetime(2026, 7, 10, 20, tzinfo=UTC)
    seen = starts - timedelta(hours=6, minutes=30)
    promised = list(tier_promises(Game("e", "nba", starts, seen), [hourly]))
    assert [promise.opens_at for promise in promised] == [
        seen + timedelta(hours=number) for number in range(3)
    ]
    assert promised[-1].closes_at == starts - timedelta(hours=3, minutes=30)


def planned(
    *games: Game,
    granted: int = 10_000,
    spent: int = 0,
    now: datetime = NOON,
    captures: tuple[datetime, ...] = (),
    policy: Policy = "adaptive",
    until: datetime | None = None,
) -> Plan:
    return plan(
        games,
        {"nba": captures, "nhl": captures},
        rules=Rules(TIERS, CREDITS, policy=policy),
        budget=Budget(granted, spent, month_of(now)),
        now=now,
        until=until or now + WEEK,
    )


promises = st.tuples(st.integers(0, 30), st.integers(0, 12)).map(
    lambda pair: Promise(at(pair[0]), at(pair[0] + pair[1]), "nba", "e", "t")
)
some_games = st.lists(
    st.tuples(
        st.integers(1, 4 * 1440), st.sampled_from(["nba", "nhl"]), st.sampled_from([5, 8, 15])
    ),
    min_size=1,
    max_size=6,
).map(
    lambda drawn: [
        game(starts, number=number, sport_key=sport_key, lead=lead)
        for number, (starts, sport_key, lead) in enumerate(drawn)
    ]
)


# three thousand only confirm what some hundred find
in_many_examples = pytest.mark.parametrize(
    "examples", [500, pytest.param(3000, marks=pytest.mark.heavy)]
)


@in_many_examples
def test_no_fewer_captures_keep_every_promise(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(st.lists(promises, max_size=6), st.lists(st.integers(0, 42).map(at), max_size=2))
    def none_is_fewer(wanted: list[Promise], fixed: list[datetime]) -> None:
        found = fewest_captures(wanted, fixed=fixed)
        assert set(fixed) <= set(found)
        assert all(promise.is_kept_by(found) for promise in wanted)
        # an optimum exists that calls only at ends: moving a call on to the next end loses nothing
        ends = sorted({promise.closes_at for promise in wanted})
        fewer = len(found) - len(set(fixed)) - 1
        for chosen in combinations(ends, max(fewer, 0)):
            tried = sorted({*fixed, *chosen})
            assert fewer < 0 or not all(promise.is_kept_by(tried) for promise in wanted)

    none_is_fewer()


@in_many_examples
def test_early_captures_are_as_few_and_keep_as_much(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(st.lists(promises, max_size=6))
    def none_is_fewer(wanted: list[Promise]) -> None:
        found = fewest_early_captures(wanted)
        assert len(found) == len(fewest_captures(wanted))
        assert all(promise.is_kept_by(found) for promise in wanted)
        assert set(found) <= {promise.opens_at for promise in wanted}

    none_is_fewer()


@settings(max_examples=300, deadline=None)
@given(some_games)
def test_with_credits_enough_every_promise_is_kept(games: list[Game]) -> None:
    plan_of_all = planned(*games)
    assert not plan_of_all.dropped
    for each in games:
        moments = [call.at for call in plan_of_all.calls if call.sport_key == each.sport_key]
        for promise in tier_promises(each, TIERS):
            assert promise.closes_at < NOON or promise.is_kept_by(moments)
        assert max(each.starts_at - each.close_lead, NOON) in moments


@settings(max_examples=300, deadline=None)
@given(some_games, st.integers(0, 60), st.integers(0, 60))
def test_no_plan_costs_more_than_is_left(games: list[Game], granted: int, spent: int) -> None:
    found = planned(*games, granted=granted, spent=spent)
    assert sum(call.credits for call in found.calls) <= max(granted - spent, 0)


@settings(max_examples=300, deadline=None)
@given(some_games, st.integers(0, 60))
def test_closes_come_first(games: list[Game], granted: int) -> None:
    """Nothing else is bought from what a later close needs."""
    found = planned(*games, granted=granted)
    lost = [drop.call.at for drop in found.dropped if drop.call.is_close]
    bought = [call.at for call in found.calls if not call.is_close]
    assert not lost or not bought or min(bought) > max(lost)


def test_a_start_that_moves_takes_its_close_along() -> None:
    before, after = planned(game(600)), planned(game(720))
    assert at(595) in [call.at for call in before.calls if call.is_close]
    assert [call.at for call in after.calls if call.is_close] == [at(715)]


@pytest.mark.parametrize("lead", [5, 8, 15])
def test_a_close_is_asked_for_by_the_lead_of_its_game(lead: int) -> None:
    found = planned(game(600, lead=lead))
    assert [call.at for call in found.calls if call.is_close] == [at(600 - lead)]


@pytest.mark.parametrize("policy", ["closes", "adaptive"])
def test_where_games_begin_early_a_longer_lead_keeps_their_closes_for_no_more_calls(
    policy: Policy,
) -> None:
    """Of a hundred games every eighth begins six to seven minutes early, as in the WNBA."""
    starts = [2 * 1440 + 95 * number for number in range(100)]
    early = [6 + number % 2 if number % 8 == 0 else 0 for number in range(100)]
    kept, credits_ = [], []
    for lead in (5, 8):
        games = [game(at_, number=number, lead=lead) for number, at_ in enumerate(starts)]
        calls = planned(*games, policy=policy, until=at(starts[-1]), granted=100_000).calls
        moments = [call.at for call in calls]
        # a close of the last quarter of an hour before the game really began
        seen = [
            any(at(start - minutes - 15) <= moment < at(start - minutes) for moment in moments)
            for start, minutes in zip(starts, early, strict=True)
        ]
        kept.append(sum(seen))
        credits_.append(sum(call.credits for call in calls))
    assert kept[1] == 100
    assert kept[0] <= (87 if policy == "closes" else 95)
    assert credits_[1] <= credits_[0] * 1.01


def test_a_close_that_was_slept_through_is_made_up_for_at_once() -> None:
    [close] = [call for call in planned(game(2)).calls if call.is_close]
    assert close.at == NOON
    assert not planned(game(2), captures=(at(-1),)).calls
    assert not planned(game(0)).calls


def test_one_call_takes_the_closes_of_one_moment_and_of_near_ones_where_only_closes_count() -> None:
    together = planned(game(600, number=1), game(600, number=2), policy="closes")
    assert [(call.at, len(call.keeps)) for call in together.calls] == [(at(595), 2)]
    near = planned(game(600, number=1), game(604, number=2), game(605, number=3), policy="closes")
    assert [call.at for call in near.calls] == [at(595), at(600)]
    assert all(call.is_close for call in near.calls)


def test_the_fixed_policy_calls_by_the_clock_while_games_are_announced() -> None:
    found = planned(game(100), policy="fixed", now=at(1), captures=(at(0),))
    assert [call.at for call in found.calls] == [at(30), at(60), at(90)]
    assert not planned(policy="fixed").calls


@pytest.mark.parametrize(
    ("captured", "now", "first"),
    [
        (-60, 1, 1),  # the slot of noon was not met
        (-60, 20, 20),  # and is due for as long as nothing came
        (-60, 29.5, 30),  # until the next one takes its place
        (-30, 0, 0),
        (2, 20, 30),  # something came after it, late
        (-0.05, 1, 30),  # or a moment before it
        (None, 20, 20),
        (-700, 20, 20),  # a day of silence is made up for by one call
    ],
)
def test_a_slot_is_due_while_nothing_was_captured_since_it(
    captured: float | None, now: float, first: float
) -> None:
    captures = () if captured is None else (at(captured),)
    found = planned(game(100), policy="fixed", now=at(now), captures=captures)
    assert [call.at for call in found.calls][:2] == [at(first), at(30 * (first // 30) + 30)]


@pytest.mark.parametrize("minutes", [1, 7, 30, 1440])
def test_slots_are_the_same_whenever_one_looks_also_in_another_month(minutes: int) -> None:
    interval = timedelta(minutes=minutes)
    moment = datetime(2026, 1, 31, 23, 59, 30, tzinfo=UTC)
    slots = {slot_of(moment + timedelta(seconds=20 * step), interval) for step in range(300)}
    assert {later - slot for slot, later in pairwise(sorted(slots))} <= {interval}


@pytest.mark.parametrize(
    ("spent", "reserved", "state"),
    [
        (0, 0, "normal"),
        (79, 0, "normal"),
        (80, 0, "throttled"),
        (80, 17, "throttled"),
        (80, 18, "reserve-only"),
        (97, 0, "throttled"),
        (98, 0, "exhausted"),
        (120, 0, "exhausted"),
    ],
)
def test_states_of_a_budget(spent: int, reserved: int, state: str) -> None:
    assert Budget(100, spent, month_of(NOON)).state(cost=3, reserved=reserved) == state


@pytest.mark.parametrize(
    ("captured", "first"),
    [
        (None, 0),
        (-1500, 0),  # the last interval that ended saw nothing
        (-700, 175),  # it did: the next one is three hours long
        (0, 355),  # and is seen too
    ],
)
def test_what_a_dead_collector_slept_through_is_made_up_for_at_once(
    captured: int | None, first: int
) -> None:
    """The sharp tier of this game ended five minutes ago; the pregame tier has begun."""
    captures = () if captured is None else (at(captured),)
    assert planned(game(12 * 60 - 5), captures=captures).calls[0].at == at(first)


def test_a_throttled_month_leaves_out_what_is_seen_seldom() -> None:
    """However near the end of its interval a promise is by now."""
    starts = 24 * 60 + 1
    free, throttled = (
        planned(game(starts), granted=1000, spent=spent, captures=(at(-1441),))
        for spent in (0, 800)
    )
    assert free.calls[0].tiers == ["early", "sharp"]
    [dropped, *_] = throttled.dropped
    assert (dropped.call, dropped.state) == (free.calls[0], "throttled")
    kept = {tier for call in throttled.calls for tier in call.tiers}
    assert kept == {"pregame", "closing", "close"}


@pytest.mark.parametrize("days_announced", range(1, 8))
@pytest.mark.parametrize("day", range(1, 32))
def test_closes_of_days_that_are_not_announced_yet_are_held_for(
    days_announced: int, day: int
) -> None:
    """Two games a day, at noon and at six; what is told of them is between a day and a week."""
    now = datetime(2026, 1, day, tzinfo=UTC)
    starts = [12 * 60, 18 * 60]
    announced = [
        Game(f"{ahead} {start}", "nba", now + timedelta(days=ahead, minutes=start), now)
        for ahead in range(days_announced)
        for start in starts
    ]
    held = credits_for_closes(announced, credits_a_call=CREDITS, now=now)
    # a single day announced may be a busy one: it tells for three
    least = (32 - day) * len(starts) * 3 * min(days_announced, 2) / 2
    assert held >= least


def test_credits_come_back_on_the_first_at_midnight_utc() -> None:
    now = datetime(2026, 1, 31, 20, tzinfo=UTC)
    starts = datetime(2026, 2, 1, 2, tzinfo=UTC)
    found = plan(
        [Game("e", "nba", starts, now)],
        {},
        rules=Rules(TIERS, CREDITS),
        budget=Budget(500, 500, month_of(now)),
        now=now,
        until=starts,
    )
    assert {drop.state for drop in found.dropped} == {"exhausted"}
    assert all(drop.call.at < next_month(now) for drop in found.dropped)
    assert found.calls[0].at >= next_month(now)
    assert found.calls[-1].at == starts - CLOSE_BEFORE_START


def test_a_month_of_credits_begins_at_midnight_utc_wherever_one_is() -> None:
    tokyo, new_york = timezone(timedelta(hours=9)), timezone(timedelta(hours=-5))
    assert month_of(datetime(2026, 2, 1, 8, tzinfo=tokyo)) == datetime(2026, 1, 1, tzinfo=UTC)
    assert month_of(datetime(2026, 1, 31, 20, tzinfo=new_york)) == datetime(2026, 2, 1, tzinfo=UTC)
    assert next_month(datetime(2026, 2, 1, 8, tzinfo=tokyo)) == datetime(2026, 2, 1, tzinfo=UTC)


def test_what_was_spent_beyond_the_grant_leaves_nothing() -> None:
    """The API may grant less than was thought; what is left is told to people, too."""
    budget = Budget(500, 512, month_of(NOON))
    assert (budget.remaining, budget.state(cost=0, reserved=0)) == (0, "throttled")
    assert budget.state(cost=1, reserved=0) == "exhausted"


def test_in_december_what_is_held_is_for_the_days_until_new_year() -> None:
    """A game a day at noon, announced for a week: the month that follows begins in January."""

    def held(now: datetime) -> int:
        announced = [
            Game(str(ahead), "nba", now + timedelta(days=ahead, hours=12), now)
            for ahead in range(7)
        ]
        return credits_for_closes(announced, credits_a_call=CREDITS, now=now)

    assert held(datetime(2026, 12, 20, tzinfo=UTC)) == held(datetime(2026, 10, 20, tzinfo=UTC))
    assert held(datetime(2026, 12, 31, tzinfo=UTC)) == CREDITS["nba"]


def test_a_call_says_which_promises_it_keeps() -> None:
    found = planned(game(30, seen=0))
    assert [(call.at, call.tiers) for call in found.calls] == [(at(25), [CLOSE, "closing"])]
