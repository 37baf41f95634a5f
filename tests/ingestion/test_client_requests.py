from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from ingestion.errors import UsageError
from ingestion.odds_api.endpoints import (
    EventOddsRequest,
    EventsRequest,
    HistoricalEventOddsRequest,
    HistoricalEventsRequest,
    HistoricalOddsRequest,
    OddsRequest,
    Request,
    ScoresRequest,
    SportsRequest,
    markets_that_fit,
)

EVENT = "0123456789abcdef0123456789abcdef"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NBA = "basketball_nba"
FORMATS = {"oddsFormat": "american", "dateFormat": "iso"}


@pytest.mark.parametrize(
    ("request_", "path", "params", "price"),
    [
        pytest.param(SportsRequest(), "/v4/sports", {}, 0, id="sports"),
        pytest.param(
            EventsRequest(
                sport_key=NBA,
                event_ids=(EVENT,),
                commence_time_from=NOON,
                commence_time_to=datetime(
                    2026, 11, 21, 1, tzinfo=timezone(timedelta(hours=2), name="EET")
                ),
            ),
            "/v4/sports/basketball_nba/events",
            {
                "eventIds": EVENT,
                "commenceTimeFrom": "2026-11-20T12:00:00Z",
                "commenceTimeTo": "2026-11-20T23:00:00Z",
                "dateFormat": "iso",
            },
            0,
            id="events",
        ),
        pytest.param(
            ScoresRequest(sport_key=NBA, days_from=3),
            "/v4/sports/basketball_nba/scores",
            {"daysFrom": "3", "dateFormat": "iso"},
            2,
            id="scores with completed games",
        ),
        pytest.param(
            ScoresRequest(sport_key=NBA),
            "/v4/sports/basketball_nba/scores",
            {"dateFormat": "iso"},
            1,
            id="scores",
        ),
        pytest.param(
            OddsRequest(sport_key=NBA, markets=("h2h", "totals"), bookmakers=("pinnacle", "novig")),
            "/v4/sports/basketball_nba/odds",
            {"markets": "h2h,totals", "bookmakers": "pinnacle,novig", **FORMATS},
            2,
            id="odds of named books",
        ),
        pytest.param(
            OddsRequest(sport_key=NBA, markets=("h2h", "spreads"), regions=("us", "eu")),
            "/v4/sports/basketball_nba/odds",
            {"markets": "h2h,spreads", "regions": "us,eu", **FORMATS},
            4,
            id="odds of regions",
        ),
        pytest.param(
            EventOddsRequest(
                sport_key=NBA, event_id=EVENT, markets=("player_points",), regions=("us",)
            ),
            f"/v4/sports/basketball_nba/events/{EVENT}/odds",
            {"markets": "player_points", "regions": "us", **FORMATS},
            1,
            id="odds of an event",
        ),
        pytest.param(
            HistoricalEventsRequest(sport_key=NBA, date=NOON),
            "/v4/historical/sports/basketball_nba/events",
            {"date": "2026-11-20T12:00:00Z", "dateFormat": "iso"},
            1,
            id="historical events",
        ),
        pytest.param(
            HistoricalOddsRequest(
                sport_key=NBA, date=NOON, markets=("h2h",), bookmakers=("barstool",)
            ),
            "/v4/historical/sports/basketball_nba/odds",
            {
                "markets": "h2h",
                "bookmakers": "barstool",
                "date": "2026-11-20T12:00:00Z",
                **FORMATS,
            },
            10,
            id="historical odds of a book that is gone",
        ),
        pytest.param(
            HistoricalEventOddsRequest(
                sport_key=NBA,
                event_id=EVENT,
                date=NOON,
                markets=("player_points", "player_assists"),
                regions=("us",),
            ),
            f"/v4/historical/sports/basketball_nba/events/{EVENT}/odds",
            {
                "markets": "player_points,player_assists",
                "regions": "us",
                "date": "2026-11-20T12:00:00Z",
                **FORMATS,
            },
            20,
            id="historical odds of an event",
        ),
    ],
)
def test_a_request_knows_its_path_its_params_and_its_price(
    request_: Request, path: str, params: dict[str, str], price: int
) -> None:
    assert request_.path == path
    assert request_.params == params
    assert request_.estimated_credits == price
    assert not request_.warnings


