from collections.abc import Iterator
from datetime import timedelta

import pytest

from ingestion.errors import OddsError
from simulator import DEMO_KEY, Server, VirtualClock, serve
from tests.cli.conftest import Place, games_of_these_days
from tests.cli.test_failures import held
from tests.pages import shell_lines

NBA = "basketball_nba"
GAMES, NOW = games_of_these_days()


@pytest.fixture
def api() -> Iterator[Server]:
    with serve(GAMES, VirtualClock(NOW)) as server:
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
    assert api.api.accounts.balance(DEMO_KEY, seconds=int(NOW.timestamp())).used == 0
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


@pytest.mark.parametrize("page", ["README.md", "docs/running.md"])
def test_what_pages_ask_with_a_key_of_ones_own_is_answered(
    place: Place, access: dict[str, str], page: str
) -> None:
    asked = [
        words
        for program, *words in shell_lines(page, under="Your own key")
        if program == "odds" and words[0] != "scheduler"
    ]
    assert len(asked) >= 3
    for words in asked:
        quickly = ["--no-build"] if words[0] == "fetch" else []
        said = place.odds(*words, *quickly, **access)
        assert said.status == 0, (words, said.err)


def test_the_odds_of_single_games_are_one_call_each(place: Place, access: dict[str, str]) -> None:
    first, second = (event.event_id for event in GAMES.listed(int(NOW.timestamp()))[-2:])
    said = place.odds(
        "fetch", "event-odds", "--sport", NBA, "--event", first, "--event", second,
        "--event", first, "--market", "h2h", "--no-build", "--json", **access,
    )  # fmt: skip
    assert (said.data["requests"], said.data["credits_charged"]) == (2, 2)


def test_a_fetch_into_a_built_warehouse_counts_in_the_quota(
    season_copy: Place, access: dict[str, str]
) -> None:
    soon = ("--as-of", (NOW + timedelta(minutes=5)).isoformat(), "--json")
    said = season_copy.odds("fetch", "odds", *soon, **access)
    assert said.data["landed"] == 1
    rows = season_copy.odds("board", "--sport", NBA, *soon).data["rows"]
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


def test_what_was_paid_for_is_safe_while_the_warehouse_is_locked(
    season_copy: Place, access: dict[str, str]
) -> None:
    """One line says where the answer is and what lands it: the same call again would pay again."""
    spool = season_copy.folder / "data" / "spool"
    words = ("fetch", "odds", "--sport", NBA, "--no-build")
    quiet = {**access, "ODDS_LOG_LEVEL": "error"}
    with held(season_copy.warehouse) as pid:
        said = season_copy.odds(*words, **quiet)
    assert said.status == 1
    assert len(said.err.splitlines()) == 1
    assert f"is in use by process {pid}" in said.err
    assert f"the answer is safe on disk, in {spool}" in said.err
    assert "`odds fetch sports` costs nothing" in said.err
    assert "run again" not in said.err
    assert len(list(spool.glob("*.json"))) == 1

    data = season_copy.odds("fetch", "sports", "--no-build", "--json", **quiet).data
    assert (data["landed"], data["credits_charged"]) == (2, 0)
    assert not list(spool.glob("*.json"))


def test_an_answer_whose_build_fails_has_landed(
    season_copy: Place, access: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OddsError("dbt: int_odds_parsed: out of luck")

    monkeypatch.setattr("cli.fetch_commands.build", fail)
    said = season_copy.odds("fetch", "events", "--sport", NBA, **access)
    assert said.status == 1
    assert "what came has landed, but is not modelled yet: dbt: int_odds_parsed" in said.err
    assert len(said.err.splitlines()) == 1
