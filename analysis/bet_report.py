"""What one's own bets came to, measured as backtests are, with the same doubt."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import pandas as pd

from analysis.backtest import ratios
from analysis.backtest.book import floats
from analysis.backtest.breakdowns import breakdown
from analysis.backtest.luck import mean_interval, p_value_by_day, yield_interval
from analysis.frames import frame
from analysis.warehouse import Warehouse

# what a close may be taken to be, as the columns of `fct_bet_legs` end, and in words
CONVENTIONS: Final[Mapping[str, str]] = {
    "announced_start": "before the announced start",
    "start": "before the believed start",
    "in_play": "before it was seen in play",
    "removal": "before its book took it down",
}
# words for the columns that bets are broken down by
BREAKDOWNS: Final[Mapping[str, str]] = {
    "book": "bookmaker_key",
    "market": "market_kind",
    "sport": "sport_key",
    "month": "month",
    "odds": "odds",
}
NOT_TOLD: Final = "not told"
SEVERAL: Final = "several or unknown"
_SETTLEMENTS: Final = {
    "won": "win",
    "lost": "loss",
    "push": "push",
    "void": "void",
    "half_won": "half_win",
    "half_lost": "half_loss",
}
_BETS = """
    select
        bets.bet_id,
        bets.placed_at as decided_at,
        bets.settled_at,
        bets.starts_at,
        bets.currency,
        bets.stake,
        bets.is_free_bet,
        bets.profit,
        bets.status,
        bets.decimal_price,
        bets.decimal_price as net_decimal_price,
        coalesce(bets.bookmaker_key, bets.told_bookmaker) as bookmaker_key,
        bets.sport_key,
        bets.market_kind,
        bets.clv as no_vig_clv,
        bets.left_on_table,
        bets.is_disputed,
        bets.unmatched_reason,
        case when bets.leg_count = 1 then legs.event_id end as event_id,
        legs.outcome_name,
        legs.outcome_description,
        case when bets.leg_count = 1 then legs.beat_close end as beat_close
    from marts.fct_bets as bets
    inner join marts.fct_bet_legs as legs
        on bets.bet_id = legs.bet_id and legs.leg_number = 1
    order by bets.placed_at, bets.bet_id collate "C"
