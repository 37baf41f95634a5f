"""What BI tools find: comments in the database, the semantic layer, questions to begin with."""

import csv
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.bet_mapping import ExportMapping
from ingestion.bets import bets_of
from ingestion.pipelines import import_bets
from ingestion.settings import PROJECT_DIR, Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from tests.built_warehouses import built_warehouse
from tests.dbt.marts import land
from tests.oracle.small_season import small_season

BIN = Path(sys.executable).parent
AS_OF = datetime(2026, 7, 10, 19, tzinfo=UTC)
READABLE = ("marts", "quality", "ops")
BOTH = [
    pytest.param("duckdb", marks=pytest.mark.heavy),
    pytest.param("postgres", marks=pytest.mark.heavy),
]
STANDING = {
    "duckdb": """
        select schema_name || '.' || table_name, '', comment from duckdb_tables()
        union all
        select schema_name || '.' || view_name, '', comment from duckdb_views()
        union all
        select schema_name || '.' || table_name, column_name, comment from duckdb_columns()
    """,
    "postgres": """
        select
            pg_namespace.nspname || '.' || pg_class.relname,
            coalesce(pg_attribute.attname, ''),
            pg_description.description
        from pg_description
        inner join pg_class
            on pg_description.objoid = pg_class.oid
            and pg_description.classoid = 'pg_class'::regclass
        inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
        left join pg_attribute
            on pg_class.oid = pg_attribute.attrelid
            and pg_description.objsubid = pg_attribute.attnum
            and pg_description.objsubid > 0
    """,
}
# every metric in plain SQL
METRICS = {
    "closes_due": """
        select count(*) from marts.fct_closing_lines
        where missing_reason is distinct from 'not_started'
    """,
    "closes_held": "select count(decimal_price) from marts.fct_closing_lines",
    "closes_held_share": """
        select count(decimal_price) * 1.0 / count(*) from marts.fct_closing_lines
        where missing_reason is distinct from 'not_started'
    """,
    "mean_hold": """
        select avg(1 - 1 / (1 + overround)) from marts.fct_closing_fair_prices
        where method = 'multiplicative'
    """,
    "mean_open_to_close_move": """
        select avg(abs(closing_fair_probability - opening_fair_probability))
        from marts.fct_open_to_close
    """,
    "best_prices": "select count(*) from marts.fct_best_prices",
    "mean_age_minutes": "select avg(age_minutes) from marts.fct_best_prices",
    "ev_edges": "select count(*) from marts.rpt_positive_ev",
    "mean_ev": "select avg(ev_default) from marts.rpt_positive_ev",
    "line_moves": "select count(*) from marts.fct_line_movements",
    "steam_moves": "select count(case when is_steam then 1 end) from marts.fct_line_movements",
    "steam_share": """
        select count(case when is_steam then 1 end) * 1.0 / count(*) from marts.fct_line_movements
    """,
    "mean_clv": "select avg(no_vig_clv) from marts.fct_closing_line_value",
    "beat_close_share": "select avg(beat_close) from marts.fct_closing_line_value",
    "games_with_result": "select count(distinct event_id) from marts.fct_results where is_final",
    "sets_scored": "select coalesce(sum(set_count), 0) from marts.fct_book_accuracy",
    "log_losses": """
        select coalesce(sum(log_loss * set_count), 0) from marts.fct_book_accuracy
    """,
    "log_loss": "select sum(log_loss * set_count) / sum(set_count) from marts.fct_book_accuracy",
    "calls": "select count(*) from ops.fct_fetches",
    "failed_calls": "select count(*) from ops.fct_fetches where status_code is distinct from 200",
    "failed_call_share": """
        select count(case when status_code is distinct from 200 then 1 end) * 1.0 / count(*)
        from ops.fct_fetches
    """,
    "credits_spent": """
        select coalesce(sum(credits_charged), 0) from ops.fct_fetches where origin != 'replay'
    """,
    "findings": "select count(*) from quality.fct_findings",
    "bets": "select count(*) from marts.fct_bets",
    "bet_turnover": """
        select sum(stake) from marts.fct_bets
        where profit is not null and status != 'void' and not is_free_bet
    """,
    "bet_profit": """
        select sum(profit) from marts.fct_bets where status != 'void' and not is_free_bet
    """,
    "bet_yield": """
        select sum(profit) / sum(stake) from marts.fct_bets
        where profit is not null and status != 'void' and not is_free_bet
    """,
    "mean_bet_clv": "select avg(clv) from marts.fct_bets",
}


BETS = {
    number: {
        "placed_at": "2026-07-10T17:30:00Z",
        "bookmaker": "bovada",
        "stake": stake,
        "is_free_bet": free,
        "event_id": "first",
        "market": "h2h",
        "outcome": "Boston Red Sox",
        "price": "1.9",
        "status": status,
    }
    for number, (stake, free, status) in enumerate(
        [
            ("10", "", "won"),
            ("20", "", "lost"),
            ("5", "yes", "won"),
            ("7", "", "void"),
            ("3", "", ""),
        ]
    )
}


def a_day_of_games(settings: Settings) -> None:
    """Three games with their odds and scores, all of it built."""
    land(small_season(), settings)
    import_bets(bets_of(BETS, ExportMapping(), where="bet "), settings, now=lambda: AS_OF)
    Transformation(settings).build_models(as_of=AS_OF)


