"""Whatever becomes known after a decision may change: the decision stays the same to the bit.

The warehouse holds an evening of games and, per moment and clock, a copy whose every response known
after the decision says something else: other prices, points and stamps, books and markets that
vanish, games that vanish, starts rewritten by hours, other scores.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

import pandas as pd
import pytest

from analysis.backtest.engine import offers_for
from analysis.backtest.moments import Clock
from analysis.backtest.strategy import Strategy
from analysis.warehouse import Warehouse
from ingestion.settings import Settings
from tests.analysis.lookahead.futures import (
    UNTOUCHED,
    decision,
    of_copy,
    snapshots,
    variants,
)
from tests.analysis.lookahead.world import (
    STRATEGIES,
    chosen_of,
    known_at,
    nba_evening,
    opened,
    recorded,
    setup,
    shipped,
    view,
)
from tests.oracle.edits import captured, events_of
from tests.oracle.values import to_datetime

OffersFor = Callable[[Strategy, str, Clock], pd.DataFrame]
STALE_AFTER = timedelta(minutes=10)
MAX_AGE = timedelta(minutes=60)


@pytest.fixture(scope="module")
def offers_at(built: Settings) -> OffersFor:
    """Offers as a strategy gets them, read once for all that want the same columns."""

    @cache
    def read(moment: str, clock: Clock, like: str) -> pd.DataFrame:
        with opened(built) as warehouse:
            return offers_for(warehouse, setup(shipped(like), view(moment, clock=clock)))

    def get(strategy: Strategy, moment: str, clock: Clock) -> pd.DataFrame:
        like = "line_movement" if strategy.look_back_hours else "home"
        like = "board" if strategy.wants_valuation else like
        return read(moment, clock, "ev_sharp" if strategy.wants_fair_prices else like)

    return get


def cases() -> list[object]:
    return [pytest.param(moment, clock, name, id=name) for moment, clock, name in variants()]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(("moment", "clock", "name"), cases())
def test_no_choice_depends_on_what_was_known_later(
    offers_at: OffersFor, strategy: str, moment: str, clock: Clock, name: str
) -> None:
    choices = chosen_of(shipped(strategy), offers_at(shipped(strategy), moment, clock))
    pd.testing.assert_frame_equal(
        of_copy(choices, UNTOUCHED), of_copy(choices, name), check_exact=True
    )


@pytest.mark.parametrize(("moment", "clock", "name"), cases())
def test_every_offer_is_what_it_was_whatever_comes(
    offers_at: OffersFor, moment: str, clock: Clock, name: str
) -> None:
    offers = offers_at(shipped("line_movement"), moment, clock)
    untouched = of_copy(offers, UNTOUCHED)
    assert len(untouched) > 400
    pd.testing.assert_frame_equal(untouched, of_copy(offers, name), check_exact=True)


@pytest.mark.parametrize(("moment", "clock", "name"), cases())
def test_games_are_decided_on_when_plain_python_says(
    offers_at: OffersFor, moment: str, clock: Clock, name: str
) -> None:
    offers = of_copy(offers_at(shipped("home"), moment, clock), UNTOUCHED)
    shown = offers.groupby("event_id")["decided_at"].first().to_dict()
    seen = snapshots(recorded(nba_evening()), clock)
    expected = {event_id: decision(known, moment) for event_id, known in seen.items()}
    assert len(shown) > 10
    assert shown == {event_id: expected[event_id] for event_id in shown}
    # only a game without a recent snapshot has a decision and no offer
    assert sum(at is not None for at in expected.values()) - len(shown) <= 1


@pytest.mark.parametrize(("moment", "clock", "name"), cases())
def test_what_is_offered_is_what_the_last_response_known_by_then_shows(
    offers_at: OffersFor, moment: str, clock: Clock, name: str
) -> None:
    lines = recorded(nba_evening())
    offers = of_copy(offers_at(shipped("home"), moment, clock), UNTOUCHED)
    for event_id, offered in offers.groupby("event_id"):
        decided_at = offered["decided_at"].iloc[0]
        by_then = [
            line
            for line in lines
            if "/odds" in line["endpoint"]
            and to_datetime(captured(line)) <= decided_at
            and (clock == "published" or known_at(line) <= decided_at)
        ]
        last = max(by_then, key=captured)
        assert decided_at - to_datetime(captured(last)) <= MAX_AGE
        (event,) = (each for each in events_of(last) if each["id"] == event_id)
        expected = {
            (book["key"], market["key"], each["name"], each.get("point", 0.0), each["price"])
            for book in event["bookmakers"]
            for market in book["markets"]
            if to_datetime(captured(last)) - datetime.fromisoformat(market["last_update"])
            <= STALE_AFTER
            for each in market["outcomes"]
        }
        columns = ["bookmaker_key", "market_key", "outcome_name", "point", "american_price"]
        shown = offered[columns].fillna({"point": 0.0})
        assert set(shown.itertuples(index=False, name=None)) == expected


def test_every_shipped_strategy_chooses_something_somewhere(offers_at: OffersFor) -> None:
    """Or the canary would sing whatever happened."""
    for name in STRATEGIES:
        strategy = shipped(name)
        choices = chosen_of(strategy, offers_at(strategy, "1h", "published"))
        assert len(of_copy(choices, UNTOUCHED)) > 0, name


def test_the_futures_do_differ(warehouse: Warehouse) -> None:
    """What comes after the decisions is another in the touched copies, closes and scores too."""
    rows = warehouse.rows(
        "select event_id, home_score, away_score from marts.dim_events"
        " where sport_key = 'basketball_nba' and home_score is not null"
    )
    scores = {row["event_id"]: (row["home_score"], row["away_score"]) for row in rows}
    for _, _, name in variants():
        same = differing = 0
        for event_id, score in scores.items():
            original, _, copy = event_id.partition("~")
            if copy != name or f"{original}~{UNTOUCHED}" not in scores:
                continue
            is_same = scores[f"{original}~{UNTOUCHED}"] == score
            same, differing = same + is_same, differing + (not is_same)
        assert differing > 8 * (same + 1) / 2, (name, same, differing)
    for column in ("american_price", "captured_at"):
        closes = warehouse.rows(
            f"select event_id, {column} as value from marts.fct_closing_lines"  # noqa: S608
            " where bookmaker_key = 'pinnacle' and market_key = 'h2h' and missing_reason is null"
            " order by event_id, outcome_name"
        )
        by_copy: dict[str, list[object]] = {}
        for row in closes:
            by_copy.setdefault(row["event_id"].partition("~")[2], []).append(row["value"])
        assert len(by_copy) == len(variants()) + 1
        assert all(
            values != by_copy[UNTOUCHED] for name, values in by_copy.items() if name != UNTOUCHED
        )
