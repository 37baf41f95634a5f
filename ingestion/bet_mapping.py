"""How the export of somebody else's bet tracker is read, told by a small TOML file."""

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from ingestion.errors import UsageError
from ingestion.settings import is_zone

OWN: Final = "own"
EXAMPLE: Final = """\
source = "tracker"                  # who says so; with the id of a bet it names the bet
delimiter = ","
time_format = "%m/%d/%Y %I:%M %p"   # of placed_at and starts_at; ISO 8601 where left out
date_format = "%m/%d/%Y"            # of game_date
time_zone = "America/New_York"      # of times that bring none

[columns]                           # our column = theirs
bet_id = "Ticket"
placed_at = "Date Placed"
bookmaker = "Sportsbook"
stake = "Risk"
event = "Event"
market = "Bet Type"
outcome = "Selection"
price = "Odds"
status = "Result"

[values.status]                     # theirs = ours
"Win" = "won"
"Loss" = "lost"

[defaults]                          # where the file says nothing
currency = "USD"
sport = "basketball_nba"
"""


def _known_zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError(f"there is no zone {name!r}, for example America/New_York")
    return name


_Given = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class ExportMapping(BaseModel):
    """Which column of a file holds what, and how its times are written.

    Attributes:
        source: who says so.
        columns: the file's column of each of ours; ours by the same name where it is empty.
        values: what the file calls the values of a column of ours.
        defaults: the text of a column of ours where the file has none.
        delimiter: what separates the fields.
        time_format: of times, as `strptime` has it; None for ISO 8601.
        date_format: of dates, likewise.
        time_zone: of times that bring none; None where each must bring one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    source: _Given = OWN
    columns: dict[str, _Given] = {}
    values: dict[str, dict[str, str]] = {}
    defaults: dict[str, str] = {}
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    time_format: _Given | None = None
    date_format: _Given | None = None
    time_zone: Annotated[str, AfterValidator(_known_zone)] | None = None


def read_mapping(path: Path, *, fields: Collection[str]) -> ExportMapping:
    """Read and check a mapping; `fields` are the columns of ours that there are.

    Raises:
        UsageError: the file is missing, no TOML, or says something that means nothing.
    """
    try:
        mapping = ExportMapping.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: no TOML ({error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(
            f"{path}: {where}: {first['msg'].removeprefix('Value error, ')}"
        ) from error
    for name in ("columns", "values", "defaults"):
        if unknown := sorted(set(getattr(mapping, name)) - set(fields)):
            raise UsageError(
                f"{path}: [{name}] {unknown[0]}: no column of ours; there are {', '.join(fields)}"
            )
    return mapping
