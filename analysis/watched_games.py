"""Which games the collector plans for."""

from datetime import datetime

from analysis.warehouse import Record, Warehouse

RELATIONS = ("ops.rpt_games_watched",)


def games_to_come(warehouse: Warehouse, *, now: datetime) -> list[Record]:
    """One row per game that is announced and has not started."""
    return warehouse.rows(
        """
        select event_id, sport_key, starts_at, first_seen_at
        from ops.rpt_games_watched
        where starts_at > ? and not is_decided
        order by starts_at, event_id collate "C"
        """,
        [now],
    )
