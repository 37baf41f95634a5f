"""Every mutation by name, and mixtures of them, for comparisons that run through all."""

from collections.abc import Callable

from tests.oracle.edits import Mutation
from tests.oracle.mutations import (
    books_aged_out,
    compose,
    decimal_prices,
    duplicates,
    empties,
    errors,
    future_stamps,
    lost_snapshots,
    missing_books,
    missing_events,
    missing_markets,
    missing_outcomes,
    shuffled,
    stale_stamps,
    starts_moved_after_last_pre_match,
    starts_moved_early,
    starts_moved_later,
    starts_rewritten_far_back,
    starts_wavering,
)
from tests.oracle.odd_values import odd_values
from tests.oracle.request_mutations import (
    alternating_regions,
    event_calls,
    event_lists,
    filtered_calls,
    one_book_each_second,
    one_market_each_second,
    same_instant,
    shows_more_than_asked,
    upcoming_calls,
)

SINGLE: dict[str, Callable[[int], Mutation]] = {
    "starts_moved_early": lambda seed: starts_moved_early(seed=seed),
    "starts_rewritten_far_back": lambda seed: starts_rewritten_far_back(seed=seed),
    "starts_wavering": lambda seed: starts_wavering(seed=seed),
    "starts_moved_later": lambda seed: starts_moved_later(seed=seed),
    "starts_moved_after_last_pre_match": lambda seed: starts_moved_after_last_pre_match(seed=seed),
    "lost_snapshots": lambda seed: lost_snapshots(seed=seed),
    "missing_books": lambda seed: missing_books(seed=seed),
    "missing_markets": lambda seed: missing_markets(seed=seed),
    "missing_outcomes": lambda seed: missing_outcomes(seed=seed),
    "missing_events": lambda seed: missing_events(seed=seed),
    "stale_stamps": lambda seed: stale_stamps(seed=seed),
    "books_aged_out": lambda seed: books_aged_out(seed=seed),
    "stamps_seconds_ahead": lambda seed: future_stamps(seed=seed),
    "stamps_an_hour_ahead": lambda seed: future_stamps(seed=seed, longest=3600),
    "empties": lambda seed: empties(seed=seed),
    "errors": lambda seed: errors(seed=seed),
    "duplicates": lambda seed: duplicates(seed=seed),
    "shuffled": lambda seed: shuffled(seed=seed),
    "decimal_prices": lambda seed: decimal_prices(seed=seed),
    "one_market_each_second": lambda seed: one_market_each_second(seed=seed),
    "shows_more_than_asked": lambda seed: shows_more_than_asked(seed=seed),
    "one_book_each_second": lambda seed: one_book_each_second(seed=seed),
    "some_books_each_second": lambda seed: one_book_each_second(seed=seed, most=3),
    "alternating_regions": lambda seed: alternating_regions(seed=seed),
    "filtered_calls": lambda seed: filtered_calls(seed=seed),
    "event_calls": lambda seed: event_calls(seed=seed),
    "upcoming_calls": lambda seed: upcoming_calls(seed=seed),
    "event_lists": lambda seed: event_lists(seed=seed),
    "odd_values": lambda seed: odd_values(seed=seed),
    "same_instant": lambda seed: same_instant(seed=seed),
}


def feed_faults(seed: int) -> Mutation:
    """Everything a feed can do to one kind of call."""
    return compose(
        starts_moved_early(seed=seed),
        starts_moved_later(seed=seed + 1),
        starts_rewritten_far_back(seed=seed + 2, share=0.3),
        missing_events(seed=seed),
        missing_books(seed=seed),
        missing_markets(seed=seed),
        missing_outcomes(seed=seed),
        stale_stamps(seed=seed),
        books_aged_out(seed=seed + 3, share=0.1),
        future_stamps(seed=seed),
        lost_snapshots(seed=seed),
        empties(seed=seed),
        errors(seed=seed),
    )


def overlapping_scopes(seed: int) -> Mutation:
    """Calls of every kind between each other, over books, markets and events that come and go."""
    return compose(
        missing_events(seed=seed),
        missing_books(seed=seed),
        missing_markets(seed=seed),
        alternating_regions(seed=seed),
        event_calls(seed=seed),
        one_market_each_second(seed=seed, step=3),
        one_book_each_second(seed=seed, step=4, most=3),
        filtered_calls(seed=seed, step=5),
        upcoming_calls(seed=seed),
        event_lists(seed=seed),
        same_instant(seed=seed, step=7),
    )


def everything(seed: int) -> Mutation:
    """Faults and overlapping scopes, repeated and in any order."""
    return compose(
        feed_faults(seed),
        overlapping_scopes(seed),
        odd_values(seed=seed, share=0.1),
        duplicates(seed=seed),
        shuffled(seed=seed),
    )


MIXED: dict[str, Callable[[int], Mutation]] = {
    "feed_faults": feed_faults,
    "overlapping_scopes": overlapping_scopes,
    "everything": everything,
}
