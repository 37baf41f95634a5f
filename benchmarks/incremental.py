"""What landing and modelling one more response costs, with one season and with many behind it."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.dbt_times import DbtTimes, timed_dbt
from benchmarks.history import (
    build_history,
    settle,
    simulated_seasons,
    split_loads,
    wall_clock,
)
from benchmarks.reads import counted_reads
from benchmarks.stopwatch import Stopwatch, processor_clock
from benchmarks.warehouses import cloned_warehouse, dbt_artifacts_in, empty_warehouse, server_for
from ingestion.landing import Landing
from ingestion.responses import ApiResponse
from ingestion.settings import Settings, Target
from ingestion.warehouse import connect
from scheduler.transformation import Transformation

GOAL_RATIO = 1.25
GOAL_OVERHEAD_SECONDS = 0.6
WARM_UP_CYCLES = 3
READ_CYCLES = 3
CHANGES = "select count(*) from intermediate.int_quote_changes"
RESPONSES = "select count(*) from intermediate.int_modelled_responses"


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


@dataclass(frozen=True)
class HistoryCost:
    """Medians of the cycles in one warehouse, and what lay behind them."""

    name: str
    responses: int
    changes: int
    cycle: Cycle
    whole: float
    reads: dict[str, float]


@dataclass(frozen=True)
class IncrementalReport:
    """The same responses into warehouses with other histories, in turn."""

    target: Target
    cycles: int
    one: HistoryCost
    many: HistoryCost
    many_in_few_loads: HistoryCost

    @property
    def ratio(self) -> float:
        """How many times as long a cycle takes behind many seasons."""
        return self.many.whole / self.one.whole

    @property
    def sql_ratio(self) -> float:
        """The same of the SQL alone."""
        return self.many.cycle.sql / self.one.cycle.sql

    @property
    def overhead_seconds(self) -> float:
        """What a cycle behind many seasons takes beyond its SQL."""
        return self.many.cycle.land + self.many.cycle.dbt

    @property
    def is_goal_met(self) -> bool:
        """Whether both goals hold."""
        return self.ratio <= GOAL_RATIO and self.overhead_seconds <= GOAL_OVERHEAD_SECONDS


class WarmWarehouse:
    """A warehouse with its history and a warm process on it."""

    def __init__(self, name: str, settings: Settings, times: DbtTimes) -> None:
        self.name = name
        self.settings = settings
        self._times = times
        self._landing = Landing(settings, now=wall_clock)
        self._transformation = Transformation(settings)
        self._processor_clock = processor_clock(settings)
        self._cycles: list[Cycle] = []
        self._reads: list[Counter[str]] = []

    def warm_up(self, responses: Sequence[ApiResponse]) -> None:
        """Let the first cycles pay for what is done once."""
        for response in responses:
            self._cycle(response)

    def time(self, response: ApiResponse) -> None:
        """Time one cycle."""
        self._cycles.append(self._cycle(response))

    def count_reads(self, response: ApiResponse) -> None:
        """Count what one cycle reads."""
        with counted_reads(self.settings) as reads:
            self._cycle(response)
        self._reads.append(reads)

    def cost(self) -> HistoryCost:
        """The medians of all that was measured."""
        cycles = self._cycles
        models = {name for cycle in cycles for name in cycle.models}
        with connect(self.settings) as connection:
            ((changes,),) = connection.rows(CHANGES)
            ((responses,),) = connection.rows(RESPONSES)
        return HistoryCost(
            name=self.name,
            responses=responses,
            changes=changes,
            cycle=Cycle(
                land=median(cycle.land for cycle in cycles),
                dbt=median(cycle.dbt for cycle in cycles),
                sql=median(cycle.sql for cycle in cycles),
                processor=median(cycle.processor for cycle in cycles),
                models={
                    name: median(cycle.models.get(name, 0.0) for cycle in cycles)
                    for name in sorted(models)
                },
            ),
            whole=median(cycle.whole for cycle in cycles),
            reads={
                name: median(reads[name] for reads in self._reads)
                for name in sorted({name for reads in self._reads for name in reads})
            },
        )

    def _cycle(self, response: ApiResponse) -> Cycle:
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


def measure_incremental(
    *, target: Target, seasons: int, games: int, cycles: int
) -> IncrementalReport:
    """Measure `cycles` responses in each of three warehouses, taking turns response by response."""
    wanted = WARM_UP_CYCLES + cycles + READ_CYCLES
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="odds-benchmark-")))
        stack.enter_context(dbt_artifacts_in(folder))
        server = stack.enter_context(server_for(target))
        times = stack.enter_context(timed_dbt())
        made = simulated_seasons(folder, count=seasons, games=games, coming=wanted)
        one = stack.enter_context(empty_warehouse(server))
        build_history(one, made, past=1)
        many = stack.enter_context(empty_warehouse(server))
        build_history(many, made, past=seasons)
        few_loads = stack.enter_context(cloned_warehouse(server, many))
        split_loads(one)
        split_loads(many)
        for settings in (one, many, few_loads):
            settle(settings)
        warehouses = [
            WarmWarehouse("1 season", one, times),
            WarmWarehouse(f"{seasons} seasons", many, times),
            WarmWarehouse(f"{seasons} seasons, one load each", few_loads, times),
        ]
        for warehouse in warehouses:
            warehouse.warm_up(made.coming[:WARM_UP_CYCLES])
        for response in made.coming[WARM_UP_CYCLES:-READ_CYCLES]:
            for warehouse in warehouses:
                warehouse.time(response)
        for response in made.coming[-READ_CYCLES:]:
            for warehouse in warehouses:
                warehouse.count_reads(response)
        costs = [warehouse.cost() for warehouse in warehouses]
    return IncrementalReport(
        target=target, cycles=cycles, one=costs[0], many=costs[1], many_in_few_loads=costs[2]
    )
