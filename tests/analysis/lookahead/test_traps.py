"""One fixture a trap; the package's docstring says which is where."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import numpy as np
import orjson
import pandas as pd
import pytest

from analysis.backtest.engine import bets_of, offers_for
from analysis.backtest.fair_prices import read_references, with_fair_prices
from analysis.backtest.fills import FillModel
from analysis.backtest.fingerprints import canonical, digest
from analysis.backtest.moments import Clock
from analysis.backtest.offers import described
from analysis.backtest.runs import run_backtest
from analysis.backtest.sizing import Sizing
from analysis.backtest.strategies.expected_value import ExpectedValue
from analysis.backtest.strategies.flat import Flat
from analysis.backtest.strategy import Strategy
from analysis.warehouse import Warehouse
from tests.analysis.lookahead import traps
from tests.analysis.lookahead.traps import BASEBALL, FOOTBALL, HOCKEY, home_of
from tests.analysis.lookahead.world import AS_OF, setup, view
from tests.oracle.builder import at

SHOWN_TO_STRATEGIES = {
    "decided_at",
    "event_id",
    "sport_key",
    "home_team",
    "away_team",
    "commence_time",
    "bookmaker_key",
    "book_kind",
    "book_group",
    "commission_rate",
    "market_key",
    "market_kind",
    "outcome_set",
    "period",
    "outcome_name",
    "outcome_description",
    "line",
    "point",
    "american_price",
    "decimal_price",
    "captured_at",
    "valid_from",
    "response_id",
    "outcome_count",
    "side",
    "side_no",
    "set_point",
    "net_decimal_price",
    "minutes_to_start",
    "age_minutes",
    "can_bet",
    "own_probability",
    "sharp_probability",
    "consensus_probability",
    "source_count",
}


def moment(clock: str) -> pd.Timestamp:
    return pd.Timestamp(at(clock))


def offers_of(
    warehouse: Warehouse,
    event_id: str,
    *,
    sport: str = BASEBALL,
    moment: str = "1h",
    **changes: Any,
) -> pd.DataFrame:
    """The offers of one game's home side."""
    shown = view(moment, sports=[sport], markets=["h2h"], **changes)
    offers = described(shown.offers(warehouse))
    return offers[(offers["event_id"] == event_id) & (offers["side"] == "home")]


def bets(
    warehouse: Warehouse,
    strategy: Strategy,
    *,
    sport: str = BASEBALL,
    market: str = "h2h",
    clock: Clock = "published",
    as_of: datetime = AS_OF,
    **changes: Any,
) -> dict[str, Any]:
    """The bets of a backtest on the day of traps, by game."""
    shown = view("1h", sports=[sport], markets=[market], as_of=as_of, clock=clock)
    given = setup(strategy, shown, **changes)
    wanted = bets_of(warehouse, given, offers_for(warehouse, given))
    return {row.event_id: row for row in wanted.itertuples()}


def test_an_offer_is_of_before_the_decision_by_its_clock(warehouse: Warehouse) -> None:
    captured = "select response_id, captured_at, known_at from marts.fct_event_sightings"
    known = {row["response_id"]: row for row in warehouse.rows(captured)}
    late = 0
    for clock, column in (("published", "captured_at"), ("ingested", "known_at")):
        offers = view("1h", clock=clock).offers(warehouse)  # type: ignore[arg-type]
        responses = [known[each] for each in offers["response_id"]]
        assert all(
            row[column] <= decided_at
            for row, decided_at in zip(responses, offers["decided_at"], strict=True)
        )
        assert (offers["valid_from"] <= offers["captured_at"]).all()
        assert (offers["captured_at"] <= offers["decided_at"]).all()
        assert (offers["decided_at"] < offers["commence_time"]).all()
        late += sum(
            row["known_at"] > decided_at
            for row, decided_at in zip(responses, offers["decided_at"], strict=True)
        )
    # the clock `published` shows some that had not been ingested yet, the other one none
    assert late > 0


