import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.odds_api.credits import (
    CREDITS_PER_CALL,
    CREDITS_PER_MARKET_AND_REGION,
    Endpoint,
    billed_regions,
    estimate,
)

counts = st.integers(min_value=0, max_value=300)
some = st.integers(min_value=1, max_value=300)
per_market = st.sampled_from(sorted(CREDITS_PER_MARKET_AND_REGION))


@pytest.mark.parametrize(
    ("endpoint", "markets", "bookmakers", "regions", "expected"),
    [
        pytest.param("odds", 3, 5, 0, 3, id="three markets of five books"),
        pytest.param("odds", 3, 10, 0, 3, id="ten books are one region"),
        pytest.param("odds", 3, 11, 0, 6, id="the eleventh book is a second region"),
        pytest.param("odds", 2, 0, 3, 6, id="two markets of three regions"),
        pytest.param("odds", 1, 1, 9, 1, id="named books win over regions"),
        pytest.param("event_odds", 5, 0, 2, 10, id="five markets of one event"),
        pytest.param("historical_odds", 3, 0, 3, 90, id="history costs ten times as much"),
        pytest.param("historical_event_odds", 4, 20, 0, 80, id="history of one event"),
        pytest.param("historical_events", 0, 0, 0, 1, id="historical events"),
        pytest.param("event_markets", 0, 0, 0, 1, id="markets of an event"),
        pytest.param("participants", 0, 0, 0, 1, id="participants"),
        pytest.param("events", 0, 0, 0, 0, id="events are free"),
        pytest.param("sports", 0, 0, 0, 0, id="sports are free"),
    ],
)
def test_a_call_is_estimated_by_the_price_list(
    endpoint: Endpoint, markets: int, bookmakers: int, regions: int, expected: int
) -> None:
    billed = billed_regions(bookmaker_count=bookmakers, region_count=regions)
    assert estimate(endpoint, market_count=markets, regions=billed) == expected


@pytest.mark.parametrize(("has_days_from", "expected"), [(False, 1), (True, 2)])
def test_scores_cost_a_second_credit_with_completed_games(
    has_days_from: bool, expected: int
) -> None:
    assert estimate("scores", has_days_from=has_days_from) == expected


@given(books=some, regions=counts)
def test_named_books_are_billed_by_the_ten_whatever_the_regions(books: int, regions: int) -> None:
    billed = billed_regions(bookmaker_count=books, region_count=regions)
    assert (billed - 1) * 10 < books <= billed * 10


@given(regions=counts)
def test_regions_are_billed_one_by_one_where_no_book_is_named(regions: int) -> None:
    assert billed_regions(region_count=regions) == regions


@given(endpoint=per_market, markets=counts, more=counts, regions=counts)
def test_markets_add_up(endpoint: Endpoint, markets: int, more: int, regions: int) -> None:
    def cost(count: int) -> int:
        return estimate(endpoint, market_count=count, regions=regions)

    assert cost(markets + more) == cost(markets) + cost(more)


@given(markets=counts, regions=counts)
def test_history_costs_ten_times_the_live_call(markets: int, regions: int) -> None:
    live = estimate("odds", market_count=markets, regions=regions)
    assert estimate("historical_odds", market_count=markets, regions=regions) == 10 * live
    assert estimate("historical_event_odds", market_count=markets, regions=regions) == 10 * live
    assert estimate("event_odds", market_count=markets, regions=regions) == live


@given(endpoint=st.sampled_from(sorted(CREDITS_PER_CALL)), markets=counts, regions=counts)
def test_a_call_with_a_fixed_price_ignores_markets_and_regions(
    endpoint: Endpoint, markets: int, regions: int
) -> None:
    assert estimate(endpoint, market_count=markets, regions=regions) == estimate(endpoint)
