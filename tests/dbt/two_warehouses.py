"""A season with news on both sides of a moment, for a warehouse of all and one of what was then.

What was known by a moment is decided by each row's own clock:

- an answer of the API by when the API served it (`captured_at`; of a historical call that is the
  moment it tells of), a call that brought nothing by when it was made;
- a row of results by when the game it tells of is settled: `sports.settle_after_hours` after its
  start, or after the end of its day there where it has no start; one of a sport that nobody
  described by when it landed;
- a run of a job, a promise of credits, an alert, a bet by when it began; what became of a job or a
  promise by when it ended.
"""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from ingestion.landing import Landing
from ingestion.pipelines import import_results
from ingestion.recordings import parse_recording_line
from ingestion.responses import ApiResponse
from ingestion.settings import PROJECT_DIR, Settings
from ingestion.warehouse import connect
from tests.dbt.test_backtests import SOUND, land_run
from tests.oracle.builder import (
    at,
    book,
    error,
    event,
    event_list,
    historical_odds,
    market,
    micros,
    odds,
    scores,
)
from tests.oracle.edits import MINUTE
from tests.oracle.responses import Line
from tests.oracle.small_season import small_season
from tests.oracle.values import to_iso

NBA = "basketball_nba"
LANDED_AT = datetime(2026, 11, 20, tzinfo=UTC)
BOOKS = ("betmgm", "betrivers", "bovada", "draftkings", "fanduel", "lowvig")
# an id a game, with the clocks from and until which it is listed
LISTED = {
    "early": ("12:10", "15:30"),
    "moved back": ("12:10", "22:30"),
    "delayed": ("12:10", "23:50"),
    "postponed": ("12:10", "20:00"),
    "listed anew": ("20:30", "23:50"),
    "gone": ("12:10", "17:00"),
    "steady": ("12:10", "23:50"),
    "faulty": ("12:10", "23:50"),
    "new": ("21:10", "23:50"),
}
STARTS = {
    "early": "12:30",
    "moved back": "19:00",
    "delayed": "19:40",
    "postponed": "22:00",
    "listed anew": "11T22:00",
    "gone": "21:30",
    "steady": "23:30",
    "faulty": "23:30",
    "new": "23:45",
}
# two ids, one game
TEAMS = {"listed anew": "postponed"}
RESULT_COLUMNS = "sport_key,game_date,starts_at,home_team,away_team,home_score,away_score,status"
RESULTS = f"""{RESULT_COLUMNS}
{NBA},2026-07-09,2026-07-09T19:00:00Z,Nobody,Never,99,90,final
{NBA},2026-07-10,2026-07-10T12:30:00Z,early at home,early away,101,99,final
{NBA},2026-07-10,2026-07-10T19:00:00Z,moved back at home,moved back away,88,80,final
{NBA},2026-07-10,2026-07-10T22:00:00Z,postponed at home,postponed away,,,postponed
{NBA},2026-07-10,2026-07-10T23:00:00Z,Strangers,New Ones,70,71,final
{NBA},2026-07-09,,Some Day,Of That Week,90,80,final
{NBA},2026-07-10,,Some Day,Of This Week,90,80,final
korfball_league,2026-07-10,2026-07-10T12:00:00Z,Ours,Theirs,20,18,final
"""
CORRECTIONS = f"""{RESULT_COLUMNS}
{NBA},2026-07-10,2026-07-10T12:30:00Z,early at home,early away,101,98,final
"""

Json = dict[str, Any]


