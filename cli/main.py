"""`odds`: the command line of the warehouse."""

import sys

from cli.interruption import INTERRUPTED, interruptible


def main(arguments: list[str] | None = None) -> None:
    """Run one command and end the program with its exit status."""
    with interruptible():
        try:
            # the commands import for a second: Ctrl-C shall be one line by then
            from cli.app import invoke  # noqa: PLC0415

            status = invoke(sys.argv[1:] if arguments is None else arguments)
        except KeyboardInterrupt:
            status = INTERRUPTED
    sys.exit(status)