@pytest.fixture(scope="module")
def warehouse(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """On the engine asked for; tests leave it as it was."""
    with built_warehouse(a_day_of_games, request, tmp_path_factory.mktemp("bi")) as settings:
        yield settings


@pytest.fixture(scope="module")
def project(warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dbt project under another folder, since MetricFlow reads nothing but its `target`."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("dbt_project.yml", "profiles.yml", "dbt_project"):
        (folder / name).symlink_to(PROJECT_DIR / name)
    run("dbt", "compile", "--select", "resource_type:analysis", warehouse=warehouse, folder=folder)
    return folder


def run(program: str, *words: str, warehouse: Settings, folder: Path) -> None:
    """Run dbt or MetricFlow in a folder, as a person would."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    said = subprocess.run(
        [BIN / program, *words],
        cwd=folder,
        env={
            **environment,
            "ODDS_TARGET": warehouse.odds_target,
            "ODDS_DUCKDB_PATH": str(warehouse.odds_duckdb_path),
            "PGHOST": warehouse.pghost,
            "PGPORT": str(warehouse.pgport),
            "PGUSER": warehouse.pguser,
            "PGPASSWORD": warehouse.pgpassword.get_secret_value(),
            "PGDATABASE": warehouse.pgdatabase,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr


def wanted_comments(settings: Settings) -> dict[tuple[str, str], str]:
    wanted = {}
    for node in Transformation(settings)._parse().nodes.values():
        if node.resource_type in ("model", "seed") and node.schema in READABLE:
            relation = f"{node.schema}.{node.alias}"
            wanted[relation, ""] = node.description.strip()
            for column in node.columns.values():
                wanted[relation, column.name] = column.description.strip()
    return wanted


def comments(settings: Settings) -> dict[tuple[str, str], str]:
    with connect(settings) as connection:
        rows = connection.rows(STANDING[settings.odds_target])
    return {(relation, column): comment for relation, column, comment in rows if comment}


def assert_all_is_commented(settings: Settings) -> None:
    wanted, standing = wanted_comments(settings), comments(settings)
    assert len(wanted) > 900
    assert {key: standing.get(key) for key in wanted} == wanted


def test_every_table_and_column_for_readers_says_in_the_database_what_it_means(
    warehouse: Settings,
) -> None:
    assert_all_is_commented(warehouse)


@pytest.mark.parametrize("warehouse", BOTH, indirect=True)
def test_comments_outlive_builds_and_come_again_where_they_are_lost(warehouse: Settings) -> None:
    """On Postgres tables stay where they are: what is lost or differs there is written again."""
    transformation = Transformation(warehouse)
    assert_all_is_commented(warehouse)
    transformation.build_hot(as_of=AS_OF)
    assert_all_is_commented(warehouse)
    with connect(warehouse) as connection:
        for statement in (
            "comment on column marts.dim_dates.date_day is 'a lie'",
            "comment on view marts.dim_teams is null",
            "comment on column marts.bookmakers.kind is null",
            "drop table marts.rpt_lead_lag",
        ):
            connection.rows(statement)
    transformation.build_models(as_of=AS_OF)
    assert_all_is_commented(warehouse)


@pytest.mark.skipif(
    importlib.util.find_spec("dbt_metricflow") is None, reason="the extra `bi` is not installed"
)
@pytest.mark.parametrize("warehouse", BOTH, indirect=True)
def test_every_metric_is_what_plain_sql_says(warehouse: Settings, project: Path) -> None:
    found = answered("--metrics", ",".join(METRICS), warehouse=warehouse, folder=project)[0]
    with connect(warehouse) as connection:
        expected = {name: connection.rows(query)[0][0] for name, query in METRICS.items()}
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert (None if found[name] == "" else float(found[name])) == (
            value if value is None else pytest.approx(float(value), abs=1e-9)
        ), name
    assert float(found["closes_held"]) > 0


@pytest.mark.skipif(
    importlib.util.find_spec("dbt_metricflow") is None, reason="the extra `bi` is not installed"
)
@pytest.mark.parametrize("warehouse", BOTH, indirect=True)
def test_a_metric_is_split_by_what_a_dimension_says(warehouse: Settings, project: Path) -> None:
    groups = "bookmaker__kind,event__season,metric_time__month"
    words = ("--metrics", "closes_held_share", "--group-by", groups)
    found = answered(*words, warehouse=warehouse, folder=project)
    expected = """
        select
            books.kind,
            closes.season,
            count(closes.decimal_price) * 1.0 / count(*)
        from marts.fct_closing_lines as closes
        left join marts.dim_bookmakers as books on closes.bookmaker_key = books.bookmaker_key
        where closes.missing_reason is distinct from 'not_started'
        group by books.kind, closes.season
    """
    with connect(warehouse) as connection:
        rows = connection.rows(expected)
    shares = {
        (row["bookmaker__kind"], row["event__season"]): float(row["closes_held_share"])
        for row in found
        if row["closes_held_share"]
    }
    assert shares == {(kind, season): pytest.approx(float(share)) for kind, season, share in rows}


def answered(*words: str, warehouse: Settings, folder: Path) -> list[dict[str, Any]]:
    run("mf", "query", *words, "--csv", "answer.csv", warehouse=warehouse, folder=folder)
    with (folder / "answer.csv").open() as answer:
        return list(csv.DictReader(answer))


@pytest.mark.parametrize("warehouse", BOTH, indirect=True)
def test_the_questions_to_begin_with_have_answers(warehouse: Settings, project: Path) -> None:
    questions = sorted((project / "target" / "compiled").rglob("analyses/*.sql"))
    assert len(questions) == 8
    with connect(warehouse) as connection:
        answers = {path.stem: connection.rows(path.read_text()) for path in questions}
    # three games say something of closes, and a replayed recording cost nothing
    answered = {name for name, rows in answers.items() if rows}
    assert {"how_many_closes_are_held", "which_books_ask_least", "who_moves_first"} <= answered
    assert "where_do_credits_go" not in answered
