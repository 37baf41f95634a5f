"""A few simulated games in a warehouse, and what a backtest chooses from it."""

import json
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

import orjson
import pandas as pd

from analysis.backtest.choosing import choices
from analysis.backtest.decision_view import DecisionView
from analysis.backtest.engine import BET_ORDER, Setup, offers_for
from analysis.backtest.fills import FillModel
from analysis.backtest.moments import Clock, parse_moment
from analysis.backtest.sizing import Sizing
from analysis.backtest.strategy import Strategy, make_strategy
from analysis.warehouse import Warehouse, open_duckdb, open_postgres
from ingestion.landing import Landing
from ingestion.recordings import parse_recording_line
from ingestion.settings import Settings
from scheduler.transformation import Transformation
from simulator import DEMO_KEY, Accounts, Api, Plants, Season, SeasonOptions
from simulator.clock import to_iso
from simulator.options import Faults
from tests.oracle import Line
from tests.oracle.edits import captured
from tests.oracle.responses import is_historical
from tests.oracle.values import to_datetime

SPORT = "basketball_nba"
MARKETS = ("h2h", "spreads", "totals")
BOOKS = (
    "pinnacle",
    "draftkings",
    "fanduel",
    "betmgm",
    "bovada",
    "betonlineag",
    "lowvig",
    "novig",
)
FIRST_GAME = datetime(2026, 1, 31, tzinfo=UTC)
FIRST_CALL = FIRST_GAME - timedelta(hours=6, minutes=7)
THE_DAY_BEFORE = FIRST_GAME - timedelta(hours=25)
LAST_CALL = FIRST_GAME + timedelta(hours=5)
# after the last game of either world
AS_OF = datetime(2026, 7, 14, tzinfo=UTC)
EVERY = timedelta(minutes=20)
# one call in so many was never made: its historical answer was bought later
HISTORICAL_EVERY = 4
BOUGHT_AFTER = timedelta(minutes=50)
# all that a strategy's choice can depend on
VIEWED = (
    "+fct_decision_quotes",
    "+fct_offers_valued",
    "+dim_bookmakers",
    "+fct_event_sightings",
    "+fct_quote_states",
    "+dim_events",
    "+int_events_described_known",
    "bookmakers",
    "markets",
    "sports",
    "fetch_tiers",
    "price_moments",
    "consensus_weights",
    "sharp_references",
)
# and what becomes of it
BACKTESTED = (
    *VIEWED,
    "+fct_results",
    "+fct_closing_lines",
    "+fct_reference_closes",
    "+fct_closing_distributions",
    "+fct_consensus_prices",
    "settlement_rules",
)
CHOSEN = (
    *BET_ORDER,
    "sport_key",
    "home_team",
    "away_team",
    "commence_time",
    "american_price",
    "decimal_price",
    "net_decimal_price",
    "captured_at",
    "valid_from",
    "response_id",
    "win_probability",
    "push_probability",
    "edge",
    "bet_group",
    "stake_share",
)
# of every shipped strategy, loose enough to choose something here
STRATEGIES: Mapping[str, tuple[str, dict[str, str]]] = {
    "home": ("flat", {"pick": "home"}),
    "favourite": ("flat", {"pick": "favourite"}),
    "over": ("flat", {"pick": "over"}),
    "ev_sharp": ("ev", {"min_edge": "0.0"}),
    "ev_consensus": ("ev", {"min_edge": "0.0", "reference": "consensus", "min_sources": "2"}),
    "board": ("board", {}),
    "arbitrage": ("arbitrage", {"min_roi": "-0.02"}),
    "middles": ("middles", {"max_cost": "0.06"}),
    "line_movement": ("line_movement", {"hours": "2", "min_move": "0.004", "min_books": "2"}),
}
MOMENTS = ("1h", "18:30", "tier:closing")


def nba_evening() -> Season:
    """Games of one evening: some moved, one off, some with an edge, an arbitrage or a middle."""
    plants = Plants(edges=2, arbitrages=2, middles=2, minutes=(240, 240), within_hours=4)
    faults = Faults(missing_book=0.1, missing_market=0.05, stale_stamp=0.1)
    options = SeasonOptions(
        seed=3,
        games=12,
        first_day=date(2026, 1, 30),
        moved_share=0.3,
        postponed_share=0.1,
        plants=plants,
        faults=faults,
    )
    return Season(options)


