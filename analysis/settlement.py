"""What becomes of a bet once the score is known: the twin of the dbt macros under `settlement/`."""

from collections.abc import Sequence
from itertools import product
from typing import Final, Literal

Settlement = Literal["win", "half_win", "push", "half_loss", "loss"]
HOME, AWAY, DRAW = 1, 2, 3
OVER, UNDER = HOME, AWAY
SIDES: Final = (HOME, AWAY)
# what a score decides
MARKET_KINDS: Final = (
    "moneyline",
    "draw_no_bet",
    "double_chance",
    "both_score",
    "spread",
    "total",
    "team_total",
)
# what books put between two of home, away and draw
_SEPARATORS: Final = (" or ", "/", " / ", " & ")


def settlement_margin(
    *,
    market_kind: str,
    side_no: int,
    outcome_count: int,
    point: float | None,
    home_score: int,
    away_score: int,
    team: int | None = None,
) -> float | None:
    """By how much an outcome won (negative: lost), its own point counted in.

    Args:
        market_kind: one of `MARKET_KINDS`; no other is settled by a score.
        side_no: 1 for the home side, Over or Yes, 2 for the away side, Under or No, 3 for the draw,
            0 for none of them; of a double chance as `double_chance_side` has it.
        outcome_count: how many outcomes the market has, 0 where nobody knows; of three, a level
            score is the draw's.
        point: the point as the outcome itself has it.
        home_score: score of the home side, of the part of the game that the market is settled on.
        away_score: score of the away side.
        team: whose points a team total counts, 1 for the home side, 2 for the away side.

    Returns:
        The margin, or None where the score does not settle the market.
    """
    home_margin = home_score - away_score
    if market_kind == "moneyline":
        return _moneyline_margin(side_no, outcome_count, home_margin)
    if market_kind == "double_chance":
        return _double_chance_margin(side_no, home_margin)
    if side_no not in SIDES:
        return None
    if market_kind == "draw_no_bet":
        return home_margin if side_no == HOME else -home_margin
    if market_kind == "both_score":
        have_both = home_score > 0 and away_score > 0
        return 1 if have_both is (side_no == OVER) else -1
    counted = {
        "spread": home_margin,
        "total": home_score + away_score,
        "team_total": {HOME: home_score, AWAY: away_score}.get(team or 0),
    }.get(market_kind)
    return None if counted is None else _point_margin(market_kind, side_no, counted, point)


def double_chance_side(outcome_name: str, *, home_team: str, away_team: str) -> int:
    """What a double chance stands on: 1 not the away side, 2 not the home side, 3 no draw.

    Its outcomes name two of the home side, the away side and the draw, in either order, the sides
    by their names or as `Home` and `Away`. 0 for any other text.
    """
    home, away, draw = (home_team.lower(), "home"), (away_team.lower(), "away"), ("draw",)
    named = {
        HOME: {"1x", *_either_way(home, draw)},
        AWAY: {"x2", *_either_way(away, draw)},
        DRAW: {"12", *_either_way(home, away)},
    }
    return next((side_no for side_no in named if outcome_name.lower() in named[side_no]), 0)


def settled_outcome(margin: float) -> Settlement:
    """What becomes of a bet whose outcome won by that margin; halves are of quarter lines."""
    if margin >= 0.5:
        return "win"
    if margin <= -0.5:
        return "loss"
    if margin == 0:
        return "push"
    return "half_win" if margin > 0 else "half_loss"


def _moneyline_margin(side_no: int, outcome_count: int, home_margin: int) -> int | None:
    if side_no == DRAW:
        return 1 if home_margin == 0 else -1
    if side_no not in SIDES:
        return None
    if home_margin == 0 and outcome_count != len(SIDES):
        # whether a level score loses, where nobody knows of how many outcomes the market is
        return -1 if outcome_count == DRAW else None
    return home_margin if side_no == HOME else -home_margin


def _double_chance_margin(side_no: int, home_margin: int) -> int | None:
    is_lost = {HOME: home_margin < 0, AWAY: home_margin > 0, DRAW: home_margin == 0}
    return None if side_no not in is_lost else -1 if is_lost[side_no] else 1


def _point_margin(
    market_kind: str, side_no: int, counted: int, point: float | None
) -> float | None:
    if point is None:
        return None
    if market_kind == "spread":
        return point + (counted if side_no == HOME else -counted)
    return counted - point if side_no == OVER else point - counted


def _either_way(these: Sequence[str], those: Sequence[str]) -> set[str]:
    """Two outcomes as one name, in either order."""
    pairs = [*product(these, those), *product(those, these)]
    return {f"{one}{separator}{other}" for one, other in pairs for separator in _SEPARATORS}