class Season:
    """What happens on 10 July 2026; `land` brings all of it, or what was by a moment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def land(self, settings: Settings, *, until: datetime | None = None) -> None:
        """Land everything that had happened by then, each kind at one fixed time."""
        landing = Landing(settings, now=lambda: LANDED_AT)
        landing.land(answer for answer in answers() if _is_over(known_at(answer), until))
        for name, text in (("official", RESULTS), ("corrections", CORRECTIONS)):
            rows = [row for row in csv.DictReader(text.splitlines()) if _is_settled(row, until)]
            path = self._folder / f"{name}_{settings.odds_target}.csv"
            with path.open("w") as file:
                writer = csv.DictWriter(file, RESULT_COLUMNS.split(","))
                writer.writeheader()
                writer.writerows(rows)
            import_results(path, settings, source="official", now=lambda: LANDED_AT)
        land_run(settings, next(iter(answers())).response_id, SOUND)
        _write_down(settings, until)


def answers() -> Iterator[ApiResponse]:
    for line in lines():
        yield parse_recording_line(orjson.dumps(line))


def known_at(answer: ApiResponse) -> datetime:
    return answer.captured_at or answer.requested_at


def lines() -> Iterator[Line]:
    yield from small_season()
    moment = micros("12:10")
    while moment <= micros("23:50"):
        clock = to_iso(moment)[11:16]
        yield odds(clock, *listed(clock), sport=NBA, markets="h2h,spreads,totals,player_points")
        moment += 20 * MINUTE
    live = {"origin": "live", "credits_estimated": 1}
    for clock in ("14:15", "21:15"):
        named = ("draftkings", "brandnewbook" if clock > "20:" else "fanduel")
        games = [_of_books(game, named) for game in listed(clock)]
        yield {**odds(clock, *games, sport=NBA, bookmakers=",".join(named)), **live}
    for clock in ("15:15", "21:20"):
        yield {**error(clock, sport=NBA), **live}
    for clock in ("12:05", "20:20"):
        yield event_list(clock, *listed(clock), sport=NBA)
    # asked for later, of what was then
    past = historical_odds("13:05", *listed("13:05"), received="20:40", sport=NBA)
    yield {**past, "params": {**past["params"], "date": at("13:06")}}
    for clock, told in {
        "19:30": {"first": ("2", "1", False)},
        "20:02": {"first": ("5", "3", True)},
        "20:45": {"first": ("5", "4", True), "second": ("0", "1", False)},
        "22:40": {"second": ("4", "6", True)},
    }.items():
        yield scored(clock, told)


def scored(clock: str, told: dict[str, tuple[str, str, bool]]) -> Line:
    """A scores call: home, away, whether it is over, by the game's id."""
    games = [event(event_id, "18:00" if event_id == "first" else "20:00") for event_id in told]
    line = scores(clock, *games)
    for shown, (home, away, is_over) in zip(line["body"], told.values(), strict=True):
        shown["completed"] = is_over
        shown["last_update"] = at(clock)
        shown["scores"] = [
            {"name": shown["home_team"], "score": home},
            {"name": shown["away_team"], "score": away},
        ]
    return line


def listed(clock: str) -> list[Json]:
    """The games of the NBA as an answer at that clock lists them."""
    return [
        _game(event_id, clock)
        for event_id, (since, until) in LISTED.items()
        if since <= clock <= until
    ]