def test_what_was_bought_later_counts_by_one_clock_only(warehouse: Warehouse) -> None:
    sport = "basketball_ncaab"
    assert len(offers_of(warehouse, "backfilled", sport=sport)) == 1
    assert offers_of(warehouse, "backfilled", sport=sport, clock="ingested").empty
    clocks = [
        digest(canonical(setup(Flat(), view("1h", sports=[sport], clock=clock))))  # type: ignore[arg-type]
        for clock in ("published", "ingested")
    ]
    assert clocks[0] != clocks[1]


def test_a_game_is_decided_on_at_the_first_look_that_one_had_by_then(warehouse: Warehouse) -> None:
    """The first look at it was bought later than the second one was made."""
    for clock, decided in (("published", "16:40"), ("ingested", "17:05")):
        (offer,) = offers_of(
            warehouse, "bought_first", sport=FOOTBALL, moment="tier:closing", clock=clock
        ).itertuples()
        assert (offer.decided_at, offer.captured_at) == (moment(decided), moment(decided))


def test_a_change_between_two_live_looks_that_was_bought_later_is_not_seen(
    warehouse: Warehouse,
) -> None:
    """By the clock of what was ingested the price before it stands, and can be had."""
    changes = warehouse.rows(
        "select american_price from marts.fct_quote_states"
        " where event_id = 'bought_between' and outcome_name = ? order by valid_from",
        [home_of("bought_between")],
    )
    assert [row["american_price"] for row in changes] == [110, 150, 110]
    for clock, price, captured in (("published", 150, "16:40"), ("ingested", 110, "16:20")):
        (offer,) = offers_of(warehouse, "bought_between", sport=FOOTBALL, clock=clock).itertuples()
        assert (offer.american_price, offer.captured_at) == (price, moment(captured))
    fills = {
        clock: bets(warehouse, Flat(), sport=FOOTBALL, clock=clock)["bought_between"].fill_status
        for clock in ("published", "ingested")
    }
    assert fills == {"published": "worse_price", "ingested": "filled"}


@pytest.mark.parametrize("max_age_minutes", [None, 59.0], ids=["from the mart", "as of"])
def test_a_nearer_snapshot_after_the_decision_is_not_looked_at(
    warehouse: Warehouse, max_age_minutes: float | None
) -> None:
    (offer,) = offers_of(
        warehouse, "jumps_just_after", max_age_minutes=max_age_minutes
    ).itertuples()
    assert (offer.american_price, offer.captured_at) == (110, moment("16:50"))


def test_what_one_call_showed_in_play_is_not_offered(warehouse: Warehouse) -> None:
    states = warehouse.rows(
        "select is_in_play from marts.fct_quote_states"
        " where event_id = 'by_book' and bookmaker_key = 'betmgm'"
    )
    assert [row["is_in_play"] for row in states] == [True, True]
    offers = offers_of(warehouse, "by_book", sport=HOCKEY)
    assert "betmgm" not in set(offers["bookmaker_key"])


@pytest.mark.parametrize("max_age_minutes", [None, 59.0], ids=["from the mart", "as of"])
def test_a_start_that_is_moved_counts_from_when_it_was_announced(
    warehouse: Warehouse, max_age_minutes: float | None
) -> None:
    """One that moves after the decision moves nothing, nor is the game decided on again."""
    age = {"max_age_minutes": max_age_minutes}
    (later,) = offers_of(warehouse, "moved_later", **age).itertuples()
    assert (later.decided_at, later.commence_time) == (moment("17:00"), moment("18:00"))
    (before,) = offers_of(warehouse, "moved_before", **age).itertuples()
    assert (before.decided_at, before.commence_time) == (moment("16:40"), moment("17:40"))


def test_a_quote_stands_though_a_newer_call_asked_for_others(warehouse: Warehouse) -> None:
    offers = offers_of(warehouse, "by_book", sport=HOCKEY)
    shown = dict(zip(offers["bookmaker_key"], offers["captured_at"], strict=True))
    # bovada was last asked for an hour and a half before
    assert shown == {"draftkings": moment("16:40"), "fanduel": moment("16:50")}


def test_a_stale_price_is_not_offered(warehouse: Warehouse) -> None:
    states = warehouse.rows(
        "select is_stale from marts.fct_quote_states where event_id = 'stale' order by valid_from"
    )
    assert {row["is_stale"] for row in states} == {False, True}
    assert offers_of(warehouse, "stale").empty


