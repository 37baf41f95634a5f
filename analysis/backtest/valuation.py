"""What the board made of each offer: as the mart says of its own moments, else worked out here.

The mart moves the prices of others to an offer's point where few of them stand there. Here they are
read at the offer's own point only; a test holds the two together where the mart does the same.
"""

import numpy as np
import pandas as pd

from analysis.backtest.decision_view import DecisionView
from analysis.backtest.fair_prices import References, read_references, with_fair_prices
from analysis.frames import frame
from analysis.warehouse import Warehouse

RELATIONS = ("marts.fct_offers_valued", "marts.dim_bookmakers")
# the vars min_ev, max_roi and max_leg_age_minutes
MIN_EV = 0.01
MAX_ROI = 0.10
MAX_LEG_AGE_MINUTES = 10
DIGITS = 12

_KEY = [
    "event_id",
    "bookmaker_key",
    "market_key",
    "outcome_name",
    "outcome_description",
    "point",
]


def with_valuation(
    offers: pd.DataFrame, *, warehouse: Warehouse, view: DecisionView
) -> pd.DataFrame:
    """Offers with what the board made of each at the decision.

    Args:
        offers: as `described` gives them; one decision an event.
        warehouse: where the marts are.
        view: whose offers they are.

    Returns:
        The offers and `board_probability` (of a win, where the bet is no push) and
        `board_push_probability`, NaN where nobody else quotes the outcome, and `is_board_edge`,
        whether the board would have listed it.
    """
    moment = view.fixed_moment(warehouse)
    if moment is None:
        books = warehouse.rows("select bookmaker_key from marts.dim_bookmakers where is_my_book")
        mine = [row["bookmaker_key"] for row in books]
        return valued_here(offers, references=read_references(warehouse), books=mine)
    sql = """
        select
            event_id,
            bookmaker_key,
            market_key,
            outcome_name,
            outcome_description,
            point,
            fair_probability as board_probability,
            push_probability as board_push_probability,
            is_edge as is_board_edge
        from marts.fct_offers_valued
        where moment = ?
    """
    valued = offers.merge(
        frame(warehouse, sql, [moment]), on=_KEY, how="left", validate="one_to_one"
    )
    # an engine's sums differ in their last bits from build to build
    for name in ("board_probability", "board_push_probability"):
        valued[name] = valued[name].round(DIGITS)
    return valued.assign(is_board_edge=valued["is_board_edge"].eq(True))


def valued_here(offers: pd.DataFrame, *, references: References, books: list[str]) -> pd.DataFrame:
    """The same columns, from the offers alone.

    Args:
        offers: as `described` gives them; one decision an event.
        references: whose opinion counts.
        books: those that the board bets at.
    """
    shown = offers[_is_of_last_look(offers)]
    others = with_fair_prices(shown, references=references, sum_to_one=False)[
        "consensus_probability"
    ]
    probability = others.reindex(offers.index)
    edge = probability * offers["net_decimal_price"] - 1
    is_mine = offers["bookmaker_key"].isin(books)
    return offers.assign(
        board_probability=probability,
        board_push_probability=probability.where(probability.isna(), 0.0),
        is_board_edge=is_mine & (edge > MIN_EV) & (edge <= MAX_ROI),
    )


def _is_of_last_look(offers: pd.DataFrame) -> pd.Series:
    """Whether an offer was seen so near to the newest of its market that the two compare."""
    line_market = offers["market_key"].str.replace("alternate_", "").str.replace("_alternate", "")
    newest = offers.groupby([offers["event_id"], line_market])["captured_at"].transform("max")
    is_near: pd.Series = newest - offers["captured_at"] <= np.timedelta64(MAX_LEG_AGE_MINUTES, "m")
    return is_near
