"""`python -m simulator`: serve a season, or write it to a recording."""

import argparse
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from simulator.account import DEMO_KEY, Accounts
from simulator.cadence import CADENCES
from simulator.clock import VirtualClock
from simulator.options import Faults, Plants, SeasonOptions
from simulator.recording import write_recording
from simulator.season import Season
from simulator.server import serve

_DAYS_AHEAD = 3
_COMMON_FAULT = 0.02


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        season = Season(_options(given, today=datetime.now(UTC).date()))
        if given.command == "serve":
            _serve(season, given)
        else:
            _record(season, given)
    except (ValueError, OSError) as error:
        parser.exit(2, f"simulator: {error}\n")
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description="An offline twin of The Odds API over a generated NBA season.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("serve", help="answer HTTP on loopback until interrupted")
    server.add_argument("--port", type=int, default=8765, help="default 8765; 0 takes a free one")
    server.add_argument(
        "--now", type=_moment, help="virtual time, as 2026-01-31T18:00:00Z; default the wall clock"
    )
    server.add_argument(
        "--speed", type=float, default=1.0, help="virtual seconds a second; 0 stands still"
    )
    server.add_argument("--key", action="append", help=f"accepted API key; default {DEMO_KEY}")
    server.add_argument("--credits", type=int, default=20_000, help="credits a month")
    recorder = commands.add_parser("record", help="write the season to a recording")
    recorder.add_argument("path", type=Path, help=".jsonl, .jsonl.gz, .jsonl.xz or .jsonl.zst")
    recorder.add_argument("--cadence", choices=CADENCES, default="tiered")
    recorder.add_argument("--until", type=_moment, help="leave out what comes later")
    recorder.add_argument("--no-scores", action="store_true", help="leave out the daily scores")
    for command in (server, recorder):
        _add_season(command)
    return parser


def _add_season(command: argparse.ArgumentParser) -> None:
    season = command.add_argument_group("season")
    season.add_argument("--seed", type=int, default=1)
    season.add_argument("--games", type=int, default=1230)
    place = season.add_mutually_exclusive_group()
    place.add_argument("--first-day", type=date.fromisoformat, help="US/Eastern date")
    place.add_argument(
        "--last-day",
        type=date.fromisoformat,
        help=f"US/Eastern date; default {_DAYS_AHEAD} days from now",
    )
    for name in ("edges", "arbitrages", "middles", "phantoms"):
        season.add_argument(f"--{name}", type=int, default=0, help=f"{name} to plant")
    season.add_argument(
        "--faults", action="store_true", help=f"switch every fault on at {_COMMON_FAULT:.0%}%"
    )


def _options(given: argparse.Namespace, *, today: date) -> SeasonOptions:
    last_day = given.last_day
    if last_day is None and given.first_day is None:
        last_day = today + timedelta(days=_DAYS_AHEAD)
    return SeasonOptions(
        seed=given.seed,
        games=given.games,
        first_day=given.first_day,
        last_day=last_day,
        plants=Plants(given.edges, given.arbitrages, given.middles, given.phantoms),
        faults=Faults.all_at(_COMMON_FAULT) if given.faults else Faults(),
    )


def _serve(season: Season, given: argparse.Namespace) -> None:
    clock = VirtualClock(given.now or datetime.now(UTC), speed=given.speed)
    keys = tuple(given.key or (DEMO_KEY,))
    accounts = Accounts(keys=keys, credits_a_month=given.credits)
    with serve(season, clock, port=given.port, accounts=accounts) as server:
        _say(f"{server.url} at {clock.now():%Y-%m-%dT%H:%M:%SZ}, {len(season.events)} events")
        threading.Event().wait()


def _record(season: Season, given: argparse.Namespace) -> None:
    summary = write_recording(
        season,
        given.path,
        cadence=given.cadence,
        last=given.until,
        has_scores=not given.no_scores,
        progress=_say,
    )
    _say(f"{given.path}: {summary.lines} lines, {summary.body_bytes / 1e6:.0f} MB uncompressed")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("give a time zone, for example 2026-01-31T18:00:00Z")
    return moment


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
