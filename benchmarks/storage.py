"""How much the change log saves, that nothing is lost by it, and what each table weighs."""

# ruff: noqa: S608 - the statements are made of constants of ours

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.history import wall_clock
from benchmarks.warehouses import dbt_artifacts_in, empty_warehouse, server_for
from ingestion.pipelines import replay
from ingestion.settings import Target
from ingestion.warehouse import Connection, connect
from scheduler.transformation import Transformation

GOAL_SHARE = 0.15
KEY = "event_id, bookmaker_key, market_key, outcome_name, outcome_description"
PAYLOADS = """
    select
        response_id, captured_at,
        endpoint like '/v4/historical/%' as is_historical,
        params like '%"oddsFormat":"american"%' as is_american,
        {parsed} as payload
    from raw.api_responses
    where status_code = 200 and endpoint like '%/odds'"""
EVENT = """[{"id": "VARCHAR", "commence_time": "TIMESTAMPTZ", "bookmakers": [{"key": "VARCHAR",
    "markets": [{"key": "VARCHAR", "outcomes": [{"name": "VARCHAR", "description": "VARCHAR",
    "price": "DOUBLE", "point": "DOUBLE"}]}]}]}]"""
FLATTENED = {
    "duckdb": f"""
create table benchmark.flattened as
with payloads as ({PAYLOADS.format(parsed="payload")}),
events as (
    select response_id, captured_at, is_american, unnest(from_json(
        case when is_historical then json_extract(payload, '$.data') else payload end, '{EVENT}'
    )) as event
    from payloads
),
books as (
    select response_id, captured_at, is_american, event.id as event_id,
        event.commence_time as commence_time, unnest(event.bookmakers) as book
    from events
),
markets as (
    select response_id, captured_at, is_american, event_id, commence_time,
        book.key as bookmaker_key, unnest(book.markets) as market
    from books
),
outcomes as (
    select response_id, captured_at, is_american, event_id, commence_time, bookmaker_key,
        market.key as market_key, unnest(market.outcomes) as outcome
    from markets
)
select response_id, captured_at, event_id, commence_time, bookmaker_key, market_key,
    outcome.name as outcome_name, outcome.description as outcome_description,
    outcome.point as point, outcome.price as price, is_american
from outcomes""",
    "postgres": f"""
create table benchmark.flattened as
with payloads as ({PAYLOADS.format(parsed="cast(payload as jsonb)")})
select response_id, captured_at, event ->> 'id' as event_id,
    cast(event ->> 'commence_time' as timestamptz) as commence_time,
    book ->> 'key' as bookmaker_key, market ->> 'key' as market_key,
    outcomes.name as outcome_name, outcomes.description as outcome_description,
    outcomes.point, outcomes.price, is_american
from payloads
cross join lateral jsonb_array_elements(
    case when is_historical then payload -> 'data' else payload end
) as events (event)
cross join lateral jsonb_array_elements(event -> 'bookmakers') as books (book)
cross join lateral jsonb_array_elements(book -> 'markets') as markets (market)
cross join lateral jsonb_to_recordset(market -> 'outcomes')
    as outcomes (name text, description text, price double precision, point double precision)""",
}
SHOWN = f"""select {KEY}, point, captured_at, response_id,
    captured_at >= commence_time as is_in_play,
    case when is_american then cast(price as integer) else -1 end as american_price,
    case when is_american then -1 else price end as decimal_price
from benchmark.flattened"""
# an expansion by the mart, materialized once, since both differences read it
EXPANDED = f"""
create table benchmark.expanded as
select {KEY}, point, captured_at, response_id, is_in_play,
    case when is_american then american_price else -1 end as american_price,
    case when is_american then -1 else decimal_price end as decimal_price
from marts.fct_odds
inner join (
    select response_id as asked_id, params like '%"oddsFormat":"american"%' as is_american
    from raw.api_responses
) as asked
    on fct_odds.response_id = asked.asked_id"""
