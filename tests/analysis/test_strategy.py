"""Strategies by name and parameter, what they may return, and what each shipped one picks."""

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest

import analysis.backtest.strategy as strategy_module
from analysis.backtest.choosing import OPINIONS, choices
from analysis.backtest.fair_prices import References, with_fair_prices
from analysis.backtest.offers import described
from analysis.backtest.strategy import (
    Strategy,
    StrategyError,
    described_strategies,
    make_strategy,
    strategies,
)

SHIPPED = ["arbitrage", "ev", "flat", "line_movement", "middles"]
DECIDED_AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
REFERENCES = References(
    weights={"sharp": 1.0, "exchange": 0.6, "retail": 0.15, "unknown": 0.05, "dfs": 0.0},
    sharp_books=("pinnacle", "lowvig"),
    default_methods={
        ("basketball_nba", kind): "multiplicative" for kind in ("moneyline", "spread", "total")
    },
)
KINDS = {"pinnacle": "sharp", "lowvig": "sharp", "novig": "exchange"}
MARKET_OF = {
    "h2h": ("moneyline", "two_way"),
    "spreads": ("spread", "mirrored_points"),
    "totals": ("total", "over_under"),
}


def quote(
    book: str,
    outcome: str,
    price: float,
    point: float | None = None,
    *,
    market: str = "h2h",
    **changes: Any,
) -> dict[str, Any]:
    kind, outcome_set = MARKET_OF[market]
    decided_at = changes.get("decided_at", DECIDED_AT)
    return {
        "decided_at": decided_at,
        "event_id": "game",
        "sport_key": "basketball_nba",
        "home_team": "Home",
        "away_team": "Away",
        "commence_time": decided_at + timedelta(hours=1),
        "bookmaker_key": book,
        "book_kind": KINDS.get(book, "retail"),
        "book_group": book,
        "commission_rate": 0.0,
        "market_key": market,
        "market_kind": kind,
        "outcome_set": outcome_set,
        "period": "game",
        "outcome_name": outcome,
        "outcome_description": None,
        "line": np.nan,
        "point": np.nan if point is None else point,
        "american_price": 0,
        "decimal_price": price,
        "captured_at": decided_at - timedelta(minutes=5),
        "valid_from": decided_at - timedelta(hours=2),
        "response_id": "r",
        "outcome_count": 2,
        "earlier_price": price,
        "earlier_point": np.nan if point is None else point,
        **changes,
    }


def pair(
    book: str,
    first: float,
    second: float,
    point: float | None = None,
    *,
    market: str = "h2h",
    **changes: Any,
) -> list[dict[str, Any]]:
    names = ("Over", "Under") if market == "totals" else ("Home", "Away")
    other = -point if point is not None and market == "spreads" else point
    return [
        quote(book, names[0], first, point, market=market, **changes),
        quote(book, names[1], second, other, market=market, **changes),
    ]


def offers(*groups: list[dict[str, Any]]) -> pd.DataFrame:
    rows = pd.DataFrame([row for group in groups for row in group])
    for name in ("decided_at", "commence_time", "captured_at", "valid_from"):
        rows[name] = rows[name].astype("datetime64[us, UTC]")
    rows["outcome_description"] = rows["outcome_description"].astype("str")
    return with_fair_prices(described(rows), references=REFERENCES)


def picked(strategy: Strategy, shown: pd.DataFrame) -> list[tuple[str, str]]:
    chosen = choices(strategy, shown)
    return [(row.bookmaker_key, row.outcome_name) for row in shown.loc[chosen.index].itertuples()]


