"""What the view and the fair prices say in Python is what the marts say, row by row."""

from collections import defaultdict
from dataclasses import replace
from math import exp, isnan, log
from statistics import mean
from typing import Any

import pandas as pd
import pytest

from analysis.backtest.fair_prices import read_references, with_fair_prices
from analysis.backtest.offers import described
from analysis.odds_math import METHODS
from analysis.warehouse import Warehouse
from tests.analysis.lookahead import traps
from tests.analysis.lookahead.world import SPORT, view

CLOSEST = 1e-9
# nothing else has been shown to foretell results better
DEFAULT = "multiplicative"
SPORTS = [SPORT, traps.BASEBALL, traps.HOCKEY, "basketball_wnba", "basketball_ncaab"]
FAIR_KEY = [
    "event_id",
    "bookmaker_key",
    "market_key",
    "outcome_name",
    "outcome_description",
    "point",
]


@pytest.mark.parametrize(("moment", "age"), [("24h", 1440), ("6h", 240), ("3h", 180), ("1h", 60)])
def test_the_view_says_of_any_moment_what_the_mart_says_of_its_own(
    warehouse: Warehouse, moment: str, age: int
) -> None:
    shown = view(moment, sports=SPORTS)
    from_mart = shown._prepared(warehouse)
    as_of = shown._standing(warehouse, look_back_seconds=0, max_age=age)
    assert len(from_mart) > 100
    assert set(from_mart["market_key"]) == {"h2h", "spreads", "totals"}
    pd.testing.assert_frame_equal(as_of, from_mart, check_exact=True)
    pd.testing.assert_frame_equal(shown.offers(warehouse), from_mart, check_exact=True)


def test_what_is_known_at_once_is_the_same_by_both_clocks(warehouse: Warehouse) -> None:
    """Hockey was asked for live only."""
    published, ingested = (
        view("1h", sports=[traps.HOCKEY], clock=clock).offers(warehouse)  # type: ignore[arg-type]
        for clock in ("published", "ingested")
    )
    assert len(published) == 4
    pd.testing.assert_frame_equal(ingested, published, check_exact=True)


def test_a_look_back_finds_what_stood_then(warehouse: Warehouse) -> None:
    """What stood two hours before a decision at 1h is what a decision at 3h finds."""
    earlier = view("1h", max_age_minutes=60).earlier_quotes(warehouse, look_back_hours=2)
    at_three = view("3h", max_age_minutes=60).offers(warehouse)
    key = FAIR_KEY[:5]
    decided = view("1h", max_age_minutes=60).offers(warehouse)[["event_id", "commence_time"]]
    same_start = at_three.merge(decided.drop_duplicates(), on=["event_id", "commence_time"])
    both = earlier.merge(same_start, on=key, how="inner", suffixes=("", "_then"))
    assert len(both) > 1000
    assert len(both) == earlier["event_id"].isin(same_start["event_id"]).sum()
    assert (both["decimal_price"] == both["decimal_price_then"]).all()
    assert (both["point"].fillna(0) == both["point_then"].fillna(0)).all()


def fair_offers(warehouse: Warehouse, moment: str, *, method: str = "default") -> pd.DataFrame:
    offers = described(view(moment, sports=SPORTS).offers(warehouse))
    return with_fair_prices(offers, references=read_references(warehouse), method=method)


def fair_of_mart(warehouse: Warehouse, moment: str) -> dict[tuple[Any, ...], float | None]:
    """Fair probabilities by quote, moment and method."""
    rows = warehouse.rows(
        "select event_id, bookmaker_key, market_key, outcome_name, outcome_description, point,"
        " moment_at, method, fair_probability"
        " from intermediate.int_fair_at_moments where moment = ?",
        [moment],
    )
    return {tuple(row.values())[:-1]: row["fair_probability"] for row in rows}


def key_of(row: Any, *, moment_at: Any, method: str) -> tuple[Any, ...]:
    description = None if pd.isna(row.outcome_description) else row.outcome_description
    point = None if isnan(row.point) else row.point
    names = (row.event_id, row.bookmaker_key, row.market_key, row.outcome_name)
    return (*names, description, point, moment_at, method)


@pytest.mark.parametrize("method", ["default", *METHODS])
@pytest.mark.parametrize("moment", ["3h", "1h"])
def test_a_books_own_fair_prices_are_those_of_dbt(
    warehouse: Warehouse, moment: str, method: str
) -> None:
    known = fair_of_mart(warehouse, moment)
    compared = 0
    for row in fair_offers(warehouse, moment, method=method).itertuples():
        moment_at = row.decided_at.to_pydatetime()
        key = key_of(row, moment_at=moment_at, method=DEFAULT if method == "default" else method)
        # the marts' moments are before where the start came to lie, which no decision knows
        if key not in known:
            continue
        expected = known[key]
        if expected is None:
            assert isnan(row.own_probability), row
            continue
        assert row.own_probability == pytest.approx(expected, abs=CLOSEST)
        compared += 1
    assert compared > 500


