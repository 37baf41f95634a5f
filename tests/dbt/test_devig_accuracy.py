"""The report on de-vigging finds by which method the simulator's books were built."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingestion.settings import Settings
from ingestion.warehouse import connect
from scheduler.transformation import Transformation
from simulator import (
    DEFAULT_BOOKMAKERS,
    DEMO_KEY,
    Accounts,
    Api,
    Season,
    SeasonOptions,
    quotes,
)
from simulator.books import Book
from simulator.clock import to_iso
from simulator.pricing import book_price
from simulator.probability import Law
from tests.dbt.marts import land
from tests.oracle import Line

ODDS = "/v4/sports/basketball_nba/odds"
SCORES = "/v4/sports/basketball_nba/scores"
PARAMS = {
    "bookmakers": ",".join(DEFAULT_BOOKMAKERS),
    "markets": "h2h",
    "oddsFormat": "american",
}
GAMES = 150
DAY = 86_400
Raised = Callable[[float, float], float]


def power(probability: float, vig: float) -> float:
    """The implied probability of one of two outcomes, both raised to one power."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        total = probability**middle + (1 - probability) ** middle
        low, high = (middle, high) if total > 1 + vig else (low, middle)
    return float(probability**low)


BUILT: dict[str, Raised] = {
    "multiplicative": lambda probability, vig: probability * (1 + vig),
    "additive": lambda probability, vig: probability + vig / 2,
    "power": power,
}


def build_books_by(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the simulator's books put their margin on moneylines by this method."""

    def two_way(
        book: Book, market: str, law: Law, sides: Any, *, vig: float | None = None
    ) -> tuple[quotes.Outcome, ...]:
        margin = book.vig if vig is None else vig
        probability = law.first_probability(market, None)
        return sides.order(
            quotes.Outcome(sides.home, book_price(book, BUILT[method](probability, margin))),
            quotes.Outcome(sides.away, book_price(book, BUILT[method](1 - probability, margin))),
        )

    monkeypatch.setattr(quotes, "two_way", two_way)


def recorded(season: Season) -> Iterator[Line]:
    """A look three minutes before each start, and the scores of each day."""
    api = Api(season, accounts=Accounts(credits_a_month=10**7))
    looks = sorted({event.scheduled - 180 for event in season.event_by_id.values()})
    days = range(season.starts, season.ends + 2 * DAY, DAY)
    for path, params, moments in (
        (ODDS, PARAMS, looks),
        (SCORES, {"daysFrom": "3"}, days),
    ):
        for moment in moments:
            answer = api.answer(path, {"apiKey": DEMO_KEY, **params}, seconds=moment)
            yield {
                "endpoint": path,
                "params": params,
                "received_at": to_iso(moment),
                "status": answer.status,
                "headers": answer.headers,
                "body": json.loads(answer.body),
            }


@pytest.mark.heavy
@pytest.mark.parametrize("method", BUILT)
def test_the_method_the_books_were_built_with_is_found(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    build_books_by(method, monkeypatch)
    season = Season(SeasonOptions(seed=21, games=GAMES, moved_share=0, postponed_share=0))
    land(recorded(season), settings)
    as_of = datetime.fromtimestamp(season.ends, UTC) + timedelta(days=3)
    Transformation(settings).invoke("seed")
    Transformation(settings).invoke(
        "run", "--select", "+rpt_devig_accuracy", "fct_odds_changes", as_of=as_of
    )
    with connect(settings) as connection:
        rows = connection.rows(
            "select method, game_count, favourite_bias, favourite_bias_error, margin_method,"
            " log_loss_difference, difference_error, chosen_method"
            " from marts.rpt_devig_accuracy"
            " where market_kind = 'moneyline' and bookmaker_kind = 'retail'"
            " and through_date = (select max(through_date) from marts.rpt_devig_accuracy)"
            " order by method"
        )
    for row in rows:
        print(method, *row)  # noqa: T201 - the figures
    by_method = {row[0]: row for row in rows}
    assert set(by_method) == {
        "multiplicative",
        "additive",
        "power",
        "odds_ratio",
        "shin",
        "walk_forward",
    }
    assert by_method[method][1] > 0.9 * GAMES
    assert {row[4] for row in rows} == {method}
    # prices are rounded, so some bias is left; that of the others is larger by far
    for other in BUILT.keys() - {method}:
        bias, error = by_method[other][2:4]
        assert abs(bias) - 3 * error > abs(by_method[method][2])
    # so few games say nothing about what comes true
    assert {row[7] for row in rows} == {"multiplicative"}