def test_all_shipped_strategies_are_known_by_name() -> None:
    assert [name for name in strategies() if name in SHIPPED] == SHIPPED
    for described_one in described_strategies():
        assert described_one["summary"].endswith(".")
        assert make_strategy(described_one["name"], {}).name == described_one["name"]


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("flatt", {}, r"no strategy 'flatt'.* did you mean flat\?.*arbitrage, board, ev"),
        ("zzz", {}, "no strategy 'zzz'.*there are arbitrage, board, ev"),
        ("ev", {"min_edg": "1"}, "ev has no parameter 'min_edg'.* did you mean min_edge"),
        ("ev", {"name": "x"}, "ev has no parameter 'name'"),
        ("ev", {"min_edge": "much"}, "min_edge is a number, not 'much'"),
        ("ev", {"min_sources": "1.5"}, "min_sources is a whole number, not '1.5'"),
        ("ev", {"reference": "me"}, "reference is one of sharp, consensus, not 'me'"),
        ("ev", {"min_edge": "0.2"}, "min_edge must be .* below max_edge"),
        ("ev", {"min_edge": "nan"}, "min_edge"),
        ("ev", {"min_sources": "0"}, "min_sources must be at least 1"),
        ("flat", {"pick": "both"}, "pick is one of home, away"),
        ("flat", {"min_price": "3", "max_price": "2"}, "min_price must be above 1"),
        ("arbitrage", {"min_roi": "0.2"}, "min_roi must be below max_roi"),
        ("middles", {"min_gap": "0"}, "gap without room|min_gap must be above 0"),
        ("middles", {"max_cost": "1"}, "max_cost is a share"),
        ("line_movement", {"hours": "0"}, "must be above 0"),
        ("line_movement", {"hours": "1e308"}, "at most 744, a month"),
        ("ev", {"max_age_minutes": "-1"}, "max_age_minutes must be above 0"),
        ("arbitrage", {"max_leg_gap_seconds": "-1"}, "max_leg_gap_seconds"),
        ("middles", {"max_age_minutes": "0"}, "max_age_minutes must be above 0"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_do(
    name: str, parameters: dict[str, str], message: str
) -> None:
    with pytest.raises(StrategyError, match=message):
        make_strategy(name, parameters)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("not_a_number", ["nan", "inf"])
def test_no_parameter_is_no_number(name: str, not_a_number: str) -> None:
    for parameter, default in make_parameters(name).items():
        if isinstance(default, float):
            with pytest.raises(StrategyError, match=parameter):
                make_strategy(name, {parameter: not_a_number})


def make_parameters(name: str) -> dict[str, Any]:
    (found,) = (each for each in described_strategies() if each["name"] == name)
    parameters: dict[str, Any] = found["parameters"]
    return parameters


# strategies of tests have no name of the class, or they would be everybody's
@dataclass(frozen=True)
class Parametrized(Strategy):
    """Takes every kind of parameter."""

    switch: bool = False
    most: int | None = None

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        return offers


def test_texts_become_the_types_of_the_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Parametrized, "name", "parametrized", raising=False)
    made = make_strategy("parametrized", {"switch": "true", "most": "3"})
    assert made == Parametrized(switch=True, most=3)
    assert make_strategy("parametrized", {"most": "none"}) == Parametrized()
    with pytest.raises(StrategyError, match="switch is true or false, not 'yes'"):
        make_strategy("parametrized", {"switch": "yes"})


@dataclass(frozen=True)
class Says(Strategy):
    """Returns its offers with columns of its own."""

    name: str = field(default_factory=lambda: "says")  # type: ignore[misc]
    says: tuple[tuple[str, Any], ...] = ()
    first: int | None = None
    judges_each_event_alone = True

    def select(self, offers: pd.DataFrame) -> pd.DataFrame:
        return offers.iloc[: self.first].assign(**dict(self.says))


TWO = [*pair("pinnacle", 1.95, 1.95), *pair("draftkings", 1.9, 1.9)]


@pytest.mark.parametrize(
    ("says", "message"),
    [
        ({"bet_group": "a"}, "bet_group and stake_share go together"),
        ({"stake_share": 0.5}, "bet_group and stake_share go together"),
        ({"win_probability": 1.2}, "win_probability lies outside 0 to 1"),
        ({"push_probability": -0.1}, "push_probability lies outside 0 to 1"),
        ({"bet_group": "a", "stake_share": -0.5}, "stake_share lies outside 0 to 1"),
        ({"bet_group": "a", "stake_share": 0.5}, "stake_share of a group is over 1"),
        ({"edge": np.inf}, "edge is endless"),
    ],
)
def test_opinions_that_make_no_sense_are_refused(says: dict[str, Any], message: str) -> None:
    with pytest.raises(StrategyError, match=message):
        choices(Says(says=tuple(says.items())), offers(TWO))