def _game(event_id: str, clock: str) -> Json:
    teams = TEAMS.get(event_id, event_id)
    home, away = f"{teams} at home", f"{teams} away"
    steps = micros(clock) // (20 * MINUTE)
    books = []
    for number, key in enumerate(_books(event_id, clock)):
        home_price = -130 - 5 * ((steps // 5 + number // 3) % 4)
        away_price = 110
        if event_id == "faulty" and key == "bovada":
            home_price = {"15:10": 50, "21:10": 50, "16:10": 400, "21:50": 400}.get(
                clock, home_price
            )
            away_price = {"16:10": -600, "21:50": -600}.get(clock, away_price)
        markets = [
            market("h2h", {home: home_price, away: away_price}),
            market("spreads", {home: (-110, -1.5), away: (-110, 1.5)}),
        ]
        if not (event_id == "steady" and key == "fanduel" and clock >= "21:10"):
            line = 210.5 + (steps // 7) % 3
            markets.append(market("totals", {"Over": (-112, line), "Under": (-108, line)}))
        if event_id == "new" and key == "draftkings":
            points = [("Over", "Somebody", -110, 22.5), ("Under", "Somebody", -110, 22.5)]
            markets.append(market("player_points", points))
        books.append(book(key, *markets))
    return event(event_id, _start(event_id, clock), *books, home=home, away=away, sport=NBA)


def _of_books(game: Json, named: tuple[str, ...]) -> Json:
    return {**game, "bookmakers": [each for each in game["bookmakers"] if each["key"] in named]}


def _books(event_id: str, clock: str) -> tuple[str, ...]:
    if event_id == "steady" and "18:00" <= clock < "19:00":
        return BOOKS[1:]
    return (*BOOKS, "brandnewbook") if event_id == "new" else BOOKS


def _start(event_id: str, clock: str) -> str:
    # these two are told after the game had begun, and after the moment that is looked from
    if event_id == "moved back" and clock >= "20:20":
        return "18:50"
    if event_id == "delayed" and clock >= "20:10":
        return "21:00"
    return STARTS[event_id]


def _write_down(settings: Settings, until: datetime | None) -> None:
    """What the collector notes, and bets of one's own, as they stood at a moment."""
    with connect(settings) as connection:
        for number, (began, ended, status) in enumerate(
            [("14:00", "14:01", "ok"), ("16:00", "16:01", "failed"), ("19:00", "19:02", "failed"),
             ("20:00", "20:30", "failed"), ("20:35", "20:36", "ok"), ("22:00", "22:01", "died")]
        ):  # fmt: skip
            if _is_over(_moment(began), until):
                is_over = _is_over(_moment(ended), until)
                connection.rows(
                    "insert into ops.job_runs values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        f"j{number}", "r", "fetch-odds", NBA, _moment(began), _moment(began),
                        _moment(ended) if is_over else None, status if is_over else "running",
                        "closing", 3 if is_over else None,
                        "out of luck" if is_over and status != "ok" else None,
                    ),
                )  # fmt: skip
        for number, (began, ended, credits_) in enumerate(
            [("14:00", "14:01", 3), ("20:00", "20:30", 1), ("21:00", "21:01", 3)]
        ):
            if _is_over(_moment(began), until):
                is_over = _is_over(_moment(ended), until)
                connection.rows(
                    "insert into ops.credit_reservations values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        f"c{number}", f"j{number}", "/v4/sports/basketball_nba/odds", NBA, None,
                        _moment(began), 3, "settled" if is_over else "reserved",
                        credits_ if is_over else None, _moment(ended) if is_over else None,
                    ),
                )  # fmt: skip
        for number, clock in enumerate(("16:05", "20:50")):
            if _is_over(_moment(clock), until):
                connection.rows(
                    "insert into ops.alert_deliveries values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        f"a{number}", "job_failing", "key", "error", "title", "body",
                        _moment(clock), "sent", None,
                    ),
                )  # fmt: skip
        connection.rows(
            "create table raw.bets (bet_id text, event_id text, bookmaker_key text,"
            " market_key text, outcome_name text, outcome_description text,"
            " point double precision, decimal_price double precision,"
            " placed_at timestamp with time zone)"
        )
        for number, (clock, event_id) in enumerate(
            [("14:00", "moved back"), ("18:00", "delayed"), ("18:55", "moved back"),
             ("19:30", "steady"), ("21:30", "steady"), ("12:15", "early")]
        ):  # fmt: skip
            if _is_over(_moment(clock), until):
                connection.rows(
                    "insert into raw.bets"
                    " values (?, ?, 'draftkings', 'h2h', ?, null, null, 1.9, ?)",
                    (f"b{number}", event_id, f"{event_id} at home", _moment(clock)),
                )


def _is_over(moment: datetime, until: datetime | None) -> bool:
    return until is None or moment <= until


def _is_settled(row: dict[str, str], until: datetime | None) -> bool:
    with (PROJECT_DIR / "dbt_project/seeds/sports.csv").open() as seed:
        sports = {sport["sport_key"]: sport for sport in csv.DictReader(seed)}
    if row["sport_key"] not in sports:
        return _is_over(LANDED_AT, until)
    sport = sports[row["sport_key"]]
    day = datetime.fromisoformat(row["game_date"]) + timedelta(days=1)
    begins = (
        datetime.fromisoformat(row["starts_at"])
        if row["starts_at"]
        else day.replace(tzinfo=ZoneInfo(sport["time_zone"]))
    )
    return _is_over(begins + timedelta(hours=float(sport["settle_after_hours"])), until)


def _moment(clock: str) -> datetime:
    return datetime.fromisoformat(at(clock))
