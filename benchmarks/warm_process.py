"""One warm collector on one warehouse, in a process of its own."""

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from types import TracebackType
from typing import Self

from benchmarks.dbt_times import DbtTimes, timed_dbt
from benchmarks.history import wall_clock
from benchmarks.reads import counted_reads
from benchmarks.stopwatch import Stopwatch, processor_clock
from ingestion.landing import Landing
from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from scheduler.transformation import Transformation


@dataclass(frozen=True)
class Cycle:
    """Seconds of one response: landing it, dbt apart from SQL, SQL, and SQL by model.

    `processor` seconds are of the whole, with those of a Postgres server on this machine.
    """

    land: float
    dbt: float
    sql: float
    processor: float
    models: dict[str, float]

    @property
    def whole(self) -> float:
        """From the response in memory to the marts."""
        return self.land + self.dbt + self.sql


class WarmProcess:
    """Lands and models responses one by one, as the collector does: one process, one warehouse."""

    def __init__(self, settings: Settings) -> None:
        self._pool = ProcessPoolExecutor(
            max_workers=1,
            mp_context=get_context("spawn"),
            initializer=_start,
            initargs=(settings,),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown()

    def cycle(self, response: ApiResponse) -> Cycle:
        """Time one cycle."""
        return self._pool.submit(_cycle, response).result()

    def reads(self, response: ApiResponse) -> Counter[str]:
        """Count what one cycle reads."""
        return self._pool.submit(_reads, response).result()


class _Collector:
    """What the process keeps from cycle to cycle."""

    def __init__(self, settings: Settings, times: DbtTimes) -> None:
        self.settings = settings
        self._times = times
        self._landing = Landing(settings, now=wall_clock)
        self._transformation = Transformation(settings)
        self._processor_clock = processor_clock(settings)

    def cycle(self, response: ApiResponse) -> Cycle:
        watch = Stopwatch(processor_clock=self._processor_clock)
        self._times.clear()
        with watch.step("land"):
            self._landing.land([response])
        with watch.step("build"):
            self._transformation.build_hot(as_of=response.captured_at)
        sql = self._times.sql_seconds
        return Cycle(
            land=watch.wall["land"],
            dbt=watch.wall["build"] - sql,
            sql=sql,
            processor=sum(watch.processor.values()),
            models=dict(self._times.statements),
        )


_stack = ExitStack()
_collectors: list[_Collector] = []


def _start(settings: Settings) -> None:
    _collectors.append(_Collector(settings, _stack.enter_context(timed_dbt())))


def _cycle(response: ApiResponse) -> Cycle:
    return _collectors[0].cycle(response)


def _reads(response: ApiResponse) -> Counter[str]:
    with counted_reads(_collectors[0].settings) as reads:
        _cycle(response)
    return reads
