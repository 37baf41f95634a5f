"""The arguments of questions, with what a language model is told of each."""

from typing import Annotated, Literal

from pydantic import Field

from analysis.ask.answers import MOST_ROWS

Sport = Annotated[str | None, Field(description="Key of a sport, such as basketball_nba.")]
Market = Annotated[
    str | None, Field(description="Key of a market: h2h (moneyline), spreads, totals, …")
]
Book = Annotated[
    str | None, Field(description="Key of a bookmaker, such as draftkings or pinnacle.")
]
Team = Annotated[
    str | None,
    Field(description="What people call a team: lakers, or Los Angeles Lakers; any case."),
]
Day = Annotated[
    str | None, Field(description="Date of the games, by the league's calendar: 2026-01-31.")
]
Event = Annotated[
    str,
    Field(
        description=(
            "One game: its id, the beginning of it, or words: `lakers celtics`, `celtics@lakers` "
            "(away@home), with the day where there are several: `lakers 2026-01-31`."
        )
    ),
]
At = Annotated[
    str | None,
    Field(
        description=(
            "A past moment, ISO 8601 with its zone: 2026-01-31T18:00:00Z. The answer holds what "
            "was known then and nothing later. Null: now."
        )
    ),
]
Since = Annotated[
    str | None,
    Field(description="Only what was since this time, ISO 8601 with its zone."),
]
Limit = Annotated[
    int,
    Field(ge=1, le=MOST_ROWS, description="Most rows to return; the answer says how many it left."),
]
MinValue = Annotated[
    float | None,
    Field(description="Only what is expected to pay at least this per unit staked: 0.02 is 2 %."),
]
Severity = Annotated[
    Literal["info", "warn", "error"], Field(description="Only findings at least this grave.")
]
Sql = Annotated[
    str,
    Field(
        description=(
            "One select in the dialect of the warehouse (`tables` names it), of relations of "
            "marts, quality and ops, each with its schema."
        )
    ),
]
