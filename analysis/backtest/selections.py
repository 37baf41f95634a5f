"""Steps that strategies share: the line most books have, and the best price of an outcome."""

import pandas as pd

MARKET = ["event_id", "market_key", "outcome_description"]
OUTCOME = [*MARKET, "outcome_name", "point"]


def main_lines(offers: pd.DataFrame) -> pd.DataFrame:
    """The offers at each market's main line: the one most books have, of these the lowest."""
    books = offers.groupby([*MARKET, "set_point"], dropna=False, as_index=False).agg(
        book_count=("bookmaker_key", "nunique")
    )
    books = books.sort_values(
        [*MARKET, "book_count", "set_point"], ascending=[True] * 3 + [False, True]
    )
    lines = books.drop_duplicates(MARKET)[[*MARKET, "set_point"]]
    kept = offers.reset_index(names="offer").merge(lines, on=[*MARKET, "set_point"])
    return offers.loc[sorted(kept["offer"])]


def best_price_of_each(offers: pd.DataFrame) -> pd.DataFrame:
    """The best net price of each outcome at each point; of equal ones the first book's."""
    ordered = offers.sort_values(
        [*OUTCOME, "net_decimal_price", "bookmaker_key"],
        ascending=[True] * len(OUTCOME) + [False, True],
    )
    return offers.loc[sorted(ordered.drop_duplicates(OUTCOME).index)]
