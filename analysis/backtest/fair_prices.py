"""Fair probabilities for offers: what the sharp book, and what all the others, made of the outcome.

They follow the dbt macros `devig`, `consensus_prices` and `sharp_prices`, set-based over frames; a
test holds the two together. The formulas of de-vigging are those of `analysis.odds_math`. A book
never judges itself.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.odds_math import fair_probabilities, implied_probability
from analysis.warehouse import Warehouse

RELATIONS = ("marts.consensus_weights", "marts.sharp_references", "marts.dim_default_methods")
DEFAULT_METHOD = "default"
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class References:
    """Whose opinion counts, and how it is read off prices.

    A weight by kind of book; the sharp books, first the one to ask; and the method that takes the
    margin out where a strategy names none, by sport and kind of market.
    """

    weights: dict[str, float]
    sharp_books: tuple[str, ...]
    default_methods: dict[tuple[str, str], str]


def read_references(warehouse: Warehouse) -> References:
    """The seeds `consensus_weights` and `sharp_references`, and `dim_default_methods`."""
    weights = warehouse.rows("select kind, weight from marts.consensus_weights")
    sharp = warehouse.rows("select bookmaker_key from marts.sharp_references order by priority")
    methods = warehouse.rows("select sport_key, market_kind, method from marts.dim_default_methods")
    return References(
        weights={row["kind"]: float(row["weight"]) for row in weights},
        sharp_books=tuple(row["bookmaker_key"] for row in sharp),
        default_methods={(row["sport_key"], row["market_kind"]): row["method"] for row in methods},
    )


def with_fair_prices(
    offers: pd.DataFrame,
    *,
    references: References,
    method: str = DEFAULT_METHOD,
    sum_to_one: bool = True,
) -> pd.DataFrame:
    """Offers with what others think of each: probabilities of a win where the bet is no push.

    Args:
        offers: as `described` gives them; one decision an event.
        references: whose opinion counts.
        method: of `odds_math.METHODS`, or `default`: that of the sport and kind of market.
        sum_to_one: whether the consensus on three outcomes is brought back to a sum of 1.

    Returns:
        The offers and `own_probability` (the offer's book itself), `sharp_probability`,
        `consensus_probability` and `source_count` (book groups in it); NaN where nobody else
        has a complete market at that point.
    """
    sets = group_numbers(
        offers, ["event_id", "bookmaker_key", "market_key", "outcome_description", "set_point"]
    )
    outcomes = group_numbers(
        offers, ["event_id", "market_key", "outcome_name", "outcome_description", "point"]
    )
    groups = group_numbers(offers, ["book_group"])
    own = _own_probabilities(offers, sets, _methods(offers, method, references=references))
    consensus, source_count = _consensus_of_others(
        offers, own, outcomes, groups, references=references
    )
    return offers.assign(
        own_probability=own,
        sharp_probability=_sharp_of_others(offers, own, outcomes, groups, references=references),
        consensus_probability=_summing_to_one(offers, consensus, sets) if sum_to_one else consensus,
        source_count=source_count,
    )


def group_numbers(frame: pd.DataFrame, columns: list[str]) -> Integers:
    """A number from 0 for each row's combination of values; missing ones are equal."""
    combined = np.zeros(len(frame), dtype=np.int64)
    for column in columns:
        numbers, values = pd.factorize(frame[column], use_na_sentinel=False)
        # kept small, so that the next product cannot overflow
        combined, _ = pd.factorize(combined * len(values) + numbers)
    return combined


def _methods(offers: pd.DataFrame, method: str, *, references: References) -> pd.Series:
    """The method that takes the margin out of each offer."""
    if method != DEFAULT_METHOD:
        return pd.Series(method, index=offers.index)
    places = zip(offers["sport_key"], offers["market_kind"], strict=True)
    return pd.Series([references.default_methods[place] for place in places], index=offers.index)


def _own_probabilities(offers: pd.DataFrame, sets: Integers, methods: pd.Series) -> Floats:
    """The book's own fair probabilities, where its outcome set is complete."""
    side_numbers = offers["side_no"].to_numpy()
    side_count = offers["outcome_count"].to_numpy()
    price_numbers, prices = pd.factorize(offers["decimal_price"])
    # one column a side_no: the price's number, -1 where there is none
    quoted = np.full((sets.max(initial=-1) + 1, 3), -1, dtype=np.int64)
    fits = (side_numbers >= 1) & (side_numbers <= side_count)
    quoted[sets[fits], side_numbers[fits] - 1] = price_numbers[fits]
    seen = np.bincount(sets[fits], minlength=len(quoted))
    wanted = np.zeros(len(quoted), dtype=np.int64)
    wanted[sets] = side_count
    complete = (seen == wanted) & ((quoted >= 0).sum(axis=1) == wanted) & (wanted >= 2)
    method_numbers, method_names = pd.factorize(methods)
    method_of_set = np.zeros(len(quoted), dtype=np.int64)
    method_of_set[sets] = method_numbers
    fair = np.full(quoted.shape, np.nan)
    # a market has few different prices, so each combination is worked out once
    keys = ((quoted[:, 0] + 1) * (len(prices) + 1) + quoted[:, 1] + 1) * (len(prices) + 1)
    keys = (keys + quoted[:, 2] + 1) * len(method_names) + method_of_set
    _, first, inverse = np.unique(keys[complete], return_index=True, return_inverse=True)
    members = np.flatnonzero(complete)
    worked_out = np.full((len(first), 3), np.nan)
    for number, member in enumerate(members[first]):
        at = [prices[price] for price in quoted[member] if price >= 0]
        worked_out[number, : len(at)] = _fair(at, method_names[method_of_set[member]])
    fair[members] = worked_out[inverse]
    result = np.full(len(offers), np.nan)
    result[fits] = fair[sets[fits], side_numbers[fits] - 1]
    return result


def _fair(prices: list[float], method: str) -> Any:
    fair = fair_probabilities([implied_probability(price) for price in prices], method)
    return np.nan if fair is None else fair


def _consensus_of_others(
    offers: pd.DataFrame,
    own: Floats,
    outcomes: Integers,
    groups: Integers,
    *,
    references: References,
) -> tuple[Floats, Integers]:
    """Fair prices of all book groups but the offer's own, averaged in logit space by weight."""
    # in the order of the groups' numbers, which decides the last bits of the sums
    keys = outcomes * (groups.max(initial=-1) + 1) + groups
    _, reference_of = np.unique(keys, return_inverse=True)
    unknown = references.weights.get("unknown", 0.0)
    weight_of_kind = {
        kind: references.weights.get(kind, unknown) for kind in offers["book_kind"].unique()
    }
    weights = offers["book_kind"].map(weight_of_kind).to_numpy(dtype=np.float64)
    counts = ~np.isnan(own) & (weights > 0)
    reference_count = reference_of.max(initial=-1) + 1
    log_odds = np.log(own[counts] / (1 - own[counts]))
    books = np.bincount(reference_of[counts], minlength=reference_count)
    summed = np.bincount(reference_of[counts], weights=log_odds, minlength=reference_count)
    log_odds_of = np.divide(summed, books, out=np.zeros(reference_count), where=books > 0)
    reference_weight = np.zeros(reference_count)
    np.maximum.at(reference_weight, reference_of[counts], weights[counts])
    outcome_of_reference = np.zeros(reference_count, dtype=np.int64)
    outcome_of_reference[reference_of] = outcomes
    outcome_count = outcomes.max(initial=-1) + 1
    weight = np.bincount(outcome_of_reference, weights=reference_weight, minlength=outcome_count)
    weighted = np.bincount(
        outcome_of_reference, weights=reference_weight * log_odds_of, minlength=outcome_count
    )
    counted = np.bincount(
        outcome_of_reference, weights=reference_weight > 0, minlength=outcome_count
    )
    others = counted[outcomes] - (reference_weight[reference_of] > 0)
    left = weight[outcomes] - reference_weight[reference_of]
    mean = np.divide(
        weighted[outcomes] - reference_weight[reference_of] * log_odds_of[reference_of],
        left,
        out=np.full(len(offers), np.nan),
        where=others > 0,
    )
    return 1 / (1 + np.exp(-mean)), others.astype(np.int64)


def _sharp_of_others(
    offers: pd.DataFrame,
    own: Floats,
    outcomes: Integers,
    groups: Integers,
    *,
    references: References,
) -> Floats:
    """The fair price of the first sharp book that quotes the outcome and is not the offer's own."""
    order = {book: priority for priority, book in enumerate(references.sharp_books)}
    priority = offers["bookmaker_key"].map(order).to_numpy(dtype=np.float64)
    is_sharp = ~np.isnan(priority) & ~np.isnan(own)
    sharp_rows = np.flatnonzero(is_sharp)
    sharp_rows = sharp_rows[np.lexsort((priority[sharp_rows], outcomes[sharp_rows]))]
    outcome_count = outcomes.max(initial=-1) + 1
    first_group, first = _first_sharp(sharp_rows, own, outcomes, groups, outcome_count)
    others = sharp_rows[groups[sharp_rows] != first_group[outcomes[sharp_rows]]]
    _, second = _first_sharp(others, own, outcomes, groups, outcome_count)
    is_first_himself = groups == first_group[outcomes]
    return np.where(is_first_himself, second[outcomes], first[outcomes])


def _first_sharp(
    rows: Integers, own: Floats, outcomes: Integers, groups: Integers, outcome_count: int
) -> tuple[Integers, Floats]:
    """Group and probability of the first of the rows of each outcome; rows are in order."""
    found, first = np.unique(outcomes[rows], return_index=True)
    group = np.full(outcome_count, -1, dtype=np.int64)
    probability = np.full(outcome_count, np.nan)
    group[found] = groups[rows[first]]
    probability[found] = own[rows[first]]
    return group, probability


def _summing_to_one(offers: pd.DataFrame, consensus: Floats, sets: Integers) -> Floats:
    """Of three outcomes, averaged one by one, the probabilities are brought back to a sum of 1."""
    is_of_three = (offers["outcome_count"] == 3).to_numpy()
    if not is_of_three.any():
        return consensus
    total = np.bincount(sets, weights=consensus)[sets]
    members = np.bincount(sets)[sets]
    scaled = np.divide(consensus, total, out=np.full(len(consensus), np.nan), where=members == 3)
    return np.where(is_of_three, scaled, consensus)
