"""What landing and modelling one more response costs, with one season and with many behind it."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.history import build_history, settle, simulated_seasons, split_loads
from benchmarks.warehouses import cloned_warehouse, dbt_artifacts_in, empty_warehouse, server_for
from benchmarks.warm_process import Cycle, WarmProcess
from ingestion.settings import Settings, Target
from ingestion.warehouse import connect

GOAL_RATIO = 1.25
GOAL_OVERHEAD_SECONDS = 0.6
WARM_UP_CYCLES = 3
READ_CYCLES = 3
CHANGES = "select count(*) from intermediate.int_quote_changes"
RESPONSES = "select count(*) from intermediate.int_processed_responses"


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


def measure_incremental(
    *, target: Target, seasons: int, games: int, cycles: int
) -> IncrementalReport:
    """Measure `cycles` responses in each of three warehouses, taking turns response by response."""
    wanted = WARM_UP_CYCLES + cycles + READ_CYCLES
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="odds-benchmark-")))
        stack.enter_context(dbt_artifacts_in(folder))
        server = stack.enter_context(server_for(target))
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
        warehouses = {
            "1 season": one,
            f"{seasons} seasons": many,
            f"{seasons} seasons, one load each": few_loads,
        }
        processes = {
            name: stack.enter_context(WarmProcess(settings))
            for name, settings in warehouses.items()
        }
        measured: dict[str, list[Cycle]] = {name: [] for name in processes}
        for response in made.coming[:-READ_CYCLES]:
            for name, process in processes.items():
                measured[name].append(process.cycle(response))
        reads: dict[str, list[Counter[str]]] = {name: [] for name in processes}
        for response in made.coming[-READ_CYCLES:]:
            for name, process in processes.items():
                reads[name].append(process.reads(response))
        costs = [
            _cost(name, settings, measured[name][WARM_UP_CYCLES:], reads[name])
            for name, settings in warehouses.items()
        ]
    return IncrementalReport(
        target=target, cycles=cycles, one=costs[0], many=costs[1], many_in_few_loads=costs[2]
    )


def _cost(
    name: str, settings: Settings, cycles: Sequence[Cycle], reads: Sequence[Counter[str]]
) -> HistoryCost:
    models = sorted({model for cycle in cycles for model in cycle.models})
    with connect(settings) as connection:
        ((changes,),) = connection.rows(CHANGES)
        ((responses,),) = connection.rows(RESPONSES)
    return HistoryCost(
        name=name,
        responses=responses,
        changes=changes,
        cycle=Cycle(
            land=median(cycle.land for cycle in cycles),
            dbt=median(cycle.dbt for cycle in cycles),
            sql=median(cycle.sql for cycle in cycles),
            processor=median(cycle.processor for cycle in cycles),
            models={
                model: median(cycle.models.get(model, 0.0) for cycle in cycles) for model in models
            },
        ),
        whole=median(cycle.whole for cycle in cycles),
        reads={
            name: median(counted[name] for counted in reads)
            for name in sorted({name for counted in reads for name in counted})
        },
    )
