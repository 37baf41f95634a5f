"""What the models read of an answer that lists games, and within what bounds.

The bounds are wider than anything a bookmaker shows and narrower than what either engine holds:
text of 1 to 200 characters without control characters; numbers up to a million either way, also
where they are written as text; moments from 1990 to 2099 that name their zone, or unix seconds.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NotRequired

from pydantic import AfterValidator, Field, TypeAdapter, ValidationInfo
from typing_extensions import TypedDict

LARGEST_NUMBER = 1_000_000
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)

_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
# any day but 29 February, which takes a calendar
_DAY = (
    r"(?:199[0-9]|20[0-9]{2})-"
    r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    r"|(?:0[13578]|1[02])-31)"
)
_MOMENT = re.compile(
    rf"\d{{4}}-\d\d-\d\d[Tt ]{_CLOCK}(:[0-5]\d(\.\d{{1,9}})?)?([Zz]|[+-]{_CLOCK}|[+-]\d\d(\d\d)?)",
    re.ASCII,
)

_SCORE = re.compile(r" *(?P<score>[0-9]{1,4})(?:\.0+)? *(?:\([0-9]{1,4}\))? *", re.ASCII)


def _number_of_text(text: str, info: ValidationInfo) -> float:
    _note_rewriting(info)
    return float(text)


def _flag_of_text(text: str, info: ValidationInfo) -> bool:
    _note_rewriting(info)
    return text == "true"


def _score_of_number(number: float, info: ValidationInfo) -> int:
    _note_rewriting(info)
    if not number.is_integer():
        raise ValueError("no score")
    return int(number)


def _score_of_text(text: str, info: ValidationInfo) -> str:
    """`101.0` as 101, and `2 (4)`, which has the shoot-out beside it, as 2."""
    written = _SCORE.fullmatch(text)
    if written is None or written["score"] == text:
        return text
    _note_rewriting(info)
    return written["score"]


def _moment_in_utc(value: str | int, info: ValidationInfo) -> str:
    """As the API writes a moment, from another way to write it."""
    _note_rewriting(info)
    try:
        if isinstance(value, int):
            moment = datetime.fromtimestamp(value, tz=UTC)
        elif _MOMENT.fullmatch(value):
            moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
        else:
            raise ValueError("no moment")
    except (OverflowError, OSError) as error:
        raise ValueError("no moment") from error
    if not EARLIEST <= moment < LATEST:
        raise ValueError("out of bounds")
    return moment.isoformat().replace("+00:00", "Z")


def _note_rewriting(info: ValidationInfo) -> None:
    if info.context is not None:
        info.context.add("rewritten")


Text = Annotated[
    str,
    Field(
        strict=True,
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$",
    ),
]
Number = Annotated[
    Annotated[float, Field(strict=True, ge=-LARGEST_NUMBER, le=LARGEST_NUMBER, allow_inf_nan=False)]
    | Annotated[
        str,
        Field(strict=True, pattern=r"^[+-]?[0-9]{1,6}(\.[0-9]{1,9})?$"),
        AfterValidator(_number_of_text),
    ],
    Field(union_mode="left_to_right"),
]
Moment = Annotated[
    Annotated[
        str,
        Field(strict=True, pattern=rf"^{_DAY}T{_CLOCK}:[0-5][0-9](?:\.[0-9]{{1,6}})?Z$"),
    ]
    | Annotated[
        Annotated[str, Field(strict=True, max_length=40)] | Annotated[int, Field(strict=True)],
        AfterValidator(_moment_in_utc),
    ],
    Field(union_mode="left_to_right"),
]
_MOMENT_ALONE: TypeAdapter[Any] = TypeAdapter(Moment)
Flag = Annotated[
    Annotated[bool, Field(strict=True)]
    | Annotated[Literal["true", "false"], AfterValidator(_flag_of_text)],
    Field(union_mode="left_to_right"),
]
# other words than a whole number are kept: scores of other kinds, and why there is none
Score = Annotated[
    Annotated[int, Field(strict=True, ge=0, le=LARGEST_NUMBER)]
    | Annotated[
        Annotated[float, Field(strict=True, ge=0, le=LARGEST_NUMBER, allow_inf_nan=False)],
        AfterValidator(_score_of_number),
    ]
    | Annotated[Text, AfterValidator(_score_of_text)],
    Field(union_mode="left_to_right"),
]


class Outcome(TypedDict):
    """One price; `description` is who a prop is about."""

    name: Text
    description: NotRequired[Text | None]
    price: NotRequired[Number | None]
    point: NotRequired[Number | None]


class Market(TypedDict):
    """One market at one book."""

    key: Text
    last_update: NotRequired[Moment | None]
    outcomes: list[Outcome]


class Book(TypedDict):
    """One book's markets; its stamp counts where a market has none."""

    key: Text
    last_update: NotRequired[Moment | None]
    markets: list[Market]


class TeamScore(TypedDict):
    """What one team has scored."""

    name: Text
    score: NotRequired[Score | None]


class Game(TypedDict):
    """One game as `/events` and `/scores` list it."""

    id: Text
    sport_key: NotRequired[Text | None]
    commence_time: NotRequired[Moment | None]
    home_team: NotRequired[Text | None]
    away_team: NotRequired[Text | None]
    completed: NotRequired[Flag | None]
    last_update: NotRequired[Moment | None]
    scores: NotRequired[list[TeamScore] | None]


class QuotedGame(Game):
    """One game as the odds endpoints list it."""

    bookmakers: list[Book]


GAMES = TypeAdapter(list[Game])
QUOTED_GAMES = TypeAdapter(list[QuotedGame])

# an object without one of these is about nobody knows what
NAMING = frozenset({"id", "key", "name", "description", "point"})
LISTS = frozenset({"bookmakers", "markets", "outcomes", "scores"})


def moment_text(value: object) -> str:
    """A moment that can be read, as the API writes it.

    Raises:
        ValueError: it cannot.
    """
    return str(_MOMENT_ALONE.validate_python(value))
