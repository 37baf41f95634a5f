"""Seasons of prices and results to backtest on: one simulated, the others copies of it.

The calls are the few that a bettor's decisions hang on, so that a season is built in minutes; its
copies, years earlier and under ids of their own, are as many rows to read as simulated ones.
"""

# ruff: noqa: S608 - the statements are made of constants and of the warehouse's own names

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from analysis.backtest import engine
from benchmarks.history import settle, wall_clock
from ingestion.landing import Landing
from ingestion.responses import ApiResponse
from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from simulator.account import DEMO_KEY, Accounts
from simulator.api import Api
from simulator.books import DEFAULT_BOOKS
from simulator.cadence import score_moments
from simulator.catalogue import FEATURED_MARKETS, SPORT_KEY
from simulator.options import Plants, SeasonOptions
from simulator.season import Season

FIRST_DAY = date(2024, 10, 21)
# a call before the decisions and one before the closes of the games that start in one half hour
SLOT_SECONDS = 30 * 60
MINUTES_BEFORE_SLOT = (65, 5)
BOOKS = DEFAULT_BOOKS[:6]
# edges that are still there at the decision, on half of the games: the most the simulator takes
EDGE_MINUTES = (600, 720)
# whole weeks, so that every game stays on its day of the week
DAYS_BETWEEN_SEASONS = 364
COPIED = (
    "intermediate.int_processed_responses",
    "intermediate.int_events",
    "intermediate.int_event_snapshots",
    "intermediate.int_quote_changes",
    "intermediate.int_closes",
    "intermediate.int_decision_moments",
    "marts.fct_decision_quotes",
    "marts.fct_results",
)
# what tells the rows of one season from those of another
OWN_COLUMNS = ("event_id", "response_id", "report_id", "sequence_key")
_ENDLESS = 10**9


def build_season(settings: Settings, *, games: int) -> datetime:
    """Land and model one season in an empty warehouse.

    Returns:
        The moment it is looked at from: when the last score is known.
    """
    plants = Plants(edges=games // 2, minutes=EDGE_MINUTES)
    options = SeasonOptions(games=games, first_day=FIRST_DAY, books=BOOKS, plants=plants)
    season = Season(options)
    Landing(settings, now=wall_clock).land(responses_of(season))
    as_of = _moment(max(score_moments(season)))
    models = [f"+{relation.rpartition('.')[2]}" for relation in engine.RELATIONS]
    Transformation(settings).invoke(
        "build",
        "--exclude-resource-type",
        "test",
        "unit_test",
        "--select",
        *models,
        as_of=as_of,
    )
    settle(settings)
    return as_of


def copy_season(
    settings: Settings, *, first: int, last: int, relations: Sequence[str] = COPIED
) -> None:
    """Put copies of the season that was built before it, `first` to `last` years earlier."""
    with connect(settings) as connection:
        for relation in relations:
            schema, _, table = relation.partition(".")
            columns = connection.rows(
                f"""
                select column_name, data_type
                from information_schema.columns
                where table_schema = '{schema}' and table_name = '{table}'
                order by ordinal_position
                """
            )
            copied = ", ".join(_copied(name, kind) for name, kind in columns)
            names = {name for name, _ in columns}
            own = next(name for name in OWN_COLUMNS if name in names)
            connection.rows(
                f"""
                insert into {relation}
                select {copied}
                from {relation} as original
                cross join generate_series({first}, {last}) as seasons (season)
                where original.{own} not like '%-%'
                order by season
                """
            )
    settle(settings)


def _copied(name: str, kind: str) -> str:
    if name in OWN_COLUMNS:
        return f"original.{name} || '-' || seasons.season"
    if kind.lower().startswith("timestamp"):
        shift = f"seasons.season * interval '{DAYS_BETWEEN_SEASONS} days'"
        return f"original.{name} - {shift}"
    if name == "offer_number":
        # an earlier season comes before
        return f"original.{name} - seasons.season * {_ENDLESS}"
    return f"original.{name}"


def responses_of(season: Season) -> Iterator[ApiResponse]:
    """The answers to all calls of a season, in their order."""
    api = Api(season, accounts=Accounts(credits_a_month=_ENDLESS))
    for seconds, path, params in sorted(_calls(season), key=lambda call: call[0]):
        answer = api.answer(path, {"apiKey": DEMO_KEY, **params}, seconds=seconds)
        yield ApiResponse.from_exchange(
            endpoint=path,
            params=params,
            requested_at=_moment(seconds),
            captured_at=_moment(seconds),
            status_code=answer.status,
            headers=answer.headers,
            body_text=answer.body,
            origin="replay",
        )


def _calls(season: Season) -> Iterator[tuple[int, str, dict[str, str]]]:
    starts = (event.commence(event.removed - 1) for event in season.events)
    slots = {start // SLOT_SECONDS * SLOT_SECONDS for start in starts}
    params = {
        "bookmakers": ",".join(book.key for book in BOOKS),
        "markets": ",".join(FEATURED_MARKETS),
        "oddsFormat": "american",
    }
    for seconds in {slot - minutes * 60 for slot in slots for minutes in MINUTES_BEFORE_SLOT}:
        yield seconds, f"/v4/sports/{SPORT_KEY}/odds", params
    for seconds in score_moments(season):
        yield seconds, f"/v4/sports/{SPORT_KEY}/scores", {"daysFrom": "3"}


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(0, tz=UTC) + timedelta(seconds=seconds)
