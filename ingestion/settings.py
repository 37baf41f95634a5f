"""Every setting of the warehouse: environment variables, or a `.env` file in the working folder."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ingestion.errors import UsageError

PROJECT_DIR = Path(__file__).resolve().parent.parent
Target = Literal["duckdb", "postgres"]
CommaSeparated = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """One frozen object, read once at the edge and passed down."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )

    odds_api_key: SecretStr | None = None
    odds_api_base_url: str = "https://api.the-odds-api.com"
    odds_target: Target = "duckdb"
    odds_data_dir: Path = Path("data")
    odds_duckdb_path: Path = Path("data/warehouse.duckdb")
    odds_as_of: datetime | None = None
    odds_log_format: Literal["console", "json"] = "console"
    odds_log_level: Literal["debug", "info", "warning", "error"] = "info"

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

    pghost: str = Field(default="localhost")
    pgport: int = 5432
    pguser: str = "odds"
    pgpassword: SecretStr = SecretStr("odds")
    pgdatabase: str = "odds"

    @field_validator(
        "odds_sports", "odds_markets", "odds_bookmakers", "odds_regions", mode="before"
    )
    @classmethod
    def _split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("odds_as_of")
    @classmethod
    def _need_a_zone(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("give a time zone, for example 2026-01-31T18:00:00Z")
        return value


def load_settings(**overrides: object) -> Settings:
    """Read the settings, with what the command line overrides.

    Raises:
        UsageError: a setting is not what it must be; the message names the variable.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "settings"
        reason = first["msg"].removeprefix("Value error, ")
        raise UsageError(f"{name}: {reason} (set it in the environment or in .env)") from None
