from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from simulator import DEMO_KEY, Server, VirtualClock, serve
from tests.cli.conftest import Place, games_of_these_days

NBA = "basketball_nba"
# the sport of the small season; its second game starts within an hour, its last within three
MLB = "baseball_mlb"
AN_HOUR_BEFORE = "2026-07-10T19:00:00Z"
GAMES, NOW = games_of_these_days()
# what the wall clock is wrong by; more than a day would not be believed
SKEW = timedelta(hours=-5)


@pytest.fixture
def api() -> Iterator[Server]:
    with serve(GAMES, VirtualClock(NOW + SKEW)) as server:
        yield server


@pytest.fixture
def access(api: Server) -> dict[str, str]:
    return {"ODDS_API_BASE_URL": api.url, "ODDS_API_KEY": DEMO_KEY}


def used(api: Server) -> int:
    return api.api.accounts.balance(DEMO_KEY, seconds=int((NOW + SKEW).timestamp())).used


def test_the_plan_of_an_empty_warehouse_is_to_ask_which_games_there_are(place: Place) -> None:
    plan = place.odds("scheduler", "plan", "--as-of", "2026-01-06T15:00:00Z", "--json").data
    assert [call["due_at"] for call in plan] == [f"2026-01-0{day}T15:00:00Z" for day in (6, 7, 8)]
    assert {(call["endpoint"], call["credits"], call["reason"]) for call in plan} == {
        (f"/v4/sports/{NBA}/events", 0, "announced games")
    }
    assert not place.warehouse.exists()


def test_the_plan_of_some_games_says_when_why_and_for_how_much(season: Place) -> None:
    words = ("scheduler", "plan", "--days", "1", "--as-of", AN_HOUR_BEFORE)
    plan = season.odds(*words, "--json", ODDS_SPORTS=MLB).data
    assert all({"due_at", "endpoint", "params", "credits", "reason"} <= set(call) for call in plan)
    moments = [datetime.fromisoformat(call["due_at"]) for call in plan]
    assert all(earlier <= later for earlier, later in pairwise(moments))
    paid = [call for call in plan if call["endpoint"] == f"/v4/sports/{MLB}/odds"]
    assert any("close" in call["reason"].split(", ") for call in paid)
    assert {call["credits"] for call in paid} == {3}
    assert all(call["refused"] is None for call in paid)
    page = season.odds(*words, ODDS_SPORTS=MLB).out
    total = sum(call["credits"] for call in plan)
    assert f"{total} credits for" in page
    assert "500 of 500 credits are left this month" in page


def test_what_the_credits_do_not_allow_is_said(season: Place) -> None:
    plan = season.odds(
        "scheduler", "plan", "--as-of", AN_HOUR_BEFORE, "--json",
        ODDS_MONTHLY_CREDITS="2", ODDS_SPORTS=MLB,
    ).data  # fmt: skip
    refused = {call["refused"] for call in plan if call["endpoint"] == f"/v4/sports/{MLB}/odds"}
    assert refused == {"exhausted"}


def test_a_dry_run_does_nothing(place: Place, api: Server, access: dict[str, str]) -> None:
    for command in ("start", "run-once"):
        said = place.odds("scheduler", command, "--dry-run", "--json", **access)
        assert [call["job"] for call in said.data] == ["fetch-events"]
    assert not place.warehouse.exists()
    assert used(api) == 0


def test_a_run_lands_builds_and_leaves_rows(
    season_copy: Place, api: Server, access: dict[str, str]
) -> None:
    """The wall clock is hours from the API's: its `Date` is what counts."""
    run = season_copy.odds("scheduler", "run-once", "--json", **access)
    assert run.status == 0, run.err
    jobs = [job["job"] for job in run.object["data"]["jobs"]]
    assert jobs[0] == "fetch-events"
    assert jobs[-1] == "heartbeat"
    assert used(api) == 3
    status = season_copy.odds("scheduler", "status", "--json").data["runs"]
    assert {row["job"] for row in status} >= {"fetch-events", "fetch-odds", "heartbeat"}
    page = season_copy.odds("scheduler", "status").out
    assert "first look" in page


@pytest.mark.parametrize(
    ("words", "variables", "message"),
    [
        ("plan --days 0", {}, "--days is 0: give 1 to 14"),
        ("plan", {"ODDS_SPORTS": "basketball_nbb"}, "basketball_nbb"),
        ("plan", {"ODDS_POLICY": "greedy"}, "ODDS_POLICY"),
        ("plan", {"ODDS_MONTHLY_CREDITS": "-1"}, "ODDS_MONTHLY_CREDITS"),
        ("start", {}, "ODDS_API_KEY is not set"),
        ("run-once", {}, "ODDS_API_KEY is not set"),
        ("run-once --as-of 2026-01-06T15:00:00Z", {}, "go with --dry-run alone"),
    ],
)
def test_wrong_use_is_one_line(
    place: Place, words: str, variables: dict[str, str], message: str
) -> None:
    said = place.odds("scheduler", *words.split(), **variables)
    assert said.status == 2
    assert message in said.err
    assert said.err.count("\n") == 1
    assert not place.warehouse.exists()


@pytest.mark.heavy
def test_a_first_run_fills_an_empty_warehouse_though_the_clock_is_wrong(
    place: Place, api: Server, access: dict[str, str]
) -> None:
    run = place.odds("scheduler", "run-once", "--json", **access)
    assert run.status == 0, run.err
    jobs = [(job["job"], job["reason"]) for job in run.data["jobs"]]
    assert jobs[:4] == [
        ("fetch-events", "announced games"),
        ("build", "everything"),
        ("fetch-odds", jobs[2][1]),
        ("build", "hot"),
    ]
    assert "first look" in jobs[2][1]
    assert used(api) == 3
