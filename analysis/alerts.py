"""What the alert rules find, and what became of it."""

from datetime import datetime

from analysis.warehouse import Record, Warehouse

RELATIONS = ("ops.fct_alert_candidates", "ops.fct_alert_deliveries")


def candidates(warehouse: Warehouse) -> list[Record]:
    """One row per alert that holds now, the gravest first."""
    return warehouse.rows(
        """
        select
            rule_id, severity, dedupe_key, title, body, sport_key, event_id, bookmaker_key,
            raised_at, value, threshold, cooldown_minutes
        from ops.fct_alert_candidates
        order by
            case severity when 'error' then 0 when 'warning' then 1 else 2 end,
            raised_at desc,
            dedupe_key collate "C"
        """
    )


def last_deliveries(warehouse: Warehouse, *, until: datetime, limit: int) -> list[Record]:
    """What was decided about alerts last, newest first."""
    return warehouse.rows(
        """
        select rule_id, severity, dedupe_key, title, outcome, decided_at, error
        from ops.fct_alert_deliveries
        where decided_at <= ?
        order by decided_at desc, delivery_id collate "C"
        limit ?
        """,
        [until, limit],
    )
