"""Which request speaks about the absence of what another request last showed."""

from tests.oracle.responses import Request, ShownEvent

LAY_BASES = {"h2h_lay": "h2h", "outrights_lay": "outrights"}


def covers(
    later: Request, earlier: Request, shown: ShownEvent, bookmaker_key: str, market_key: str
) -> bool:
    """Whether `later` would have shown a piece that `earlier` last showed, were it still there.

    `shown` is the event as the response to `earlier` listed it.
    """
    return (
        later.is_odds
        and later.sport_key != "upcoming"
        and _asks_market(later, market_key)
        and _asks_book(later, earlier, bookmaker_key)
        and _asks_event(later, shown)
    )


def _asks_market(later: Request, market_key: str) -> bool:
    return market_key in later.markets or LAY_BASES.get(market_key) in later.markets


def _asks_book(later: Request, earlier: Request, bookmaker_key: str) -> bool:
    if later.bookmakers:
        return bookmaker_key in later.bookmakers
    # which region a named book belongs to cannot be known
    if earlier.bookmakers or not earlier.regions:
        return False
    return earlier.regions <= later.regions


def _asks_event(later: Request, shown: ShownEvent) -> bool:
    if later.event_id is not None:
        is_asked = later.event_id == shown.event_id
    else:
        is_asked = later.sport_key == shown.sport_key
    return (
        is_asked
        and (not later.event_ids or shown.event_id in later.event_ids)
        and (later.commence_from is None or later.commence_from <= shown.commence_time)
        and (later.commence_to is None or shown.commence_time <= later.commence_to)
    )
