"""Rules that dbt models and queries over the marts share, rendered from their one file."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined

MACROS = Path(__file__).resolve().parents[1] / "dbt_project" / "macros"


@cache
def quotes_standing_at(*, moments: str, states: str, snapshots: str) -> str:
    """A query for what stood at each moment, as the macro of that name says.

    Args:
        moments: a relation or CTE of event_id, moment, moment_at, max_age_minutes.
        states: one with the columns of `marts.fct_quote_states`.
        snapshots: one with the columns of `marts.fct_event_sightings`.
    """
    return _rendered(
        "{{ quotes_standing_at(moments, states, snapshots) }}",
        "odds/quote_key.sql",
        "standing/quotes_standing_at.sql",
        moments=moments,
        states=states,
        snapshots=snapshots,
    )


@cache
def hold(*, implied_sum: str) -> str:
    """The part of all stakes that a book keeps, by the sum of its set's implied probabilities."""
    return _rendered("{{ hold(sum_of_set) }}", "odds/arithmetic.sql", sum_of_set=implied_sum)


def _rendered(call: str, *files: str, **values: str) -> str:
    """A macro as SQL; `files` have it and those that it calls."""
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - our SQL
    macros = "".join((MACROS / name).read_text() for name in files)
    return environment.from_string(macros + call).render(**values)
