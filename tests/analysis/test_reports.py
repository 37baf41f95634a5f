import hashlib
import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.reports import charts, formats
from analysis.reports.backtest_page import MOST_ROWS, RunReport, render, yield_note
from analysis.reports.comparison_page import render_comparison

CHROMIUM = Path("/usr/bin/chromium")
HOSTILE = "<script>alert(1)</script>"
BOOKS = ("draftkings", "fanduel", "pinnacle", "betmgm", "caesars", "betrivers")
TEAMS = ("Boston Celtics", "Los Angeles Lakers", "Golden State Warriors", HOSTILE)
BANKROLL = 10_000.0
LINES = re.compile(r"\s+")


def made_bets(number: int, *, seed: int = 7, pending: int = 5) -> pd.DataFrame:
    """Bets of a season of two games a day, the last of them pending."""
    random = np.random.default_rng(seed)
    days = pd.to_timedelta(np.sort(random.uniform(0, 170, number)), unit="D")
    decided = pd.Series(pd.Timestamp("2024-10-22 15:00", tz="UTC") + days).dt.as_unit("us")
    minutes = random.choice([30.0, 120.0, 400.0, 1500.0], number)
    prices = random.choice([1.65, 1.87, 1.909, 2.05, 3.4], number)
    close = np.clip(1 / prices + random.normal(0.004, 0.02, number), 0.05, 0.95)
    outcomes = np.where(random.uniform(size=number) < close, "win", "loss")
    outcomes = np.where(random.uniform(size=number) < 0.03, "push", outcomes).astype(object)
    fills = random.choice(["filled", "worse_price", "not_seen_again"], number, p=[0.8, 0.15, 0.05])
    stakes = random.uniform(20, 200, number).round(2)
    gains = np.select([outcomes == "win", outcomes == "push"], [stakes * (prices - 1), 0], -stakes)
    kinds = random.choice(["moneyline", "spread", "total"], number)
    start = decided + pd.to_timedelta(minutes, unit="m")
    bets = pd.DataFrame(
        {
            "bet_id": [hashlib.sha256(f"{seed}{n}".encode()).hexdigest() for n in range(number)],
            "run_id": "run",
            "bet_number": np.arange(1, number + 1),
            "bet_group": None,
            "event_id": [f"event{n // 3}" for n in range(number)],
            "sport_key": "basketball_nba",
            "home_team": random.choice(TEAMS, number),
            "away_team": "Chicago Bulls",
            "market_key": [{"moneyline": "h2h"}.get(kind, f"{kind}s") for kind in kinds],
            "market_kind": kinds,
            "outcome_name": np.where(kinds == "total", "Over", "Chicago Bulls"),
            "outcome_description": None,
            "point": np.select([kinds == "spread", kinds == "total"], [4.5, 221.5], np.nan),
            "bookmaker_key": random.choice(BOOKS, number),
            "american_price": np.where(prices >= 2, (prices - 1) * 100, -100 / (prices - 1)).astype(
                int
            ),
            "decimal_price": prices,
            "net_decimal_price": prices,
            "decided_at": decided,
            "commence_time": start,
            "minutes_to_start": minutes,
            "captured_at": decided - pd.Timedelta(minutes=2),
            "valid_from": decided - pd.Timedelta(minutes=50),
            "response_id": [
                hashlib.sha256(f"r{n // 2}".encode()).hexdigest() for n in range(number)
            ],
            "win_probability": np.clip(close + random.normal(0.01, 0.02, number), 0.02, 0.98),
            "push_probability": 0.0,
            "edge": random.uniform(0.02, 0.08, number),
            "fill_status": fills,
            "filled_at": decided + pd.Timedelta(minutes=1),
            "paper_stake": stakes,
            "paper_profit": gains,
            "stake": np.where(fills == "filled", stakes, 0.0),
            "profit": np.where(fills == "filled", gains, 0.0),
            "settlement": outcomes,
            "settled_at": start + pd.Timedelta(hours=3),
            "home_score": 110.0,
            "away_score": 104.0,
            "close_fair_probability": close,
            "close_push_probability": 0.0,
            "price_clv": close * prices - 1,
            "implied_clv": close - 1 / prices,
            "no_vig_clv": close * prices - 1,
            "points_clv": np.nan,
            "point_adjusted_clv": np.nan,
            "own_price_clv": np.nan,
            "beat_close": 1.0,
            "clv_missing_reason": None,
        }
    )
    last = bets.index >= number - pending
    bets.loc[last, ["settlement"]] = None
    bets.loc[last, ["profit", "paper_profit", "home_score", "away_score"]] = np.nan
    bets.loc[last, "settled_at"] = pd.NaT
    return bets


