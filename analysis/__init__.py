"""Reads marts; the maths of odds, backtests and reports.

In a notebook:

    import analysis as odds

    warehouse = odds.open()
    warehouse.board()
"""

from os import PathLike
from typing import TYPE_CHECKING

from ingestion.errors import OddsError

if TYPE_CHECKING:
    from analysis.reader import Reader

__all__ = ["OddsError", "open"]


def open(place: str | PathLike[str] | None = None) -> "Reader":  # noqa: A001 - `odds.open()`
    """A warehouse to read from.

    Args:
        place: `duckdb` or `postgres`, as `--target` has it; or the path of a DuckDB file, which may
            be a published copy. Null takes what the settings say: the environment, else the `.env`
            of the project's folder (or of `ODDS_HOME`), as the commands do.

    Returns:
        What answers with pandas frames. It is open only while it answers, so that a notebook that
        is left open keeps no collector from its file.

    Raises:
        OddsError: a setting is wrong, or there is no such file or target.
    """
    # pandas takes half a second to import, and whoever imports one module of ours passes here
    from analysis.opening import settings_of  # noqa: PLC0415
    from analysis.reader import Reader  # noqa: PLC0415

    return Reader(settings_of(place))
