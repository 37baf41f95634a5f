"""What became of the quotes of one event, change by change, and what the moves among them were."""

from datetime import datetime

from analysis.query import Conditions, Query

RELATIONS = ("marts.fct_odds_changes", "marts.fct_line_movements")

_OF_A_MOVE = {
    "direction": "text",
    "first_mover": "text",
    "is_first_mover": "boolean",
    "is_steam": "boolean",
    "is_reverse": "boolean",
}
_QUOTE = "event_id, bookmaker_key, market_key, outcome_name, outcome_description, line"


def query(
    event_id: str,
    *,
    moment: datetime,
    is_past: bool,
    market_key: str | None = None,
    bookmaker_key: str | None = None,
    outcome_name: str | None = None,
) -> Query:
    """One row per change of a quote up to a moment, in order of time.

    Args:
        event_id: which event.
        moment: changes captured later are left out.
        is_past: whether the moment is a past one: who moved first, steam and reverse moves are null
            then, since moves after it may have told.
        market_key: only this market.
        bookmaker_key: only this book.
        outcome_name: only this outcome.

    Returns:
        `valid_from` is when the change was seen, `previous_seen_at` the look before; `previous_…`
        is what stood before, null for the first quote; after a withdrawal (`is_withdrawn`) there is
        no price. `first_mover`, `is_steam` and their like are of moves alone: null for first
        quotes, withdrawals, what follows one, and in play.
    """
    where = Conditions()
    where.equal("changes.market_key", market_key)
    where.equal("changes.bookmaker_key", bookmaker_key)
    where.equal("changes.outcome_name", outcome_name)
    of_a_move = (
        f"cast(null as {type_}) as {name}" if is_past else f"moves.{name}"
        for name, type_ in _OF_A_MOVE.items()
    )
    return Query(
        f"""
        with

        changes as (

            select
                *,
                lag(point) over quote as previous_point,
                lag(american_price) over quote as previous_american_price,
                lag(decimal_price) over quote as previous_decimal_price,
                lag(is_withdrawn) over quote as was_withdrawn
            from marts.fct_odds_changes
            where event_id = ? and valid_from <= ?
            window quote as (
                partition by {_QUOTE}
                order by valid_from, response_id collate "C"
            )

        )

        select
            changes.event_id,
            changes.valid_from,
            changes.previous_seen_at,
            changes.bookmaker_key,
            changes.market_key,
            changes.outcome_name,
            changes.outcome_description,
            changes.line,
            changes.previous_point,
            changes.point,
            changes.previous_american_price,
            changes.american_price,
            changes.previous_decimal_price,
            changes.decimal_price,
            changes.was_withdrawn,
            changes.is_withdrawn,
            changes.is_stale,
            changes.is_in_play,
            {", ".join(of_a_move)}
        from changes
        left join marts.fct_line_movements as moves
            on
                changes.event_id = moves.event_id
                and changes.bookmaker_key = moves.bookmaker_key
                and changes.market_key = moves.market_key
                and changes.outcome_name = moves.outcome_name
                and changes.outcome_description is not distinct from moves.outcome_description
                and changes.line is not distinct from moves.line
                and changes.response_id = moves.response_id
        where {where.sql}
        order by
            changes.valid_from,
            changes.market_key,
            changes.outcome_description nulls first,
            changes.outcome_name,
            changes.line nulls first,
            changes.bookmaker_key
        """,  # noqa: S608 - our own conditions; values are parameters
        [event_id, moment, *where.parameters],
    )
