"""What the headers of an answer say, as far as it can be believed.

A header is somebody else's word: a wrong one may cost the fact it was to tell, and nothing else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import orjson

# a `Date` further away than this from our clock is taken for a mistake of the sender
BELIEVED_OFFSET = timedelta(days=1)
# the largest plan grants 15 million a month
MOST_CREDITS = 1_000_000_000
# history is ten times as dear as the present: no charge is further from what was expected
MOST_TIMES_THE_ESTIMATE = 10
LONGEST_SAMPLE = 100

_CHARGED, _REMAINING, _USED = "x-requests-last", "x-requests-remaining", "x-requests-used"
_COUNT = re.compile(r"[0-9]{1,10}(\.0{1,10})?", re.ASCII)
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_TIME_OF_DAY = re.compile(r"\d:\d\d:\d\d", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class HeaderFacts:
    """What was told; null where it was not, or cannot be believed.

    `bad` holds, by name, the headers that cannot, as they came: JSON text, null if there are none.
    """

    served_at: datetime | None
    charged: int | None
    remaining: int | None
    used: int | None
    bad: str | None


def read_headers(
    headers: Mapping[str, object], *, clock: datetime | None, estimated: int | None
) -> HeaderFacts:
    """Read the facts of an answer from its headers; names are in any case.

    Args:
        headers: as received; one that came several times holds all its values.
        clock: our time when they came; without it `Date` is not looked at.
        estimated: what the call was thought to cost, null where nobody knows.
    """
    values = {name.lower(): value for name, value in headers.items() if value is not None}
    bad: dict[str, str] = {}

    def told(name: str, fact: int | datetime | None) -> None:
        if fact is None and name in values:
            bad[name] = _sample(values[name])

    served_at = None if clock is None else _moment(values.get("date"), clock=clock)
    if clock is not None:
        told("date", served_at)
    used, remaining = _count(values.get(_USED)), _count(values.get(_REMAINING))
    charged = _count(values.get(_CHARGED))
    if charged is not None and charged > _most_charged(estimated, used):
        charged = None
    told(_USED, used)
    told(_REMAINING, remaining)
    told(_CHARGED, charged)
    return HeaderFacts(
        served_at=served_at,
        charged=charged,
        remaining=remaining,
        used=used,
        bad=orjson.dumps(bad, option=orjson.OPT_SORT_KEYS).decode() if bad else None,
    )


def is_date_bad(bad_headers: str | None) -> bool:
    """Whether the `Date` is among the headers that could not be believed."""
    return bad_headers is not None and "date" in orjson.loads(bad_headers)


def retry_after(headers: Mapping[str, str], *, clock: datetime, longest: float) -> float:
    """How many seconds `Retry-After` asks to wait, at most the longest; 0 where it is none.

    Args:
        headers: as received.
        clock: the sender's time, from which one that is a date counts.
        longest: more is not waited, whatever it says.
    """
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    if _SECONDS.fullmatch(text.strip()):
        return min(float(text), longest)
    moment = _parsed_date(text)
    return 0.0 if moment is None else min(max((moment - clock).total_seconds(), 0.0), longest)


def _most_charged(estimated: int | None, used: int | None) -> int:
    """No call costs more than all that was used, or many times what it was thought to cost."""
    if estimated is None:
        return MOST_CREDITS
    most = MOST_TIMES_THE_ESTIMATE * max(estimated, 1)
    # a new month may begin within a call: then nothing is used, and it is charged all the same
    return most if used is None else min(most, max(used, estimated))


def _count(value: object) -> int | None:
    """A number of credits: digits as text, at times with a decimal point."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if not isinstance(value, str) and not 0 <= value <= MOST_CREDITS:
        return None
    text = str(value).strip()
    if not _COUNT.fullmatch(text):
        return None
    number = int(text.partition(".")[0])
    return number if number <= MOST_CREDITS else None


def _moment(value: object, *, clock: datetime) -> datetime | None:
    """The `Date`, in UTC, if it is one and near our time."""
    moment = _parsed_date(value)
    return moment if moment is not None and abs(moment - clock) <= BELIEVED_OFFSET else None


def _parsed_date(value: object) -> datetime | None:
    if not isinstance(value, str) or len(_TIME_OF_DAY.findall(value)) != 1:
        return None  # none, or several
    try:
        moment = parsedate_to_datetime(value)
        # some write no zone, and mean UTC: that is the only one HTTP knows
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _sample(value: object) -> str:
    """What came, cut short, in characters that every warehouse and terminal can hold."""
    text = value if isinstance(value, str) else repr(value)
    cut = text[:LONGEST_SAMPLE]
    return "".join(each if each.isprintable() else "\ufffd" for each in cut)