DIFFERENCE = "select count(*) from ({left} except all {right}) as differing"
COUNTS = {
    "pre_match_quotes": """
        select count(*) from benchmark.flattened where captured_at < commence_time""",
    "pre_match_changes": """
        select count(*) from marts.fct_odds_changes where not is_in_play and not is_withdrawn""",
    "pre_match_withdrawals": """
        select count(*) from marts.fct_odds_changes where not is_in_play and is_withdrawn""",
}
BYTES = {
    # DuckDB tells blocks by column; a block of a small table may be shared
    "postgres": """
        select schemaname || '.' || relname, pg_table_size(relid), pg_indexes_size(relid)
        from pg_stat_user_tables
        where schemaname in ('raw', 'intermediate', 'marts')
        order by 2 desc""",
    "duckdb": """
        select schema_name || '.' || table_name
        from duckdb_tables()
        where schema_name in ('raw', 'intermediate', 'marts')""",
}


@dataclass(frozen=True)
class TableSize:
    """Bytes on disk, indexes apart."""

    name: str
    table_bytes: int
    index_bytes: int


@dataclass(frozen=True)
class StorageReport:
    """What one recording comes to; `lost` and `invented` are quotes that expanding got wrong."""

    recording: str
    target: Target
    pre_match_quotes: int
    pre_match_changes: int
    pre_match_withdrawals: int
    lost: int
    invented: int
    tables: Sequence[TableSize]

    @property
    def share(self) -> float:
        """Changes, withdrawals apart, to the quotes they stand for, all pre-match."""
        return self.pre_match_changes / self.pre_match_quotes

    @property
    def share_with_withdrawals(self) -> float:
        """All pre-match rows of the change log to the quotes they stand for."""
        return (self.pre_match_changes + self.pre_match_withdrawals) / self.pre_match_quotes

    @property
    def is_goal_met(self) -> bool:
        """Whether the log is small enough and exact."""
        return self.share_with_withdrawals <= GOAL_SHARE and not self.lost and not self.invented


def measure_storage(recordings: Sequence[Path], *, target: Target) -> list[StorageReport]:
    """Build each recording in a warehouse of its own."""
    with server_for(target) as server:
        reports = []
        for recording in recordings:
            with empty_warehouse(server) as settings, dbt_artifacts_in(settings.odds_data_dir):
                replay([recording], settings, skip_bad=False, now=wall_clock)
                Transformation(settings).build_models()
                with connect(settings) as connection:
                    reports.append(_report(connection, recording.name))
    return reports


def _report(connection: Connection, recording: str) -> StorageReport:
    if connection.target == "postgres":
        connection.rows("set jit = off")
        connection.rows("set work_mem = '256MB'")
    sizes = _table_sizes(connection)
    connection.rows("create schema benchmark")
    connection.rows(FLATTENED[connection.target])
    connection.rows(EXPANDED)
    shown, expanded = SHOWN, "select * from benchmark.expanded"
    counts = {name: connection.rows(sql)[0][0] for name, sql in COUNTS.items()}
    return StorageReport(
        recording=recording,
        target=connection.target,
        lost=_difference(connection, shown, expanded),
        invented=_difference(connection, expanded, shown),
        tables=sizes,
        **counts,
    )


def _difference(connection: Connection, left: str, right: str) -> int:
    ((rows,),) = connection.rows(DIFFERENCE.format(left=left, right=right))
    return int(rows)


def _table_sizes(connection: Connection) -> list[TableSize]:
    if connection.target == "postgres":
        sizes = [TableSize(*row) for row in connection.rows(BYTES["postgres"])]
    else:
        connection.rows("checkpoint")
        sizes = [
            TableSize(name, _duckdb_bytes(connection, name), 0)
            for (name,) in connection.rows(BYTES["duckdb"])
        ]
    return sorted(sizes, key=lambda size: -size.table_bytes)


def _duckdb_bytes(connection: Connection, table: str) -> int:
    """The blocks that a table's columns use; small tables share a block, and each counts it."""
    ((blocks,),) = connection.rows(
        f"""
        select count(distinct block_id)
        from (
            select block_id from pragma_storage_info('{table}')
            union all
            select unnest(additional_block_ids) from pragma_storage_info('{table}')
        ) as blocks
        where block_id >= 0
        """
    )
    ((block_bytes,),) = connection.rows("select block_size from pragma_database_size()")
    return int(blocks) * int(block_bytes)
