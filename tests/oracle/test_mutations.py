import copy
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.oracle import derive, flatten, read_recording, to_datetime
from tests.oracle.builder import micros
from tests.oracle.campaign import MIXED, SINGLE
from tests.oracle.changes import Change, derive_changes
from tests.oracle.edits import MINUTE, Mutation
from tests.oracle.mutations import arrival_batches
from tests.oracle.responses import Line, read_responses
from tests.oracle.small_season import small_season

ALL = {**SINGLE, **MIXED}
AS_OF = to_datetime(micros("12T00:00"))
RECORDINGS = Path(__file__).parents[3] / "shared" / "data" / "recordings"


def assert_changes_expand_to_the_quotes(lines: list[Line], changes: list[Change]) -> None:
    """Each quote stands in the log as shown, and of a piece shown nothing else stands."""
    log: dict[tuple[object, ...], list[Change]] = defaultdict(list)
    of_piece: dict[tuple[object, ...], set[tuple[object, ...]]] = defaultdict(set)
    for row in changes:
        log[row.key].append(row)
        of_piece[row[:3]].add(row.key)
    order = {key: [(c.valid_from, c.response_id) for c in rows] for key, rows in log.items()}

    def standing(key: tuple[object, ...], moment: tuple[int, str]) -> Change | None:
        position = bisect_right(order[key], moment)
        return log[key][position - 1] if position else None

    shown: dict[tuple[tuple[object, ...], tuple[int, str]], set[tuple[object, ...]]]
    shown = defaultdict(set)
    for quote in flatten(lines):
        moment = (quote.captured_at, quote.response_id)
        change = standing(quote[:6], moment)
        assert change is not None
        assert not change.is_withdrawn
        assert change[6:9] == quote[6:9]
        assert (change.is_stale, change.is_in_play) == (quote.is_stale, quote.is_in_play)
        shown[quote[:3], moment].add(quote[:6])
    for (piece, when), keys in shown.items():
        for key in of_piece[piece] - keys:
            left = standing(key, when)
            assert left is None or left.is_withdrawn


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_a_mutation_is_deterministic_and_leaves_its_input_alone(
    make: Callable[[int], Mutation],
) -> None:
    lines = small_season()
    before = copy.deepcopy(lines)
    mutated = [make(seed)(lines) for seed in range(6)]
    assert lines == before
    assert mutated != [lines] * 6
    assert [make(seed)(lines) for seed in range(6)] == mutated


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
@pytest.mark.parametrize("seed", range(3))
def test_the_change_log_expands_to_the_quotes(make: Callable[[int], Mutation], seed: int) -> None:
    lines = make(seed)(small_season(seed=seed))
    assert_changes_expand_to_the_quotes(lines, derive_changes(read_responses(lines)))


@pytest.mark.parametrize("name", ["duplicates", "shuffled", "errors"])
def test_order_repeats_and_errors_change_no_row(name: str) -> None:
    lines = small_season()
    assert derive(SINGLE[name](1)(lines), AS_OF) == derive(lines, AS_OF)


def test_late_batches_hold_every_line_once() -> None:
    lines = small_season()
    batches = arrival_batches(lines, seed=1)
    arrived = [line["received_at"] for batch in batches for line in batch]
    assert sorted(arrived) == sorted(line["received_at"] for line in lines)
    assert arrived != sorted(arrived)
    assert len(batches) == 6


@pytest.mark.heavy
def test_together_the_mutations_reach_every_reason_and_closes() -> None:
    reached = set()
    for seed in range(4):
        for make in ALL.values():
            lines = make(seed)(small_season(seed=seed))
            reached |= {close.missing_reason for close in derive(lines, AS_OF).closes}
    assert reached == {None, "event_off", "fetch_gap", "withdrawn", "stale"}


def test_books_that_age_out_and_books_that_withdraw_are_both_reached() -> None:
    reached = set()
    for seed in range(4):
        lines = SINGLE["books_aged_out"](seed)(SINGLE["missing_books"](seed)(small_season()))
        derived = derive(lines, AS_OF)
        reached |= {change.is_aged_out for change in derived.changes if change.is_withdrawn}
        reached |= {f"close {close.is_aged_out}" for close in derived.closes}
    assert reached >= {True, False, "close True", "close False"}


def test_some_starts_move_before_the_last_pre_match_snapshot() -> None:
    reached = 0
    for seed in range(4):
        lines = SINGLE["starts_moved_early"](seed)(small_season())
        starts = {event.event_id: event.starts_at for event in derive(lines, AS_OF).events}
        reached += sum(
            not quote.is_in_play and quote.captured_at >= starts[quote[0]]
            for quote in flatten(lines)
        )
    assert reached > 0


@pytest.mark.parametrize(
    "name",
    ["starts_rewritten_far_back", "starts_wavering", "starts_moved_after_last_pre_match"],
)
def test_some_starts_shown_in_play_are_not_believed(name: str) -> None:
    """And what comes before the last look that shows the game as to come is no start either."""
    false_starts = 0
    for seed in range(4):
        lines = SINGLE[name](seed)(small_season())
        shown, to_come = defaultdict(list), {}
        for response in read_responses(lines):
            for event in response.events.values():
                if response.captured_at < event.commence_time:
                    to_come[event.event_id] = response.captured_at
                else:
                    shown[event.event_id].append(event.commence_time)
        for event in derive(lines, AS_OF).events:
            earliest = to_come.get(event.event_id, 0) - 15 * MINUTE
            false_starts += sum(start < earliest for start in shown[event.event_id])
            assert event.starts_at >= earliest
    assert false_starts > 0


@pytest.mark.heavy
@pytest.mark.parametrize(
    "name",
    ["kbo_2026_july", "mlb_2026_july", "ncaaf_2025_week_10", "nfl_2025_sep_nov"],
)
def test_real_recordings_expand_and_keep_few_pre_match_rows(name: str) -> None:
    path = RECORDINGS / f"{name}.jsonl.xz"
    if not path.exists():
        pytest.skip(f"no recording {name} in ../shared/data")
    lines = list(read_recording(path))
    changes = derive_changes(read_responses(lines))
    assert_changes_expand_to_the_quotes(lines, changes)
    quotes = sum(not quote.is_in_play for quote in flatten(lines))
    rows = sum(not change.is_in_play for change in changes)
    assert 0 < rows <= 0.15 * quotes
