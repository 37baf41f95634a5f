"""`odds` as on a machine whose clock is so many seconds from the real time: the first argument."""

import sys
from datetime import UTC, datetime, timedelta

import cli.session
from scheduler.backends import local

if __name__ == "__main__":
    offset = timedelta(seconds=float(sys.argv.pop(1)))

    def now() -> datetime:
        """The wall clock of another day."""
        return datetime.now(UTC) + offset

    cli.session.now = now
    local._now = now
    from cli.main import main

    main(sys.argv[1:])
