from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from analysis.backtest.result import BacktestResult
from ingestion.settings import PROJECT_DIR
from tests.analysis.backtest_bets import bet, frame
from tests.cli.conftest import Place, make_place

AFTER = ("--as-of", "2026-07-12T00:00:00Z")
RUN = ("backtest", "run", "flat", "--sport", "baseball_mlb", "--stake", "flat", *AFTER)
SCORES = """sport_key,game_date,starts_at,home_team,away_team,home_score,away_score,status
baseball_mlb,2026-07-10,{first[starts_at]},{first[home_team]},{first[away_team]},5,3,final
baseball_mlb,2026-07-10,{second[starts_at]},{second[home_team]},{second[away_team]},2,4,final
"""


@pytest.fixture(scope="module")
def played(season: Place, tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> Place:
    """The season of three games, two of them with a result; runs are kept in it."""
    place = make_place(tmp_path_factory.mktemp("played"), dbt_target)
    place.warehouse.parent.mkdir()
    place.warehouse.write_bytes(season.warehouse.read_bytes())
    rows = place.odds("events", "--all", "--json", *AFTER).data["rows"]
    events = {row["event_id"]: row for row in rows}
    scores = place.folder / "scores.csv"
    scores.write_text(SCORES.format(first=events["first"], second=events["second"]))
    assert place.odds("results", "import", scores, *AFTER).status == 0
    return place


@pytest.fixture(scope="module")
def run(played: Place) -> Mapping[str, Any]:
    data: Mapping[str, Any] = played.odds(*RUN, "--name", "homes", "--json").data
    return data


def test_a_run_tells_what_the_contract_names(run: Mapping[str, Any]) -> None:
    fixed = {
        "run_id", "config_hash", "data_hash", "bets", "turnover", "profit", "yield", "yield_low",
        "yield_high", "p_value", "clv_mean", "trials",
    }  # fmt: skip
    assert set(run) >= fixed
    # all three games have begun by then, and each has a moneyline and a spread
    assert run["bets"] == 6
    # of those that are settled
    assert run["turnover"] == 400
    # the first home side won by 2 and the second lost by 2; nobody told how the last one ended
    assert run["metrics"]["executed"]["won"] + run["metrics"]["executed"]["lost"] == 4
    assert run["trials"] == 1


def test_the_same_run_again_is_the_same_run(played: Place, run: Mapping[str, Any]) -> None:
    again, once_more = (played.odds(*RUN, "--json").data for _ in range(2))
    assert again["run_id"] == run["run_id"]
    assert again["trials"] == once_more["trials"]
    listed = played.odds("backtest", "list", "--json").data["runs"]
    assert [row["run_id"] for row in listed].count(run["run_id"]) == 1


@pytest.mark.heavy
def test_a_look_without_keeping_counts_for_good(played: Place, run: Mapping[str, Any]) -> None:
    words = (*RUN, "-p", "pick=underdog", "--no-save", "--json")
    before = played.odds(*RUN, "--json").data["trials"]
    assert [played.odds(*words).data["trials"] for _ in range(2)] == [before + 1] * 2
    assert played.odds(*RUN, "--json").data["trials"] == before + 1
    assert played.odds("backtest", "show", run["run_id"], "--json").data["trials"] == before + 1


def test_a_run_kept_before_there_was_a_ledger_of_looks_counts(
    played: Place, run: Mapping[str, Any]
) -> None:
    words = (*RUN, "--market", "spreads", "--no-save", "--json")
    before = played.odds(*words).data["trials"]
    with duckdb.connect(str(played.warehouse)) as connection:
        connection.execute("delete from raw.backtest_trials where run_id = ?", [run["run_id"]])
    assert played.odds(*words).data["trials"] == before > 1


@pytest.mark.heavy
def test_the_same_setup_on_other_data_is_another_trial(
    played: Place, run: Mapping[str, Any]
) -> None:
    """A day was looked at before it was over: that look had its chance, too."""
    before = played.odds(*RUN, "--json").data["trials"]
    words = [*RUN[:-1], "2026-07-10T23:30:00Z"]
    earlier = played.odds(*words, "--no-save", "--json").data
    assert earlier["config_hash"] == run["config_hash"]
    assert earlier["data_hash"] != run["data_hash"]
    assert earlier["trials"] == before + 1


def test_a_default_stake_fits_the_strategy_and_a_word_is_spelt_either_way(played: Place) -> None:
    words = ("backtest", "run", "flat", "--sport", "baseball_mlb", *AFTER, "--no-save", "--json")
    american = played.odds(*words, "-p", "pick=favorite").data
    assert american["config"]["sizing"]["method"] == "flat"
    british = played.odds(*words, "-p", "pick=favourite").data
    assert american["run_id"] == british["run_id"]


def test_without_a_sport_all_that_are_held_are_looked_at(
    played: Place, run: Mapping[str, Any]
) -> None:
    """Whatever ODDS_SPORTS asks for now."""
    words = ("backtest", "run", "flat", "--stake", "flat", *AFTER, "--no-save")
    said = played.odds(*words, "--json").data
    assert said["config"]["view"]["sports"] == ["baseball_mlb"]
    assert said["run_id"] == run["run_id"]
    assert "baseball_mlb" in played.odds(*words).out


def test_a_second_name_of_a_kept_run_is_told_to_be_none(
    played: Place, run: Mapping[str, Any]
) -> None:
    said = played.odds(*RUN, "--name", "again")
    assert "kept before" in said.err
    assert played.odds("backtest", "show", "again").status == 2


def test_a_bet_is_traced_by_the_name_of_its_run(played: Place, run: Mapping[str, Any]) -> None:
    by_name = played.odds("backtest", "trace", "homes/1", "--json").data
    assert by_name == played.odds("backtest", "trace", f"{run['run_id']}/1", "--json").data


@pytest.mark.heavy
def test_the_canary_finds_nothing_in_a_strategy_that_knows_nothing(played: Place) -> None:
    said = played.odds("backtest", "canary", "flat", "--sport", "baseball_mlb", *AFTER, "--json")
    assert said.status == 0
    assert said.data["leaks"] == []
    assert said.data["choices"] == 6


@pytest.mark.heavy
def test_another_setup_is_another_trial(played: Place, run: Mapping[str, Any]) -> None:
    before = played.odds(*RUN, "--json").data["trials"]
    other = played.odds(*RUN, "-p", "pick=away", "--no-save", "--json").data
    assert other["config_hash"] != run["config_hash"]
    assert other["data_hash"] != run["data_hash"]
    assert other["trials"] == before + 1
    kept = {row["run_id"] for row in played.odds("backtest", "list", "--json").data["runs"]}
    assert other["run_id"] not in kept


@pytest.mark.heavy
def test_no_page_shows_a_yield_without_its_interval(played: Place, run: Mapping[str, Any]) -> None:
    for words in (RUN, ("backtest", "show", "homes"), ("backtest", "list")):
        page = played.odds(*words).out
        assert "yield" in page
        assert "95 % interval" in page
    said = played.odds(*RUN)
    assert "4 settled bets" in said.err


def test_a_kept_run_is_shown_by_its_name_and_the_start_of_its_id(
    played: Place, run: Mapping[str, Any]
) -> None:
    by_name = played.odds("backtest", "show", "homes", "--json").data
    by_id = played.odds("backtest", "show", run["run_id"][:6], "--json").data
    assert by_name == by_id
    for name in ("config_hash", "data_hash", "bets", "profit", "yield", "clv_mean", "metrics"):
        assert by_id[name] == run[name]


def test_an_export_holds_every_bet(played: Place, run: Mapping[str, Any], tmp_path: Path) -> None:
    for name in ("run.json", "run.csv", "run.parquet"):
        said = played.odds("backtest", "export", "homes", tmp_path / name, "--json")
        assert said.data["bets"] == 6
    content = (tmp_path / "run.json").read_bytes()
    result = BacktestResult.from_json(content)
    assert result.to_json() == content
    assert result.facts["run_id"] == run["run_id"]
    csv = pd.read_csv(tmp_path / "run.csv")
    parquet = pd.read_parquet(tmp_path / "run.parquet")
    assert list(csv["bet_id"]) == list(parquet["bet_id"]) == list(result.bets["bet_id"])
    assert parquet["profit"].sum() == pytest.approx(run["profit"])


def test_no_cell_of_an_export_is_a_formula(tmp_path: Path) -> None:
    formula = '=HYPERLINK("http://x","y")'
    bets = frame([bet("win", home_team=formula, outcome_name="@SUM", away_team="-1+2")])
    BacktestResult(facts={}, bets=bets).write(tmp_path / "bets.csv")
    (row,) = pd.read_csv(tmp_path / "bets.csv").to_dict("records")
    assert (row["home_team"], row["outcome_name"]) == (f"'{formula}", "'@SUM")
    assert row["away_team"] == "'-1+2"
    assert row["american_price"] == 100


def test_a_bet_is_traced_to_bytes_that_show_its_price(
    played: Place, run: Mapping[str, Any]
) -> None:
    for number in range(1, 5):
        chain = played.odds("backtest", "trace", f"{run['run_id']}/{number}", "--json").data
        assert list(chain) == ["bet", "quote", "change", "response", "bytes"]
        assert chain["bytes"]["stored_sha256"] == chain["bytes"]["recomputed_sha256"]
        assert chain["bet"]["american_price"] in chain["bytes"]["shown_prices"]
        assert chain["change"]["valid_from"] <= chain["bet"]["decided_at"]


def test_a_broken_chain_is_bad_news(
    played: Place, run: Mapping[str, Any], tmp_path: Path, dbt_target: Path
) -> None:
    copy = make_place(tmp_path, dbt_target)
    copy.warehouse.parent.mkdir()
    copy.warehouse.write_bytes(played.warehouse.read_bytes())
    with duckdb.connect(copy.warehouse) as connection:
        connection.execute("update raw.api_responses set payload = payload || ' '")
    said = copy.odds("backtest", "trace", f"{run['run_id']}/1", "--json")
    assert said.status == 1
    link = said.object["data"]["bytes"]
    assert link["stored_sha256"] != link["recomputed_sha256"]


def test_reports_stand_alone(played: Place, run: Mapping[str, Any], tmp_path: Path) -> None:
    assert played.odds(*RUN, "-p", "pick=away", "--name", "aways").status == 0
    pages = [
        ("backtest", "show", "homes", "--report", tmp_path / "one.html"),
        ("backtest", "compare", "homes", "aways", "--report", tmp_path / "two.html"),
    ]
    for words in pages:
        said = played.odds(*words)
        assert said.status == 0, said.err
        page = Path(words[-1]).read_text()
        assert run["run_id"] in page
        assert "Content-Security-Policy" in page


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "flatt"), "no strategy 'flatt': did you mean flat?"),
        (("run", "flat", "-p", "pikc=home"), "no parameter 'pikc': did you mean pick?"),
        (("run", "flat", "-p", "pick=nobody"), "pick is one of home, away, favourite"),
        (("run", "flat", "-p", "max_price=much"), "max_price is a number, not 'much'"),
        (("run", "flat", "-p", "pick"), "'pick' is not NAME=VALUE"),
        (("run", "flat", "--at", "noon"), "'noon' is no moment: give 1h or 90m"),
        (("run", "flat", "--at", "tier:close"), "no tier 'close': there are opening, early"),
        (("run", "flat", "--sport", "baseball_mbl"), "baseball_mlb"),
        (("run", "flat", "--bankroll", "0"), "--bankroll must be above 0"),
        (("run", "flat", "--bankroll", "nan"), "--bankroll must be above 0"),
        (("run", "flat", "--within", "inf"), "--within must be above 0"),
        (("run", "flat", "--max-age", "-1"), "--max-age must be above 0"),
        (("run", "flat", "--min-stake", "nan"), "min_stake is 0 to 1e+12"),
        (("run", "flat", "--amount", "inf", "--stake", "flat"), "amount is 1e-06 to 1e+12"),
        (("run", "flat", "--increment", "1e-308"), "increment is 1e-06 to 1e+12"),
        (("run", "flat", "--bankroll", "1e308"), "--bankroll must be above 0 and below 1e+12"),
        (("run", "flat", "--share", "0.5"), "--share is of percentage stakes, and these are flat"),
        (("run", "ev", "-p", f"min_sources={10**30}"), "min_sources is at most 1e+12"),
        (("run", "flat", "--book", "prizepicks"), "prizepicks shows none of these markets"),
        (("run", "flat", "--name", "\udcff"), "is no text in UTF-8"),
        (("run", "flat", "--at", "\uff11h"), "is no moment"),
        (("show", ""), "the name of a run is empty"),
        (("trace", "homes/\u00b2"), "no bet"),
        (("run", "flat", "--within", "1e300"), "--within must be above 0 and below 44640"),
        (("run", "flat", "--delay", "99999999999999999999"), "--delay is 0 to 86400 seconds"),
        (("run", "flat", "--at", "99999999999h"), "is over a year before the start"),
        (("run", "flat", "--book", "draftkigns"), "no book 'draftkigns': did you mean draftkings?"),
        (("run", "flat", "--market", "h2h_q1"), "h2h_q1 of baseball_mlb cannot be settled"),
        (("run", "flat", "--market", "outrights"), "outrights of baseball_mlb cannot be settled"),
        (("run", "flat", "--stake", "kelly", "--sport", "baseball_mlb"), "Kelly stakes need a"),
        (("canary", "flatt"), "no strategy 'flatt': did you mean flat?"),
        (("run", "flat", "--limits", "nowhere.csv"), "nowhere.csv: no such file"),
        (("show", "nothing"), "no run 'nothing'"),
        (("compare", "homes"), "compare takes two runs or more"),
        (("compare", "homes", "homes"), "again: compare takes different runs"),
        (("export", "homes", "run.xlsx"), "must end in .json, .csv or .parquet"),
        (("trace", "abcdef"), "no bet 'abcdef'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_refused_in_one_line(
    played: Place, run: Mapping[str, Any], words: tuple[str, ...], message: str
) -> None:
    said = played.odds("backtest", *words, "--json", *AFTER)
    assert said.status == 2
    assert message in said.object["data"]["error"]
    assert "Traceback" not in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("path", ["/proc/none/page.html", "/etc/hostname/page.html", "/tmp"])  # noqa: S108
