"""Where a demo on Postgres lives: in the database somebody names, else on a server of its own."""

import socket
from contextlib import closing

from pydantic import SecretStr

from cli.local_postgres import DEFAULT_PORT, HOST, kept_server
from ingestion.settings import Settings

SERVER_SETTINGS = frozenset({"pghost", "pgport", "pguser", "pgpassword", "pgdatabase"})


def with_a_server(settings: Settings) -> Settings:
    """Return settings whose warehouse can be reached: as they are, or with a server of our own.

    What happens to answer at the default address belongs to somebody else: only a server that was
    configured is asked. Ours takes the default port where that is free, so that nothing needs to be
    set to find it later; it goes on running.

    Raises:
        OddsError: none can be started.
    """
    if settings.odds_target != "postgres" or settings.model_fields_set & SERVER_SETTINGS:
        return settings
    server = kept_server(settings.odds_data_dir)
    address = server.start(port=None if _is_taken(DEFAULT_PORT) else DEFAULT_PORT)
    return settings.model_copy(
        update={
            "pghost": address.host,
            "pgport": address.port,
            "pguser": address.user,
            "pgpassword": SecretStr(address.password),
            "pgdatabase": address.database,
        }
    )


def shell_settings(settings: Settings, *, configured: Settings) -> list[str]:
    """The commands after which a shell finds the warehouse of a demo by itself."""
    exports = []
    if settings.odds_target == "postgres":
        exports.append("export ODDS_TARGET=postgres")
        if settings.pgport != configured.pgport:
            exports.append(f"export PGHOST={settings.pghost} PGPORT={settings.pgport}")
    return exports


def _is_taken(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False
