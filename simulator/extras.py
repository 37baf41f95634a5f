"""Additional markets of the event endpoint: alternate lines, team totals, player points."""

from simulator.books import Book
from simulator.catalogue import TEAMS
from simulator.clock import HOUR
from simulator.lives import Event
from simulator.market import Feed
from simulator.pricing import Price, book_price
from simulator.probability import Law, normal_cdf
from simulator.quotes import Outcome, Sides, believed_law, spread_line, total_line
from simulator.randomness import PLAYERS, stream

EXTRA_MARKETS = ("alternate_spreads", "alternate_totals", "team_totals", "player_points")
_OPENS_HOURS = 36
_LINES_EACH_SIDE = 4
_STEP = 1.0
_PLAYERS_A_TEAM = 5
_PLAYER_SD = 6.5
_FIRST_NAMES = (
    "Jalen",
    "Marcus",
    "Tyrese",
    "Devin",
    "Isaiah",
    "Cam",
    "Anton",
    "Rui",
    "Keon",
    "Andre",
    "Wendell",
    "Bol",
    "Trae",
    "Luc",
    "Dario",
)
_LAST_NAMES = (
    "Carter",
    "Reed",
    "Okafor",
    "Vassell",
    "Brooks",
    "Šarić",
    "Hayes",
    "Monroe",
    "Diallo",
    "Whitfield",
)


def extra_outcomes(
    feed: Feed, market: str, event: Event, *, seconds: int, step: int
) -> tuple[Outcome, ...]:
    """The outcomes of an additional market, empty where the book does not have it then."""
    book = feed.book
    if book.kind != "retail" or seconds < event.scheduled - _OPENS_HOURS * HOUR:
        return ()
    law = believed_law(feed, step)
    sides = Sides(event.home_shown, event.away_shown)
    if market == "alternate_spreads":
        return _alternate_spreads(book, law, sides)
    if market == "alternate_totals":
        return _alternate_totals(book, law)
    if market == "team_totals":
        return _team_totals(book, law, sides)
    return _player_points(book, event)


def _lines(main: float) -> list[float]:
    steps = range(-_LINES_EACH_SIDE, _LINES_EACH_SIDE + 1)
    return [main + step * _STEP for step in steps if step]


def _alternate_spreads(book: Book, law: Law, sides: Sides) -> tuple[Outcome, ...]:
    outcomes: list[Outcome] = []
    for line in _lines(spread_line(law.margin)):
        if abs(line) >= 1:
            first = law.first_probability("spreads", line)
            home, away = _prices(book, first)
            outcomes += sides.order(
                Outcome(sides.home, home, line), Outcome(sides.away, away, -line)
            )
    return tuple(outcomes)


def _alternate_totals(book: Book, law: Law) -> tuple[Outcome, ...]:
    outcomes: list[Outcome] = []
    for line in _lines(total_line(law.total)):
        outcomes += _over_under(book, law.first_probability("totals", line), line)
    return tuple(outcomes)


def _team_totals(book: Book, law: Law, sides: Sides) -> tuple[Outcome, ...]:
    spread = (law.margin_sd**2 + law.total_sd**2) ** 0.5 / 2
    outcomes: list[Outcome] = []
    for team, expected in (
        (sides.home, (law.total + law.margin) / 2),
        (sides.away, (law.total - law.margin) / 2),
    ):
        line = int(expected) + 0.5
        over = 1 - normal_cdf((line - expected) / spread)
        outcomes += _over_under(book, over, line, team)
    return tuple(outcomes)


def _player_points(book: Book, event: Event) -> tuple[Outcome, ...]:
    outcomes: list[Outcome] = []
    for team in sorted((event.home, event.away)):
        for number in range(_PLAYERS_A_TEAM):
            name = player_name(team, number)
            generator = stream(event.path_index, PLAYERS, number + 10 * len(team))
            expected = 26 - 4 * number + float(generator.normal(0, 1.5))
            line = int(expected) + 0.5
            over = 1 - normal_cdf((line - expected) / _PLAYER_SD)
            outcomes += _over_under(book, over, line, name)
    return tuple(outcomes)


def player_name(team: str, number: int) -> str:
    """The same made-up player wherever the team plays."""
    place = [each.name for each in TEAMS].index(team) * _PLAYERS_A_TEAM + number
    first = _FIRST_NAMES[place % len(_FIRST_NAMES)]
    return f"{first} {_LAST_NAMES[place // len(_FIRST_NAMES) % len(_LAST_NAMES)]}"


def _over_under(
    book: Book, over: float, line: float, description: str | None = None
) -> tuple[Outcome, Outcome]:
    first, second = _prices(book, over)
    return (
        Outcome("Over", first, line, description),
        Outcome("Under", second, line, description),
    )


def _prices(book: Book, first: float) -> tuple[Price, Price]:
    half = book.vig / 2 + 0.005
    return book_price(book, first + half), book_price(book, 1 - first + half)
