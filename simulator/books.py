"""The bookmakers of the simulated market and how each behaves."""

from dataclasses import dataclass
from typing import Literal

from simulator.catalogue import FEATURED_MARKETS

Kind = Literal["sharp", "exchange", "retail"]
Behaviour = Literal["leads", "follows", "lags"]


@dataclass(frozen=True)
class Book:
    """One bookmaker.

    `vig` is the overround it aims at (0.045 is 4.5 %). A book that leads reprices within seconds,
    one that follows after about `lag_minutes`, one that lags likewise but ignores small moves.
    `tick` is the step of its american prices near even money; 0 means Betfair's decimal ladder.
    """

    key: str
    title: str
    regions: tuple[str, ...]
    kind: Kind
    vig: float
    behaviour: Behaviour
    lag_minutes: float = 0.2
    tick: int = 1
    markets: tuple[str, ...] = FEATURED_MARKETS
    has_lay: bool = False
    opens_early: bool = False
    quotes_in_play: bool = True
    absences_per_event: float = 0.02


DEFAULT_BOOKS = (
    Book("pinnacle", "Pinnacle", ("eu",), "sharp", 0.022, "leads"),
    Book("draftkings", "DraftKings", ("us",), "retail", 0.045, "follows", 6, 5, opens_early=True),
    Book("fanduel", "FanDuel", ("us",), "retail", 0.044, "follows", 5, 2, opens_early=True),
    Book("betmgm", "BetMGM", ("us",), "retail", 0.047, "follows", 12, 5),
    Book("betrivers", "BetRivers", ("us",), "retail", 0.049, "follows", 15, 1),
    Book("bovada", "Bovada", ("us",), "retail", 0.046, "lags", 45, 5, absences_per_event=1.2),
    Book(
        "betonlineag",
        "BetOnline.ag",
        ("us", "eu"),
        "retail",
        0.045,
        "follows",
        4,
        opens_early=True,
        quotes_in_play=False,
    ),
    Book("lowvig", "LowVig.ag", ("us",), "sharp", 0.028, "leads", 0.5, quotes_in_play=False),
    Book("novig", "Novig", ("us_ex",), "exchange", 0.009, "leads"),
    Book("prophetx", "ProphetX", ("us_ex",), "exchange", 0.010, "leads", absences_per_event=0.5),
    Book(
        "williamhill_us",
        "Caesars",
        ("us",),
        "retail",
        0.047,
        "lags",
        30,
        5,
        absences_per_event=0.3,
    ),
    Book(
        "betfair_ex_eu",
        "Betfair",
        ("eu",),
        "exchange",
        0.010,
        "leads",
        tick=0,
        markets=("h2h",),
        has_lay=True,
    ),
)
DEFAULT_BOOKMAKERS = tuple(book.key for book in DEFAULT_BOOKS[:10])
