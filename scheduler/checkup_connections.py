"""Is all well with what this installation talks to? The API, and the engine."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

import duckdb
import psycopg2

from ingestion.errors import OddsError
from ingestion.failures import explained
from ingestion.headers import is_date_bad
from ingestion.settings import Settings
from ingestion.warehouse import Connection, connect
from scheduler.checkup import Check

DUCKDB_MAGIC = b"DUCK"
OUR_SCHEMAS = ("raw", "staging", "intermediate", "marts", "quality", "ops")
# the `Date` of an answer counts in seconds
CLOCK_TOLERANCE = timedelta(seconds=10)
MODELS = ("marts.dim_events", "marts.fct_best_prices", "ops.fct_alert_candidates")
IS_IN_USE = "is in use by process"


def configuration(settings: Settings) -> Check:
    """Whether the settings can be collected by, and the addresses for alerts mean something."""
    from apprise import Apprise  # noqa: PLC0415 - a check that runs every minute does without

    from scheduler.agenda import Collection  # noqa: PLC0415

    try:
        Collection.of(settings)
    except OddsError as error:
        return Check("settings", "failed", str(error), "`odds config` shows what is in force")
    for url in settings.odds_alert_urls:
        if Apprise.instantiate(url.get_secret_value()) is None:
            return Check(
                "settings", "failed", "apprise cannot read an address of ODDS_ALERT_URLS",
                "`odds alerts test` says which one",
            )  # fmt: skip
    return Check("settings", "ok", f"can be collected by ({settings.odds_environment})")


def api_checks(settings: Settings, *, clock: Callable[[], datetime]) -> list[Check]:
    """Whether the API takes the key, and whether our clock is right; costs no credit."""
    from ingestion.odds_api.client import OddsApiClient, new_session  # noqa: PLC0415
    from ingestion.odds_api.endpoints import SportsRequest  # noqa: PLC0415

    if settings.odds_api_key is None:
        remedy = "put your key into ODDS_API_KEY; replaying recordings needs none"
        return [Check("API key", "warning", "there is none", remedy)]
    client = OddsApiClient(
        base_url=settings.odds_api_base_url,
        key=settings.odds_api_key,
        session=new_session(),
        clock=clock,
        sleep=lambda _: None,
        on_response=lambda _: None,
    )
    try:
        answer = client.get(SportsRequest())
    except OddsError as error:
        remedy = "check ODDS_API_KEY, ODDS_API_BASE_URL and the network"
        return [Check("API key", "failed", str(error), remedy)]
    left = "" if answer.credits_remaining is None else f", {answer.credits_remaining} credits left"
    checks = [Check("API key", "ok", f"taken by {settings.odds_api_base_url}{left}")]
    if is_date_bad(answer.bad_headers):
        checks.append(
            Check(
                "clock", "failed", "more than a day from the API's, which is not believed then",
                "let the machine's clock be set by NTP; every price is stamped with it meanwhile",
            )
        )  # fmt: skip
    elif answer.captured_at is not None:
        came_at = answer.requested_at + timedelta(milliseconds=answer.elapsed_ms or 0)
        checks.append(_clock_check(answer.captured_at - came_at))
    return checks


def warehouse_checks(settings: Settings) -> list[Check]:
    """Whether the engine can be reached and written to, and the models are there."""
    if settings.odds_target == "postgres":
        try:
            with connect(settings) as connection:
                return _postgres_checks(connection)
        except OddsError as error:
            return [Check("warehouse", "failed", str(error), "start the server, or check PG*")]
    checks = [duckdb_file(settings)]
    if checks[0].status == "ok" and settings.odds_duckdb_path.exists():
        checks += _duckdb_checks(settings)
    return checks


def duckdb_file(settings: Settings) -> Check:
    """Whether the file is one of DuckDB's and can be written to; does not open the database."""
    path = settings.odds_duckdb_path
    remedy = "give ODDS_DUCKDB_PATH a writable file; a broken one can be replaced by a copy"
    if not path.exists():
        return Check("warehouse", "ok", f"there is no {path} yet: the first landing makes it")
    try:
        with path.open("r+b") as file:
            is_ours = file.read(12)[8:] == DUCKDB_MAGIC
    except OSError as error:
        return Check("warehouse", "failed", f"cannot write {path}: {error.strerror}", remedy)
    if not is_ours:
        return Check("warehouse", "failed", f"{path} is not a DuckDB file", remedy)
    return Check("warehouse", "ok", f"{path} can be read and written to")


