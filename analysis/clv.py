"""Closing-line value in plain floats: the twin of the dbt macros under `clv/`.

What a bet is worth by the line its market closed at. Prices are decimal, values are fractions of
the stake (0.02 is two per cent), points are points. Where a macro gives null its twin raises
ValueError.
"""

from analysis.odds_math import expected_value, implied_probability

TIE = 1e-12


def price_clv(decimal_price: float, close_decimal_price: float) -> float:
    """How much more a bet pays back than the close of the same outcome at the same point.

    Raises:
        ValueError: one of the prices pays back no more than the stake.
    """
    return implied_probability(close_decimal_price) / implied_probability(decimal_price) - 1


def implied_clv(decimal_price: float, close_decimal_price: float) -> float:
    """The same as a difference of implied probabilities.

    Raises:
        ValueError: one of the prices pays back no more than the stake.
    """
    return implied_probability(close_decimal_price) - implied_probability(decimal_price)


def no_vig_clv(
    decimal_price: float, close_fair_probability: float, push_probability: float = 0.0
) -> float:
    """Expected profit per unit staked if the fair close at the bet's own point is right.

    Fair prices are of bets that are no push, and a push wins and loses nothing.

    Raises:
        ValueError: there is no such probability, or the price pays back no more than the stake.
    """
    if not 0 <= push_probability <= 1:
        raise ValueError(f"no probability of a push: {push_probability}")
    return (1 - push_probability) * expected_value(close_fair_probability, decimal_price)


def points_clv(outcome_name: str, bet_point: float, close_point: float) -> float:
    """How many points better the bet's line is than the close: lower for Over, else higher."""
    return close_point - bet_point if outcome_name == "Over" else bet_point - close_point


def point_adjusted_clv(
    decimal_price: float, win_probability: float, loss_probability: float
) -> float:
    """Expected profit per unit staked at the bet's point under the closing distribution.

    Raises:
        ValueError: the probabilities exceed 1, or the price pays back no more than the stake.
    """
    implied_probability(decimal_price)
    chances = win_probability, loss_probability
    if min(chances) < 0 or sum(chances) > 1 + TIE:
        raise ValueError(f"no probabilities of a win and a loss: {chances}")
    return win_probability * (decimal_price - 1) - loss_probability


def beat_close(closing_line_value: float) -> float:
    """1 where a bet beat the close, 0 where the close beat it, 0.5 where they are equal."""
    if abs(closing_line_value) <= TIE:
        return 0.5
    return 1.0 if closing_line_value > 0 else 0.0