def recorded(season: Season) -> list[Line]:
    """A call the day before, one every 20 minutes, some historical, and the morning's scores."""
    api = Api(season, accounts=Accounts(credits_a_month=10**6))
    params = {
        "bookmakers": ",".join(BOOKS),
        "markets": ",".join(MARKETS),
        "oddsFormat": "american",
    }
    lines = [_answer(api, f"/v4/sports/{SPORT}/odds", params, THE_DAY_BEFORE)]
    at, number = FIRST_CALL, 0
    while at <= LAST_CALL:
        line = _answer(api, f"/v4/sports/{SPORT}/odds", params, at)
        number += 1
        lines.append(_bought_later(line) if number % HISTORICAL_EVERY == 0 else line)
        at += EVERY
    scores_at = FIRST_GAME + timedelta(hours=15)
    lines.append(_answer(api, f"/v4/sports/{SPORT}/scores", {"daysFrom": "3"}, scores_at))
    return lines


def _answer(api: Api, endpoint: str, params: dict[str, str], at: datetime) -> Line:
    seconds = int(at.timestamp())
    answer = api.answer(endpoint, {"apiKey": DEMO_KEY, **params}, seconds=seconds)
    return {
        "endpoint": endpoint,
        "params": params,
        "received_at": to_iso(seconds),
        "status": answer.status,
        "headers": answer.headers,
        "body": json.loads(answer.body),
    }


def _bought_later(line: Line) -> Line:
    """The same answer from the historical endpoint."""
    return {
        **line,
        "endpoint": line["endpoint"].replace("/v4/sports", "/v4/historical/sports"),
        "params": {**line["params"], "date": line["received_at"]},
        "body": {"timestamp": line["received_at"], "data": line["body"]},
    }


def known_at(line: Line) -> datetime:
    """When a line of this world could first be used."""
    at = to_datetime(captured(line))
    return at + BOUGHT_AFTER if is_historical(line) else at


def land(lines: Iterable[Line], settings: Settings) -> None:
    """Land live lines at once, and what was bought later when it was bought."""

    def landed_at(line: Line) -> datetime:
        return known_at(line) if is_historical(line) else AS_OF

    for moment, together in groupby(sorted(lines, key=landed_at), key=landed_at):
        responses = [parse_recording_line(orjson.dumps(line)) for line in together]
        Landing(settings, now=lambda moment=moment: moment).land(responses)  # type: ignore[misc]


def build(
    lines: Iterable[Line],
    settings: Settings,
    transformation: Transformation,
    *models: str,
    as_of: datetime = AS_OF,
) -> Settings:
    """A warehouse of the lines: everything, or the models named."""
    land(lines, settings)
    select = ["--select", *models] if models else []
    without_tests = ["--exclude-resource-type", "test", "unit_test"]
    transformation.invoke("build", *without_tests, *select, as_of=as_of)
    return settings


def opened(settings: Settings) -> AbstractContextManager[Warehouse]:
    """The settings' warehouse, to read."""
    if settings.odds_target == "duckdb":
        return open_duckdb(settings.odds_duckdb_path)
    return open_postgres(
        host=settings.pghost,
        port=settings.pgport,
        user=settings.pguser,
        password=settings.pgpassword.get_secret_value(),
        database=settings.pgdatabase,
    )


def view(moment: str, *, clock: Clock = "published", **changes: Any) -> DecisionView:
    """The decision view of this world."""
    given = {"sports": [SPORT], "markets": list(MARKETS), "as_of": AS_OF, **changes}
    return DecisionView(moment=parse_moment(moment), clock=clock, **given)


def setup(strategy: Strategy, shown: DecisionView, **changes: Any) -> Setup:
    """A setup that stakes a hundred on every bet."""
    given = {
        "sizing": Sizing(method="flat"),
        "fill_model": FillModel(),
        "initial_bankroll": 10_000.0,
        "time_zone": "America/New_York",
        **changes,
    }
    return Setup(strategy=strategy, view=shown, **given)


def shipped(name: str) -> Strategy:
    """One of `STRATEGIES`."""
    strategy, parameters = STRATEGIES[name]
    return make_strategy(strategy, parameters)


def chosen(warehouse: Warehouse, strategy: Strategy, shown: DecisionView) -> pd.DataFrame:
    """What the strategy chooses: values only, groups named by their first leg."""
    return chosen_of(strategy, offers_for(warehouse, setup(strategy, shown)))


def chosen_of(strategy: Strategy, offers: pd.DataFrame) -> pd.DataFrame:
    """The same, of offers at hand."""
    opinions = choices(strategy, offers)
    said = [name for name in opinions.columns if name in offers.columns]
    wanted = offers.drop(columns=said).join(opinions, how="inner")
    # an index is a place among all offers, and later ones have places too
    places = wanted["bet_group"].dropna()
    first = wanted.loc[places, "event_id"] + "|" + wanted.loc[places, "bookmaker_key"]
    wanted["bet_group"] = pd.Series(first.to_numpy(), index=places.index, dtype=object)
    return wanted[list(CHOSEN)].sort_values(BET_ORDER, na_position="first", ignore_index=True)
