"""What `odds backtest run` can be told, and the setup that follows from it."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from ingestion.errors import UsageError
from ingestion.odds_api.catalogue import known

ParameterOption = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter", "-p", metavar="NAME=VALUE", help="A parameter of the strategy; repeat."
    ),
]
MomentOption = Annotated[
    str,
    typer.Option(
        "--at",
        metavar="MOMENT",
        help="When to decide: 1h or 90m before each start as announced then, 18:00 where the "
        "league plays, or tier:closing for the first snapshot of that tier.",
    ),
]
SportsOption = Annotated[
    list[str] | None,
    typer.Option("--sport", metavar="KEY", help="A sport; repeat. Default: all that are held."),
]
MarketsOption = Annotated[
    list[str], typer.Option("--market", metavar="KEY", help="A market; repeat.")
]
BooksOption = Annotated[
    list[str] | None,
    typer.Option(
        "--book",
        metavar="KEY",
        help="A book one can bet at; repeat. The others are opinions. Default: all.",
    ),
]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="Leave out decisions before it."),
]
ClockOption = Annotated[
    Literal["published", "ingested"],
    typer.Option(
        help="Whether a row counts from when the API published it, or from when it was ingested."
    ),
]
MaxAgeOption = Annotated[
    float | None,
    typer.Option(
        "--max-age",
        metavar="MINUTES",
        help="The age up to which a snapshot counts. Default: as price_moments has it, else 60.",
        show_default=False,
    ),
]
StakeMethod = Literal["flat", "percentage", "kelly"]
StakeOption = Annotated[
    StakeMethod | None,
    typer.Option("--stake", help="How stakes are sized. Default: as fits the strategy."),
]
LimitsOption = Annotated[
    Path | None,
    typer.Option(
        "--limits",
        metavar="CSV",
        help="The most each book takes: bookmaker_key, market_key, max_stake; * for any.",
    ),
]
BANKROLL = 10_000.0
DELAY_SECONDS = 60
WITHIN_MINUTES = 60.0
ANY = "*"
LIMIT_FIELDS = ("bookmaker_key", "market_key", "max_stake")


@dataclass(frozen=True, kw_only=True)
class Given:
    """The options of a run as they were given; `sizing` are fields of `Sizing`, all but how."""

    strategy: str
    parameters: Sequence[str] | None
    moment: str
    sports: Sequence[str] | None
    markets: Sequence[str]
    since: str | None
    books: Sequence[str] | None
    clock: Literal["published", "ingested"] = "published"
    max_age: float | None = None
    stake_method: StakeMethod | None = None
    sizing: Mapping[str, Any] = field(default_factory=dict)
    bankroll: float = BANKROLL
    delay: int = DELAY_SECONDS
    within: float = WITHIN_MINUTES
    limits: Path | None = None


def parameters_given(pairs: Sequence[str] | None) -> dict[str, str]:
    """NAME=VALUE pairs as a mapping.

    Raises:
        UsageError: one is no such pair, or a name occurs twice.
    """
    values: dict[str, str] = {}
    for pair in pairs or ():
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise UsageError(f"--parameter: {pair!r} is not NAME=VALUE, for example min_edge=0.03")
        if name in values:
            raise UsageError(f"--parameter: {name} is given twice")
        values[name] = value
    return values


def read_limits(path: Path | None) -> Mapping[tuple[str, str], float] | None:
    """The limits file, by book and market.

    Raises:
        UsageError: it is missing, lacks a column, or a row is wrong; names file and line.
    """
    if path is None:
        return None
    if not path.is_file():
        raise UsageError(f"{path}: {'a folder' if path.is_dir() else 'no such file'}")
    limits: dict[tuple[str, str], float] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            names = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = names
            if any(names.count(name) != 1 for name in LIMIT_FIELDS):
                raise UsageError(
                    f"{path}, line 1: the header must name each of {', '.join(LIMIT_FIELDS)} once, "
                    "with commas between"
                )
            for row in reader:
                place = f"{path}, line {reader.line_num}"
                if None in row or None in row.values():
                    raise UsageError(f"{place}: it must have as many values as the header")
                key = (row["bookmaker_key"].strip(), row["market_key"].strip())
                if key[1] != ANY:
                    _check_market(key[1], place=place)
                if key in limits:
                    raise UsageError(f"{place}: {key[0]}, {key[1]} stands in an earlier line, too")
                limits[key] = _stake_limit(row["max_stake"], place=place)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: not a CSV file in UTF-8 ({error})") from error
    return limits


def _check_market(key: str, *, place: str) -> None:
    try:
        known().market(key)
    except UsageError as error:
        raise UsageError(f"{place}: {error}") from error


def _stake_limit(text: str, *, place: str) -> float:
    try:
        limit = float(text)
    except ValueError:
        limit = -1.0
    if not 0 <= limit < float("inf"):
        raise UsageError(f"{place}: max_stake must be a number of at least 0, not {text!r}")
    return limit