def _duckdb_checks(settings: Settings) -> list[Check]:
    try:
        with (
            explained(settings),
            closing(duckdb.connect(settings.odds_duckdb_path, read_only=True)) as native,
        ):
            connection = Connection("duckdb", native)
            ((version,),) = connection.rows("select version()")
            return [
                Check("engine", "ok", f"DuckDB {version}"),
                _models(connection),
                _set_aside(connection),
            ]
    except OddsError as error:
        # a landing or a build is at work: it will not be kept waiting for us
        if IS_IN_USE in str(error):
            return [Check("engine", "ok", str(error).partition(",")[0])]
        return [Check("engine", "failed", str(error), "a copy can take its place")]


def _postgres_checks(connection: Connection) -> list[Check]:
    ((version,),) = connection.rows("show server_version")
    return [
        Check("warehouse", "ok", f"Postgres {version}"),
        _rights(connection),
        _models(connection),
        _set_aside(connection),
    ]


def _rights(connection: Connection) -> Check:
    """Whether we may make schemas, and tables in those of ours that are there."""
    remedy = "let the owner of the database grant them, or log in as the owner"
    try:
        connection.rows("create temporary table odds_doctor (is_writable boolean)")
        connection.rows("drop table odds_doctor")
    except psycopg2.Error as error:
        return Check("rights", "failed", " ".join(str(error).split()), remedy)
    rows = connection.rows(
        "select nspname from pg_namespace"
        " where nspname = any(?) and not has_schema_privilege(oid, 'create, usage')",
        (list(OUR_SCHEMAS),),
    )
    ((may_make_schemas,),) = connection.rows(
        "select has_database_privilege(current_database(), 'create')"
    )
    lacking = [f"to write in schema {name}" for (name,) in rows]
    if not may_make_schemas:
        lacking.append("to make schemas")
    if lacking:
        return Check("rights", "failed", f"no right {', '.join(lacking)}", remedy)
    return Check("rights", "ok", "schemas and tables can be made")


def _models(connection: Connection) -> Check:
    if "api_responses" not in connection.relations("raw"):
        return Check("models", "ok", "nothing has landed yet")
    missing = [
        name
        for name in MODELS
        if name.partition(".")[2] not in connection.relations(name.partition(".")[0])
    ]
    if missing:
        if builder := _builder(connection):
            return Check("models", "ok", f"being built by {builder}")
        return Check("models", "warning", f"there is no {missing[0]}", "run `dbt build`")
    return Check("models", "ok", "built")


def _set_aside(connection: Connection) -> Check:
    count = 0
    if "quarantined_responses" in connection.relations("ops"):
        ((count,),) = connection.rows(
            "select count(*) from ops.quarantined_responses where released_at is null"
        )
    if not count:
        return Check("set aside", "ok", "no response")
    return Check(
        "set aside", "warning", f"{count} responses are in no model",
        "`odds raw list` says why; `odds raw release` lets the models take one in again",
    )  # fmt: skip


def _builder(connection: Connection) -> str | None:
    """Who builds on the server; a build that is alive renews its lease."""
    if connection.target != "postgres" or "build_lease" not in connection.relations("ops"):
        return None
    rows = connection.rows(
        "select holder from ops.build_lease"
        " where touched_at > current_timestamp - interval '10 minutes'"
    )
    return str(rows[0][0]) if rows else None


def _clock_check(ahead: timedelta) -> Check:
    seconds = ahead.total_seconds()
    if abs(ahead) <= CLOCK_TOLERANCE:
        return Check("clock", "ok", f"within {CLOCK_TOLERANCE.seconds} s of the API's")
    side = "behind" if seconds > 0 else "ahead of"
    return Check(
        "clock", "warning", f"{abs(seconds):.0f} s {side} the API's",
        "let the machine's clock be set by NTP; the collector goes by the API's meanwhile",
    )  # fmt: skip