"""
_LEGS = 'select * from marts.fct_bet_legs order by placed_at, leg_id collate "C"'


@dataclass(frozen=True)
class BookOfBets:
    """What the bets of one currency came to; rates are fractions of 1, money is of the currency.

    Free bets stand beside: their stake was nobody's, so they have a profit and no yield. Bets whose
    profit nobody knows (`unknown_profit`) are in no sum. A yield is None without a settled bet, its
    interval and p-value with fewer bets or days than backtests ask for.
    """

    currency: str
    bets: int
    won: int
    lost: int
    pushed: int
    void: int
    cashed_out: int
    pending: int
    unmatched: int
    disputed: int
    unknown_profit: int
    turnover: float
    profit: float
    yield_: float | None
    yield_low: float | None
    yield_high: float | None
    p_value: float | None
    free_bets: int
    free_bet_profit: float
    clv_mean: float | None
    clv_low: float | None
    clv_high: float | None
    clv_bets: int
    beat_close_rate: float | None
    left_on_table_mean: float | None
    left_on_table_bets: int


def report(warehouse: Warehouse, *, time_zone: str) -> Mapping[str, Any]:
    """What the bets came to, by currency, and by what a close is taken to be.

    Returns:
        `books`, one `BookOfBets` a currency with its `breakdowns` by name; `conventions`, one row
        each with the mean CLV of all legs that have one.
    """
    books = [
        {
            **asdict(_book(members, str(currency), time_zone=time_zone)),
            "breakdowns": _breakdowns(members, time_zone=time_zone),
        }
        for currency, members in _bets(warehouse).groupby("currency", sort=True)
    ]
    legs = frame(warehouse, _LEGS)
    return {
        "books": books,
        "conventions": [_by_convention(legs, each, time_zone=time_zone) for each in CONVENTIONS],
    }


def settled(warehouse: Warehouse) -> pd.DataFrame:
    """The settled bets of one's own money, by the time they were settled; void ones left out.

    Returns:
        `currency`, `settled_at`, `profit`, and `expected_profit`, what the bet was worth by the
        close before the believed start; NaN where no close says so.
    """
    own = _measured(_bets(warehouse))
    own = own[_is_counted(own)].sort_values(["settled_at", "bet_number"], kind="stable")
    worth = own.assign(expected_profit=own["stake"] * own["no_vig_clv"])
    return worth[["currency", "settled_at", "profit", "expected_profit"]]


def _bets(warehouse: Warehouse) -> pd.DataFrame:
    bets = frame(warehouse, _BETS)
    bets["bet_number"] = range(len(bets))
    bets["currency"] = bets["currency"].fillna(NOT_TOLD)
    return bets


def _is_counted(own: pd.DataFrame) -> pd.Series:
    """Which bets have a turnover: what is void is given back."""
    return own["settlement"].notna() & (own["settlement"] != "void")


def _book(bets: pd.DataFrame, currency: str, *, time_zone: str) -> BookOfBets:
    status, own = bets["status"], _measured(bets)
    counted = own[_is_counted(own)]
    interval = yield_interval(own, time_zone=time_zone)
    clv = mean_interval(_with_closes(own), time_zone=time_zone)
    free = bets[bets["is_free_bet"]]
    values, left = bets["no_vig_clv"].dropna(), bets["left_on_table"].dropna()
    is_final = ~status.isin(["pending", "unmatched"])
    return BookOfBets(
        currency=currency,
        bets=len(bets),
        won=int(status.isin(["won", "half_won"]).sum()),
        lost=int(status.isin(["lost", "half_lost"]).sum()),
        pushed=int((status == "push").sum()),
        void=int((status == "void").sum()),
        cashed_out=int((status == "cashed_out").sum()),
        pending=int((status == "pending").sum()),
        unmatched=int((status == "unmatched").sum()),
        disputed=int(bets["is_disputed"].sum()),
        unknown_profit=int((is_final & bets["profit"].isna()).sum()),
        turnover=float(counted["stake"].sum()),
        profit=float(counted["profit"].sum()),
        yield_=ratios.ratio(float(counted["profit"].sum()), float(counted["stake"].sum())),
        yield_low=interval.low,
        yield_high=interval.high,
        p_value=p_value_by_day(own, time_zone=time_zone),
        free_bets=len(free),
        free_bet_profit=float(free["profit"].sum()),
        clv_mean=ratios.mean(floats(values)),
        clv_low=clv.low,
        clv_high=clv.high,
        clv_bets=len(values),
        beat_close_rate=ratios.mean(floats(bets["beat_close"].dropna())),
        left_on_table_mean=ratios.mean(floats(left)),
        left_on_table_bets=len(left),
    )


def _measured(bets: pd.DataFrame) -> pd.DataFrame:
    """The bets of one's own money, as `analysis.backtest` measures them.

    A cash-out counts as won or lost by what it paid. A parlay hangs together with no other bet.
    """
    own = bets[~bets["is_free_bet"] & ~((bets["profit"].isna()) & bets["settled_at"].notna())]
    cashed = own["profit"].map(lambda profit: "win" if profit >= 0 else "loss")
    settlement = own["status"].map(_SETTLEMENTS).where(own["status"] != "cashed_out", cashed)
    return own.assign(
        settlement=settlement,
        event_id=own["event_id"].fillna(own["bet_id"]),
        market_kind=own["market_kind"].fillna(SEVERAL),
        sport_key=own["sport_key"].fillna(SEVERAL),
        point_adjusted_clv=float("nan"),
    )


def _with_closes(bets: pd.DataFrame) -> pd.DataFrame:
    """Every bet for its close alone, whatever it was staked and paid."""
    return bets.assign(stake=1.0, profit=0.0, settlement=None)


def _breakdowns(bets: pd.DataFrame, *, time_zone: str) -> dict[str, list[dict[Any, Any]]]:
    own = _measured(bets)
    return {
        by: breakdown(own, by, time_zone=time_zone)
        .astype(object)
        .where(lambda table: table.notna(), None)
        .to_dict("records")
        for by in BREAKDOWNS.values()
    }


def _by_convention(legs: pd.DataFrame, convention: str, *, time_zone: str) -> dict[str, Any]:
    price = legs[f"clv_price_{convention}"].dropna()
    no_vig = legs[f"clv_no_vig_{convention}"]
    adjusted = legs[f"clv_point_adjusted_{convention}"]
    both = no_vig.fillna(adjusted)
    interval = mean_interval(
        legs.assign(
            bet_number=range(len(legs)),
            decided_at=legs["placed_at"],
            stake=1.0,
            profit=0.0,
            settlement=None,
            no_vig_clv=both,
            point_adjusted_clv=float("nan"),
        ),
        time_zone=time_zone,
    )
    return {
        "convention": convention,
        "legs": len(legs),
        "price_clv_mean": ratios.mean(floats(price)),
        "price_clv_legs": len(price),
        "no_vig_clv_mean": ratios.mean(floats(no_vig.dropna())),
        "no_vig_clv_legs": int(no_vig.notna().sum()),
        "point_adjusted_clv_mean": ratios.mean(floats(adjusted.dropna())),
        "point_adjusted_clv_legs": int(adjusted.notna().sum()),
        "clv_mean": ratios.mean(floats(both.dropna())),
        "clv_low": interval.low,
        "clv_high": interval.high,
        "clv_legs": int(both.notna().sum()),
    }
