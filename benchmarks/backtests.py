"""How fast a season is bet through: the engine against a query an event, and against a peer.

The task of both sides is to decide, to settle and to stake, and their bankrolls must agree to the
cent. What the engine does beyond it (fills, closing-line value) is timed apart.
"""

import gc
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from math import isclose
from pathlib import Path
from typing import Any

import orjson
import pandas as pd

from analysis.backtest.decision_view import DecisionView
from analysis.backtest.engine import Setup, bets_of, money_of, offers_for, wanted_bets
from analysis.backtest.fills import FillModel
from analysis.backtest.luck import DRAWS, p_value_fair, yield_interval
from analysis.backtest.moments import parse_moment
from analysis.backtest.sizing import Sizing
from analysis.backtest.strategies.expected_value import ExpectedValue
from analysis.warehouse import Warehouse, open_duckdb, open_postgres
from benchmarks.event_loop import LoopResult, run_loop
from benchmarks.seasons_of_prices import build_season, copy_season
from benchmarks.warehouses import dbt_artifacts_in, empty_warehouse, server_for
from ingestion.errors import OddsError
from ingestion.settings import Settings, Target
from simulator.catalogue import SPORT_KEY

GOAL_LOG, GOAL_MART, GOAL_GROWTH, GOAL_PEER, GOAL_LUCK = 10.0, 30.0, 22.0, 5.0, 0.25
INITIAL_BANKROLL = 10_000.0
MAX_EDGE = 0.5
# an age that the mart is not made for, and that lets the same prices through
AGE_OF_THE_LOG = 61.0
SEASON_BETS = 1767
PEER = Path(__file__).with_name("penaltyblog_side.py")
# no stake of the peer's is ever capped
PEER_BANKROLL, PEER_STAKE = 1e9, 100.0


@dataclass(frozen=True)
class SeasonsReport:
    """Medians for so many seasons, in seconds; the loop runs on the first number only."""

    seasons: int
    events: int
    changes: int
    offers: int
    bets: int
    bankroll: float
    from_log: float
    from_mart: float
    whole_from_mart: float
    loop: float | None
    loop_result: LoopResult | None


@dataclass(frozen=True)
class PeerReport:
    """The same flat bets on moneylines by both sides, in seconds."""

    peer: float
    ours: float
    bets: int

    @property
    def ratio(self) -> float:
        """How many times as fast ours is."""
        return self.peer / self.ours


@dataclass(frozen=True)
class BacktestsReport:
    """All of it; `peer` is null where no interpreter that has the peer was named."""

    target: Target
    runs: int
    by_seasons: Sequence[SeasonsReport]
    peer: PeerReport | None
    interval_seconds: float
    fair_draws_seconds: float

    @property
    def loop_events_a_second(self) -> float:
        """Of the query an event, on the first number of seasons."""
        first = self.by_seasons[0]
        if first.loop is None:
            raise OddsError("the first number of seasons was measured without the loop")
        return first.events / first.loop

    @property
    def log_ratios(self) -> list[float]:
        """Events a second from the change log, by number of seasons, over those of the loop."""
        return [each.events / each.from_log / self.loop_events_a_second for each in self.by_seasons]

    @property
    def mart_ratios(self) -> list[float]:
        """The same from the decision mart."""
        return [
            each.events / each.from_mart / self.loop_events_a_second for each in self.by_seasons
        ]

    @property
    def growth(self) -> float:
        """How much longer the last number of seasons takes than the first, from the change log."""
        return self.by_seasons[-1].from_log / self.by_seasons[0].from_log


