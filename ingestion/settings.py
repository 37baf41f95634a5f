"""Every setting of the warehouse: from the environment, `.env` or files of secrets.

`.env` is that of the home folder, and relative paths of settings start from there: what a command
works on does not depend on the folder it is run in. Home is the project's folder, unless
`ODDS_HOME` names another. What is typed on a command line (`odds replay FILE`) is relative to the
folder one is in, as everywhere.
"""

import os
import re
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from ingestion.answer_shapes import EARLIEST, LATEST
from ingestion.duckdb_names import why_unfit
from ingestion.errors import UsageError
from ingestion.pg_service import has_a_passfile, settings_of_the_service

PROJECT_DIR = Path(__file__).resolve().parent.parent
HOME_VARIABLE = "ODDS_HOME"
ENV_FILE = ".env"
# where container engines show secrets, a file each, named like the setting
SECRETS_DIR = Path("/run/secrets")
# what libpq reads from the environment by itself, beside what is a setting of ours
LIBPQ_VARIABLES = (
    "PGSSLMODE",
    "PGSSLROOTCERT",
    "PGSSLCERT",
    "PGSSLKEY",
    "PGSSLCRL",
    "PGSSLNEGOTIATION",
    "PGCHANNELBINDING",
    "PGREQUIREAUTH",
    "PGGSSENCMODE",
    "PGKRBSRVNAME",
    "PGHOSTADDR",
    "PGCONNECT_TIMEOUT",
    "PGTARGETSESSIONATTRS",
    "PGOPTIONS",
    "PGAPPNAME",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGSYSCONFDIR",
    "PGPASSFILE",
)
LIBPQ_PATHS = (
    "PGSSLROOTCERT",
    "PGSSLCERT",
    "PGSSLKEY",
    "PGSSLCRL",
    "PGSERVICEFILE",
    "PGSYSCONFDIR",
    "PGPASSFILE",
)
Target = Literal["duckdb", "postgres"]
PriceFormat = Literal["both", "decimal", "american"]
CommaSeparated = Annotated[tuple[str, ...], NoDecode]

_BETWEEN_URLS = re.compile(r"\s*,\s*(?=[a-zA-Z][a-zA-Z0-9+.-]*://)")
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_QUIET_HOURS = re.compile(f"{_TIME}-{_TIME}")


