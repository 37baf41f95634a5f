"""Options that several commands share, declared once."""

from typing import Annotated

import typer

from ingestion.settings import PriceFormat, Target

TargetOption = Annotated[
    Target | None,
    typer.Option(help="Which warehouse; default ODDS_TARGET, else duckdb.", show_default=False),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help="The moment to look from, with its zone: 2026-01-31T18:00:00Z. Default: now.",
        show_default=False,
    ),
]
ZoneOption = Annotated[
    str | None,
    typer.Option(
        "--time-zone",
        metavar="ZONE",
        help="The zone of the times shown, such as America/New_York; default ODDS_TIME_ZONE.",
        show_default=False,
    ),
]
PricesOption = Annotated[
    PriceFormat | None,
    typer.Option(
        "--prices", help="How to show prices; default ODDS_PRICE_FORMAT.", show_default=False
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="The rows as CSV on stdout.")]
SportOption = Annotated[
    str | None,
    typer.Option("--sport", metavar="KEY", help="Only this sport.", show_default=False),
]
MarketOption = Annotated[
    str | None,
    typer.Option("--market", metavar="KEY", help="Only this market.", show_default=False),
]
BookOption = Annotated[
    str | None, typer.Option("--book", metavar="KEY", help="Only this book.", show_default=False)
]
TeamOption = Annotated[
    str | None,
    typer.Option("--team", metavar="NAME", help="Only the games of this team.", show_default=False),
]
DayOption = Annotated[
    str | None,
    typer.Option(
        "--day",
        metavar="DATE",
        help="Only the games of this day, by the league's date: 2026-01-31.",
        show_default=False,
    ),
]
NoBuildOption = Annotated[
    bool, typer.Option("--no-build", help="Land only; `dbt build` brings the models up to date.")
]
ReadOnlyOption = Annotated[
    bool,
    typer.Option("--no-build", help="End with status 1 where the models are behind what landed."),
]