def test_choices_that_are_no_offers_are_refused() -> None:
    @dataclass(frozen=True)
    class Returns(Says):
        what: Any = None

        def select(self, offers: pd.DataFrame) -> pd.DataFrame:
            return self.what(offers)  # type: ignore[no-any-return]

    wrong = {
        "rows of the offers": lambda shown: shown.set_index(shown.index + 100),
        "must return rows": lambda shown: shown.index,
        "an offer twice": lambda shown: pd.concat([shown, shown]),
        "index 1 has bookmaker_key draftkings, the offer at that index": lambda shown: shown.merge(
            pd.DataFrame({"outcome_name": ["Away"]}), on="outcome_name"
        ),
        "has bookmaker_key draftkings, the offer at that index has pinnacle": lambda shown: shown[
            ::-1
        ].reset_index(drop=True),
        "has decimal_price 3.0": lambda shown: shown.assign(decimal_price=3.0),
        "with event_id": lambda shown: shown[["outcome_name", "decided_at"]],
        "a column twice": lambda shown: pd.concat([shown, shown[["point"]]], axis=1),
        "says failed: SystemExit": lambda _: sys.exit(0),
        "says failed: ValueError": lambda shown: shown.assign(win_probability="high"),
        "says failed: TypeError": lambda shown: shown.assign(bet_group=[[1]] * len(shown)),
        "says failed: KeyError: 'nothing'": lambda shown: shown["nothing"],
    }
    for message, what in wrong.items():
        with pytest.raises(StrategyError, match=message):
            choices(Returns(what=what), offers(TWO))


def test_what_a_strategy_prints_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    class Talks(Says):
        def select(self, offers: pd.DataFrame) -> pd.DataFrame:
            sys.stdout.write("looking")
            return offers

    choices(Talks(), offers(TWO))
    said = capsys.readouterr()
    assert said.out == ""
    assert "looking" in said.err


def test_two_strategies_of_one_name_and_a_file_that_cannot_be_read_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Parametrized, "name", "flat", raising=False)
    with pytest.raises(StrategyError, match="two strategies are called flat: in "):
        strategies()
    monkeypatch.undo()
    with pytest.raises(
        StrategyError, match=r"cannot read the strategy in nowhere: ImportError: no"
    ):
        strategy_module._load("nowhere", partial(refuse, ImportError("no")))


def refuse(error: Exception) -> None:
    raise error


def test_who_bets_where_one_has_no_account_is_refused() -> None:
    shown = offers(TWO).assign(can_bet=[False, False, True, True])
    with pytest.raises(StrategyError, match=r"bets at pinnacle, .* choose among .* `can_bet`"):
        choices(Says(), shown)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_strategies_hear_all_books_and_bet_at_ones_own(name: str) -> None:
    market = [
        *pair("pinnacle", 1.95, 1.97),
        *pair("fanduel", 2.3, 2.2, earlier_price=2.6),
        *pair("draftkings", 2.06, 1.8, earlier_price=2.2),
        *pair("betmgm", 1.8, 2.1, earlier_price=2.3),
        *pair("draftkings", 1.95, 1.9, 214.0, market="totals"),
        *pair("betmgm", 1.9, 1.95, 215.5, market="totals"),
    ]
    parameters = {"line_movement": {"min_books": "1"}, "middles": {"max_cost": "0.05"}}
    strategy = make_strategy(name, parameters.get(name, {}))
    own = ("draftkings", "betmgm")
    shown = offers(market)
    shown["can_bet"] = shown["bookmaker_key"].isin(own)
    chosen = picked(strategy, shown)
    assert chosen
    assert {book for book, _ in chosen} <= set(own)


def test_groups_are_named_by_their_first_offer_whatever_the_strategy_calls_them() -> None:
    says = (("bet_group", ["x", "y", "y", "x"]), ("stake_share", [0.5] * 4))
    assert choices(Says(says=says), offers(TWO))["bet_group"].tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize("is_alone", [True, False], ids=["at once", "moment by moment"])
def test_nothing_chosen_is_an_empty_frame_of_the_same_types(is_alone: bool) -> None:
    """Assigning to a frame without rows makes rows, or columns of another type."""

    @dataclass(frozen=True)
    class Whole(Says):
        judges_each_event_alone = is_alone

    shown = offers(TWO)
    says = (("win_probability", 0.5), ("edge", 0.1))
    full = choices(Whole(says=says), shown)
    for nothing in (
        choices(Whole(first=0), shown),
        choices(Whole(first=0, says=says), shown),
        choices(Whole(), shown.iloc[:0]),
    ):
        assert len(nothing) == 0
        assert list(nothing.columns) == list(OPINIONS)
        assert nothing.dtypes.to_dict() == full.dtypes.to_dict()


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_strategies_bear_no_offers_and_none_that_fit(name: str) -> None:
    shown = offers(TWO)
    assert choices(make_strategy(name, {}), shown.iloc[:0]).empty
    unlikely = {
        "flat": {"min_price": "900"},
        "ev": {"min_edge": "0.09"},
        "arbitrage": {"min_roi": "0.09"},
        "middles": {"min_gap": "50"},
        "line_movement": {"min_move": "0.9"},
    }
    assert choices(make_strategy(name, unlikely[name]), shown).empty
    only_pinnacle = shown[shown["bookmaker_key"] == "pinnacle"].iloc[:1]
    assert len(choices(make_strategy(name, {}), only_pinnacle)) == (name == "flat")


