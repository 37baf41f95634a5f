"""How fast responses land: a recording at once, and one response in a warm process."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.history import responses_of, wall_clock
from benchmarks.stopwatch import Stopwatch
from benchmarks.warehouses import Server, empty_warehouse, server_for
from ingestion.landing import Landing
from ingestion.pipelines import replay
from ingestion.settings import Target

WARM_UP_LANDINGS = 3
SINGLE_LANDINGS = 15


@dataclass(frozen=True)
class LandingReport:
    """Medians: a whole replay into an empty warehouse, and landings of one response each."""

    target: Target
    recording: str
    responses: int
    megabytes: float
    replay_seconds: float
    single_seconds: float

    @property
    def rows_a_second(self) -> float:
        """Responses."""
        return self.responses / self.replay_seconds

    @property
    def megabytes_a_second(self) -> float:
        """Payload, decompressed."""
        return self.megabytes / self.replay_seconds


def measure_landing(recording: Path, *, target: Target, runs: int) -> LandingReport:
    """Replay a recording `runs` times, then land its last responses one by one."""
    payloads = [
        len(response.payload.encode()) for response in responses_of(recording) if response.payload
    ]
    with server_for(target) as server:
        seconds = [_replay_seconds(recording, server) for _ in range(runs)]
        single = _single_seconds(recording, server)
    return LandingReport(
        target=target,
        recording=recording.name,
        responses=len(payloads),
        megabytes=sum(payloads) / 1e6,
        replay_seconds=median(seconds),
        single_seconds=single,
    )


def _replay_seconds(recording: Path, server: Server) -> float:
    with empty_warehouse(server) as settings:
        watch = Stopwatch()
        with watch.step("replay"):
            replay([recording], settings, skip_bad=False, now=wall_clock)
        return watch.wall["replay"]


def _single_seconds(recording: Path, server: Server) -> float:
    """The median of warm landings of one response each, behind all others of the recording."""
    responses = list(responses_of(recording))
    apart = WARM_UP_LANDINGS + SINGLE_LANDINGS
    with empty_warehouse(server) as settings:
        landing = Landing(settings, now=wall_clock)
        landing.land(responses[:-apart])
        seconds = []
        for response in responses[-apart:]:
            watch = Stopwatch()
            with watch.step("land"):
                landing.land([response])
            seconds.append(watch.wall["land"])
        return median(seconds[WARM_UP_LANDINGS:])
