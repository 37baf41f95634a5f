"""`odds mcp` asked by the client of the protocol: its answers are what plain SQL finds."""

# ruff: noqa: S608 - queries of our own

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.stdio import stdio_client

from analysis.ask import about_the_warehouse
from analysis.ask.answers import plain
from analysis.ask.checked_sql import checked
from analysis.ask.server import Server, server
from analysis.opening import reading
from analysis.reader import Reader
from cli.local_postgres import fresh_database
from cli.session import explained
from ingestion.errors import UsageError
from ingestion.settings import Settings
from tests.cli.conftest import ODDS, Place, make_place
from tests.conftest import duckdb_settings, postgres_settings
from tests.oracle.small_season import small_season

BUILT = "2026-07-10T19:00:00Z"
FORENOON = "2026-07-10T13:05:00Z"
STANDING = """
    select bookmaker_key, outcome_name, decimal_price from marts.fct_odds_changes
    where event_id = '{event}' and market_key = 'h2h' and not is_withdrawn
        and valid_from <= '{at}' and (valid_to is null or valid_to > '{at}')
"""
# a tool, its arguments, and the SQL that finds the same rows, as far as its columns go
QUESTIONS: list[tuple[str, dict[str, Any], str]] = [
    (
        "board",
        {},
        "select event_id, market_key, outcome_name, point, decimal_price, bookmaker_key"
        " from marts.fct_best_prices",
    ),
    (
        "board",
        {"market": "totals"},
        "select event_id, outcome_name, point, decimal_price from marts.fct_best_prices"
        " where market_key = 'totals'",
    ),
    (
        "board",
        {"book": "matchbook", "sport": "baseball_mlb"},
        "select event_id, market_key, outcome_name, american_price from marts.fct_best_prices"
        " where bookmaker_key = 'matchbook'",
    ),
    (
        "board",
        {"team": "red sox", "day": "2026-07-10", "market": "h2h"},
        "select event_id, outcome_name, net_decimal_price from marts.fct_best_prices"
        " where market_key = 'h2h'",
    ),
    (
        "board",
        {"at": FORENOON},
        "select distinct event_id from marts.fct_event_sightings"
        f" where captured_at <= '{FORENOON}' and commence_time > '{FORENOON}'",
    ),
    ("games", {}, "select event_id, status, starts_at from marts.dim_events"),
    ("games", {"team": "yankees"}, "select event_id, home_team from marts.dim_events"),
    (
        "games",
        {"at": FORENOON},
        "select event_id, 'scheduled' as status from marts.dim_events"
        f" where first_seen_at <= '{FORENOON}'",
    ),
    (
        "event",
        {"event": "fir"},
        "select event_id, starts_at, status, home_score from marts.dim_events"
        " where event_id = 'first'",
    ),
    (
        "history",
        {"event": "last", "market": "totals", "book": "fanduel"},
        "select valid_from, outcome_name, point, decimal_price, is_withdrawn"
        " from marts.fct_odds_changes where event_id = 'last' and market_key = 'totals'"
        f" and bookmaker_key = 'fanduel' and valid_from <= '{BUILT}'",
    ),
    (
        "history",
        {"event": "last", "at": FORENOON},
        "select bookmaker_key, market_key, outcome_name, american_price"
        f" from marts.fct_odds_changes where event_id = 'last' and valid_from <= '{FORENOON}'",
    ),
    ("compare", {"event": "last", "market": "h2h"}, STANDING.format(event="last", at=BUILT)),
    (
        "compare",
        {"event": "last", "market": "h2h", "at": FORENOON},
        STANDING.format(event="last", at=FORENOON),
    ),
    (
        "closes",
        {},
        "select event_id, bookmaker_key, market_key, outcome_name, decimal_price, missing_reason"
        " from marts.fct_closing_lines where missing_reason is distinct from 'not_started'",
    ),
    (
        "closes",
        {"event": "first", "market": "h2h"},
        "select bookmaker_key, outcome_name, decimal_price, minutes_before_start"
        " from marts.fct_closing_lines where event_id = 'first' and market_key = 'h2h'",
    ),
    (
        "edges",
        {},
        "select event_id, outcome_name, bookmaker_key, ev_default from marts.rpt_positive_ev",
    ),
    (
        "edges",
        {"min_value": 0.02},
        "select event_id, outcome_name, bookmaker_key from marts.rpt_positive_ev"
        " where ev_default >= 0.02",
    ),
    ("edges", {"kind": "arbitrage"}, "select event_id, guaranteed_roi from marts.rpt_arbitrage"),
    ("edges", {"kind": "low_hold"}, "select event_id from marts.rpt_low_hold"),
    (
        "coverage",
        {},
        "select what, outcome, row_count, promised_share from quality.rpt_coverage",
    ),
    ("health", {}, "select measure, value, status from ops.rpt_pipeline_health"),
    ("findings", {}, "select rule_id, subject from quality.fct_findings"),
    ("bets", {}, "select bet_id from marts.fct_bets"),
    ("backtests", {}, "select run_id from marts.fct_backtest_runs"),
    (
        "sql",
        {"query": "select status, count(*) as games from marts.dim_events group by status"},
        "select status, count(*) as games from marts.dim_events group by status",
    ),
]