def made_daily(bets: pd.DataFrame) -> pd.DataFrame:
    settled = bets[bets["settlement"].notna()]
    by_day = settled.groupby(settled["settled_at"].dt.date)["profit"].sum()
    bankroll = BANKROLL + by_day.cumsum()
    return pd.DataFrame(
        {
            "date": by_day.index,
            "profit": by_day.to_numpy(),
            "bankroll": bankroll.to_numpy(),
            "drawdown": (bankroll / bankroll.cummax().clip(lower=BANKROLL) - 1).to_numpy(),
            "open_exposure": np.abs(by_day.to_numpy()) + 100,
        }
    )


def made_band(daily: pd.DataFrame) -> pd.DataFrame:
    reach = 180 * np.sqrt(np.arange(len(daily)))
    middle = np.linspace(BANKROLL, daily["bankroll"].iloc[-1], len(daily))
    return pd.DataFrame(
        {"date": daily["date"], "low": middle - reach, "middle": middle, "high": middle + reach}
    )


def made_groups(bets: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    settled = bets[bets["settlement"].notna() & (bets["stake"] > 0)]
    sums = settled.groupby(by[settled.index]).agg(
        bets=("stake", "size"),
        turnover=("stake", "sum"),
        profit=("profit", "sum"),
        clv_mean=("no_vig_clv", "mean"),
    )
    yield_ = sums["profit"] / sums["turnover"]
    reach = 1.96 / np.sqrt(sums["bets"])
    known = sums.assign(yield_=yield_, low=yield_ - reach, high=yield_ + reach)
    return known.rename_axis("group").reset_index()


def made_report(number: int = 600, *, seed: int = 7, title: str = "Expected value") -> RunReport:
    bets = made_bets(number, seed=seed)
    daily = made_daily(bets)
    note = yield_note(low=-0.021, high=0.064, bets=number, p_value=0.1234, trials=7)
    hours = pd.cut(bets["minutes_to_start"] / 60, [0, 1, 6, 24, 72]).astype(str)
    odds = pd.cut(bets["decimal_price"], [1, 1.7, 1.95, 2.5, 10]).astype(str)
    months = bets["decided_at"].dt.strftime("%Y-%m")
    return RunReport(
        title=f"{title} {HOSTILE}",
        facts=[
            ("Run", hashlib.sha256(title.encode()).hexdigest()),
            ("Configuration", "5c1f9a7730be"),
            ("Data", "a91be2c04411"),
            ("Code", "0.1.0+3f2c9aa"),
            ("Clock", "as published"),
            ("Period", "2024-10-22 to 2025-04-13"),
            ("Smallest edge", f"{seed / 100:.2f}"),
            ("Trials so far", "7"),
        ],
        warnings=["Backfilled prices are mixed with live ones.", HOSTILE],
        headline=[
            ("Bets", formats.count(number), "481 executed, 5 pending"),
            ("Turnover", "52,310.55", ""),
            ("Profit", "1,120.04", ""),
            ("Yield", "2.1%", note),
            ("Mean CLV", "1.4%", "95% interval 0.9% to 1.9%"),
            ("p-value", "0.123", "one-sided"),
            ("Adjusted p-value", "0.310", "Benjamini and Hochberg"),
            ("Deepest drawdown", "-8.4%", "31 days"),
            ("Sharpe, annual", "0.91", "deflated 0.41"),
        ],
        bets=bets,
        daily=daily,
        band=made_band(daily),
        breakdowns={
            "bookmaker_key": made_groups(bets, bets["bookmaker_key"]),
            "market_kind": made_groups(bets, bets["market_kind"]),
            "month": made_groups(bets, months),
            "hours_to_start": made_groups(bets, hours),
            "odds_band": made_groups(bets, odds),
        },
        paper={"Yield": ("3.4%", note), "Profit": ("2,310.90", "")},
    )


@pytest.fixture(scope="module")
def report() -> RunReport:
    return made_report()


@pytest.fixture(scope="module")
def page(report: RunReport) -> str:
    return render(report)


def unbet(report: RunReport, bets: pd.DataFrame) -> RunReport:
    return replace(
        report,
        bets=bets,
        daily=report.daily.head(0),
        band=report.band.head(0),
        breakdowns={name: groups.head(0) for name, groups in report.breakdowns.items()},
        headline=[("Yield", formats.MISSING, "")],
        paper={},
    )


class Addresses(HTMLParser):
    """What a page would ask for, and the text of its styles."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.element = ""
        self.styles = ""
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.element = tag
        self.scripts += tag == "script"
        for name, value in attrs:
            if name in {"src", "href", "srcset", "action", "poster", "data", "style"} and value:
                self.found.append(value)

    def handle_data(self, data: str) -> None:
        if self.element == "style":
            self.styles += data


def parsed(page: str) -> Addresses:
    parser = Addresses()
    parser.feed(page)
    return parser


def figures(page: str) -> Iterator[Mapping[str, object]]:
    for text in re.findall(r'<script type="application/json" class="figure">(.*?)</script>', page):
        yield json.loads(text)


def in_browser(page: str, folder: Path, *flags: str, fragment: str = "") -> str:
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM} to open the page in")
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    done = subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--virtual-time-budget=8000",
            f"--user-data-dir={folder / 'profile'}",
            *flags,
            path.as_uri() + fragment,
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    return done.stdout


def test_a_page_asks_the_network_for_nothing(page: str) -> None:
    asked = parsed(page)
    outside = re.compile(r"^\s*(https?:)?//|url\(\s*['\"]?(https?:)?//", re.IGNORECASE)
    assert [value for value in asked.found if outside.search(value)] == []
    assert "url(" not in asked.styles
    assert "@import" not in asked.styles
    assert "default-src &#39;none&#39;" in page


def test_the_library_stands_in_the_page_once(page: str) -> None:
    assert page.count("plotly.js v") == 1


def test_a_browser_draws_every_chart(page: str, tmp_path: Path) -> None:
    dom = in_browser(page, tmp_path, "--dump-dom")
    charts_of_page = page.count('<div class="chart"')
    assert charts_of_page == 9
    assert dom.count('data-drawn="yes"') == charts_of_page
    assert len(re.findall(r'<svg class="main-svg"', dom)) >= charts_of_page
    assert "200 of 600 matching bets shown" in dom


# a test may not speak in the page itself: it lets in nobody
ACTS = """
<script>
const seen = {};
const shown = () => [...document.querySelectorAll("#bets tbody:not([hidden])")];
const text = (body, place) => body.rows[0].cells[place].textContent;
const buttons = [...document.querySelectorAll("#bets th button")];
const stake = buttons.find((button) => button.textContent === "Stake");
stake.click();
seen.least = text(shown()[0], 10);
stake.click();
seen.most = text(shown()[0], 10);
seen.order = stake.parentElement.getAttribute("aria-sort");
document.querySelector("[data-more]").click();
seen.more = shown().length;
document.querySelector("#bets a").click();
seen.open = getComputedStyle(document.querySelector("#bets .details")).display;
const book = document.querySelector("select[data-column='7']");
book.value = "fanduel";
book.dispatchEvent(new Event("input", { bubbles: true }));
seen.books = [...new Set(shown().map((body) => text(body, 7)))];
document.title = "SEEN" + JSON.stringify(seen);
</script>
"""


def test_the_table_sorts_filters_and_opens(page: str, report: RunReport, tmp_path: Path) -> None:
    unguarded = re.sub(r"<meta http-equiv=.*?>\n", "", page, count=1)
    dom = in_browser(unguarded.replace("</body>", ACTS + "</body>"), tmp_path, "--dump-dom")
    (told,) = re.findall(r"<title>SEEN(.*?)</title>", dom)
    assert json.loads(told) == {
        "least": "0.00",
        "most": f"{report.bets['stake'].max():.2f}",
        "order": "descending",
        "more": 400,
        "open": "table-row",
        "books": ["fanduel"],
    }


def test_a_link_to_a_bet_beyond_the_first_ones_shows_it(
    page: str, report: RunReport, tmp_path: Path
) -> None:
    bet = report.bets.iloc[-1]
    anchor = f"response:{bet['response_id']}:{bet['bet_number']}"
    dom = in_browser(page, tmp_path, "--dump-dom", fragment=f"#{anchor}")
    body = dom.split(f'id="{anchor}"', maxsplit=1)[0].rsplit("<tbody", maxsplit=1)[1]
    assert body.startswith(">")


def test_a_browser_draws_the_comparison(tmp_path: Path) -> None:
    runs = [made_report(80, seed=3, title="First"), made_report(80, seed=4, title="Second")]
    dom = in_browser(render_comparison(runs), tmp_path, "--dump-dom")
    assert dom.count('data-drawn="yes"') == 1


def test_a_browser_takes_a_screenshot(page: str, tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    in_browser(page, tmp_path, f"--screenshot={picture}", "--window-size=1400,5000")
    assert picture.stat().st_size > 50_000


def test_every_figure_is_one_that_plotly_knows(page: str) -> None:
    make = import_module("plotly.graph_objects").Figure
    drawn = list(figures(page))
    assert len(drawn) == 9
    for figure in drawn:
        make(figure)


def test_text_is_never_markup(page: str) -> None:
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    # nine figures, the library and our own
    assert parsed(page).scripts == 11


def test_a_figure_cannot_break_out_of_its_script(report: RunReport) -> None:
    groups = report.breakdowns["bookmaker_key"].assign(group=HOSTILE)
    page = render(replace(report, breakdowns={"bookmaker_key": groups.head(1)}))
    assert HOSTILE not in page
    *_, figure = figures(page)
    assert "&lt;script&gt;" in json.dumps(figure)


def test_the_numbers_are_written_alike_everywhere(page: str, report: RunReport) -> None:
    bet = report.bets.iloc[0]
    assert f"{bet['decimal_price']:.3f}" in page
    assert f">{bet['stake']:.2f}<" in page
    assert f">{100 * bet['edge']:.1f}%<" in page
    assert "nan" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL).lower()
    assert page.count("Every time on this page is UTC") == 1


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (formats.money(-1234.5), "-1,234.50"),
        (formats.money(-0.001), "0.00"),
        (formats.money(None), formats.MISSING),
        (formats.price(1.9091), "1.909"),
        (formats.percent(0.0214), "2.1%"),
        (formats.percent(float("nan")), formats.MISSING),
        (formats.percent(float("inf")), formats.MISSING),
        (formats.american(150), "+150"),
        (formats.line(-3.5, is_handicap=True), "-3.5"),
        (formats.line(221.0, is_handicap=False), "221"),
        (formats.line(None, is_handicap=True), ""),
        (formats.moment(pd.NaT), formats.MISSING),
        (
            formats.moment(pd.Timestamp("2025-01-01 19:00", tz="America/New_York")),
            "2025-01-02 00:00:00",
        ),
    ],
)
def test_a_value_is_written_as_the_page_says(text: str, wanted: str) -> None:
    assert text == wanted


def test_each_bet_leads_to_its_trace_and_its_response(page: str, report: RunReport) -> None:
    bet = report.bets.iloc[1]
    anchor = f"response:{bet['response_id']}:{bet['bet_number']}"
    assert f'<a href="#{anchor}">' in page
    details = page.split(f'id="{anchor}"', maxsplit=1)[1].split("</tr>", maxsplit=1)[0]
    assert f"odds backtest trace {bet['bet_id']}" in details
    assert f"<code>{bet['response_id']}</code>" in details


def test_no_two_elements_share_an_id(page: str) -> None:
    ids = re.findall(r'\bid="(response:[^"]+)"', page)
    assert len(ids) == len(set(ids)) == 600


def test_headings_have_a_scope_and_charts_a_description(page: str) -> None:
    body = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert re.findall(r"<th(?![^>]*scope=)[ >]", body) == []
    assert re.findall(r'<div class="chart"(?![^>]*aria-label="\w)', body) == []


def test_a_long_table_is_cut_and_says_so() -> None:
    page = render(made_report(MOST_ROWS + 20))
    assert "the first 5,000 of 5,020 bets" in page
    assert page.count('<tr class="details"') == MOST_ROWS


def test_a_short_table_says_nothing_of_a_cut(page: str) -> None:
    assert "Cut:" not in page


@pytest.mark.parametrize("bets", [pd.DataFrame(), made_bets(3).head(0)], ids=["bare", "columns"])
def test_a_run_without_bets_says_so(report: RunReport, bets: pd.DataFrame) -> None:
    page = render(unbet(report, bets))
    assert "This run placed no bets" in page
    assert '<div class="chart"' not in page
    assert "There is no bet to list." in page


def test_a_run_of_pending_bets_says_so(report: RunReport) -> None:
    page = render(unbet(report, made_bets(12, pending=12)))
    assert re.search(r"No bet is settled yet: all \d+ are pending\.", page)
    assert page.count('<tr class="details"') == 12


def test_a_run_that_could_take_no_price_says_so(report: RunReport) -> None:
    bets = made_bets(12).assign(stake=0.0, profit=0.0, fill_status="withdrawn")
    assert "Of 12 bets none could be executed" in render(unbet(report, bets))


def test_an_empty_page_opens_in_a_browser(report: RunReport, tmp_path: Path) -> None:
    dom = in_browser(render(unbet(report, pd.DataFrame())), tmp_path, "--dump-dom")
    assert "This run placed no bets" in dom


def test_no_yield_stands_without_its_interval(report: RunReport) -> None:
    with pytest.raises(ValueError, match="without its interval"):
        replace(report, headline=[("Flat yield", "2.0%", " ")])
    with pytest.raises(ValueError, match="without its interval"):
        replace(report, paper={"Yield": ("2.0%", "")})


def test_a_yield_says_its_interval_bets_p_value_and_trials() -> None:
    note = yield_note(low=-0.02, high=0.05, bets=1234, p_value=0.0312, trials=12)
    assert note == "95% interval -2.0% to 5.0%, 1,234 bets, p 0.031, 12 trials"
    few = yield_note(low=None, high=None, bets=2, p_value=None, trials=1)
    assert few == "no 95% interval: too few bets or days, 2 bets, p –, 1 trial"  # noqa: RUF001


def test_the_headline_comes_before_what_was_run(report: RunReport) -> None:
    page = render(report)
    assert page.index(">Headline<") < page.index(">What was run<") < page.index(">Every bet<")


@pytest.mark.parametrize(
    ("wins", "trials", "low", "high"),
    [
        pytest.param(0, 10, 0.0, 0.2775, id="none"),
        pytest.param(10, 10, 0.7225, 1.0, id="all"),
        pytest.param(81, 263, 0.2553, 0.3662, id="Newcombe 1998"),
    ],
)
def test_a_wilson_interval_is_the_published_one(
    wins: int, trials: int, low: float, high: float
) -> None:
    assert charts.wilson_interval(wins, trials) == pytest.approx((low, high), abs=5e-5)


def test_no_bar_of_the_histogram_straddles_zero(report: RunReport) -> None:
    chart = charts.closing_line_values(report.bets)
    assert chart is not None
    (bars,) = chart.figure["data"]
    half = (bars["x"][1] - bars["x"][0]) / 2
    assert all(abs(x) >= half * 0.999 for x in bars["x"])
    assert sum(bars["y"]) == (report.bets["stake"] > 0).sum()


@pytest.mark.parametrize("value", [0.0, 0.013, -0.4])
def test_a_histogram_of_one_value_has_a_bar_for_it(value: float) -> None:
    bets = made_bets(6).assign(no_vig_clv=value, stake=10.0)
    chart = charts.closing_line_values(bets)
    assert chart is not None
    assert sum(chart.figure["data"][0]["y"]) == 6


def test_pushes_are_no_part_of_the_calibration() -> None:
    bets = made_bets(40, pending=0).assign(stake=10.0, settlement="push")
    assert charts.calibration(bets) is None


def test_the_profit_on_paper_ends_at_its_sum(report: RunReport) -> None:
    chart = charts.executable_against_paper(report.bets)
    assert chart is not None
    ends = {trace["name"]: trace["y"][-1] for trace in chart.figure["data"]}
    assert ends["On paper"] == pytest.approx(report.bets["paper_profit"].sum())
    assert ends["Executable"] == pytest.approx(report.bets["profit"].sum())


def compared(*runs: RunReport) -> str:
    return LINES.sub(" ", render_comparison(runs))


def test_a_comparison_shows_what_differs_and_nothing_else() -> None:
    page = compared(made_report(60, seed=3, title="First"), made_report(60, seed=4, title="Second"))
    table = page.split('<section aria-label="What differs">')[1]
    assert "Smallest edge" in table
    assert "0.03" in table
    assert "0.04" in table
    assert "Clock" not in table.split("<script", maxsplit=1)[0]


def test_a_comparison_has_each_headline_with_its_note() -> None:
    first = made_report(60, seed=3, title="First")
    second = replace(first, headline=first.headline[:4])
    page = compared(first, second)
    assert page.count("<strong>2.1%</strong>") == 2
    assert page.count("95% interval -2.1% to 6.4%, 60 bets, p 0.123, 7 trials") == 2
    assert page.count("<strong>0.310</strong>") == 1
    assert f"<strong>{formats.MISSING}</strong>" in page
    assert HOSTILE not in page


@pytest.mark.parametrize(("number", "words"), [(0, "0 bets"), (1, "1 bet"), (2000, "2,000 bets")])
def test_things_are_counted_in_the_plural_where_it_is_due(number: int, words: str) -> None:
    assert formats.counted(number, "bet") == words


def test_a_single_day_is_drawn_between_its_neighbours() -> None:
    daily = made_daily(made_bets(9)).head(1).assign(date=pd.Timestamp("2024-10-25"))
    chart = charts.equity(daily, made_band(daily))
    assert chart is not None
    assert chart.figure["layout"]["xaxis"]["range"] == ["2024-10-24", "2024-10-26"]
    assert chart.figure["data"][3]["mode"] == "markers"


def test_growth_starts_from_the_bankroll_before_the_first_day() -> None:
    daily = pd.DataFrame(
        {"date": pd.to_datetime(["2025-01-01", "2025-01-02"]), "profit": [50.0, -110.0]}
    ).assign(bankroll=[1050.0, 940.0])
    chart = charts.growth({"a": daily})
    assert chart is not None
    assert chart.figure["data"][0]["y"] == pytest.approx([0.05, -0.06])


@pytest.mark.parametrize("number", [0, 2])
def test_a_comparison_of_nothing_renders(report: RunReport, number: int) -> None:
    runs: Sequence[RunReport] = [unbet(report, pd.DataFrame())] * number
    assert "No run has a day to draw." in render_comparison(runs)
