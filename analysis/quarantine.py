"""The responses that are set aside, since no model could take them in."""

from analysis.warehouse import Record, Warehouse

TABLE = "ops.quarantined_responses"


def quarantined(warehouse: Warehouse, *, with_released: bool = False) -> list[Record]:
    """One row per response that is set aside, newest first; those released since, too, if asked."""
    if TABLE not in warehouse.relations():
        return []
    released = "" if with_released else "where quarantined.released_at is null"
    return warehouse.rows(
        f"""
        select
            quarantined.response_id,
            responses.endpoint,
            responses.sport_key,
            responses.captured_at,
            quarantined.model,
            quarantined.error,
            quarantined.quarantined_at,
            quarantined.released_at
        from {TABLE} as quarantined
        left join raw.api_responses as responses
            on quarantined.response_id = responses.response_id
        {released}
        order by quarantined.quarantined_at desc, quarantined.response_id collate "C"
        """  # noqa: S608 - our own words
    )