class Settings(BaseSettings):
    """One frozen object, read once at the edge and passed down."""

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, env_ignore_empty=True, validate_default=True
    )

    odds_api_key: SecretStr | None = None
    odds_api_base_url: str = "https://api.the-odds-api.com"
    odds_target: Target = "duckdb"
    odds_data_dir: Path = Path("data")
    odds_duckdb_path: Path = Path("data/warehouse.duckdb")
    odds_archive_dir: Path | None = None
    odds_publish: Literal["never", "day", "build"] = "never"
    odds_publish_dir: Path | None = None
    odds_as_of: datetime | None = None
    odds_environment: Literal["dev", "test", "staging", "production"] = "dev"
    odds_log_format: Literal["console", "json"] = "console"
    odds_log_level: Literal["debug", "info", "warning", "error"] = "info"
    odds_log_file: Path | None = None
    odds_log_keep_days: int = Field(default=30, ge=1)

    odds_sports: CommaSeparated = ("basketball_nba",)
    odds_markets: CommaSeparated = ("h2h", "spreads", "totals")
    odds_bookmakers: CommaSeparated = (
        "pinnacle",
        "draftkings",
        "fanduel",
        "betmgm",
        "betrivers",
        "bovada",
        "betonlineag",
        "lowvig",
        "novig",
        "prophetx",
    )
    odds_regions: CommaSeparated = ()

    odds_monthly_credits: Annotated[int, Field(ge=0)] | None = None
    odds_policy: Literal["adaptive", "closes", "fixed"] = "adaptive"
    odds_fixed_interval_minutes: int = Field(default=30, ge=1)
    odds_scores_every_days: Annotated[int, Field(ge=1, le=2)] | None = None
    odds_full_build_every_days: int = Field(default=1, ge=1)
    odds_full_build_hour: int = Field(default=10, ge=0, le=23)

    odds_alert_urls: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    odds_alert_severity: Literal["info", "warning", "error"] = "info"
    odds_alert_quiet_hours: str | None = None
    odds_time_zone: str = "UTC"
    odds_price_format: PriceFormat = "both"

    pghost: str = Field(default="localhost")
    pgport: int = 5432
    pguser: str = "odds"
    pgpassword: SecretStr = SecretStr("odds")
    pgdatabase: str = "odds"

    @property
    def publish_dir(self) -> Path:
        """Where the copy for readers stands."""
        return self.odds_publish_dir or self.odds_data_dir / "published"

    @field_validator(
        "odds_data_dir", "odds_duckdb_path", "odds_archive_dir", "odds_publish_dir", "odds_log_file"
    )
    @classmethod
    def _start_from_home(cls, value: Path | None) -> Path | None:
        return value if value is None else _from_home(value)

    @field_validator("odds_duckdb_path")
    @classmethod
    def _need_a_fit_name(cls, value: Path, info: ValidationInfo) -> Path:
        if info.data.get("odds_target") == "duckdb" and (reason := why_unfit(value)):
            raise ValueError(reason)
        return value

    @field_validator(
        "odds_sports", "odds_markets", "odds_bookmakers", "odds_regions", mode="before"
    )
    @classmethod
    def _split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("odds_alert_urls", mode="before")
    @classmethod
    def _split_urls(cls, value: object) -> object:
        # a comma may also stand within a URL
        return tuple(_BETWEEN_URLS.split(value.strip())) if isinstance(value, str) else value

    @field_validator("odds_api_base_url")
    @classmethod
    def _need_a_place_for_the_key(cls, value: str) -> str:
        try:
            url = urlsplit(value)
            host = url.hostname or ""
        except ValueError:
            raise ValueError("give a URL, for example https://api.the-odds-api.com") from None
        if url.scheme not in ("http", "https") or not host or url.query or url.fragment:
            raise ValueError("give a URL, for example https://api.the-odds-api.com")
        if url.scheme == "http" and not _is_this_machine(host):
            raise ValueError("the key goes over https only; http is for a server on this machine")
        return value

    @field_validator("odds_alert_quiet_hours")
    @classmethod
    def _need_two_times(cls, value: str | None) -> str | None:
        if value is not None and not _QUIET_HOURS.fullmatch(value):
            raise ValueError("give two times, for example 23:00-07:00")
        return value

    @field_validator("odds_time_zone")
    @classmethod
    def _need_a_known_zone(cls, value: str) -> str:
        if not is_zone(value):
            raise ValueError("give the name of a zone, for example America/New_York")
        return value

    @field_validator("odds_as_of")
    @classmethod
    def _need_a_zone(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("give a time zone, for example 2026-01-31T18:00:00Z")
        if value is not None and not EARLIEST.year <= value.year < LATEST.year:
            raise ValueError("give a time between 1990 and 2100")
        return value


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def moment_given(option: str, text: str | None) -> datetime | None:
    """The moment that an option or argument names, null where it was not given.

    Raises:
        UsageError: it is no time, or has no zone.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UsageError(
            f"{option}: {text!r} is not a time with a zone, for example 2026-01-31T18:00:00Z"
        )
    if not EARLIEST.year <= moment.year < LATEST.year:
        raise UsageError(f"{option}: {text!r} does not lie between 1990 and 2100")
    return moment.astimezone(UTC)


def home() -> Path:
    """The folder whose `.env` counts, and that relative paths of settings start from.

    Raises:
        UsageError: `ODDS_HOME` names no folder.
    """
    named = os.environ.get(HOME_VARIABLE)
    if not named:
        return PROJECT_DIR
    folder = Path(named).absolute()
    if not folder.is_dir():
        raise UsageError(f"{HOME_VARIABLE}: there is no folder {folder}")
    return folder


def unread_env_file() -> Path | None:
    """The `.env` with settings of ours in the folder one is in, where another one counts."""
    try:
        beside = Path.cwd() / ENV_FILE
        if beside.parent.samefile(home()) or not beside.is_file():
            return None
        return beside if any(name.startswith("ODDS_") for name in dotenv_values(beside)) else None
    except (OSError, UnicodeDecodeError):
        # no working folder any more, or a file that is not for us
        return None


def load_settings(**overrides: object) -> Settings:
    """Read the settings, with what the command line overrides.

    The environment wins over `.env` in the home folder, and that over the files of secrets.

    Raises:
        UsageError: there is no home folder, or a setting is not what it must be; the message names
            the variable or the file.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    env_file = home() / ENV_FILE
    try:
        # the folder must be there, or pydantic warns
        secrets_dir = SECRETS_DIR if SECRETS_DIR.is_dir() else None
        _tell_libpq(env_file)
        given = {**settings_of_the_service(), **given}
        settings = Settings(_env_file=env_file, _secrets_dir=secrets_dir, **given)  # type: ignore[arg-type, call-arg]
    except (OSError, SettingsError) as error:
        raise UsageError(
            f"cannot read the settings: {error.__cause__ or error} "
            "(.env and files of secrets must be text that the user who runs this may read)"
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "settings"
        reason = first["msg"].removeprefix("Value error, ")
        raise UsageError(f"{name}: {reason} (set it in the environment or in .env)") from None
    if "pgpassword" not in settings.model_fields_set and has_a_passfile():
        # libpq looks for one there where none is given
        return settings.model_copy(update={"pgpassword": SecretStr("")})
    return settings


def _tell_libpq(env_file: Path) -> None:
    """Let its own variables count from `.env`, too, for every connection of this process."""
    in_file = dotenv_values(env_file)
    for name in LIBPQ_VARIABLES:
        value = in_file.get(name)
        if value is not None:
            # `system` is no file, but libpq's word for the certificates of the machine
            is_path = name in LIBPQ_PATHS and value not in ("", "system")
            os.environ.setdefault(name, str(_from_home(Path(value))) if is_path else value)


def _from_home(path: Path) -> Path:
    try:
        return home() / path.expanduser()
    except RuntimeError:
        raise ValueError(f"{path}: there is no such user here") from None