def measure_backtests(
    *, target: Target, seasons: Sequence[int], games: int, runs: int, peer: Path | None
) -> BacktestsReport:
    """Bet through each number of seasons in one warehouse that grows.

    Raises:
        OddsError: the sides disagree.
    """
    reports = []
    with (
        server_for(target) as server,
        empty_warehouse(server) as settings,
        dbt_artifacts_in(settings.odds_data_dir),
    ):
        as_of = build_season(settings, games=games)
        built = 1
        for number in sorted(seasons):
            copy_season(settings, first=built, last=number - 1)
            built = number
            # what dbt left in memory would be searched for garbage again and again, by all sides
            gc.freeze()
            with _opened(settings) as warehouse:
                reports.append(_seasons(warehouse, as_of, number, runs=runs, has_loop=not reports))
        with _opened(settings) as warehouse:
            against = peer and _against_peer(
                warehouse, as_of, peer, folder=settings.odds_data_dir, runs=runs
            )
            bets = _bets_of_a_season(warehouse, as_of)
    return BacktestsReport(
        target=target,
        runs=runs,
        by_seasons=reports,
        peer=against,
        interval_seconds=_median(lambda: yield_interval(bets), runs)[0],
        fair_draws_seconds=_median(lambda: p_value_fair(bets, draws=DRAWS), runs)[0],
    )


def _seasons(
    warehouse: Warehouse, as_of: datetime, number: int, *, runs: int, has_loop: bool
) -> SeasonsReport:
    """Sides take turns, so that a busy moment of the machine hits all of them."""
    mart = _setup(as_of)
    log = _setup(as_of, max_age_minutes=AGE_OF_THE_LOG)
    times: dict[str, list[float]] = {}
    results: dict[str, Any] = {}
    sides: dict[str, Callable[[], Any]] = {
        "mart": lambda: _staked(warehouse, mart),
        "log": lambda: _staked(warehouse, log),
        "whole": lambda: bets_of(warehouse, mart, offers_for(warehouse, mart)),
    }
    if has_loop:
        sides["loop"] = lambda: run_loop(
            warehouse, initial_bankroll=INITIAL_BANKROLL, min_edge=0.0, max_edge=MAX_EDGE
        )
    for _ in range(runs):
        for name, side in sides.items():
            seconds, results[name] = _timed(side)
            times.setdefault(name, []).append(seconds)
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    offers, bets = results["mart"]
    bankroll = _bankroll(bets)
    loop: LoopResult | None = results.get("loop")
    _require_equal("change log", _bankroll(results["log"][1]), bankroll)
    _require_equal("whole engine", _bankroll(results["whole"]), bankroll)
    if loop is not None:
        _require_equal("loop", loop.bankroll, bankroll)
    (changes,) = warehouse.rows("select count(*) as changes from marts.fct_quote_states")
    return SeasonsReport(
        seasons=number,
        events=int(offers["event_id"].nunique()),
        changes=changes["changes"],
        offers=len(offers),
        bets=int((bets["paper_stake"] > 0).sum()),
        bankroll=bankroll,
        from_log=medians["log"],
        from_mart=medians["mart"],
        whole_from_mart=medians["whole"],
        loop=medians.get("loop"),
        loop_result=loop,
    )


