"""Frames as rows, and their columns as the arrays that queries take."""

from collections.abc import Iterator
from typing import Any

import pandas as pd


def as_list(column: pd.Series) -> list[object]:
    """The values of a column: missing ones None, times as such."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return [None if pd.isna(each) else each.to_pydatetime() for each in column]
    missing = column.isna()
    return [None if gone else each for each, gone in zip(column.tolist(), missing, strict=True)]


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of a frame, an attribute a column."""
    return frame.itertuples(index=False, name="Row")