@pytest.mark.parametrize(
    ("event_id", "fill_status"),
    [
        ("stays", "filled"),
        ("worse", "worse_price"),
        ("vanishes", "withdrawn"),
        ("relisted_old", "not_seen_again"),
    ],
)
def test_a_price_that_is_gone_before_one_could_take_it_is_no_bet(
    warehouse: Warehouse, event_id: str, fill_status: str
) -> None:
    bet = bets(warehouse, Flat())[event_id]
    assert bet.fill_status == fill_status
    assert bet.paper_stake == 100
    assert bet.stake == (100 if fill_status == "filled" else 0)


def test_nobody_fills_a_price_that_was_not_asked_for_again(warehouse: Warehouse) -> None:
    assert bets(warehouse, Flat(), sport=HOCKEY)["by_book"].fill_status == "not_seen_again"
    other = bets(warehouse, Flat(), sport="basketball_wnba")["other_region"]
    assert (other.fill_status, other.stake) == ("not_seen_again", 0)


def test_the_bet_is_at_the_best_price_of_the_books_one_has(warehouse: Warehouse) -> None:
    """The choice is made among them: what is best elsewhere takes no bet away."""
    everywhere = bets(warehouse, Flat())
    best = everywhere["best_elsewhere"]
    assert (best.bookmaker_key, best.fill_status, best.stake) == ("bovada", "filled", 100)
    own = bets(warehouse, Flat(), books=("draftkings",))
    assert {bet.bookmaker_key for bet in own.values()} == {"draftkings"}
    assert (own["best_elsewhere"].fill_status, own["best_elsewhere"].stake) == ("filled", 100)
    shown = view("1h", sports=[BASEBALL], markets=["h2h"])
    quoted = described(shown.offers(warehouse))
    is_own = (quoted["bookmaker_key"] == "draftkings") & (quoted["side"] == "home")
    assert own.keys() == set(quoted.loc[is_own, "event_id"])


def test_a_limit_of_a_book_holds(warehouse: Warehouse) -> None:
    limits = {("bovada", "h2h"): 25.0, ("*", "*"): 60.0}
    limited = bets(warehouse, Flat(), fill_model=FillModel(limits=limits))
    assert (limited["best_elsewhere"].stake, limited["stays"].stake) == (25, 60)


def test_a_bet_is_at_the_price_of_its_decision_and_the_close_only_judges_it(
    warehouse: Warehouse,
) -> None:
    bet = bets(warehouse, Flat())["closes_higher"]
    assert (bet.american_price, bet.profit) == (120, pytest.approx(120))
    assert bet.own_price_clv == pytest.approx(2.2 / 3.0 - 1)


def test_strategies_see_nothing_of_results_closes_or_other_moments(warehouse: Warehouse) -> None:
    given = setup(ExpectedValue(), view("1h", sports=[BASEBALL], markets=["h2h"]))
    assert set(offers_for(warehouse, given).columns) == SHOWN_TO_STRATEGIES


def test_games_without_a_score_or_a_close_are_told_not_left_out(warehouse: Warehouse) -> None:
    """A score of a game under way is none."""
    found = bets(warehouse, Flat())
    assert pd.isna(found["never_scored"].settlement)
    assert np.isnan(found["never_scored"].profit)
    assert found["moved_later"].clv_missing_reason == "no_close"
    given = setup(Flat(), view("1h", sports=[BASEBALL], markets=["h2h"]))
    facts = run_backtest(warehouse, given, name=None, started_at=AS_OF).facts
    assert facts["pending"] == 1
    counts = orjson.loads(facts["metrics"])["counts"]
    without_close = [bet for bet in found.values() if not pd.isna(bet.clv_missing_reason)]
    assert counts["events_decided"] == counts["bets_wanted"] == len(found)
    assert 0 < counts["bets_without_a_close"] == len(without_close)


