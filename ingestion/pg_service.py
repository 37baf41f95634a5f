"""What libpq finds by itself, where our own defaults would stand in its way: a service, a passfile.

Whatever else a service says (`sslmode`, `sslrootcert` …) libpq reads on its own.
"""

import os
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import Path

from ingestion.errors import UsageError

# what libpq calls it, and the setting that is passed on
_KEYS = {
    "host": "pghost",
    "port": "pgport",
    "user": "pguser",
    "password": "pgpassword",
    "dbname": "pgdatabase",
}


def settings_of_the_service() -> dict[str, str]:
    """The settings that the service of PGSERVICE names; none where there is no PGSERVICE.

    They win over `PGHOST` and its like, as they do for libpq.

    Raises:
        UsageError: there is no such service, or its file cannot be read.
    """
    name = os.environ.get("PGSERVICE")
    if not name:
        return {}
    files = _service_files()
    for file in files:
        told = _read(file)
        if told.has_section(name):
            section = dict(told.items(name))
            return {ours: section[key] for key, ours in _KEYS.items() if key in section}
    places = " or ".join(map(str, files))
    raise UsageError(f"PGSERVICE: no service {name!r} in {places}")


def has_a_passfile() -> bool:
    """Whether libpq has a file to look a password up in."""
    return Path(os.environ.get("PGPASSFILE") or Path.home() / ".pgpass").is_file()


def _service_files() -> list[Path]:
    """The user's, and that of the machine."""
    of_user = Path(os.environ.get("PGSERVICEFILE") or Path.home() / ".pg_service.conf")
    folder = os.environ.get("PGSYSCONFDIR")
    return [of_user, *([Path(folder) / "pg_service.conf"] if folder else [])]


def _read(file: Path) -> ConfigParser:
    # a password may have any sign in it
    told = ConfigParser(
        delimiters=("=",), comment_prefixes=("#",), interpolation=None, strict=False
    )
    try:
        told.read(file, encoding="utf-8")
    except (ConfigError, OSError, UnicodeDecodeError) as error:
        raise UsageError(f"PGSERVICE: cannot read {file}: {type(error).__name__}") from None
    return told