@dataclass(frozen=True)
class Asked:
    """A server over a warehouse, and a client that asks it."""

    settings: Settings
    server: Server

    def said(self, tool: str, **arguments: Any) -> Any:
        async def call() -> Any:
            async with Client(self.server) as client:
                return await client.call_tool(tool, arguments)

        return asyncio.run(call())

    def __call__(self, tool: str, **arguments: Any) -> dict[str, Any]:
        said = self.said(tool, **arguments)
        assert not said.is_error, said.content
        assert json.loads(said.content[0].text) == said.structured_content
        answer: dict[str, Any] = said.structured_content
        return answer

    def refused(self, tool: str, **arguments: Any) -> str:
        said = self.said(tool, **arguments)
        assert said.is_error, said.structured_content
        (content,) = said.content
        text: str = content.text
        assert "\n" not in text
        assert "Traceback" not in text
        return text

    def sql(self, query: str) -> list[dict[str, Any]]:
        with reading(self.settings) as warehouse:
            rows: list[dict[str, Any]] = plain(warehouse.rows(query))
            return rows


def asked_of(settings: Settings) -> Asked:
    return Asked(
        settings, server(Reader(settings), explain=lambda error: explained(error, settings))
    )


@pytest.fixture(
    scope="module", params=["duckdb", pytest.param("postgres", marks=pytest.mark.heavy)]
)
def ask(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, dbt_target: Path
) -> Iterator[Asked]:
    if request.param == "duckdb":
        yield asked_of(duckdb_settings(request.getfixturevalue("season").folder))
        return
    folder = tmp_path_factory.mktemp("mcp")
    with fresh_database(request.getfixturevalue("postgres_server")) as address:
        place = make_place(folder, dbt_target)
        target = {"ODDS_TARGET": "postgres", **address.environment()}
        place = replace(place, environment={**place.environment, **target})
        said = place.odds("replay", place.recording(small_season()), "--as-of", BUILT)
        assert said.status == 0, said.err
        yield asked_of(postgres_settings(folder, address))


def as_set(rows: list[dict[str, Any]], columns: list[str]) -> set[str]:
    return {json.dumps([row[column] for column in columns]) for row in rows}


@pytest.mark.parametrize(("tool", "arguments", "query"), QUESTIONS)
def test_an_answer_is_what_plain_sql_finds(
    ask: Asked, tool: str, arguments: Mapping[str, Any], query: str
) -> None:
    answer = ask(tool, **arguments)
    expected = ask.sql(query)
    columns = list(expected[0]) if expected else []
    assert as_set(answer["rows"], columns) == as_set(expected, columns)
    assert bool(answer["rows"]) is bool(expected) is (answer["empty_because"] is None)
    assert answer["as_of"] == arguments.get("at", BUILT)
    assert answer["last_look"]["captured_at"] <= answer["as_of"]
    assert answer["last_look"]["age_minutes"] >= 0
    assert not answer["is_truncated"]
    assert answer["sources"]["relations"]


def test_an_answer_names_the_responses_that_showed_its_prices(ask: Asked) -> None:
    answer = ask("board", market="h2h")
    expected = ask.sql(
        "select distinct odds.response_id from marts.fct_best_prices as best"
        " inner join marts.fct_odds as odds on best.event_id = odds.event_id"
        " and best.bookmaker_key = odds.bookmaker_key and best.market_key = odds.market_key"
        " and best.captured_at = odds.captured_at where best.market_key = 'h2h'"
    )
    assert answer["sources"]["response_ids"] == sorted(row["response_id"] for row in expected)
    assert expected


