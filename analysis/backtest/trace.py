"""From a bet back to the bytes: each link says where the one before it came from."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from analysis.warehouse import Record, Warehouse

RELATIONS = ("marts.fct_odds", "marts.fct_odds_changes", "raw.api_responses")
_KEY = (
    "event_id",
    "bookmaker_key",
    "market_key",
    "outcome_name",
)


@dataclass(frozen=True)
class Trace:
    """The five links of one bet; a link is None where the warehouse has it no more.

    `is_whole` is whether each is there, the price is the same in all of them, and the bytes still
    hash to what was stored when they came.
    """

    bet: Record
    quote: Record | None
    change: Record | None
    response: Record | None
    bytes: Mapping[str, Any] | None

    @property
    def is_whole(self) -> bool:
        """Whether the chain holds."""
        links = (self.quote, self.change, self.response, self.bytes)
        return (
            all(link is not None for link in links)
            and self._has_price(self.quote)
            and self._has_price(self.change)
            and bool(self.bytes and self.bytes["is_intact"] and self.bytes["shows_the_price"])
        )

    def _has_price(self, link: Record | None) -> bool:
        return link is not None and all(
            link[name] == self.bet[name] for name in ("american_price", "point")
        )


def trace(warehouse: Warehouse, bet: Record) -> Trace:
    """Follow a bet to the quote as last shown, its change, the response of that, and its bytes.

    Args:
        warehouse: where the marts and the raw responses are.
        bet: a row of `fct_backtest_bets`.
    """
    response = _first(
        warehouse,
        """
        select
            response_id,
            endpoint,
            params,
            captured_at,
            status_code,
            origin,
            payload,
            payload_sha256
        from raw.api_responses
        where response_id = ?
        """,
        [bet["response_id"]],
    )
    return Trace(
        bet=bet,
        quote=_quote(warehouse, bet),
        change=_change(warehouse, bet),
        response=response and {name: response[name] for name in response if name != "payload"},
        bytes=response and _bytes(response, bet),
    )


def _quote(warehouse: Warehouse, bet: Record) -> Record | None:
    return _first(
        warehouse,
        f"""
        select
            captured_at,
            point,
            american_price,
            decimal_price,
            fetch_tier,
            response_id
        from marts.fct_odds
        where {_same_quote()} and captured_at = ? and point is not distinct from ?
        """,  # noqa: S608 - our own text; values are parameters
        [*_key_of(bet), bet["captured_at"], bet["point"]],
    )


def _change(warehouse: Warehouse, bet: Record) -> Record | None:
    return _first(
        warehouse,
        f"""
        select
            valid_from,
            valid_to,
            point,
            american_price,
            decimal_price,
            market_updated_at,
            response_id
        from marts.fct_odds_changes
        where {_same_quote()} and valid_from <= ? and point is not distinct from ?
        order by valid_from desc
        """,  # noqa: S608 - our own text; values are parameters
        [*_key_of(bet), bet["decided_at"], bet["point"]],
    )


def _same_quote() -> str:
    return (
        "".join(f"{name} = ? and " for name in _KEY) + "outcome_description is not distinct from ?"
    )


def _key_of(bet: Record) -> list[object]:
    return [*(bet[name] for name in _KEY), bet["outcome_description"]]


def _bytes(response: Record, bet: Record) -> Mapping[str, Any]:
    payload = response["payload"].encode()
    recomputed = hashlib.sha256(payload).hexdigest()
    shown = [price for price, point in _prices(orjson.loads(payload), bet) if point == bet["point"]]
    return {
        "length": len(payload),
        "stored_sha256": response["payload_sha256"],
        "recomputed_sha256": recomputed,
        "is_intact": recomputed == response["payload_sha256"],
        "shown_prices": shown,
        # american as received, or decimal
        "shows_the_price": bet["american_price"] in shown or bet["decimal_price"] in shown,
    }


def _prices(document: Any, bet: Record) -> Iterator[tuple[float, float | None]]:
    """What the answer itself shows for the outcome of the bet: price and point."""
    found = document["data"] if isinstance(document, dict) and "data" in document else document
    for event in found if isinstance(found, list) else [found]:
        if event.get("id") != bet["event_id"]:
            continue
        for book in event.get("bookmakers", []):
            for market in book.get("markets", []):
                if (book["key"], market["key"]) != (bet["bookmaker_key"], bet["market_key"]):
                    continue
                for outcome in market["outcomes"]:
                    is_same = outcome.get("description") == bet["outcome_description"]
                    if outcome["name"] == bet["outcome_name"] and is_same:
                        yield outcome["price"], outcome.get("point")


def _first(warehouse: Warehouse, sql: str, parameters: list[object]) -> Record | None:
    return next(iter(warehouse.rows(sql, parameters)), None)
