"""A day of games without a fault, and faults planted into it: one per quality rule."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.builder import (
    at,
    book,
    error,
    event,
    event_list,
    h2h,
    historical_odds,
    market,
    micros,
    odds,
)
from tests.oracle.edits import MINUTE
from tests.oracle.responses import Line
from tests.oracle.values import to_iso

MLB, NHL = "baseball_mlb", "icehockey_nhl"
KHL, SHL = "icehockey_khl", "icehockey_sweden_hockey_league"
NRL = "rugbyleague_nrl"
BOOKS = ("betmgm", "betrivers", "bovada", "draftkings", "fanduel", "lowvig")
FEW_BOOKS = ("draftkings", "fanduel", "lowvig")
MARKETS = "h2h,spreads,totals,first_blood"
PLANTED_AT, NEXT_AT = "14:00", "14:10"
FIRST, LAST, STEP = "12:00", "19:50", 10

# listed once more after the others have started: one of them is under way by then
SHOWN_LATE = ("odds_without_result", "missing_close", "start_rewritten_far_back")

Json = dict[str, Any]
Edit = Callable[[Json, str], Json | None]


@dataclass(frozen=True)
class Game:
    """A game of the day: who quotes what, and how its listing is bent at a given clock."""

    event_id: str
    edit: Edit = lambda shown, _: shown
    start: str = "20:00"
    teams: str | None = None
    books: tuple[str, ...] = BOOKS
    moneyline: tuple[int, int] | None = (-130, 110)
    has_lines: bool = True
    extra: Mapping[str, Any] = field(default_factory=dict)

    def shown(self, clock: str) -> Json | None:
        """The event as a response at that clock lists it; None where it does not."""
        home, away = self.sides
        markets = []
        if self.moneyline:
            markets.append(market("h2h", dict(zip((home, away), self.moneyline, strict=True))))
        if self.has_lines:
            markets.append(market("spreads", {home: (-110, -1.5), away: (-110, 1.5)}))
            markets.append(market("totals", {"Over": (-110, 8.5), "Under": (-110, 8.5)}))
        books = [book(key, *markets) for key in self.books]
        listed = event(self.event_id, self.start, *books, home=home, away=away)
        return self.edit(_stamped(listed, clock), clock)

    @property
    def sides(self) -> tuple[str, str]:
        teams = self.teams or self.event_id
        return f"{teams} at home", f"{teams} away"


def faulty_games() -> list[Game]:
    """One game per rule that is about the prices of a game."""
    return [
        Game("impossible_price", at_once(price("h2h", "home", 50))),
        Game("fractional_american_price", at_once(price("h2h", "home", -130.5))),
        Game("missing_point", at_once(without("totals", "Over", "point"))),
        Game("unmatched_outcome_name", at_once(renamed("h2h", "away", "Springfield Isotopes"))),
        Game("stale_quote", frozen),
        Game("overround_not_positive", at_once(prices("totals", 110, 110))),
        Game("overround_below_band", at_once(prices("totals", 100, -101))),
        Game("overround_above_band", at_once(prices("totals", -200, -200))),
        Game("unmirrored_spread", at_once(point("spreads", "away", 2.5))),
        Game("unequal_total", at_once(point("totals", "Under", 9))),
        Game("one_sided_market", at_once(without_outcome("totals", "Under"))),
        Game(
            "spread_against_moneyline",
            at_once(points("spreads", 1.5, -1.5)),
            moneyline=(-300, 250),
        ),
        Game("outlier_price", at_once(prices("h2h", 300, -400))),
        Game("outlier_point", at_once(points("totals", 12.5, 12.5))),
        Game(
            "price_jump",
            at_once(prices("h2h", 400, -600)),
            books=FEW_BOOKS,
            has_lines=False,
        ),
        Game("market_updated_in_future", at_once(stamp("totals", minutes=1))),
        Game("market_updated_out_of_order", at_once(stamp("totals", minutes=-11.5))),
        Game("unknown_bookmaker", books=(*BOOKS, "brandnewbook")),
        Game("unknown_market", always(copied("totals", "first_blood"))),
        Game("twin_1", teams="duplicate_event"),
        Game("twin_2", teams="duplicate_event", start="20:10"),
        Game("off_the_feed_for_a_while", unlisted("17:00", "17:10", "17:20")),
        Game("missing_close", start="23:00"),
        Game("odds_without_result", in_play("20:10")),
        Game("start_rewritten_far_back", rewritten("20:10", "16:30")),
        Game("honest"),
    ]


def day(*, is_faulty: bool) -> Iterator[Line]:
    """The responses of the day; without faults, of the honest game alone."""
    games = faulty_games() if is_faulty else [Game("honest"), Game("also_honest")]
    rink = Game("sharp_missing", books=("draftkings", "fanduel"))
    moment = micros(FIRST)
    while moment <= micros(LAST):
        clock = to_iso(moment)[11:16]
        listed = [shown for game in games if (shown := game.shown(clock)) is not None]
        if is_faulty:
            listed = _response_faults(listed, clock)
            ice = {**rink.shown(clock), "sport_key": NHL}  # type: ignore[dict-item]
            yield odds(clock, ice, sport=NHL, bookmakers="draftkings,fanduel,pinnacle")
        yield odds(clock, *listed, markets=MARKETS)
        moment += STEP * MINUTE
    if is_faulty:
        played = [shown for game in games if (shown := game.shown("20:10")) is not None]
        yield odds("20:10", *(shown for shown in played if shown["id"] in SHOWN_LATE))
        yield from faulty_calls()


def coming(event_id: str, sport: str, *markets: Json) -> Json:
    """A game of another day, at one book."""
    quoted = markets or (h2h(-110, -110),)
    return event(event_id, "12T20:00", book("fanduel", *quoted), sport=sport)


def with_odd_stamp(line: Line) -> Line:
    """The first market of a line with a stamp that is none."""
    line["body"][0]["bookmakers"][0]["markets"][0]["last_update"] = "a while ago"
    return line


def faulty_calls() -> Iterator[Line]:
    """One call per rule that is about calls, each of a sport of its own."""
    yield error("15:15", sport="lacrosse_pll")
    live = {"origin": "live", "credits_estimated": 3}
    paid = {"headers": {"x-requests-last": "1"}}
    yield {**odds("15:16", sport="basketball_wnba"), **live, **paid}
    yield {**odds("15:17", sport="basketball_ncaab"), **live}
    yield {**event_list("15:18", sport="baseball_kbo"), "requested_at": at("15:19")}
    yield {**odds("15:21", sport="basketball_nbl"), "headers": {"x-requests-used": "-5"}}
    yield with_odd_stamp(odds("15:22", coming("soon", SHL), sport=SHL))
    for clock, start, teams in (("15:23", "12T20:00", "early"), ("15:25", "14T20:00", "late")):
        total = book("fanduel", market("totals", {"Over": (-110, 8.5), "Under": (-110, 8.5)}))
        sides = {"home": f"{teams} at home", "away": f"{teams} away"}
        yield odds(clock, event("taken", start, total, sport=NRL, **sides), sport=NRL)
    quoted = h2h(-110, -110)
    yield odds("15:23", coming("listed", KHL, quoted, quoted), sport=KHL)
    far = historical_odds("09T11:00", received="15:20", sport="basketball_nba")
    yield {**far, "params": {**far["params"], "date": at("09T12:00")}}


def _response_faults(listed: list[Json], clock: str) -> list[Json]:
    if clock == "15:00":
        return []
    if clock == "16:00":
        return [_books(shown, lambda each: each["key"] != "betrivers") for shown in listed]
    if clock == "16:30":
        return [always(dropped("totals"), "fanduel")(shown, clock) or shown for shown in listed]
    return listed


def _stamped(listed: Json, clock: str) -> Json:
    """Every market with a stamp of its own, half a minute before the clock."""
    fresh = to_iso(micros(clock) - MINUTE // 2)
    books = [
        {**each, "markets": [{**shown, "last_update": fresh} for shown in each["markets"]]}
        for each in listed["bookmakers"]
    ]
    return {**listed, "bookmakers": books}


def _books(listed: Json, keep: Callable[[Json], bool]) -> Json:
    return {**listed, "bookmakers": [each for each in listed["bookmakers"] if keep(each)]}


MarketEdit = Callable[[Json, Json], list[Json]]


def always(edit: MarketEdit, bookmaker: str = "draftkings") -> Edit:
    """Bend the markets of one book in every response."""

    def bend(listed: Json, _: str) -> Json:
        books = [
            {**each, "markets": [new for old in each["markets"] for new in edit(listed, old)]}
            if each["key"] == bookmaker
            else each
            for each in listed["bookmakers"]
        ]
        return {**listed, "bookmakers": books}

    return bend


def at_once(edit: MarketEdit) -> Edit:
    """Bend the markets of one book in one response."""
    return lambda listed, clock: always(edit)(listed, clock) if clock == PLANTED_AT else listed


def unlisted(*clocks: str) -> Edit:
    return lambda listed, clock: None if clock in clocks else listed


def in_play(clock_in_play: str) -> Edit:
    return lambda listed, clock: {**listed, "bookmakers": []} if clock == clock_in_play else listed


def rewritten(clock_in_play: str, start: str) -> Edit:
    return lambda listed, clock: (
        {**listed, "commence_time": at(start), "bookmakers": []}
        if clock == clock_in_play
        else listed
    )


def frozen(listed: Json, clock: str) -> Json:
    """The vendor reads draftkings no more after 13:39:30, until 14:10."""
    if not "13:40" <= clock <= PLANTED_AT:
        return listed
    since = to_iso(micros("13:40") - MINUTE // 2)
    edit: MarketEdit = lambda _, shown: [{**shown, "last_update": since}]  # noqa: E731
    return always(edit)(listed, clock) or listed


def _outcomes(key: str, change: Callable[[Json, int, Json], Json | None]) -> MarketEdit:
    def edit(listed: Json, shown: Json) -> list[Json]:
        if shown["key"] != key:
            return [shown]
        changed = [change(listed, place, each) for place, each in enumerate(shown["outcomes"])]
        return [{**shown, "outcomes": [each for each in changed if each is not None]}]

    return edit


def _is(listed: Json, outcome: Json, who: str) -> bool:
    return bool(
        outcome["name"] == {"home": listed["home_team"], "away": listed["away_team"]}.get(who, who)
    )


def price(key: str, who: str, value: float) -> MarketEdit:
    return _outcomes(
        key, lambda listed, _, each: {**each, "price": value} if _is(listed, each, who) else each
    )


def prices(key: str, *values: float) -> MarketEdit:
    return _outcomes(key, lambda _, place, each: {**each, "price": values[place]})


def point(key: str, who: str, value: float) -> MarketEdit:
    return _outcomes(
        key, lambda listed, _, each: {**each, "point": value} if _is(listed, each, who) else each
    )


def points(key: str, *values: float) -> MarketEdit:
    return _outcomes(key, lambda _, place, each: {**each, "point": values[place]})


def renamed(key: str, who: str, name: str) -> MarketEdit:
    return _outcomes(
        key, lambda listed, _, each: {**each, "name": name} if _is(listed, each, who) else each
    )


def without_outcome(key: str, who: str) -> MarketEdit:
    return _outcomes(key, lambda listed, _, each: None if _is(listed, each, who) else each)


def without(key: str, who: str, column: str) -> MarketEdit:
    def change(listed: Json, _: int, each: Json) -> Json:
        if not _is(listed, each, who):
            return each
        return {name: value for name, value in each.items() if name != column}

    return _outcomes(key, change)


def dropped(key: str) -> MarketEdit:
    return lambda _, shown: [] if shown["key"] == key else [shown]


def copied(key: str, new_key: str) -> MarketEdit:
    return lambda _, shown: [shown, {**shown, "key": new_key}] if shown["key"] == key else [shown]


def stamp(key: str, *, minutes: float) -> MarketEdit:
    moved = to_iso(micros(PLANTED_AT) + round(minutes * MINUTE))
    return lambda _, shown: [{**shown, "last_update": moved} if shown["key"] == key else shown]