def test_the_default_is_of_the_sport_and_the_kind_of_market(warehouse: Warehouse) -> None:
    offers = described(view("1h", sports=SPORTS).offers(warehouse))
    references = read_references(warehouse)
    by_method = {
        method: with_fair_prices(offers, references=references, method=method)["own_probability"]
        for method in ("power", "odds_ratio", "multiplicative")
    }
    place = SPORT, "moneyline"
    methods = {
        key: "power" if key == place else "odds_ratio" if key[0] == SPORT else "multiplicative"
        for key in references.default_methods
    }
    shown = with_fair_prices(offers, references=replace(references, default_methods=methods))
    seen = set()
    for index, row in zip(offers.index, shown.itertuples(), strict=True):
        key = row.sport_key, row.market_kind
        expected = by_method[methods[key]][index]
        assert row.own_probability == expected or isnan(expected)
        seen.add(methods[key])
    assert seen == {"power", "odds_ratio", "multiplicative"}
    apart = (by_method["power"] - by_method["multiplicative"]).abs()
    assert apart[offers["market_kind"] == "moneyline"].max() > 0.001


@pytest.mark.parametrize("moment", ["3h", "1h"])
def test_the_consensus_of_others_is_what_plain_python_makes_of_it(
    warehouse: Warehouse, moment: str
) -> None:
    offers = list(fair_offers(warehouse, moment).itertuples())
    references = read_references(warehouse)
    by_outcome = defaultdict(list)
    for row in offers:
        by_outcome[outcome_of(row)].append(row)
    told = silent = 0
    for row in offers:
        others = defaultdict(list)
        weights: dict[str, float] = {}
        for each in by_outcome[outcome_of(row)]:
            weight = references.weights.get(each.book_kind, references.weights["unknown"])
            if each.book_group != row.book_group and not isnan(each.own_probability) and weight:
                others[each.book_group].append(
                    log(each.own_probability / (1 - each.own_probability))
                )
                weights[each.book_group] = max(weight, weights.get(each.book_group, 0))
        assert row.source_count == len(others)
        if not others:
            assert isnan(row.consensus_probability)
            silent += 1
            continue
        total = sum(weights[group] * mean(members) for group, members in others.items())
        expected = 1 / (1 + exp(-total / sum(weights.values())))
        assert row.consensus_probability == pytest.approx(expected, abs=CLOSEST)
        told += 1
    assert told > 1000
    assert silent > 0


@pytest.mark.parametrize("moment", ["3h", "1h"])
def test_the_sharp_price_is_of_the_first_sharp_book_that_is_somebody_else(
    warehouse: Warehouse, moment: str
) -> None:
    offers = list(fair_offers(warehouse, moment).itertuples())
    order = {book: number for number, book in enumerate(read_references(warehouse).sharp_books)}
    by_outcome = defaultdict(list)
    for row in offers:
        if row.bookmaker_key in order and not isnan(row.own_probability):
            by_outcome[outcome_of(row)].append(row)
    from_second = 0
    for row in offers:
        references = sorted(by_outcome[outcome_of(row)], key=lambda each: order[each.bookmaker_key])
        others = [each for each in references if each.book_group != row.book_group]
        if not others:
            assert isnan(row.sharp_probability)
            continue
        assert row.sharp_probability == others[0].own_probability
        from_second += references[0] is not others[0]
    assert from_second > 0


def test_sharp_and_consensus_are_the_marts_where_the_book_does_not_count(
    warehouse: Warehouse,
) -> None:
    rows = warehouse.rows(
        "select event_id, market_key, outcome_name, outcome_description, point, moment_at, method,"
        " fair_probability, source_count, sharp_bookmaker_key, sharp_probability"
        " from marts.fct_consensus_prices where moment = '1h'"
    )
    known = {tuple(row.values())[:7]: row for row in rows}
    sharp = consensus = 0
    offers = fair_offers(warehouse, "1h")
    group_of = dict(zip(offers["bookmaker_key"], offers["book_group"], strict=True))
    for row in offers.itertuples():
        key = key_of(row, moment_at=row.decided_at.to_pydatetime(), method=DEFAULT)
        mart = known.get((key[0], *key[2:]))
        if mart is None:
            continue
        if mart["sharp_bookmaker_key"] and group_of[mart["sharp_bookmaker_key"]] != row.book_group:
            assert row.sharp_probability == pytest.approx(mart["sharp_probability"], abs=CLOSEST)
            sharp += 1
        if row.source_count == mart["source_count"]:
            assert row.consensus_probability == pytest.approx(mart["fair_probability"], abs=CLOSEST)
            consensus += 1
    assert sharp > 500
    assert consensus > 0


def outcome_of(row: Any) -> tuple[Any, ...]:
    point = None if isnan(row.point) else row.point
    return row.event_id, row.market_key, row.outcome_name, point
