from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from simulator import DEMO_KEY, Season, SeasonOptions, Server, VirtualClock, serve
from tests.cli.conftest import Place

NBA = "basketball_nba"
AFTERNOON = datetime(2026, 1, 6, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def games() -> Season:
    return Season(SeasonOptions(seed=7, games=30, first_day=date(2026, 1, 5)))


@pytest.fixture
def api(games: Season) -> Iterator[Server]:
    with serve(games, VirtualClock(AFTERNOON)) as server:
        yield server


@pytest.fixture
def access(api: Server) -> dict[str, str]:
    return {"ODDS_API_BASE_URL": api.url, "ODDS_API_KEY": DEMO_KEY}


def test_a_dry_run_shows_requests_and_credits_and_sends_nothing(place: Place, api: Server) -> None:
    said = place.odds(
        "fetch", "odds", "--dry-run", "--sport", NBA, "--sport", "icehockey_nhl",
        "--market", "h2h", "--market", "totals", "--json", ODDS_API_BASE_URL=api.url,
    )  # fmt: skip
    assert said.data["credits"] == 4
    assert [(request["endpoint"], request["credits"]) for request in said.data["requests"]] == [
        (f"/v4/sports/{NBA}/odds", 2),
        ("/v4/sports/icehockey_nhl/odds", 2),
    ]
    assert said.data["requests"][0]["params"]["markets"] == "h2h,totals"
    assert api.api.accounts.balance(DEMO_KEY, seconds=int(AFTERNOON.timestamp())).used == 0
    assert not place.warehouse.exists()


@pytest.mark.parametrize(
    ("words", "credits_charged"),
    [
        ("sports", 0),
        ("events", 0),
        ("odds", 3),
        ("odds --market h2h", 1),
        ("scores", 1),
        ("scores --days-from 2", 2),
    ],
)
def test_what_is_fetched_lands_with_its_cost(
    place: Place, access: dict[str, str], words: str, credits_charged: int
) -> None:
    data = place.odds("fetch", *words.split(), "--no-build", "--json", **access).data
    assert (data["requests"], data["responses"], data["landed"]) == (1, 1, 1)
    assert data["credits_charged"] == credits_charged
    assert data["credits_remaining"] == 20_000 - credits_charged
    assert data["events"] > 0


def test_the_odds_of_single_games_are_one_call_each(
    place: Place, access: dict[str, str], games: Season
) -> None:
    first, second = (event.event_id for event in games.listed(int(AFTERNOON.timestamp()))[-2:])
    said = place.odds(
        "fetch", "event-odds", "--sport", NBA, "--event", first, "--event", second,
        "--event", first, "--market", "h2h", "--no-build", "--json", **access,
    )  # fmt: skip
    assert (said.data["requests"], said.data["credits_charged"]) == (2, 2)


def test_a_fetch_into_a_built_warehouse_counts_in_the_quota(
    season_copy: Place, access: dict[str, str]
) -> None:
    at_noon = ("--as-of", "2026-01-06T18:05:00Z", "--json")
    said = season_copy.odds("fetch", "odds", *at_noon, **access)
    assert said.data["landed"] == 1
    rows = season_copy.odds("board", "--sport", NBA, *at_noon).data["rows"]
    assert rows
    quota = season_copy.odds("quota", "--json").data
    assert (quota["used"], quota["remaining"]) == (3, 19_997)


def test_a_refused_key_is_told_and_never_shown(place: Place, api: Server) -> None:
    key = "feedc0de" * 4
    said = place.odds("fetch", "sports", "--no-build", ODDS_API_BASE_URL=api.url, ODDS_API_KEY=key)
    assert said.status == 1
    assert "INVALID_KEY" in said.err
    assert key not in said.err


def test_an_api_that_cannot_be_reached_is_told(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.fetch_commands.time.sleep", lambda _seconds: None)
    said = place.odds(
        "fetch", "sports", "--no-build", "--json",
        ODDS_API_BASE_URL="http://127.0.0.1:9", ODDS_API_KEY=DEMO_KEY, ODDS_LOG_LEVEL="error",
    )  # fmt: skip
    assert said.status == 1
    assert said.err.count("\n") == 1
    assert "calls failed" in said.object["data"]["error"]