def test_nothing_later_than_the_moment_asked_for_is_told(ask: Asked) -> None:
    for tool, more in (
        ("board", {}),
        ("history", {"event": "last"}),
        ("compare", {"event": "last"}),
        ("games", {}),
        ("edges", {}),
        ("event", {"event": "last"}),
        ("closes", {"event": "first"}),
    ):
        answer = ask(tool, at=FORENOON, **more)
        seen = [row.get("captured_at") or row.get("valid_from") or FORENOON
                for row in answer["rows"]]  # fmt: skip
        seen += [each["knows_until"] or FORENOON for each in answer["sources"]["relations"]]
        assert max(seen, default=FORENOON) <= FORENOON, tool
        assert answer["last_look"]["captured_at"] <= FORENOON


def test_what_is_left_out_is_said(ask: Asked) -> None:
    whole, cut = ask("closes", event="first"), ask("closes", event="first", limit=2)
    assert cut["rows"] == whole["rows"][:2]
    assert cut["is_truncated"]
    assert f"the first 2 of {whole['row_count']} rows" in cut["truncation"]
    assert ask("sql", query="select event_id from marts.dim_events", limit=1)["is_truncated"]


def test_an_empty_answer_says_how_much_was_looked_at_and_why_it_is_empty(ask: Asked) -> None:
    def why(tool: str, **arguments: Any) -> str:
        answer = ask(tool, **arguments)
        assert (answer["rows"], answer["row_count"]) == ([], 0)
        text: str = answer["empty_because"]
        return text

    assert "nothing has been collected" in why("board", at="2026-07-01T00:00:00Z")
    assert "nothing has been collected" in why("games", sport="icehockey_nhl")
    assert "none of them with player_points" in why("board", market="player_points")
    assert "had begun" in why("closes", event="first", at=FORENOON)
    assert "there is no arbitrage among the 48 offers" in why("edges", kind="arbitrage")
    assert "there are no bets" in why("bets")
    nobody = "select event_id from marts.dim_events where home_team = 'nobody'"
    assert "found nothing in marts.dim_events (3 rows)" in why("sql", query=nobody)


def test_what_cannot_be_asked_is_told_in_one_line(ask: Asked) -> None:
    assert "did you mean h2h" in ask.refused("board", market="h2hh")
    assert "no event is called" in ask.refused("history", event="lakers")
    assert "zone" in ask.refused("board", at="2026-07-10T13:05:00")
    assert "still to come" in ask.refused("board", at="2099-01-01T00:00:00Z")
    assert "limit" in ask.refused("board", limit=0)
    assert "steam is told of now only" in ask.refused("edges", kind="steam", at=FORENOON)
    assert "one event" in ask.refused("closes", at=FORENOON)
    assert "only a select" in ask.refused("sql", query="drop table marts.dim_events")
    assert "that cannot be asked" in ask.refused("sql", query="select x from marts.dim_events")


