"""The page of one's own bets says what plain SQL finds in their marts."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analysis.opening import reading
from analysis.reports.page import Frame
from analysis.site import bets_page, pages
from analysis.site.view import View
from ingestion.settings import load_settings
from tests.cli.conftest import Place
from tests.site_pages import SitePage

# forty settled bets of USD, a free one, one pending, and a parlay of EUR that was not made out
BETS = """
    insert into marts.fct_bets by name
    select
        'own:' || number as bet_id, 'csv' as source, 'single' as bet_kind, 1 as leg_count,
        timestamptz '2026-06-01 16:00:00+00' + to_days(number % 10) + to_minutes(number)
            as placed_at,
        placed_at + interval 5 hour as starts_at,
        'baseball_mlb' as sport_key, 'moneyline' as market_kind,
        case when number % 2 = 0 then 'fanduel' else 'draftkings' end as bookmaker_key,
        bookmaker_key as told_bookmaker, 10.0 + number as stake, 'USD' as currency,
        number = 41 as is_free_bet, 1.5 + number / 50 as decimal_price,
        case when number = 42 then 'pending' when number % 3 = 0 then 'lost' else 'won' end
            as status,
        case when number < 42 and number % 3 = 0 then -stake
            when number < 42 then stake * (decimal_price - 1) end as profit,
        case when number < 42 then placed_at + interval 8 hour end as settled_at,
        number = 7 as is_disputed,
        case when number % 4 > 0 then (number - 20) / 400 end as clv,
        number / 1000 as left_on_table,
        1 as version
    from range(1, 43) as numbers (number)
    union all by name
    select
        'own:p' as bet_id, 'csv' as source, 'parlay' as bet_kind, 2 as leg_count,
        timestamptz '2026-07-10 16:00:00+00' as placed_at, 'my friend' as told_bookmaker,
        5.0 as stake, 'EUR' as currency, false as is_free_bet, 4.1 as decimal_price,
        'unmatched' as status, false as is_disputed, 'no_event' as unmatched_reason, 1 as version;
    insert into marts.fct_bet_legs by name
    select
        bet_id, 1 as leg_number, bet_id || ':1' as leg_id, placed_at, 'first' as event_id,
        'Red Sox' as home_team, 'Yankees' as away_team, bookmaker_key, told_bookmaker,
        'h2h' as market_key, 'h2h' as told_market, market_kind, 'Yankees' as outcome_name,
        'Yankees' as told_outcome, decimal_price, case status when 'won' then 'win'
            when 'lost' then 'loss' end as outcome,
        clv, clv as clv_no_vig_start, clv / 2 as clv_no_vig_in_play,
        case when clv > 0 then 1.0 when clv < 0 then 0.0 when clv = 0 then 0.5 end as beat_close
    from marts.fct_bets where bet_kind = 'single'
    union all by name
    select
        bet_id, unnest([1, 2]) as leg_number, bet_id || ':' || leg_number as leg_id, placed_at,
        told_bookmaker, 'Some @ Other' as told_event, 'h2h' as told_market,
        '<b>Some</b>' as told_outcome,
        'no_event' as unmatched_reason
    from marts.fct_bets where bet_kind = 'parlay';
