"""What a command that reads warns of: an old build, news that it does not know, another moment."""

from datetime import timedelta

from analysis import freshness
from analysis.opening import file_of, place, reading, what_to_do
from analysis.warehouse import Warehouse
from cli import display
from cli.display import age
from cli.session import Session

# commands open the warehouse by the function that notebooks use
__all__ = [
    "file_of",
    "place",
    "reading",
    "warn_of_an_old_build",
    "warn_of_another_moment",
    "warn_of_news",
    "what_to_do",
]

OLD_BUILD = timedelta(hours=1)
# a collector makes them once a day
OLD_REPORTS = timedelta(hours=36)


def warn_of_an_old_build(session: Session, warehouse: Warehouse) -> None:
    """Warn if the models were built long before the moment that is looked from."""
    clock = warehouse.clock()
    if clock is not None and session.looks_from - clock.known_until > OLD_BUILD:
        minutes = (session.looks_from - clock.known_until) / timedelta(minutes=1)
        session.warn(f"the last build is {age(minutes)} old: {what_to_do(warehouse)}")


def warn_of_news(session: Session, warehouse: Warehouse, *relations: str) -> None:
    """Warn if these relations do not know the odds that have landed, or reports are days old."""
    is_told = {*freshness.RELATIONS} <= warehouse.relations()
    reports_until = session.looks_from - OLD_REPORTS
    if is_told and freshness.tables_behind(warehouse, relations, reports_until=reports_until):
        todo = what_to_do(warehouse)
        session.warn(f"what landed since the last build is not in here: {todo}")


def warn_of_another_moment(session: Session, warehouse: Warehouse) -> None:
    """Warn if `--as-of` wants another moment than that from which the last build counted."""
    clock = warehouse.clock()
    if session.as_of is not None and clock is not None and session.as_of != clock.asked:
        counted = "now" if clock.asked is None else display.moment_text(clock.asked)
        session.warn(
            f"counts look from {counted}, as the last build did, not from the moment asked for: "
            f"{what_to_do(warehouse)}"
        )
