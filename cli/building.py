"""Builds the models after something landed."""

from cli.progress import waiting
from cli.session import Session


def build(session: Session, *, are_results_new: bool) -> None:
    """Bring the models up to date with what landed.

    Raises:
        OddsError: a model failed; what landed stays landed.
    """
    # dbt takes over a second to import, and most commands do without
    from scheduler.transformation import Transformation  # noqa: PLC0415

    with waiting("building"):
        Transformation(session.settings).bring_up_to_date(
            are_results_new=are_results_new, as_of=session.as_of
        )