def odds(**changes: Any) -> OddsRequest:
    given = {"sport_key": NBA, "markets": ("h2h",), "bookmakers": ("pinnacle",)}
    return OddsRequest(**(given | changes))


def event_odds(**changes: Any) -> EventOddsRequest:
    given = {"sport_key": NBA, "markets": ("h2h",), "regions": ("us",), "event_id": EVENT}
    return EventOddsRequest(**(given | changes))


@pytest.mark.parametrize(
    ("build", "complaint"),
    [
        pytest.param(
            lambda: odds(sport_key="basketball_nbaa"), "did you mean basketball_nba", id="sport"
        ),
        pytest.param(lambda: odds(sport_key="upcoming"), "unknown sport", id="all sports at once"),
        pytest.param(lambda: odds(markets=("spread",)), "did you mean spreads", id="market"),
        pytest.param(lambda: odds(markets=("h2h, totals",)), "unknown market", id="space in list"),
        pytest.param(lambda: odds(markets=()), "markets: name at least one", id="no market"),
        pytest.param(lambda: odds(markets=("h2h", "h2h")), "h2h named twice", id="market twice"),
        pytest.param(
            lambda: odds(markets=("player_points",)), "ask per event", id="prop of a sport"
        ),
        pytest.param(
            lambda: odds(markets=("outrights",)), "has no outrights", id="outrights of games"
        ),
        pytest.param(
            lambda: odds(sport_key="golf_masters_tournament_winner"),
            "has outrights only",
            id="h2h of a winner market",
        ),
        pytest.param(lambda: odds(bookmakers=("circasports",)), "unknown bookmaker", id="book"),
        pytest.param(
            lambda: odds(bookmakers=("pinnacle", "pinnacle")), "named twice", id="book twice"
        ),
        pytest.param(
            lambda: odds(bookmakers=("caesars",)), "did you mean williamhill_us", id="retired book"
        ),
        pytest.param(lambda: odds(bookmakers=()), "name bookmakers", id="neither book nor region"),
        pytest.param(
            lambda: odds(bookmakers=(), regions=("usa",)), "unknown region 'usa'", id="region"
        ),
        pytest.param(lambda: event_odds(event_id=EVENT[:31]), "32 hexadecimal", id="short id"),
        pytest.param(lambda: event_odds(event_id="../" + EVENT), "32 hexadecimal", id="path as id"),
        pytest.param(
            lambda: EventsRequest(sport_key=NBA, event_ids=("x",)), "32 hexadecimal", id="event ids"
        ),
        pytest.param(
            lambda: EventsRequest(sport_key=NBA, commence_time_from=NOON, commence_time_to=NOON),
            "must be later",
            id="empty range",
        ),
        pytest.param(
            lambda: EventsRequest(
                sport_key=NBA, commence_time_from=NOON + timedelta(milliseconds=5)
            ),
            "whole seconds",
            id="parts of a second",
        ),
        pytest.param(
            lambda: HistoricalEventsRequest(sport_key=NBA, date=NOON.replace(tzinfo=None)),
            "no time zone",
            id="time without zone",
        ),
        pytest.param(
            lambda: ScoresRequest(sport_key=NBA, days_from=4), "1, 2 or 3 days", id="days from"
        ),
        pytest.param(
            lambda: ScoresRequest(sport_key="mma_mixed_martial_arts"),
            "no scores for",
            id="sport without scores",
        ),
    ],
)
def test_what_the_api_would_refuse_is_refused_before_it_is_sent(
    build: Callable[[], Request], complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint):
        build()


def test_regions_beside_named_books_are_not_sent_and_warned_about() -> None:
    request = odds(regions=("us", "eu"))
    assert "regions" not in request.params
    assert request.estimated_credits == 1
    assert request.warnings == ("bookmakers are named, so regions us,eu are not asked",)


def test_a_call_for_the_odds_of_a_sport_cannot_be_filtered() -> None:
    with pytest.raises(TypeError):
        odds(event_ids=(EVENT,))
    with pytest.raises(TypeError):
        odds(commence_time_from=NOON)


@pytest.mark.parametrize(
    ("sport", "expected"),
    [(NBA, ("h2h", "totals")), ("golf_masters_tournament_winner", ("outrights",))],
)
def test_each_sport_is_asked_for_the_markets_that_fit_it(
    sport: str, expected: tuple[str, ...]
) -> None:
    assert markets_that_fit(sport, ("h2h", "outrights", "totals")) == expected
