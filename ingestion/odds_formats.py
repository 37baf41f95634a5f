"""Whether the prices of an answer are in the format that was asked for.

Read as decimal, an American -150 is a bet that pays less than nothing; read as American, 1.91 is no
price at all. Neither is told by a single price, since single prices are wrong at times.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

DEFAULT = "decimal"
FORMATS = (DEFAULT, "american")
# so many prices tell; an answer may hold a hundred thousand
LOOKED_AT = 50
LEAST_AMERICAN = 100


def contradiction(asked: object, body: object) -> str | None:
    """How the prices contradict the format asked for, null if they do not.

    Args:
        asked: the parameter `oddsFormat`, null where there is none, which means decimal.
        body: the answer, of any shape.
    """
    asked = asked or None  # an empty parameter asks for nothing
    if asked is not None and asked not in FORMATS:
        return f"params.oddsFormat must be {' or '.join(FORMATS)}, not {asked!r}"
    prices = list(islice(_prices(body), LOOKED_AT))
    decimal = [price for price in prices if 1 <= price < LEAST_AMERICAN]
    favourites = [price for price in prices if price <= -LEAST_AMERICAN]
    american = [price for price in prices if abs(price) >= LEAST_AMERICAN and price % 1 == 0]
    if asked == "american":
        if len(decimal) > len(american):
            return f"prices such as {decimal[0]:g} are not american, as params.oddsFormat asks for"
        return None
    # longshots are above 100 in decimal odds too, so that alone does not tell
    if len(favourites) > len(decimal):
        said = _said(asked)
        return f"prices such as {favourites[0]:g} are american, and {said}"
    if asked is None and len(american) > 0 and not decimal and len(american) == len(prices):
        return f"prices such as {american[0]:g} are american, and {_said(asked)}"
    return None


def _said(asked: object) -> str:
    if asked is None:
        return 'params name no oddsFormat, which means decimal: add "oddsFormat": "american"'
    return f"params.oddsFormat asks for {asked}"


def _prices(body: object) -> Iterator[float]:
    """The numbers among the prices of an answer, in its order."""
    if isinstance(body, dict) and "data" in body:
        body = body["data"]
    for event in [body] if isinstance(body, dict) else _objects(body):
        for book in _objects(event.get("bookmakers")):
            for market in _objects(book.get("markets")):
                for outcome in _objects(market.get("outcomes")):
                    price = outcome.get("price")
                    if isinstance(price, int | float) and not isinstance(price, bool):
                        yield price


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))
