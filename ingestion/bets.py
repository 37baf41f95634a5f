"""Bets of one's own as CSV: a line is a leg, the lines of one bet_id are a parlay."""

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import orjson

from ingestion.bet_mapping import ExportMapping
from ingestion.errors import OddsError, UsageError
from ingestion.raw_tables import BETS, LOAD_ID, SCHEMA
from ingestion.responses import utc_time
from ingestion.warehouse import Connection, Row

# what a bet is as a whole: the lines of a parlay repeat it, or leave it empty after the first
BET_FIELDS: Final = (
    "bet_id", "placed_at", "bookmaker", "stake", "currency", "total_price", "is_free_bet",
    "status", "payout", "note",
)  # fmt: skip
LEG_FIELDS: Final = (
    "sport", "event_id", "event", "game_date", "starts_at",
    "market", "outcome", "description", "point", "price",
)  # fmt: skip
FIELDS: Final = (*BET_FIELDS, *LEG_FIELDS)
NEEDED: Final = ("placed_at", "bookmaker", "stake", "market", "outcome")
DELETED: Final = "deleted"
# `deleted` takes a bet back that should not be there
STATUSES: Final = (
    "pending", "won", "lost", "push", "void", "half_won", "half_lost", "cashed_out", DELETED,
)  # fmt: skip
TEMPLATE: Final = """\
bet_id,placed_at,bookmaker,stake,currency,total_price,is_free_bet,status,payout,note,sport,event_id,\
event,game_date,starts_at,market,outcome,description,point,price
1,2026-01-31T17:05:00-05:00,draftkings,25,USD,,,,,a single,\
basketball_nba,,Los Angeles Lakers @ Boston Celtics,2026-01-31,,spreads,Boston Celtics,,-4.5,-110
2,2026-01-31T17:06:00-05:00,FanDuel,10,USD,+260,,,,a parlay with a boost,\
basketball_nba,,Lakers @ Celtics,2026-01-31,,Moneyline,Celtics,,,1.65
2,,,,,,,,,,basketball_nba,,Knicks @ Nets,2026-01-31,,Total,Over,,221.5,1.91
"""

_MONEY = re.compile(r"[$€£]?\s?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)
_SIGNED_PRICE = re.compile(r"[+-][1-9]\d{2,5}", re.ASCII)
_DECIMAL_PRICE = re.compile(r"(\d{1,2}|\d{1,4}\.\d+)", re.ASCII)
_POINT = re.compile(r"[+-]?\d{1,4}(\.\d{1,3})?", re.ASCII)
_POINT_AT_END = re.compile(r"(.*[^\s(])\s+\(?([+-]?\d{1,4}(?:\.\d{1,3})?|pk)\)?", re.I | re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TRUE, _FALSE = ("true", "yes", "1"), ("", "false", "no", "0")
_SIGNS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "½": ".5"})


@dataclass(frozen=True, kw_only=True)
class BetLeg:
    """One row of `raw.bets`: one leg of one version of a bet.

    Prices are as they were told, with a sign where they are american; money is of `currency`.
    `line` is the whole line of the file, as JSON.
    """

    bet_id: str
    leg_number: int
    leg_count: int
    source: str
    line: str
    placed_at: datetime
    bookmaker: str
    stake: float
    currency: str
    total_price: str
    is_free_bet: str
    status: str
    payout: float | None
    note: str
    sport: str
    event_id: str
    event: str
    game_date: str
    starts_at: datetime | None
    market: str
    outcome: str
    description: str
    point: float | None
    price: str
    version: int = 0
    bet_row_id: str = ""
    job_id: str | None = None
    landed_at: datetime | None = None

    def said(self) -> str:
        """A hash of what it says, the same whenever it is said again."""
        told = {name: value for name, value in vars(self).items() if name not in _OF_THE_SAYING}
        return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def as_version(self, version: int) -> "BetLeg":
        """The same as the so-manieth version of its bet, with the id of that row."""
        row_id = hashlib.sha256(f"{version} {self.said()}".encode()).hexdigest()
        return replace(self, version=version, bet_row_id=row_id)


