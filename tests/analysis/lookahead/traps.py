"""A day of games by hand, each of which sets one trap; its decisions are an hour before the start.

Baseball is asked for by region, hockey book by book; of football one look between two live ones was
bought later. `18:00` is when most games start.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from tests.oracle import Line
from tests.oracle.builder import at, book, event, market, odds

BASEBALL, HOCKEY, FOOTBALL = "baseball_mlb", "icehockey_nhl", "americanfootball_nfl"
# seconds after the decisions at 17:00 comes a call that is nearer than the last one before them
CLOCKS = (
    "15:50",
    "16:30",
    "16:50",
    "17:00:30",
    "17:05",
    "17:30",
    "17:55",
    "18:10",
    "22:20",
    "23:30",
)
BEFORE, AFTER = CLOCKS[:3], CLOCKS[3:]
Json = dict[str, Any]


def home_of(event_id: str) -> str:
    return f"{event_id} home"


def away_of(event_id: str) -> str:
    return f"{event_id} away"


def moneyline(event_id: str, home: int, away: int) -> Json:
    return market("h2h", {home_of(event_id): home, away_of(event_id): away})


def game(event_id: str, start: str, *books: Json, sport: str = BASEBALL) -> Json:
    return event(
        event_id, start, *books, home=home_of(event_id), away=away_of(event_id), sport=sport
    )


def at_100(event_id: str, key: str = "draftkings") -> Json:
    """A book that has both sides at even money."""
    return book(key, moneyline(event_id, 100, 100))


def baseball_at(clock: str) -> Iterator[Json]:
    """Every game of the day as the call of that time lists it."""
    is_before = clock in BEFORE
    yield game("jumps_just_after", "18:00", _home_at("jumps_just_after", 110 if is_before else 150))
    yield game("moved_later", "18:00" if clock < "17:30" else "20:00", at_100("moved_later"))
    yield game("moved_before", "18:00" if clock < "16:30" else "17:40", at_100("moved_before"))
    # long before: an event that starts again, as it were, has another decision
    yield game("stale", "18:00", book("draftkings", moneyline("stale", 100, 100), updated="15:49"))
    worse = 100 if is_before or clock == "17:00:30" else 90
    yield game("worse", "18:00", book("draftkings", moneyline("worse", _american(worse), 100)))
    gone = () if clock == "17:05" else (at_100("vanishes"),)
    yield game("vanishes", "18:00", *gone, at_100("vanishes", "fanduel"))
    yield game("stays", "18:00", at_100("stays"))
    yield game("closes_higher", "18:00", _home_at("closes_higher", 120 if is_before else 200))
    yield game("never_scored", "18:00", at_100("never_scored"))
    yield game("reversed", "18:00", _reversed(_home_at("reversed", 130)))
    yield game(
        "one_sided",
        "18:00",
        book("draftkings", market("h2h", {home_of("one_sided"): 300})),
        at_100("one_sided", "fanduel"),
    )
    yield game(
        "best_elsewhere",
        "18:00",
        at_100("best_elsewhere"),
        _home_at("best_elsewhere", 140, "bovada"),
    )
    yield game("evening", "11T00:10", at_100("evening"))
    yield game("overlapping", "19:00", at_100("overlapping"))
    if clock in BEFORE:
        yield game("relisted_old", "18:00", at_100("relisted_old"))


def _home_at(event_id: str, price: int, key: str = "draftkings") -> Json:
    return book(key, moneyline(event_id, price, -150))


def _american(price: int) -> int:
    return price if price >= 100 else -110


def _reversed(shown: Json) -> Json:
    return {
        **shown,
        "markets": [{**each, "outcomes": each["outcomes"][::-1]} for each in shown["markets"]],
    }


def hockey() -> Iterator[Line]:
    """Calls that each ask for other books, the last of them ten minutes before the decisions."""

    def call(clock: str, bookmakers: str, *games: Json) -> Line:
        return odds(clock, *games, sport=HOCKEY, bookmakers=bookmakers, markets="h2h")

    def listed(event_id: str, start: str, *keys: str) -> Json:
        return game(event_id, start, *(at_100(event_id, key) for key in keys), sport=HOCKEY)

    yield call("15:30", "bovada", listed("by_book", "18:00", "bovada"))
    yield call("16:40", "draftkings,fanduel", listed("by_book", "18:00", "draftkings", "fanduel"))
    # a start that the next call takes back: what this one shows is in play
    yield call("16:45", "betmgm", listed("by_book", "16:44", "betmgm"))
    tomorrow = listed("tomorrow", "11T16:00", "fanduel")
    yield call("16:50", "fanduel", listed("by_book", "18:00", "fanduel"), tomorrow)


def football_at(clock: str) -> Iterator[Json]:
    """What the looks at football show; every home side will win 5 to 3."""
    points = {home_of("quarter"): (110, -1.75), away_of("quarter"): (-130, 1.75)}
    exchange = moneyline("exchange", 200, -250)
    shown = {
        "quarter": book("draftkings", market("spreads", points)),
        "exchange": book("betfair_ex_eu", exchange),
        "bought_between": _home_at("bought_between", 150 if clock == "16:40" else 110),
    }
    for event_id, each in shown.items():
        yield game(event_id, "18:00", each, sport=FOOTBALL)
    if clock != "16:20":
        yield game("bought_first", "18:00", at_100("bought_first"), sport=FOOTBALL)


def football() -> Iterator[Line]:
    """Live looks of one request, and one between them that was bought at half past five."""
    for clock in ("16:20", "16:40", "17:05", "17:55"):
        line = odds(clock, *football_at(clock), sport=FOOTBALL, markets="h2h,spreads")
        yield _historical(line) if clock == "16:40" else line


def _historical(line: Line) -> Line:
    return {
        **line,
        "endpoint": line["endpoint"].replace("/v4/sports", "/v4/historical/sports"),
        "body": {"timestamp": line["received_at"], "data": line["body"]},
    }


def other_region() -> Line:
    """The only call after the decision that lists the game asks for the books of another region."""
    shown = game("other_region", "18:00", at_100("other_region", "unibet_eu"))
    return odds("17:05", shown, sport="basketball_wnba", regions="eu", markets="h2h")


def first_region() -> Line:
    shown = {
        **game("other_region", "18:00", at_100("other_region")),
        "sport_key": "basketball_wnba",
    }
    return odds("16:50", shown, sport="basketball_wnba", regions="us", markets="h2h")


def backfilled() -> Line:
    """A call of before the decisions that was bought the day after."""
    shown = game("backfilled", "18:00", at_100("backfilled"))
    return _historical(
        odds("16:55", {**shown, "sport_key": "basketball_ncaab"}, sport="basketball_ncaab")
    )


def scores(sport: str, games: Iterable[Json]) -> Line:
    """The next morning: every home side won 5 to 3; of one game nobody heard the end."""
    return {
        "endpoint": f"/v4/sports/{sport}/scores",
        "params": {"daysFrom": "3"},
        "received_at": at("11T10:00"),
        "status": 200,
        "headers": {},
        "body": [
            {
                "id": each["id"],
                "sport_key": sport,
                "sport_title": sport,
                "commence_time": each["commence_time"],
                "completed": each["id"] != "never_scored",
                "home_team": each["home_team"],
                "away_team": each["away_team"],
                "scores": [
                    {"name": each["home_team"], "score": "5"},
                    {"name": each["away_team"], "score": "3"},
                ],
                "last_update": at("11T09:30"),
            }
            for each in games
        ],
    }


def lines() -> list[Line]:
    """The whole day."""
    baseball = [odds(clock, *baseball_at(clock), markets="h2h") for clock in CLOCKS]
    # the same answer once more, as the historical endpoint has it: one game, not two
    return [
        *baseball,
        _historical(baseball[2]),
        *hockey(),
        *football(),
        first_region(),
        other_region(),
        backfilled(),
        scores(BASEBALL, baseball_at("17:55")),
        scores(FOOTBALL, football_at("17:55")),
    ]
