"""Which games the collector plans for."""

from datetime import datetime

from analysis.warehouse import Record, Warehouse

RELATIONS = ("ops.rpt_games_watched", "ops.rpt_start_leads")


def games_to_come(warehouse: Warehouse, *, now: datetime) -> list[Record]:
    """One row per game that is announced and has not started.

    `close_lead_minutes` is null where the games of its sport tell nothing of it yet.
    """
    return warehouse.rows(
        """
        select
            games.event_id, games.sport_key, games.starts_at, games.first_seen_at,
            leads.close_lead_minutes
        from ops.rpt_games_watched as games
        left join ops.rpt_start_leads as leads on games.sport_key = leads.sport_key
        where games.starts_at > ? and not games.is_decided
        order by games.starts_at, games.event_id collate "C"
        """,
        [now],
    )
