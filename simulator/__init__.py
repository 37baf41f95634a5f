"""An offline twin of The Odds API: a generated NBA market whose truth is known."""

from simulator.account import DEMO_KEY, Accounts, RateLimit
from simulator.api import Answer, Api
from simulator.books import DEFAULT_BOOKMAKERS, DEFAULT_BOOKS, Book
from simulator.clock import VirtualClock
from simulator.options import Faults, Plants, SeasonOptions
from simulator.planting import Planted, PlantedLeg
from simulator.recording import RecordingSummary, write_recording
from simulator.season import Season
from simulator.server import Server, serve
from simulator.truth import EventTruth, Truth, truth

__all__ = [
    "DEFAULT_BOOKMAKERS",
    "DEFAULT_BOOKS",
    "DEMO_KEY",
    "Accounts",
    "Answer",
    "Api",
    "Book",
    "EventTruth",
    "Faults",
    "Planted",
    "PlantedLeg",
    "Plants",
    "RateLimit",
    "RecordingSummary",
    "Season",
    "SeasonOptions",
    "Server",
    "Truth",
    "VirtualClock",
    "serve",
    "truth",
    "write_recording",
]