def test_a_slow_query_ends(ask: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(about_the_warehouse, "SQL_SECONDS", 0.3)
    slow = "select count(*) as n from generate_series(1, 100000000) a, generate_series(1, 99999) b"
    began = datetime.now()  # noqa: DTZ005 - a span
    assert "took longer than 0.3 s" in ask.refused("sql", query=slow)
    assert (datetime.now() - began).total_seconds() < 5  # noqa: DTZ005
    assert ask("sql", query="select 1 as one")["rows"] == [{"one": 1}]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
@pytest.mark.parametrize(
    "query",
    [
        "",
        "select 1; select 2",
        "select 1; drop table marts.dim_events",
        "insert into marts.dim_events values (1)",
        "with gone as (delete from marts.dim_events returning 1) select * from gone",
        "select * into marts.mine from marts.dim_events",
        "create table marts.mine as select 1",
        "copy (select 1) to 'out.csv'",
        "attach 'other.duckdb'",
        "install httpfs",
        "load httpfs",
        "pragma database_list",
        "set lock_configuration = false",
        "explain select 1",
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from glob('*')",
        "select * from query('select 1')",
        "select * from raw.api_responses",
        "select * from other.marts.dim_events",
        "select * from dim_events",
        "select * from pg_catalog.pg_authid",
        "select * from pg_shadow",
        "select * from information_schema.tables",
        "with pg_shadow as (select * from pg_shadow) select * from pg_shadow",
        "select * from (with a as (select 1) select * from a) as b, a",
        "select 1 from marts.dim_events where event_id in (select body from raw.api_responses)",
        "select query_to_xml('select * from raw.api_responses', true, true, '')",
        "select pg_read_file('/etc/passwd')",
        "select set_config('statement_timeout', '0', false)",
        "select current_setting('data_directory')",
        "select pg_sleep(100)",
        "select getenv('PGPASSWORD')",
        "select lo_import('/etc/passwd')",
        "select * from dblink('host=x', 'select 1') as t(a int)",
        "select nextval('s')",
        "select * from marts.dim_events for update",
        "select * from marts.nothing",
    ],
)  # fmt: skip
def test_sql_that_is_no_select_of_marts_is_refused(dialect: str, query: str) -> None:
    with pytest.raises(UsageError) as refused:
        checked(query, dialect=dialect, relations={"marts.dim_events", "raw.api_responses"})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_a_select_of_marts_may_run(dialect: str) -> None:
    query = """
        with games as (select * from marts.dim_events), days as (select game_date from games)
        select game_date, count(*) filter (where game_date > '2026-01-01') as n,
            round(cast(avg(extract(hour from now())) as numeric), 2) as hour -- a comment
        from days left join lateral (select max(event_id) from marts.dim_events) as m on true
        group by game_date order by n desc nulls last limit 3;
    """
    text, read = checked(query, dialect=dialect, relations={"marts.dim_events"})
    assert read == ["marts.dim_events"]
    assert ";" not in text


def test_a_connection_of_sql_reads_no_file_whatever_is_asked(season: Place) -> None:
    """The second lock, should the first one miss something."""
    from analysis.ask import checked_sql

    settings = duckdb_settings(season.folder)
    for query in (
        "select * from read_text('/etc/hostname')",
        "set enable_external_access = true",
        "copy (select 1) to '/tmp/out.csv'",
        "attach '/tmp/other.duckdb'",
        "create table marts.mine as select 1",
    ):
        with (
            reading(settings) as warehouse,
            pytest.raises(UsageError, match="that cannot be asked"),
        ):
            checked_sql.rows(warehouse, query, seconds=5)


def test_a_pinned_moment_holds_for_every_question(season: Place) -> None:
    settings = duckdb_settings(season.folder)
    ask = asked_of(settings.model_copy(update={"odds_as_of": datetime.fromisoformat(FORENOON)}))
    assert ask("games")["as_of"] == FORENOON
    assert "as of the last build alone" in ask.refused("sql", query="select 1 as one")
    assert "as of the last build alone" in ask.refused("coverage")


def test_a_file_that_somebody_writes_to_is_told_of_in_one_line(season_copy: Place) -> None:
    hold = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True);sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, season_copy.warehouse],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        told = asked_of(duckdb_settings(season_copy.folder)).refused("board")
        assert f"is in use by process {holder.pid}" in told
        holder.communicate()


def test_a_client_starts_the_command_and_asks_on_its_stdin(season: Place) -> None:
    async def call() -> Any:
        parameters = StdioServerParameters(
            command=str(ODDS),
            args=["mcp", "--from", str(season.warehouse)],
            env=dict(season.environment),
            cwd=str(season.folder),
        )
        async with Client(stdio_client(parameters)) as client:
            tools = (await client.list_tools()).tools
            return tools, await client.call_tool("games", {"team": "red sox"})

    tools, said = asyncio.run(call())
    assert {row["event_id"] for row in said.structured_content["rows"]} == {
        "first",
        "second",
        "last",
    }
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert tool.description
        for name, argument in tool.input_schema["properties"].items():
            known = {"kind", "outcome", "is_over_included", "status"}
            one_of = [each.get("description") for each in argument.get("anyOf", [])]
            assert argument.get("description") or any(one_of) or name in known


def test_the_tools_are_listed_without_a_client(place: Place) -> None:
    data = place.odds("mcp", "--tools", "--json").data
    assert {"board", "closes", "sql"} <= {tool["name"] for tool in data}
    assert "closes" in place.odds("mcp", "--tools").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--json"], "--json goes with --tools"),
        (["--http", "0.0.0.0:8765"], "not this machine alone"),
        (["--http", "example.com:8765"], "not this machine alone"),
        (["--http", "8765"], "no HOST:PORT"),
        (["--from", "nowhere.duckdb"], "there is no file"),
    ],
)
def test_wrong_words_are_refused_in_one_line(place: Place, words: list[str], told: str) -> None:
    said = place.odds("mcp", *words)
    assert said.status == 2
    assert told in said.err
    assert said.err.count("\n") == 1


def test_without_the_extra_it_says_how_to_install_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(sys.modules):
        if name == "analysis.ask.server" or name.partition(".")[0] == "mcp":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp", None)
    said = place.odds("mcp", "--tools")
    assert said.status == 1
    assert "pip install '.[mcp]'" in said.err
    assert said.err.count("\n") == 1