def test_a_side_that_is_missing_is_no_zero(warehouse: Warehouse) -> None:
    shown = view("1h", sports=[BASEBALL], markets=["h2h"])
    offers = with_fair_prices(
        described(shown.offers(warehouse)), references=read_references(warehouse)
    )
    one_sided = offers[offers["event_id"] == "one_sided"].set_index(["bookmaker_key", "side"])
    assert np.isnan(one_sided.loc[("draftkings", "home"), "own_probability"])
    # the only complete market is fanduel's, which does not count for its own prices
    assert one_sided.loc[("draftkings", "home"), "consensus_probability"] == pytest.approx(0.5)
    assert one_sided.loc[("draftkings", "home"), "source_count"] == 1
    assert np.isnan(one_sided.loc[("fanduel", "home"), "consensus_probability"])
    assert one_sided.loc[("fanduel", "home"), "source_count"] == 0
    assert "one_sided" not in bets(warehouse, ExpectedValue(min_edge=0.0, max_edge=9.0))


def test_the_next_stake_knows_nothing_of_a_game_under_way(warehouse: Warehouse) -> None:
    """Results come the next morning: stakes are of what is left, not of what was won."""
    given = setup(Flat(), view("1h", sports=[BASEBALL], markets=["h2h"]))
    found = bets(
        warehouse,
        Flat(),
        sizing=type(given.sizing)(
            method="percentage",
            share=0.05,
            max_event_share=1.0,
            max_day_share=1.0,
            max_open_share=1,
        ),
    )
    first = found["moved_before"].stake
    assert first == 500
    together = found["stays"].stake
    assert together == pytest.approx(0.05 * (10_000 - first))
    at_five = [bet for bet in found.values() if bet.decided_at == moment("17:00")]
    staked = first + sum(bet.stake for bet in at_five)
    assert found["overlapping"].stake == pytest.approx(0.05 * (10_000 - staked), abs=0.01)
    assert all(bet.settled_at > moment("11T00:00") for bet in at_five if bet.settlement == "win")


def test_a_result_settles_from_when_it_could_be_known(warehouse: Warehouse) -> None:
    told = datetime(2026, 7, 11, 9, 30, tzinfo=UTC)
    before = bets(warehouse, Flat(), as_of=told - timedelta(microseconds=1))["stays"]
    assert pd.isna(before.settlement)
    after = bets(warehouse, Flat(), as_of=told)["stays"]
    assert (after.settlement, after.settled_at, after.home_score) == ("win", told, 5)


def test_by_the_clock_of_what_was_ingested_a_result_settles_when_it_was_fetched(
    warehouse: Warehouse,
) -> None:
    """The API stamps a score half past nine, the call was made at ten."""
    fetched = datetime(2026, 7, 11, 10, 0, tzinfo=UTC)
    before = bets(warehouse, Flat(), clock="ingested", as_of=fetched - timedelta(microseconds=1))
    assert pd.isna(before["stays"].settlement)
    after = bets(warehouse, Flat(), clock="ingested", as_of=fetched)["stays"]
    assert (after.settlement, after.settled_at) == ("win", fetched)


def test_a_void_is_not_known_before_it_happens(warehouse: Warehouse) -> None:
    """A game that left the feed may still be played within its book's window."""
    void = bets(warehouse, Flat())["relisted_old"]
    assert void.settlement == "void"
    assert void.settled_at - void.commence_time >= timedelta(hours=12)
    just_before = void.settled_at.to_pydatetime() - timedelta(microseconds=1)
    still = bets(warehouse, Flat(), as_of=just_before)["relisted_old"]
    assert pd.isna(still.settlement)
    assert pd.isna(still.settled_at)
    assert np.isnan(still.paper_profit)


@pytest.mark.parametrize(
    ("pick", "settlement", "profit"), [("home", "half_win", 55.0), ("away", "half_loss", -50.0)]
)
def test_a_quarter_line_won_by_a_quarter_pays_half_the_profit(
    warehouse: Warehouse, pick: str, settlement: str, profit: float
) -> None:
    """Home -1.75 at 2.10, won by two: half of it stood at -1.5, half at -2."""
    bet = bets(warehouse, Flat(pick=pick), sport=FOOTBALL, market="spreads")["quarter"]  # type: ignore[arg-type]
    assert (bet.settlement, bet.stake) == (settlement, 100)
    assert (bet.profit, bet.paper_profit) == (pytest.approx(profit), pytest.approx(profit))