"""
TABLES = {
    "bets-rows": """
        select placed_at, stake, decimal_price, status, profit, clv, left_on_table, bet_id
        from marts.fct_bets
    """,
    "legs-rows": """
        select market_key, outcome_name, point, decimal_price, outcome, clv, leg_id
        from marts.fct_bet_legs
    """,
    "unmatched-rows": """
        select bet_id, leg_number, unmatched_reason, told_event, told_market, told_outcome,
            told_bookmaker
        from marts.fct_bet_legs where unmatched_reason is not null
    """,
    "conventions-rows": """
        select avg(value) as no_vig_clv_mean, count(value) as no_vig_clv_legs
        from (
            select unnest(['announced_start', 'start', 'in_play', 'removal']) as convention,
                unnest([clv_no_vig_announced_start, clv_no_vig_start, clv_no_vig_in_play,
                    clv_no_vig_removal]) as value
            from marts.fct_bet_legs
        )
        group by convention
    """,
}


@pytest.fixture(scope="module")
def held(season: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("bets") / "warehouse.duckdb"
    path.write_bytes(season.warehouse.read_bytes())
    with duckdb.connect(path) as warehouse:
        warehouse.execute(BETS)
    return path


@pytest.fixture(scope="module")
def shown(held: Path) -> SitePage:
    settings = load_settings(odds_target="duckdb", odds_duckdb_path=held)
    with reading(settings) as warehouse:
        clock = warehouse.clock()
        assert clock is not None
        view = View(warehouse, clock.moment, frozenset(warehouse.relations()), {"first"})
        page = bets_page.page(view, time_zone="America/New_York")
    frame = Frame(
        root="",
        current="bets",
        menu=(),
        as_of=view.as_of,
        is_past=True,
        last_odds_at=None,
        where="",
    )
    html = held.parent / "bets.html"
    html.write_text(pages.render(page, frame), encoding="utf-8")
    return SitePage(html)


def found(held: Path, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(held, read_only=True) as warehouse:
        warehouse.execute("set timezone = 'UTC'")
        answer = warehouse.execute(sql)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def told(value: object) -> str:
    if value is None:
        return ""
    if hasattr(value, "strftime"):
        return str(value.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return value if isinstance(value, str) else f"{float(value):.9g}"  # type: ignore[arg-type]


def rounded(text: str) -> str:
    try:
        return f"{float(text):.9g}"
    except ValueError:
        return text


@pytest.mark.parametrize("table", TABLES)
def test_every_cell_is_what_plain_sql_finds(shown: SitePage, held: Path, table: str) -> None:
    expected = found(held, TABLES[table])
    cells = shown.tables[table].values(*expected[0])
    assert sorted(tuple(map(rounded, row)) for row in cells) == sorted(
        tuple(map(told, row.values())) for row in expected
    )


def test_groups_of_own_money_are_sums_of_the_bets(shown: SitePage, held: Path) -> None:
    groups = shown.tables["came-to-1-rows"].values("by", "group", "bets", "turnover", "profit")
    assert {tuple(map(rounded, row[1:])) for row in groups if row[0] == "book"} == {
        tuple(map(told, row.values()))
        for row in found(
            held,
            """
            select bookmaker_key as book, count(*) as bets,
                sum(stake) filter (profit is not null) as turnover, sum(profit) as profit
            from marts.fct_bets
            where currency = 'USD' and not is_free_bet group by bookmaker_key
            """,
        )
    }


def test_cards_of_a_currency_are_sums_of_its_bets(shown: SitePage, held: Path) -> None:
    (own,) = found(
        held,
        """
        select sum(stake) as turnover, sum(profit) as profit
        from marts.fct_bets where currency = 'USD' and not is_free_bet and profit is not null
        """,
    )
    (every,) = found(
        held,
        """
        select count(*) as bets, avg(clv) as clv, count(clv) as clv_bets,
            avg(left_on_table) as left_on_table,
            count(*) filter (is_free_bet) as free, count(*) filter (is_disputed) as disputed
        from marts.fct_bets where currency = 'USD'
        """,
    )
    (beat,) = found(held, "select avg(beat_close) as rate from marts.fct_bet_legs")
    _, usd, eur = re.split(r'<h2 class="group-name">In ', shown.text.partition("<main")[0])
    cards = _cards(usd)
    assert {name: value for name, (value, _) in cards.items()} == {
        "Bets": f"{every['bets']}",
        "Turnover": f"{own['turnover']:,.2f}",
        "Profit": f"{own['profit']:,.2f}",
        "Yield": f"{own['profit'] / own['turnover']:+.2%}",
        "CLV": f"{every['clv']:+.2%}",
        "Beat the close": f"{beat['rate']:.1%}",
        "Left on the table": f"{every['left_on_table']:.2%}",
        "Free bets": f"{every['free']}",
        "Disputed": f"{every['disputed']}",
    }
    # forty bets on ten days are enough for intervals, one bet is not
    for name in ("Yield", "CLV"):
        assert re.search(r"95% interval -?[\d.]+% to -?[\d.]+%", cards[name][1])
        assert "too few bets or days" in _cards(eur)[name][1]
    assert _cards(eur)["Bets"] == ("1", "0 pending, 1 unmatched")


def _cards(text: str) -> Mapping[str, tuple[str, str]]:
    cards = re.findall(
        r'<h3>([^<]*)</h3><p class="value">([^<]*)</p>(?:<p class="note">([^<]*)</p>)?', text
    )
    return {name: (value, note) for name, value, note in cards}


def test_profit_is_drawn_beside_what_the_close_expected(shown: SitePage, held: Path) -> None:
    figures = re.findall(r'<script type="application/json" class="figure">(.*?)<', shown.text)
    # of one bet in EUR there is nothing to draw
    (figure,) = map(json.loads, figures)
    (sums,) = found(
        held,
        """
        select sum(profit) as profit, sum(stake * clv) as expected
        from marts.fct_bets where currency = 'USD' and not is_free_bet and profit is not null
        """,
    )
    ends = {trace["name"]: trace["y"][-1] for trace in figure["data"]}
    assert ends == {
        "Profit": pytest.approx(sums["profit"]), "By CLV": pytest.approx(sums["expected"])
    }  # fmt: skip
    assert "from 30 settled bets on; these are 0" in shown.text


def test_only_games_with_a_page_are_linked(shown: SitePage) -> None:
    assert {link for link in shown.links if "events/" in link} == {"events/first.html"}


def test_what_a_file_told_is_text_and_never_markup(shown: SitePage) -> None:
    assert "<b>Some" not in shown.text
    assert shown.text.count("&lt;b&gt;Some&lt;/b&gt;") >= 3