def test_a_page_that_cannot_be_written_is_noticed_before_the_run(played: Place, path: str) -> None:
    def trials() -> int:
        with duckdb.connect(str(played.warehouse), read_only=True) as connection:
            found = connection.sql("select count(*) from raw.backtest_trials").fetchone()
        assert found is not None
        return int(found[0])

    before = trials()
    said = played.odds(*RUN, "--bankroll", "4321", "--report", path)
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith(f"odds: cannot write {path}: ")
    assert trials() == before


def test_limits_are_read_from_a_file(played: Place, tmp_path: Path) -> None:
    limits = tmp_path / "limits.csv"
    limits.write_text("bookmaker_key,market_key,max_stake\n*,*,25\n")
    data = played.odds(*RUN, "--limits", limits, "--no-save", "--json").data
    assert data["turnover"] == 100
    assert data["config"]["fill_model"]["limits"] == {"*/*": 25}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("draftkings,h2h,lots", "line 2: max_stake must be a number"),
        ("draftkings,h2h", "line 2: it must have as many values as the header"),
        ("draftkings,h2h,1,2", "line 2: it must have as many values as the header"),
        ("draftkings,h2h,1\ndraftkings, h2h ,2", "line 3: draftkings, h2h stands in an earlier"),
        ("draftkings,h2,1", "line 2: unknown market 'h2'"),
        ("DraftKings,h2h,1", "no book 'DraftKings': did you mean draftkings?"),
    ],
)
def test_a_limit_that_no_bet_would_meet_is_refused(
    played: Place, tmp_path: Path, rows: str, message: str
) -> None:
    limits = tmp_path / "limits.csv"
    limits.write_text(f"bookmaker_key,market_key,max_stake\n{rows}\n")
    said = played.odds(*RUN, "--limits", limits)
    assert said.status == 2
    assert message in said.err
    limits.write_text(f"max_stake,bookmaker_key,market_key,max_stake\n1,{rows}\n")
    assert "line 1: the header must name each" in played.odds(*RUN, "--limits", limits).err


