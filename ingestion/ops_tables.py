"""The tables of schema `ops` that Python writes: small, updated in place, beside what dbt makes.

They are made with the raw tables, so that every warehouse dbt can build has them.
"""

from collections.abc import Mapping

from ingestion.warehouse import Connection

SCHEMA = "ops"
OPS_TABLES: Mapping[str, str] = {
    # one credit promise, written before its call is sent
    "credit_reservations": """
        reservation_id text primary key,
        job_id text,
        endpoint text not null,
        sport_key text,
        event_id text,
        reserved_at timestamp with time zone not null,
        credits_estimated integer not null,
        state text not null,
        credits_charged integer,
        settled_at timestamp with time zone
    """,
    # one run of one job of the collector
    "job_runs": """
        job_id text primary key,
        run_id text not null,
        job text not null,
        sport_key text,
        due_at timestamp with time zone,
        started_at timestamp with time zone not null,
        ended_at timestamp with time zone,
        status text not null,
        reason text,
        credits integer,
        error text
    """,
    # one alert handed to somebody, or why it was not
    "alert_deliveries": """
        delivery_id text primary key,
        rule_id text not null,
        dedupe_key text not null,
        severity text not null,
        title text not null,
        body text not null,
        decided_at timestamp with time zone not null,
        outcome text not null,
        error text
    """,
    # one response that no model could take in; dbt makes the table too (`keep_quarantine`)
    "quarantined_responses": """
        response_id text primary key,
        model text,
        error text not null,
        quarantined_at timestamp with time zone not null,
        released_at timestamp with time zone,
        is_in_models boolean not null
    """,
    # how long one model took in one build; dbt writes it, and makes the table too
    # (`keep_model_runs`)
    "model_runs": """
        relation text not null,
        began_at timestamp with time zone not null,
        seconds double precision not null,
        row_count bigint,
        build_kind text not null,
        status text not null,
        primary key (relation, began_at)
    """,
}


def make_ops_tables(connection: Connection) -> None:
    """Make the tables that are not there yet."""
    if connection.relations(SCHEMA).issuperset(OPS_TABLES):
        return
    connection.rows(f"create schema if not exists {SCHEMA}")
    for name, columns in OPS_TABLES.items():
        connection.rows(f"create table if not exists {SCHEMA}.{name} ({columns})")