# what names a bet that brings no id
_NAMING: Final = ("placed_at", "bookmaker", "stake", "total_price", *LEG_FIELDS)
_OF_THE_SAYING: Final = ("line", "version", "bet_row_id", "job_id", "landed_at")
_Line = Mapping[str, str]


class _WrongError(ValueError):
    """What is wrong with a line."""


def read_bets(path: Path, mapping: ExportMapping) -> list[BetLeg]:
    """Read and check a whole file of bets; the legs of a bet follow one another.

    Raises:
        UsageError: the file is missing, lacks a column, or a line is wrong; names file and line.
    """
    if not path.is_file():
        raise UsageError(f"{path}: {'a folder' if path.is_dir() else 'no such file'}")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter=mapping.delimiter, strict=True)
            _check_header(path, reader.fieldnames or (), mapping)
            numbered = [(reader.line_num, fields) for fields in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: not a CSV file in UTF-8 ({error})") from error
    for number, fields in numbered:
        if None in fields or None in fields.values():
            raise UsageError(f"{path}, line {number}: has more or fewer fields than the header")
    return bets_of(dict(numbered), mapping, where=f"{path}, line ")


def bets_of(lines: Mapping[int, _Line], mapping: ExportMapping, *, where: str) -> list[BetLeg]:
    """The bets of lines by their numbers, each line with the columns that the mapping tells.

    Raises:
        UsageError: a line is wrong; the message begins with `where` and its number.
    """
    bets: dict[str, list[tuple[int, dict[str, str]]]] = {}
    unnamed: Counter[str] = Counter()
    for number, line in lines.items():
        ours = {name: _told(line, name, mapping) for name in FIELDS}
        key = ours["bet_id"]
        if not key:
            # of two lines that say the same each is a bet; what became of it may be told later
            told = [ours[name] for name in _NAMING]
            text = hashlib.sha256(orjson.dumps(told)).hexdigest()[:16]
            unnamed[text] += 1
            key = text if unnamed[text] == 1 else f"{text}-{unnamed[text]}"
        bets.setdefault(key, []).append((number, ours))
    legs: list[BetLeg] = []
    for key, members in bets.items():
        first = members[0][1]
        for leg_number, (number, ours) in enumerate(members, start=1):
            try:
                _check_that_it_agrees(ours, first)
                legs.append(
                    _leg(
                        ours | {name: first[name] for name in BET_FIELDS},
                        mapping,
                        bet_id=f"{mapping.source}:{key}",
                        leg_number=leg_number,
                        leg_count=len(members),
                        line=orjson.dumps(lines[number]).decode(),
                    )
                )
            except _WrongError as error:
                raise UsageError(f"{where}{number}: {error}") from error
    return legs


@dataclass
class HeldBet:
    """The versions of a bet that are held: the ids of the rows of each."""

    versions: dict[int, set[str]] = field(default_factory=dict)
    is_deleted: bool = False

    @property
    def last(self) -> int:
        """The number of the last one, 0 where there is none."""
        return max(self.versions, default=0)

    def says(self, legs: Sequence[BetLeg]) -> bool:
        """Whether its last version says the same; of one that was taken back, the one before."""
        number = self.last - self.is_deleted
        ids = {leg.as_version(number).bet_row_id for leg in legs}
        return self.versions.get(number) == ids


def held_bets(connection: Connection, bet_ids: Sequence[str]) -> dict[str, HeldBet]:
    """What is held of each of these bets.

    Raises:
        OddsError: `raw.bets` is somebody's own table.
    """
    held = {bet_id: HeldBet() for bet_id in bet_ids}
    for bet_id, version, row_id, status in _held(
        connection, bet_ids, "bet_id, version, bet_row_id, status"
    ):
        held[bet_id].versions.setdefault(version, set()).add(row_id)
        held[bet_id].is_deleted = status == DELETED
    return held


def first_leg(connection: Connection, bet_id: str) -> BetLeg | None:
    """The first leg of the last version of a bet, None where none is held.

    Raises:
        OddsError: `raw.bets` is somebody's own table.
    """
    names = [name for name in BETS.arrow_schema.names if name in BetLeg.__dataclass_fields__]
    legs = [
        BetLeg(**dict(zip(names, row, strict=True)))
        for row in _held(connection, [bet_id], ", ".join(names))
    ]
    return min(legs, key=lambda leg: (-leg.version, leg.leg_number), default=None)


def _held(connection: Connection, bet_ids: Sequence[str], columns: str) -> list[Row]:
    """Rows of these bets in the order of their versions, of loads that were completed."""
    existing = connection.columns(SCHEMA, BETS.name)
    if existing and LOAD_ID not in existing:
        raise OddsError(
            "raw.bets is a table of your own, and imported bets land under that name: rename it "
            "(alter table raw.bets rename to my_bets) and set var bets_relation to raw.my_bets"
        )
    if not existing:
        return []
    is_one_of = {
        "duckdb": "in (select unnest(?))",
        "postgres": "= any(?)",
    }[connection.target]
    return connection.rows(
        f"""
        select {columns} from {SCHEMA}.{BETS.name}
        where
            bet_id {is_one_of}
            and {LOAD_ID} in (
                select loads.load_id from {SCHEMA}._dlt_loads as loads
                where loads.status = 0
            )
        order by version
        """,  # noqa: S608 - names of our own tables
        (list(bet_ids),),
    )


def _check_header(path: Path, names: Sequence[str], mapping: ExportMapping) -> None:
    theirs = {name: mapping.columns.get(name, name) for name in FIELDS}
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise UsageError(f"{path}, line 1: names {', '.join(twice)} more than once")
    lacking = [theirs[name] for name in mapping.columns if theirs[name] not in names]
    lacking += [
        theirs[name]
        for name in NEEDED
        if name not in mapping.columns
        and theirs[name] not in names
        and name not in mapping.defaults
    ]
    if lacking:
        raise UsageError(
            f"{path}, line 1: lacks {', '.join(lacking)}; `odds bets template FILE` writes a "
            "file to begin with, and --mapping tells what another program calls the columns"
        )


def _told(line: _Line, name: str, mapping: ExportMapping) -> str:
    """What a line says in a column of ours, in our words."""
    text = (line.get(mapping.columns.get(name, name)) or "").strip()
    text = mapping.values.get(name, {}).get(text, text)
    return text or mapping.defaults.get(name, "")


def _check_that_it_agrees(ours: _Line, first: _Line) -> None:
    for name in BET_FIELDS:
        if ours[name] not in ("", first[name]):
            raise _WrongError(
                f"{name} is {ours[name]!r}, and of the first leg of this bet {first[name]!r}"
            )


def _leg(
    ours: _Line,
    mapping: ExportMapping,
    *,
    bet_id: str,
    leg_number: int,
    leg_count: int,
    line: str,
) -> BetLeg:
    for name in NEEDED:
        _demand(name, ours[name], bool, "must not be empty")
    _demand("status", ours["status"], ("", *STATUSES).__contains__, f"must be {_any(STATUSES)}")
    if ours["status"] == "cashed_out" and not ours["payout"]:
        raise _WrongError("payout must say what a bet that was cashed out paid")
    if leg_count == 1 and not (ours["price"] or ours["total_price"]):
        raise _WrongError("price must not be empty")
    if leg_count > 1 and not (ours["price"] or ours["total_price"]):
        raise _WrongError("price must not be empty where the parlay has no total_price")
    outcome, point = _outcome_and_point(ours)
    return BetLeg(
        bet_id=bet_id,
        leg_number=leg_number,
        leg_count=leg_count,
        source=mapping.source,
        line=line,
        placed_at=_needed_time("placed_at", ours["placed_at"], mapping),
        bookmaker=ours["bookmaker"],
        stake=_stake(ours["stake"]),
        currency=_currency(ours["currency"]),
        total_price=_price("total_price", ours["total_price"]),
        is_free_bet="true" if _truth("is_free_bet", ours["is_free_bet"]) else "false",
        status=ours["status"],
        payout=_money("payout", ours["payout"]) if ours["payout"] else None,
        note=ours["note"],
        sport=ours["sport"],
        event_id=ours["event_id"],
        event=ours["event"],
        game_date=_date(ours["game_date"], mapping),
        starts_at=_time("starts_at", ours["starts_at"], mapping),
        market=ours["market"],
        outcome=outcome,
        description=ours["description"],
        point=point,
        price=_price("price", ours["price"]),
    )


def _outcome_and_point(ours: _Line) -> tuple[str, float | None]:
    """Many write `Boston Celtics -4.5` into one column."""
    outcome, text = ours["outcome"], ours["point"].translate(_SIGNS)
    if not text and (found := _POINT_AT_END.fullmatch(outcome.translate(_SIGNS))):
        outcome, text = found.groups()
    if text.lower() in ("pk", "pick"):
        return outcome, 0.0
    if text:
        _demand("point", text, _POINT.fullmatch, "must be a number such as -4.5")
    return outcome, float(text) if text else None


def _price(name: str, text: str) -> str:
    """A price as it is kept: american with its sign, else decimal."""
    text = text.translate(_SIGNS)
    if not text or _SIGNED_PRICE.fullmatch(text):
        return text
    if text.isdecimal() and int(text) >= 100:
        raise _WrongError(f"{name} {text!r} may be american or decimal: write +{text} or {text}.0")
    is_price = bool(_DECIMAL_PRICE.fullmatch(text)) and float(text) > 1
    _demand(name, text, lambda _: is_price, "must be decimal such as 1.91 or american such as -110")
    return text


def _stake(text: str) -> float:
    stake = _money("stake", text)
    _demand("stake", text, lambda _: stake > 0, "must be more than 0")
    return stake


def _money(name: str, text: str) -> float:
    _demand(name, text, _MONEY.fullmatch, "must be an amount such as 25 or 1,250.50")
    return float(re.sub(r"[^\d.]", "", text))


def _currency(text: str) -> str:
    is_code = len(text) == 3 and text.isalpha() and text.isascii()
    _demand("currency", text, lambda _: not text or is_code, "must be a code such as USD")
    return text.upper()


def _truth(name: str, text: str) -> bool:
    _demand(name, text, lambda _: text.lower() in (*_TRUE, *_FALSE), "must be true or false")
    return text.lower() in _TRUE


def _needed_time(name: str, text: str, mapping: ExportMapping) -> datetime:
    moment = _time(name, text, mapping)
    if moment is None:
        raise _WrongError(f"{name} must not be empty")
    return moment


def _time(name: str, text: str, mapping: ExportMapping) -> datetime | None:
    if not text:
        return None
    try:
        if mapping.time_format is not None:
            moment = datetime.strptime(text, mapping.time_format)  # noqa: DTZ007 - its zone follows
        else:
            moment = datetime.fromisoformat(text)
        if moment.tzinfo is None and mapping.time_zone is not None:
            moment = moment.replace(tzinfo=ZoneInfo(mapping.time_zone))
        return utc_time(moment.isoformat())
    except (ValueError, OverflowError) as error:
        raise _WrongError(
            f"{name} must be a time with its zone such as 2026-01-31T18:00:00Z, or as time_format "
            f"and time_zone of a --mapping say, not {text!r}"
        ) from error


def _date(text: str, mapping: ExportMapping) -> str:
    try:
        if text and mapping.date_format is not None:
            day = datetime.strptime(text, mapping.date_format)  # noqa: DTZ007 - a date has no zone
            return day.date().isoformat()
        if not text or (_DATE.fullmatch(text) and date.fromisoformat(text)):
            return text
    except ValueError:
        pass
    raise _WrongError(f"game_date must be a date such as 2026-01-31, not {text!r}")


def _demand(name: str, text: str, is_right: Callable[[str], object], demand: str) -> None:
    if not is_right(text):
        raise _WrongError(f"{name} {demand}, not {text!r}")


def _any(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
