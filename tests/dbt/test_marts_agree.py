"""The marts against the oracle, on recordings bent in every way the API and its users bend them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.settings import Settings
from scheduler.transformation import Transformation
from tests.dbt.marts import MARTS, build, expected_rows, land, rows_of
from tests.oracle import Line, derive, read_recording
from tests.oracle.campaign import MIXED, SINGLE
from tests.oracle.mutations import arrival_batches
from tests.oracle.small_season import small_season

AS_OF = datetime(2026, 11, 20, tzinfo=UTC)
MUTATIONS = SINGLE | MIXED
EVERY_DAY = ["overlapping_scopes", "everything"]
RECORDINGS = [
    "kbo_2026_july",
    "mlb_2026_july",
    "nfl_2025_sep_nov",
    "ncaaf_2025_week_10",
    "nba_2021_22_historical",
    "nba_2023_24_historical",
]
TransformationOf = Callable[[Settings], Transformation]


def assert_marts_agree(settings: Settings, lines: Sequence[Line], *, as_of: datetime) -> None:
    derived = derive(lines, as_of)
    for mart in MARTS:
        assert rows_of(settings, mart) == expected_rows(derived, lines, mart), mart


def mutated(name: str, *, seed: int) -> list[Line]:
    return MUTATIONS[name](seed)(small_season(seed=seed))


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[] if n in EVERY_DAY else pytest.mark.heavy) for n in MUTATIONS],
)
def test_marts_agree_after_late_and_shuffled_batches(
    settings: Settings, transformation_of: TransformationOf, name: str
) -> None:
    lines = mutated(name, seed=1)
    transformation = transformation_of(settings)
    for batch in arrival_batches(lines, seed=1, batches=4):
        land(batch, settings)
        build(transformation, AS_OF)
    assert_marts_agree(settings, lines, as_of=AS_OF)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(2, 8))
def test_marts_agree_for_other_seeds(
    settings: Settings, transformation_of: TransformationOf, seed: int
) -> None:
    lines = mutated("everything", seed=seed)
    transformation = transformation_of(settings)
    for batch in arrival_batches(lines, seed=seed, batches=7, late_share=0.4):
        land(batch, settings)
        build(transformation, AS_OF)
    assert_marts_agree(settings, lines, as_of=AS_OF)


def test_any_order_of_arrival_and_a_full_refresh_end_in_the_same_marts(
    settings: Settings, transformation_of: TransformationOf
) -> None:
    lines = mutated("overlapping_scopes", seed=3)
    transformation = transformation_of(settings)
    for batch in arrival_batches(lines, seed=3, batches=5, late_share=0.5):
        land([*batch, *batch[:3]], settings)
        build(transformation, AS_OF)
    by_increments = {mart: rows_of(settings, mart) for mart in MARTS}
    build(transformation, AS_OF, full_refresh=True)
    assert {mart: rows_of(settings, mart) for mart in MARTS} == by_increments


def test_a_batch_modelled_twice_changes_nothing(
    settings: Settings, transformation_of: TransformationOf
) -> None:
    """A crash before the ledger leaves the batch to be modelled again."""
    lines = mutated("feed_faults", seed=2)
    transformation = transformation_of(settings)
    land(lines[:40], settings)
    build(transformation, AS_OF)
    land(lines[40:], settings)
    transformation.invoke(
        "run", "--select", "tag:hot", "--exclude", "int_modelled_responses", as_of=AS_OF
    )
    build(transformation, AS_OF)
    assert_marts_agree(settings, lines, as_of=AS_OF)


def test_closes_are_written_as_the_clock_passes_the_starts(
    settings: Settings, transformation_of: TransformationOf
) -> None:
    lines = sorted(small_season(seed=4), key=lambda line: str(line["received_at"]))
    transformation = transformation_of(settings)
    for position in range(0, len(lines), 18):
        land(lines[position : position + 18], settings)
        as_of = datetime.fromisoformat(lines[min(position + 17, len(lines) - 1)]["received_at"])
        build(transformation, as_of)
        assert_marts_agree(settings, lines[: position + 18], as_of=as_of)


@pytest.mark.heavy
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("recording", RECORDINGS)
def test_marts_agree_on_real_recordings(
    settings: Settings, transformation_of: TransformationOf, shared_data: Path, recording: str
) -> None:
    lines = list(read_recording(shared_data / "recordings" / f"{recording}.jsonl.xz"))
    land(lines, settings)
    build(transformation_of(settings), AS_OF)
    assert_marts_agree(settings, lines, as_of=AS_OF)