@pytest.mark.parametrize("name", SHIPPED)
def test_the_order_of_columns_and_of_other_games_decides_nothing(name: str) -> None:
    market = [
        *pair("pinnacle", 1.95, 1.97),
        *pair("draftkings", 2.06, 1.8, earlier_price=2.2),
        *pair("fanduel", 1.8, 2.1, earlier_price=2.3),
        *pair("pinnacle", 1.9, 1.95, 215.5, market="totals"),
        *pair("draftkings", 1.95, 1.9, 214.0, market="totals"),
    ]
    another = [{**row, "event_id": "another"} for row in market[::-1]]
    parameters = {"line_movement": {"min_books": "1"}, "middles": {"max_cost": "0.05"}}
    strategy = make_strategy(name, parameters.get(name, {}))
    alone = picked(strategy, offers(market))
    both = offers(market, another)
    of_game = choices(strategy, both).index
    found = both.loc[of_game[of_game < len(market)]]
    assert alone
    assert list(zip(found["bookmaker_key"], found["outcome_name"], strict=True)) == alone
    backwards = offers(market)[sorted(both.columns)]
    assert picked(strategy, backwards) == alone


def test_flat_backs_the_best_price_of_the_main_line() -> None:
    shown = offers(
        pair("a", 1.9, 1.9, -2.5, market="spreads"),
        pair("b", 1.95, 1.85, -2.5, market="spreads"),
        pair("c", 2.5, 1.5, -4.5, market="spreads"),
    )
    assert picked(make_strategy("flat", {}), shown) == [("b", "Home")]
    assert picked(make_strategy("flat", {"pick": "away"}), shown) == [("a", "Away")]
    assert picked(make_strategy("flat", {"pick": "favourite"}), shown) == [("a", "Away")]
    assert picked(make_strategy("flat", {"pick": "over"}), shown) == []


def test_expected_value_is_over_the_fair_price_of_others() -> None:
    """Pinnacle's 1.95 both ways is a fair 2.00; its own prices it does not judge."""
    shown = offers(pair("pinnacle", 1.95, 1.95), pair("draftkings", 2.06, 1.8))
    chosen = choices(make_strategy("ev", {}), shown)
    assert picked(make_strategy("ev", {}), shown) == [("draftkings", "Home")]
    assert chosen["edge"].tolist() == pytest.approx([0.03])
    assert chosen["win_probability"].tolist() == pytest.approx([0.5])
    assert picked(make_strategy("ev", {"min_edge": "0.031"}), shown) == []
    assert picked(make_strategy("ev", {"max_edge": "0.029"}), shown) == []


def test_arbitrage_stakes_pay_the_same_whatever_happens() -> None:
    shown = offers(pair("a", 2.1, 1.7), pair("b", 1.75, 2.05))
    chosen = choices(make_strategy("arbitrage", {}), shown)
    assert picked(make_strategy("arbitrage", {}), shown) == [("a", "Home"), ("b", "Away")]
    pays = chosen["stake_share"] * shown.loc[chosen.index, "net_decimal_price"]
    assert pays.tolist() == pytest.approx([1 + chosen["edge"].iloc[0]] * 2)
    assert chosen["edge"].iloc[0] == pytest.approx(1 / (1 / 2.1 + 1 / 2.05) - 1)
    assert chosen["stake_share"].sum() == pytest.approx(1)
    phantom = offers(pair("a", 2.6, 1.7), pair("b", 1.75, 2.05))
    assert picked(make_strategy("arbitrage", {}), phantom) == []
    one_book = offers(pair("a", 2.1, 2.05))
    assert picked(make_strategy("arbitrage", {}), one_book) == []


def test_two_of_three_outcomes_are_no_arbitrage() -> None:
    """Whoever backs both teams and leaves the draw out has only a bet on there being none."""
    shown = offers(
        pair("a", 2.1, 1.7, outcome_count=3),
        pair("b", 1.75, 2.05, outcome_count=3),
    )
    assert picked(make_strategy("arbitrage", {}), shown) == []