def test_one_setup_is_one_run_however_it_is_written(played: Place, run: Mapping[str, Any]) -> None:
    words = [*RUN, "--sport", "baseball_mlb", "--at", "60m", "--market", "totals"]
    words += ["--market", "h2h", "--market", "spreads", "--market", "h2h", "--delay", "60"]
    other = played.odds(*words, "--no-save", "--json").data
    assert other["run_id"] == run["run_id"]


def test_a_run_whose_name_holds_a_stroke_is_traced(played: Place) -> None:
    name = "a/b"
    played.odds(*RUN, "-p", "pick=draw", "--name", "unused")
    played.odds(*RUN, "--bankroll", "7000", "--name", name)
    assert played.odds("backtest", "show", name).status == 0
    assert played.odds("backtest", "trace", f"{name}/1").status == 0


def test_the_strategies_tell_their_parameters(season: Place) -> None:
    rows = season.odds("backtest", "strategies", "--json").data["strategies"]
    assert {row["name"] for row in rows} >= {"arbitrage", "ev", "flat", "line_movement", "middles"}
    assert all(row["summary"].endswith(".") for row in rows)
    # the board's thresholds are vars, as for the board itself
    assert {row["name"] for row in rows if not row["parameters"]} == {"board"}


def test_the_strategy_that_contributors_are_shown_runs(played: Place) -> None:
    page = (PROJECT_DIR / "CONTRIBUTING.md").read_text(encoding="utf-8")
    example = page.partition("```python\n")[2].partition("```")[0]
    # whoever defines a strategy keeps it, or it is gone
    module = {"__name__": "contributing"}
    exec(compile(example, "CONTRIBUTING.md", "exec"), module)  # noqa: S102 - our own text
    said = played.odds(*RUN[:2], "late_dogs", "-p", "min_price=2", *RUN[3:], "--no-save", "--json")
    assert said.data["strategy"] == "late_dogs"
    assert said.data["parameters"] == {"name": "late_dogs", "min_price": 2}
