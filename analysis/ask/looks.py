"""How much was looked at for an answer, how long ago, and why there may be nothing to show."""

from dataclasses import dataclass
from datetime import datetime

from analysis import events
from analysis.query import Conditions, Wanted
from analysis.warehouse import Warehouse


@dataclass(frozen=True)
class Looks:
    """The games that fit, and the answers of the API that showed them up to a moment."""

    games: int
    games_ahead: int
    answers: int
    last_at: datetime | None


def looks(
    warehouse: Warehouse, wanted: Wanted, *, moment: datetime | None, until: datetime
) -> Looks:
    """What was looked at of the games wanted, whatever their market or book.

    Args:
        warehouse: where to read; with a moment it looks from there afterwards.
        wanted: which games.
        moment: a past one; null for now.
        until: answers that came later do not count.
    """
    where = _of_games(wanted)
    (games,) = warehouse.rows(
        f"""
        select
            count(*) as games,
            count(case when status in ('scheduled', 'live') then 1 end) as ahead
        from {events.relation_at(warehouse, moment)}
        where {where.sql}
        """,  # noqa: S608 - our own conditions; values are parameters
        where.parameters,
    )
    where.add("captured_at <= ?", until)
    (seen,) = warehouse.rows(
        f"""
        select
            count(distinct response_id) as answers,
            max(captured_at) as last_at
        from marts.fct_event_sightings
        where {where.sql}
        """,  # noqa: S608 - our own conditions; values are parameters
        where.parameters,
    )
    return Looks(games["games"], games["ahead"], seen["answers"], seen["last_at"])


def why_empty(
    warehouse: Warehouse,
    wanted: Wanted,
    seen: Looks,
    *,
    moment: datetime | None,
    until: datetime,
    otherwise: str,
) -> str:
    """A sentence on how much was looked at, and why nothing of it may be there to show.

    Args:
        warehouse: where it was looked for.
        wanted: what was looked for.
        seen: what was looked at.
        moment: a past one; null for now.
        until: answers that came later do not count.
        otherwise: why there may be nothing though prices were seen.
    """
    if not seen.games:
        return "no game that fits was known by then: nothing has been collected of any"
    games = f"games that fit: {seen.games}, to come or under way: {seen.games_ahead}"
    if not seen.answers:
        return f"{games}; no answer of the API up to then showed them: they have not been asked for"
    looked = f"{games}; {seen.answers} answers of the API showed them by then"
    keys = [key for key in (wanted.market_key, wanted.bookmaker_key) if key is not None]
    if keys and not _were_quoted(warehouse, wanted, moment=moment, until=until):
        return (
            f"{looked}, none of them with {' of '.join(keys)}: it was not asked for, or nobody "
            "offered it"
        )
    return f"{looked}; {otherwise}"


def _were_quoted(
    warehouse: Warehouse, wanted: Wanted, *, moment: datetime | None, until: datetime
) -> bool:
    where = Conditions()
    where.equal("events.sport_key", wanted.sport_key)
    where.one_of("events.event_id", wanted.event_ids)
    where.equal("changes.market_key", wanted.market_key)
    where.equal("changes.bookmaker_key", wanted.bookmaker_key)
    where.add("changes.valid_from <= ?", until)
    return bool(
        warehouse.rows(
            f"""
            select 1 as one
            from marts.fct_odds_changes as changes
            inner join {events.relation_at(warehouse, moment)} as events
                on changes.event_id = events.event_id
            where {where.sql}
            limit 1
            """,  # noqa: S608 - our own conditions; values are parameters
            where.parameters,
        )
    )


def _of_games(wanted: Wanted) -> Conditions:
    where = Conditions()
    where.equal("sport_key", wanted.sport_key)
    where.one_of("event_id", wanted.event_ids)
    return where