def test_prices_of_different_moments_are_no_arbitrage() -> None:
    earlier = {"captured_at": DECIDED_AT - timedelta(minutes=7)}
    apart = offers(pair("a", 2.1, 1.7), pair("b", 1.75, 2.05, **earlier))
    assert picked(make_strategy("arbitrage", {}), apart) == []
    assert picked(make_strategy("arbitrage", {"max_leg_gap_seconds": "120"}), apart) != []


def test_one_can_bet_at_the_books_one_has_an_account_at() -> None:
    shown = offers(pair("a", 2.1, 1.7), pair("b", 1.75, 2.05))
    assert described(shown, books=("b",))["can_bet"].tolist() == [False, False, True, True]
    assert described(shown)["can_bet"].all()


def test_two_skins_of_one_house_are_no_arbitrage() -> None:
    """Both are closed together, once one of them wins; a third house makes it one."""
    one_house = [
        *pair("betmgm", 2.1, 1.7, book_group="entain"),
        *pair("bwin", 1.75, 2.05, book_group="entain"),
    ]
    arbitrage = make_strategy("arbitrage", {})
    assert picked(arbitrage, offers(one_house)) == []
    with_another = offers(one_house, pair("fanduel", 1.7, 2.06))
    assert picked(arbitrage, with_another) == [("betmgm", "Home"), ("fanduel", "Away")]


@pytest.mark.parametrize(
    ("book", "outcome", "market", "point", "set_point"),
    [
        ("a", "Home", "spreads", -3.0, -3.0),
        ("a", "Away", "spreads", 3.0, -3.0),
        ("a", "Home", "spreads", 2.5, 2.5),
        ("a", "Away", "spreads", -2.5, 2.5),
        ("a", "Over", "totals", 47.5, 47.5),
        ("a", "Under", "totals", 47.5, 47.5),
    ],
)
def test_both_sides_of_a_line_have_the_point_of_the_home_side(
    book: str, outcome: str, market: str, point: float, set_point: float
) -> None:
    shown = offers([quote(book, outcome, 1.9, point, market=market)])
    assert shown["set_point"].tolist() == [set_point]


def test_a_commission_is_taken_from_what_is_won() -> None:
    shown = offers(pair("novig", 3.0, 1.5, commission_rate=0.05), pair("a", 3.0, 1.5))
    assert shown["net_decimal_price"].tolist() == pytest.approx([2.9, 1.475, 3.0, 1.5])


@pytest.mark.parametrize(
    ("over", "under", "is_middle"),
    [
        (214.0, 216.0, True),
        (216.0, 214.0, False),
        (215.0, 215.0, False),
        (214.5, 215.5, True),
        # a gap of a point, and every whole score wins at most one of them
        (214.0, 215.0, False),
        (214.25, 215.25, True),
    ],
)
def test_a_middle_has_room_between_its_lines(over: float, under: float, is_middle: bool) -> None:
    """Over the higher and under the lower line both can lose."""
    shown = offers(
        [quote("a", "Over", 1.98, over, market="totals")],
        [quote("b", "Under", 1.98, under, market="totals")],
    )
    expected = [("a", "Over"), ("b", "Under")] if is_middle else []
    assert picked(make_strategy("middles", {}), shown) == expected


@pytest.mark.parametrize(
    ("home", "away", "is_middle"),
    [(-1.5, 4.5, True), (-4.5, 1.5, False), (3.5, -1.5, True), (-3.0, 4.0, False)],
)
def test_a_middle_of_spreads_lies_between_their_margins(
    home: float, away: float, is_middle: bool
) -> None:
    """-1.5 and +4.5: both win where the home side wins by two, three or four."""
    shown = offers(
        [quote("a", "Home", 1.98, home, market="spreads")],
        [quote("b", "Away", 1.98, away, market="spreads")],
    )
    expected = [("a", "Home"), ("b", "Away")] if is_middle else []
    assert picked(make_strategy("middles", {}), shown) == expected


def test_line_movement_follows_the_books_that_moved() -> None:
    shown = offers(
        pair("a", 1.80, 2.0, earlier_price=2.0),
        pair("b", 1.82, 2.0, earlier_price=2.0),
        pair("c", 1.95, 2.0, earlier_price=1.95),
    )
    chosen = picked(make_strategy("line_movement", {"min_books": "3"}), shown)
    assert chosen == [("c", "Home")]
    assert picked(make_strategy("line_movement", {"min_books": "4"}), shown) == []
    assert picked(make_strategy("line_movement", {"min_move": "0.05"}), shown) == []
