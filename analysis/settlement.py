"""What becomes of a bet once the score is known: the twin of the dbt macros under `settlement/`."""

from typing import Final, Literal

Settlement = Literal["win", "half_win", "push", "half_loss", "loss"]
HOME, AWAY, DRAW = 1, 2, 3
OVER, UNDER = HOME, AWAY
MARKET_KINDS: Final = ("moneyline", "spread", "total")


def settlement_margin(
    *,
    market_kind: str,
    slot: int,
    outcome_count: int,
    point: float | None,
    home_score: int,
    away_score: int,
) -> float | None:
    """By how much an outcome won (negative: lost), its own point counted in.

    Args:
        market_kind: `moneyline`, `spread` or `total`; no other is settled by the final score.
        slot: 1 for the home side or Over, 2 for the away side or Under, 3 for the draw.
        outcome_count: how many outcomes the market has; of three, a level score is the draw's.
        point: the point as the outcome itself has it.
        home_score: final score of the home side.
        away_score: final score of the away side.

    Returns:
        The margin, or None where the final score does not settle the market.
    """
    home_margin = home_score - away_score
    if market_kind == "moneyline":
        if slot == DRAW:
            return 1 if home_margin == 0 else -1
        if outcome_count == DRAW and home_margin == 0:
            return -1
        return home_margin if slot == HOME else -home_margin
    if market_kind not in MARKET_KINDS or point is None:
        return None
    if market_kind == "spread":
        return point + (home_margin if slot == HOME else -home_margin)
    beyond = home_score + away_score - point
    return beyond if slot == OVER else -beyond


def settled_outcome(margin: float) -> Settlement:
    """What becomes of a bet whose outcome won by that margin; halves are of quarter lines."""
    if margin >= 0.5:
        return "win"
    if margin <= -0.5:
        return "loss"
    if margin == 0:
        return "push"
    return "half_win" if margin > 0 else "half_loss"
