"""Builds the models after something landed, or before something is read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog

from analysis import freshness
from cli.progress import waiting
from cli.reading import place, reading
from cli.session import Session
from ingestion.errors import OddsError
from ingestion.settings import load_settings

if TYPE_CHECKING:
    from scheduler.transformation import BuildSummary

log = structlog.get_logger(__name__)

# dbt takes over a second to import, and most commands do without
# ruff: noqa: PLC0415


def build(session: Session, *, are_results_new: bool) -> "BuildSummary":
    """Bring the odds up to date with what landed, and what follows from results if there are new.

    Responses that no model can take in are set aside, with a warning; so in all builds here.

    Raises:
        OddsError: a model failed; what landed stays landed.
    """
    from scheduler.maintenance import merge_loose_rows
    from scheduler.transformation import Transformation

    with waiting("building"):
        summary = Transformation(session.settings).bring_up_to_date(
            are_results_new=are_results_new, as_of=session.as_of
        )
        merge_loose_rows(session.settings)
    _warn_of_what_is_set_aside(session, summary)
    return summary


def build_everything(session: Session, *, full_refresh: bool = False) -> "BuildSummary":
    """Build every model: after much has landed, reports would be those of another warehouse.

    Raises:
        OddsError: a model failed; what landed stays landed.
    """
    from scheduler.maintenance import merge_loose_rows
    from scheduler.transformation import Transformation

    with waiting("building everything"):
        summary = Transformation(session.settings).build_models(
            as_of=session.as_of, full_refresh=full_refresh
        )
        merge_loose_rows(session.settings)
    _warn_of_what_is_set_aside(session, summary)
    return summary


def build_bets(session: Session) -> None:
    """Match, settle and value the bets that landed; everything where it was never built.

    Raises:
        OddsError: a model failed; what landed stays landed.
    """
    from scheduler.transformation import Transformation

    with waiting("building"):
        Transformation(session.settings).bring_bets_up_to_date(as_of=session.as_of)


def build_what_is_behind(session: Session, relations: Sequence[str], *, may_build: bool) -> None:
    """Make sure that these relations know all that has landed.

    A build before reading looks from now, or from `ODDS_AS_OF`: what one command was asked to look
    from must not move the clock that others read by.

    Raises:
        OddsError: they do not, and may not be built; or a model failed.
    """
    with reading(session.settings, *freshness.RELATIONS, *relations) as warehouse:
        behind = freshness.tables_behind(warehouse, relations)
    if not behind:
        return
    others = f" (and {len(behind) - 1} more)" if len(behind) > 1 else ""
    if not may_build:
        raise OddsError(
            f"{place(session.settings)}: {behind[0]}{others} does not know all that has landed: "
            "run `dbt build`, or leave out --no-build"
        )
    from scheduler.transformation import Transformation

    log.info("building what is behind", tables=f"{behind[0]}{others}")
    standing = load_settings().odds_as_of
    settings = session.settings.model_copy(update={"odds_as_of": standing})
    with waiting("building what is behind"):
        summary = Transformation(settings).build_tables(behind)
    _warn_of_what_is_set_aside(session, summary)


def _warn_of_what_is_set_aside(session: Session, summary: "BuildSummary") -> None:
    for response_id in summary.set_aside:
        session.warn(
            f"response {response_id[:12]} could not be modelled and was set aside: "
            "`odds raw list` says why"
        )
