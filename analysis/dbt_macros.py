"""Rules that dbt models and queries over the marts share, rendered from their one file."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined

MACROS = Path(__file__).resolve().parents[1] / "dbt_project" / "macros"
_USED = ("odds/quote_key.sql", "standing/quotes_standing_at.sql")


@cache
def quotes_standing_at(*, moments: str, states: str, snapshots: str) -> str:
    """A query for what stood at each moment, as the macro of that name says.

    Args:
        moments: a relation or CTE of event_id, moment, moment_at, max_age_minutes.
        states: one with the columns of `marts.fct_quote_states`.
        snapshots: one with the columns of `marts.fct_event_sightings`.
    """
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - our SQL
    macros = "".join((MACROS / name).read_text() for name in _USED)
    call = "{{ quotes_standing_at(moments, states, snapshots) }}"
    return environment.from_string(macros + call).render(
        moments=moments, states=states, snapshots=snapshots
    )