def _staked(warehouse: Warehouse, setup: Setup) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The task: offers, and bets with their stakes and profits as if every price could be had."""
    offers = offers_for(warehouse, setup)
    bets = wanted_bets(setup.strategy, offers).assign(fill_status="filled")
    return offers, bets.join(money_of(warehouse, setup, bets))


def _against_peer(
    warehouse: Warehouse, as_of: datetime, python: Path, *, folder: Path, runs: int
) -> PeerReport:
    """Ours reads the mart; the peer gets rows that are joined before."""
    setup = _setup(
        as_of,
        markets=("h2h",),
        sizing=Sizing(method="flat", amount=PEER_STAKE),
        initial_bankroll=PEER_BANKROLL,
    )
    seconds, (_, bets) = _median(lambda: _staked(warehouse, setup), runs)
    settled = bets[bets["settlement"].isin(["win", "loss"])]
    rows = folder / "rows_of_the_peer.csv"
    _wide_rows(warehouse, setup).to_csv(rows, index=False)
    output = subprocess.run(
        [str(python), "-P", str(PEER), str(rows), str(runs)],
        check=True,
        stdout=subprocess.PIPE,
        env={**os.environ, "TQDM_DISABLE": "1"},
    ).stdout
    theirs = orjson.loads(output)
    _require_equal("number of bets of the peer", theirs["bets"], len(settled))
    _require_equal("profit of the peer", theirs["profit"], float(settled["paper_profit"].sum()))
    return PeerReport(peer=statistics.median(theirs["seconds"]), ours=seconds, bets=len(settled))


def _wide_rows(warehouse: Warehouse, setup: Setup) -> pd.DataFrame:
    """One row an event that was won or lost: its best price, worth a bet or not."""
    best = ExpectedValue(min_edge=-1.0, max_edge=MAX_EDGE, only_kind="retail")
    bets = wanted_bets(best, offers_for(warehouse, setup)).assign(fill_status="filled")
    bets = bets.join(money_of(warehouse, setup, bets))
    bets = bets[bets["settlement"].isin(["win", "loss"])]
    return pd.DataFrame(
        {
            "date": bets["decided_at"].dt.strftime("%Y-%m-%d"),
            "edge": bets["edge"],
            "price": bets["net_decimal_price"],
            "won": (bets["settlement"] == "win").astype(int),
        }
    )


def _bets_of_a_season(warehouse: Warehouse, as_of: datetime) -> pd.DataFrame:
    """As many bets as the goal speaks of, on the days of the last season, on games of their own."""
    setup = _setup(as_of)
    offers = offers_for(warehouse, setup)
    last = offers["decided_at"].max() - pd.Timedelta(days=300)
    bets = bets_of(warehouse, setup, offers[offers["decided_at"] > last])
    bets = bets.assign(stake=bets["paper_stake"], profit=bets["paper_profit"])
    times = -(-SEASON_BETS // len(bets))
    repeated = pd.concat(
        [bets.assign(event_id=bets["event_id"] + f"-{number}") for number in range(times)],
        ignore_index=True,
    ).head(SEASON_BETS)
    return repeated.assign(bet_number=range(1, SEASON_BETS + 1))


def _setup(
    as_of: datetime,
    *,
    markets: Sequence[str] = ("h2h", "spreads", "totals"),
    max_age_minutes: float | None = None,
    sizing: Sizing | None = None,
    initial_bankroll: float = INITIAL_BANKROLL,
) -> Setup:
    """Best retail against the sharp book an hour before the start, at quarter Kelly by default."""
    view = DecisionView(
        moment=parse_moment("1h"),
        sports=(SPORT_KEY,),
        markets=markets,
        clock="published",
        as_of=as_of,
        max_age_minutes=max_age_minutes,
    )
    return Setup(
        strategy=ExpectedValue(min_edge=0.0, max_edge=MAX_EDGE, only_kind="retail"),
        view=view,
        sizing=sizing or Sizing(max_event_share=1.0, max_day_share=1.0, max_open_share=1.0),
        fill_model=FillModel(),
        initial_bankroll=initial_bankroll,
        time_zone="America/New_York",
    )


def _bankroll(bets: pd.DataFrame) -> float:
    return INITIAL_BANKROLL + float(bets["paper_profit"].sum())


def _require_equal(name: str, found: float, expected: float) -> None:
    """To the cent, or to what doubles of such a size can tell."""
    if not isclose(found, expected, rel_tol=1e-12, abs_tol=0.005):
        raise OddsError(f"the {name} comes to {found:,.4f}, the engine to {expected:,.4f}")


def _median(action: Callable[[], Any], runs: int) -> tuple[float, Any]:
    timed = [_timed(action) for _ in range(runs)]
    return statistics.median(seconds for seconds, _ in timed), timed[-1][1]


def _timed(action: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = action()
    return time.perf_counter() - started, result


def _opened(settings: Settings) -> AbstractContextManager[Warehouse]:
    if settings.odds_target == "duckdb":
        return open_duckdb(settings.odds_duckdb_path)
    return open_postgres(
        host=settings.pghost,
        port=settings.pgport,
        user=settings.pguser,
        password=settings.pgpassword.get_secret_value(),
        database=settings.pgdatabase,
    )
