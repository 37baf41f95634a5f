"""Progress on a terminal's stderr; silent where nobody watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

Report = Callable[[int], None]


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f} rows/s")


@contextmanager
def counting(label: str) -> Iterator[Report]:
    """Show a count without a known end, and its speed; call the report with the count so far."""
    columns = (SpinnerColumn(), TextColumn(label), TextColumn("{task.completed:,}"), _Rate())
    with _progress(*columns, TimeElapsedColumn()) as progress:
        task = progress.add_task(label, total=None)
        yield lambda count: progress.update(task, completed=count)


@contextmanager
def steps(label: str) -> Iterator[Callable[[int], Report]]:
    """Show how many steps are done: tell the total first, and get the report for the count."""
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with _progress(*columns) as progress:

        def on_total(total: int) -> Report:
            task = progress.add_task(label, total=total)
            return lambda count: progress.update(task, completed=count)

        yield on_total


@contextmanager
def waiting(label: str) -> Iterator[None]:
    """Show that something goes on."""
    with _progress(SpinnerColumn(), TextColumn(label), TimeElapsedColumn()) as progress:
        progress.add_task(label, total=None)
        yield


@contextmanager
def waiting_for(label: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done; call it with each next step."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with _progress(*columns) as progress:
        task = progress.add_task(label, total=None)
        yield lambda step: progress.update(task, description=f"{label}: {step}")


def _progress(*columns: ProgressColumn) -> Progress:
    console = Console(stderr=True)
    return Progress(
        *columns, console=console, disable=not console.is_terminal, redirect_stdout=False
    )