@dataclass(frozen=True)
class TwoInFive(Flat):
    """Takes every home side to win two times in five."""

    # strategies of tests have no name of the class, or they would be everybody's
    name: str = field(default="two_in_five")  # type: ignore[misc]
    # another process would not find a class of a test
    judges_each_event_alone: ClassVar[bool] = False

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        return super().select(offers).assign(win_probability=0.4)


def test_a_bet_at_an_exchange_is_staked_and_settled_net_of_its_commission(
    warehouse: Warehouse,
) -> None:
    """3.00 less 5 % of what is won is 2.90: by Kelly a stake of .16 / 1.9, not of .2 / 2."""
    wide = {"max_bet_share": 1.0, "max_event_share": 1.0, "max_day_share": 1.0}
    sizing = Sizing(method="kelly", fraction=1.0, max_open_share=1.0, **wide)
    bet = bets(warehouse, TwoInFive(), sport=FOOTBALL, sizing=sizing)["exchange"]
    share = bets(warehouse, Flat(), sport=FOOTBALL)["exchange"]
    assert (bet.bookmaker_key, bet.decimal_price) == ("betfair_ex_eu", pytest.approx(3.0))
    assert bet.net_decimal_price == pytest.approx(2.9)
    # of one bankroll, with another game at the same moment whose edge is none
    assert bet.stake == pytest.approx(10_000 * 0.16 / 1.9, abs=0.01)
    assert bet.profit == pytest.approx(1.9 * bet.stake)
    assert share.profit == pytest.approx(190)


def test_a_game_seen_by_two_ways_is_one_game(warehouse: Warehouse) -> None:
    """The call of 16:50 was landed twice, live and from the historical endpoint."""
    responses = warehouse.rows(
        "select count(distinct response_id) as responses from marts.fct_event_sightings"
        " where event_id = 'stays' and captured_at = ?",
        [moment("16:50").to_pydatetime()],
    )
    assert responses[0]["responses"] == 2
    for max_age_minutes in (None, 59.0):
        assert len(offers_of(warehouse, "stays", max_age_minutes=max_age_minutes)) == 1


def test_a_game_that_left_the_feed_settles_nothing(warehouse: Warehouse) -> None:
    """It may come back under another id, whose bets count."""
    bet = bets(warehouse, Flat())["relisted_old"]
    assert (bet.settlement, bet.paper_profit, bet.home_score) == (
        "void",
        0,
        pytest.approx(np.nan, nan_ok=True),
    )


def test_sides_go_by_name_not_by_place(warehouse: Warehouse) -> None:
    """The away side stands first in this game's responses."""
    assert list(traps.baseball_at("16:50"))[9]["bookmakers"][0]["markets"][0]["outcomes"][0][
        "name"
    ].endswith("away")
    bet = bets(warehouse, Flat(pick="home"))["reversed"]
    assert (bet.outcome_name, bet.american_price) == (home_of("reversed"), 130)
    assert bet.settlement == "win"


def test_a_time_of_day_is_where_the_league_plays(warehouse: Warehouse) -> None:
    """A game at 00:10 UTC is of the evening before: decided on at 18:30 in New York that day."""
    (offer,) = offers_of(warehouse, "evening", moment="18:30").itertuples()
    assert offer.decided_at == moment("22:30")
    # 17:30 there is 21:30 UTC, and no snapshot was taken in the hour before
    assert offers_of(warehouse, "evening", moment="17:30").empty
    # at noon: by one o'clock of its own day it has begun
    (offer,) = offers_of(warehouse, "tomorrow", sport=HOCKEY, moment="13:00").itertuples()
    assert offer.decided_at == moment("17:00")


def test_another_threshold_is_another_trial() -> None:
    hashes = {
        digest(canonical(setup(ExpectedValue(min_edge=edge), view("1h"))))
        for edge in (0.02, 0.03, 0.03)
    }
    assert len(hashes) == 2
