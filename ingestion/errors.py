"""What a person can mend. The command line prints the message alone, without a traceback."""


class OddsError(Exception):
    """Something failed: the message says what, and how to mend it (exit status 1)."""


class UsageError(OddsError):
    """The caller asked for something that cannot be (exit status 2)."""
