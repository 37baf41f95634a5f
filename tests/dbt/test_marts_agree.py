"""The marts against the oracle, on recordings bent in every way the API and its users bend them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.conftest import postgres_is_heavy
from tests.dbt.marts import MARTS, build, expected_rows, land, rows_of
from tests.oracle import Line, derive, read_recording, to_datetime
from tests.oracle.builder import book, event, h2h, odds
from tests.oracle.campaign import MIXED, SINGLE
from tests.oracle.edits import captured, in_order
from tests.oracle.mutations import (
    arrival_batches,
    compose,
    last_looks_late,
    starts_moved_early,
    starts_rewritten_far_back,
    starts_wavering,
)
from tests.oracle.small_season import small_season
from tests.oracle.weeks_apart import weeks_apart

AS_OF = datetime(2026, 11, 20, tzinfo=UTC)
LATER = datetime(2027, 11, 20, tzinfo=UTC)
MUTATIONS = SINGLE | MIXED
FEATURED_CLOSES = """
select coalesce(missing_reason, 'close'), count(*)
from marts.fct_closing_lines
where market_key in ('h2h', 'spreads', 'totals')
group by missing_reason
"""
# a close has a stamp of at most ten minutes; with those of up to fifteen, the stale ones are closes
CLOSES = {
    "kbo_2026_july": {"close": 5090, "event_off": 180, "withdrawn": 364},
    "mlb_2026_july": {
        "close": 10418 - 12,
        "stale": 12,
        "event_off": 262,
        "withdrawn": 100,
        "not_started": 990,
    },
    "nfl_2025_sep_nov": {
        "close": 5096 - 6,
        "stale": 6,
        "fetch_gap": 1618,
        "withdrawn": 48,
        "not_started": 948,
    },
    # one game in four is rewritten, once under way, to a start hours before
    "ncaaf_2025_week_10": {
        "close": 3172 - 6,
        "stale": 6,
        "fetch_gap": 132,
        "withdrawn": 30,
        "not_started": 3292,
    },
}
EVERY_DAY = {
    "duckdb": ["everything"],
    "postgres": [],
}
RECORDINGS = [
    "kbo_2026_july",
    "mlb_2026_july",
    "nfl_2025_sep_nov",
    "ncaaf_2025_week_10",
    "nba_2021_22_historical",
    "nba_2023_24_historical",
]


def assert_marts_agree(settings: Settings, lines: Sequence[Line], *, as_of: datetime) -> None:
    derived = derive(lines, as_of)
    for mart in MARTS:
        assert rows_of(settings, mart) == expected_rows(derived, lines, mart), mart


def mutated(name: str, *, seed: int) -> list[Line]:
    return MUTATIONS[name](seed)(small_season(seed=seed))


@pytest.mark.parametrize(
    ("engine", "name"),
    [
        pytest.param(engine, name, marks=[] if name in every_day else pytest.mark.heavy)
        for engine, every_day in EVERY_DAY.items()
        for name in MUTATIONS
    ],
)
def test_marts_agree_after_late_and_shuffled_batches(settings: Settings, name: str) -> None:
    lines = mutated(name, seed=1)
    transformation = Transformation(settings)
    for batch in arrival_batches(lines, seed=1, batches=4):
        land(batch, settings)
        build(transformation, AS_OF)
    assert_marts_agree(settings, lines, as_of=AS_OF)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(2, 8))
def test_marts_agree_for_other_seeds(settings: Settings, seed: int) -> None:
    lines = mutated("everything", seed=seed)
    transformation = Transformation(settings)
    for batch in arrival_batches(lines, seed=seed, batches=7, late_share=0.4):
        land(batch, settings)
        build(transformation, AS_OF)
    assert_marts_agree(settings, lines, as_of=AS_OF)


# evenings apart, or games that are listed for weeks; the last of them half a year after the first
LONG = {
    "evenings_apart": {"days": 9},
    "games_for_weeks": {"days": 20, "slower": 40},
    "a_pause_between": {"evenings": 2, "days": 180, "slower": 60},
}


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("engine", "name", "length"),
    [
        pytest.param(
            engine,
            name,
            length,
            marks=[]
            if (engine, name, length) == ("duckdb", "overlapping_scopes", "a_pause_between")
            else pytest.mark.heavy,
        )
        for engine in ("duckdb", "postgres")
        for name in ("overlapping_scopes", "event_calls", "filtered_calls", "feed_faults")
        for length in LONG
    ],
)
def test_marts_agree_over_weeks(settings: Settings, name: str, length: str) -> None:
    lines = weeks_apart(MUTATIONS[name], seed=1, **LONG[length])
    transformation = Transformation(settings)
    for batch in arrival_batches(lines, seed=1, batches=5, late_share=0.3):
        land(batch, settings)
        build(transformation, LATER)
    assert_marts_agree(settings, lines, as_of=LATER)


@postgres_is_heavy
@pytest.mark.heavy
def test_any_order_of_arrival_and_a_full_refresh_end_in_the_same_marts(settings: Settings) -> None:
    lines = mutated("overlapping_scopes", seed=3)
    transformation = Transformation(settings)
    for batch in arrival_batches(lines, seed=3, batches=5, late_share=0.5):
        land([*batch, *batch[:3]], settings)
        build(transformation, AS_OF)
    by_increments = {mart: rows_of(settings, mart) for mart in MARTS}
    build(transformation, AS_OF, full_refresh=True)
    assert {mart: rows_of(settings, mart) for mart in MARTS} == by_increments


@postgres_is_heavy
@pytest.mark.heavy
def test_a_batch_modelled_twice_changes_nothing(settings: Settings) -> None:
    """A crash before the ledger leaves the batch to be modelled again."""
    lines = mutated("feed_faults", seed=2)
    transformation = Transformation(settings)
    land(lines[:40], settings)
    build(transformation, AS_OF)
    land(lines[40:], settings)
    transformation.invoke(
        "run", "--select", "tag:hot", "--exclude", "int_processed_responses", as_of=AS_OF
    )
    build(transformation, AS_OF)
    assert_marts_agree(settings, lines, as_of=AS_OF)


@pytest.mark.heavy
@postgres_is_heavy
def test_closes_are_written_as_the_clock_passes_the_starts(settings: Settings) -> None:
    begun_early = compose(starts_moved_early(seed=1, share=0.7), starts_rewritten_far_back(seed=4))
    lines = in_order(begun_early(small_season(seed=4)))
    transformation = Transformation(settings)
    for position in range(0, len(lines), 18):
        land(lines[position : position + 18], settings)
        as_of = datetime.fromisoformat(lines[min(position + 17, len(lines) - 1)]["received_at"])
        build(transformation, as_of)
        assert_marts_agree(settings, lines[: position + 18], as_of=as_of)


@pytest.mark.heavy
@postgres_is_heavy
def test_a_start_moved_before_the_latest_one_closed_has_its_closes_too(settings: Settings) -> None:
    """The game announced for 20:00 began before the other one, whose closes were written first."""
    quoted = book("fanduel", h2h(-110, -110))
    games = [event("first", "19:55", quoted), event("second", "20:00", quoted)]
    begun = [games[0], event("second", "19:53", quoted)]
    lines = [odds("19:50", *games), odds("19:57", *games), odds("20:01", *begun)]
    transformation = Transformation(settings)
    for line in lines:
        land([line], settings)
        build(transformation, datetime.fromisoformat(line["received_at"]))
    assert_marts_agree(settings, lines, as_of=datetime(2026, 7, 10, 20, 1, tzinfo=UTC))


@pytest.mark.heavy
@postgres_is_heavy
def test_a_look_that_contradicts_a_start_counts_however_late_it_arrives(settings: Settings) -> None:
    bent = compose(starts_wavering(seed=3), starts_rewritten_far_back(seed=3))
    lines = bent(small_season(seed=3))
    transformation = Transformation(settings)
    for batch in last_looks_late(lines):
        land(batch, settings)
        build(transformation, AS_OF)
    assert_marts_agree(settings, lines, as_of=AS_OF)


@pytest.mark.heavy
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("recording", RECORDINGS)
def test_marts_agree_on_real_recordings(
    settings: Settings, shared_data: Path, recording: str
) -> None:
    """And, as of the last snapshot, what became of each quote of a featured market."""
    lines = list(read_recording(shared_data / "recordings" / f"{recording}.jsonl.xz"))
    last_seen_at = to_datetime(max(map(captured, lines)))
    land(lines, settings)
    build(Transformation(settings), last_seen_at)
    assert_marts_agree(settings, lines, as_of=last_seen_at)
    if recording in CLOSES:
        with connect(settings) as connection:
            assert dict(connection.rows(FEATURED_CLOSES)) == CLOSES[recording]
