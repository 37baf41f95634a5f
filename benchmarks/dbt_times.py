"""What dbt says about its time: by node, and by SQL statement."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from dbt.cli.main import dbtRunner

from scheduler import transformation


@dataclass
class DbtTimes:
    """Seconds by node name, as dbt's run results have them, and those spent in statements.

    A node's seconds hold its compilation and its hooks; `statements` only what the engine took,
    commits with it, by the node for which it was (`""` for what belongs to none).
    """

    nodes: dict[str, float] = field(default_factory=dict)
    statements: dict[str, float] = field(default_factory=dict)
    statement_count: int = 0

    def clear(self) -> None:
        """Forget everything, before the next cycle."""
        self.nodes.clear()
        self.statements.clear()
        self.statement_count = 0

    def listen(self, message: Any) -> None:
        """Take in one of dbt's events."""
        if message.info.name == "SQLQueryStatus":
            name = message.data.node_info.node_name
            self.statements[name] = self.statements.get(name, 0.0) + message.data.elapsed
            self.statement_count += 1
        elif message.info.name == "NodeFinished":
            name = message.data.node_info.node_name
            self.nodes[name] = message.data.run_result.execution_time

    @property
    def sql_seconds(self) -> float:
        """Seconds in statements, all nodes together."""
        return sum(self.statements.values())


@contextmanager
def timed_dbt() -> Iterator[DbtTimes]:
    """Listen to every dbt run of `scheduler.transformation` that happens inside."""
    times = DbtTimes()
    runner = functools.partial(dbtRunner, callbacks=[times.listen])
    transformation.dbtRunner = runner  # type: ignore[attr-defined,assignment]
    try:
        yield times
    finally:
        transformation.dbtRunner = dbtRunner  # type: ignore[attr-defined]
