"""A season written straight to a recording: one HTTP exchange a line, without HTTP."""

import gzip
import heapq
import json
import lzma
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import zstandard

from simulator.account import DEMO_KEY, Accounts
from simulator.api import Answer, Api
from simulator.books import DEFAULT_BOOKMAKERS
from simulator.cadence import Cadence, moments, score_moments
from simulator.catalogue import FEATURED_MARKETS, SPORT_KEY
from simulator.clock import to_iso, to_seconds
from simulator.season import Season

_ENDLESS = 10**9
_PROGRESS_LINES = 500


class _Writable(Protocol):
    def write(self, data: bytes, /) -> object: ...


@dataclass(frozen=True)
class RecordingSummary:
    """What was written: lines, and bytes before compression."""

    lines: int
    body_bytes: int


def write_recording(
    season: Season,
    path: Path,
    *,
    cadence: Cadence = "tiered",
    bookmakers: tuple[str, ...] = DEFAULT_BOOKMAKERS,
    first: datetime | None = None,
    last: datetime | None = None,
    has_scores: bool = True,
    progress: Callable[[str], None] | None = None,
) -> RecordingSummary:
    """Write the calls a collector would make between `first` and `last` (inclusive).

    Bodies are byte for byte what the server answers at that moment. The suffix chooses the
    compression: `.jsonl`, `.gz`, `.xz` or `.zst`. `progress` receives a line now and then.

    Raises:
        ValueError: the suffix is none of these.
    """
    api = Api(season, accounts=Accounts(credits_a_month=_ENDLESS))
    since = season.starts if first is None else to_seconds(first)
    until = None if last is None else to_seconds(last)
    lines = body_bytes = 0
    with _open(path) as file:
        for seconds, endpoint, params in _calls(season, cadence, bookmakers, has_scores):
            if seconds < since:
                continue
            if until is not None and seconds > until:
                break
            answer = api.answer(endpoint, {"apiKey": DEMO_KEY, **params}, seconds=seconds)
            line = _line(seconds, endpoint, params, answer).encode()
            file.write(line)
            lines += 1
            body_bytes += len(line)
            if progress is not None and lines % _PROGRESS_LINES == 0:
                progress(f"{to_iso(seconds)} {lines} lines, {body_bytes / 1e6:.0f} MB")
    return RecordingSummary(lines=lines, body_bytes=body_bytes)


def _calls(
    season: Season, cadence: Cadence, bookmakers: tuple[str, ...], has_scores: bool
) -> Iterator[tuple[int, str, dict[str, str]]]:
    odds = f"/v4/sports/{SPORT_KEY}/odds"
    scores = f"/v4/sports/{SPORT_KEY}/scores"
    odds_params = {
        "bookmakers": ",".join(bookmakers),
        "markets": ",".join(FEATURED_MARKETS),
        "oddsFormat": "american",
    }
    odds_calls = ((moment, odds, odds_params) for moment in moments(season, cadence))
    score_calls = ((moment, scores, {"daysFrom": "3"}) for moment in score_moments(season))
    if not has_scores:
        return odds_calls
    return heapq.merge(odds_calls, score_calls, key=lambda call: call[0])


def _line(seconds: int, endpoint: str, params: dict[str, str], answer: Answer) -> str:
    head = json.dumps(
        {
            "endpoint": endpoint,
            "params": params,
            "received_at": to_iso(seconds),
            "status": answer.status,
            "headers": answer.headers,
        },
        separators=(",", ":"),
    )
    # The body is compact JSON already: parsing it again would double the time.
    return f'{head[:-1]},"body":{answer.body}}}\n'


@contextmanager
def _open(path: Path) -> Iterator[_Writable]:
    """The file to write to, compressed by its suffix, equal input giving equal bytes."""
    if path.suffix not in (".jsonl", ".gz", ".xz", ".zst"):
        raise ValueError(f"{path}: use .jsonl, .jsonl.gz, .jsonl.xz or .jsonl.zst")
    with path.open("wb") as raw:
        if path.suffix == ".jsonl":
            yield raw
        elif path.suffix == ".gz":
            with gzip.GzipFile("", "wb", compresslevel=1, fileobj=raw, mtime=0) as file:
                yield file
        elif path.suffix == ".xz":
            with lzma.open(raw, "wb", preset=0) as file:
                yield file
        else:
            with zstandard.ZstdCompressor(level=3).stream_writer(raw) as file:
                yield file
