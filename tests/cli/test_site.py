"""`odds site`: every number is the mart's, text is never markup, and nobody sees half a site."""

import json
import os
import re
import shutil
import signal
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests

from analysis.reports.page import SITE_POLICY
from analysis.site.docs_page import guarded
from analysis.site.event_page import address
from analysis.site.folder import MARKER, NotOursError, replaced
from tests.browser import Browser, browser
from tests.cli.conftest import Place, make_place
from tests.oracle.builder import AWAY, HOME
from tests.site_pages import SitePage, Table

HOSTILE = "<script>alert(1)</script>"
MOST_BYTES = 2_000_000
WIDTHS = (390, 1440)


@pytest.fixture(scope="module")
def site(season: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "public"
    said = season.odds("site", "build", folder, "--json")
    assert said.data["left_out"] == 0
    assert said.data["absent"] == {}
    return folder


def answer(place: Place, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns that a query finds, and the rows."""
    with duckdb.connect(place.warehouse, read_only=True) as warehouse:
        warehouse.execute("set timezone = 'UTC'")
        found = warehouse.execute(sql)
        return [column[0] for column in found.description], found.fetchall()


def rows(place: Place, sql: str) -> list[tuple[Any, ...]]:
    return answer(place, sql)[1]


def told(value: object) -> str:
    """A value of a mart as a page keeps it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{float(value):.9g}"  # type: ignore[arg-type]


def rounded(text: str) -> str:
    """A kept number to the digits in which two ways of counting agree."""
    try:
        return f"{float(text):.9g}"
    except ValueError:
        return text


# id of a table on a page, and plain SQL that says what stands in it
TABLES = {
    ("index", "board-rows"): """
        select market_key, point, decimal_price, american_price, bookmaker_key, bookmaker_count,
            captured_at
        from marts.fct_best_prices
    """,
    ("closes", "coverage-rows"): """
        select sport_key, what, outcome, row_count, promised_count, promised_share
        from quality.rpt_coverage
    """,
    ("closes", "closes-rows"): """
        select market_key, bookmaker_key, coalesce(missing_reason, 'held') as outcome,
            count(*) as close_count, avg(minutes_before_start) as mean_minutes_before_start
        from marts.fct_closing_lines
        where missing_reason is null or missing_reason <> 'not_started'
        group by all
    """,
    ("books", "hold-rows"): """
        select bookmaker_key, sport_key, market_key, moment, event_count, coverage, mean_hold,
            mean_overround, mean_absolute_fair_difference, best_price_share
        from marts.rpt_book_comparison
    """,
    ("edges", "ev-rows"): """
        select ev_default, decimal_price, bookmaker_key, outcome_name, point, market_key,
            fair_decimal_price, ev_worst_case, kelly_capped, age_minutes, is_fresh, starts_at
        from marts.rpt_positive_ev
    """,
    ("edges", "arbitrage-rows"): """
        select guaranteed_roi, is_fresh, line_market_key, outcome_name_1, point_1,
            net_decimal_price_1, stake_share_1, age_minutes_1, outcome_name_2, point_2,
            net_decimal_price_2, stake_share_2, age_minutes_2, starts_at
        from marts.rpt_arbitrage
    """,
    ("edges", "middles-rows"): """
        select gap, middle_probability, break_even_probability, expected_roi, net_decimal_price_1,
            net_decimal_price_2
        from marts.rpt_middles
    """,
    ("edges", "low-hold-rows"): """
        select overround, net_decimal_price_1, net_decimal_price_2 from marts.rpt_low_hold
    """,
    ("edges", "steam-rows"): """
        select market_key, outcome_name, direction, avg(point_move) as mean_point_move,
            avg(probability_move) as mean_probability_move, first_mover,
            count(distinct book_group) as book_group_count, max(moved_at) as moved_at
        from marts.fct_line_movements inner join marts.dim_events using (event_id)
        where is_steam and dim_events.starts_at > '2026-07-10 19:00:00+00'
        group by event_id, market_key, outcome_name, outcome_description, line, direction,
            first_mover, wave_number
    """,
    ("books", "health-rows"): """
        select bookmaker_key, count(distinct event_id) as event_count,
            count(distinct market_key) as market_count, max(valid_from) as last_changed_at
        from marts.fct_quote_states
        group by bookmaker_key
    """,
    ("books", "lag-rows"): """
        select leader_group, follower_group, market_key, wave_count, led_count, followed_count,
            lead_share, median_least_lag_minutes, median_most_lag_minutes
        from marts.rpt_lead_lag
    """,
    ("books", "agreement-rows"): """
        select bookmaker_key, other_bookmaker_key, event_count, shared_quote_count, equal_share,
            joint_move_share, is_one_house, agrees_too_often
        from marts.rpt_book_agreement
    """,
    ("health", "findings-rows"): """
        select severity, rule_id, bookmaker_key, market_key, subject, sample, finding_count,
            is_standing, first_seen_at, last_seen_at
        from quality.fct_findings
    """,
    ("health", "measures-rows"): """
        select measure, value, unit, status, explanation from ops.rpt_pipeline_health
    """,
    ("games", "begun-rows"): """
        select event_name, starts_at, sport_key, status, home_score, away_score, last_seen_at
        from marts.dim_events
        where starts_at <= '2026-07-10 19:00:00+00'
    """,
    ("events/first", "moves-rows"): """
        select moved_at, market_key, outcome_name, bookmaker_key, previous_point, point,
            previous_decimal_price, decimal_price, probability_move, is_steam, is_reverse
        from marts.fct_line_movements
        where event_id = 'first' and (is_steam or is_reverse)
    """,
    ("events/last", "fair-rows"): """
        select market_key, outcome_name, point, fair_probability, fair_decimal_price,
            sharp_probability, sharp_bookmaker_key, source_count, dispersion
        from marts.fct_consensus_prices
        inner join marts.dim_markets using (market_key)
        inner join marts.dim_default_methods using (sport_key, market_kind, method)
        where moment = 'now' and event_id = 'last'
    """,
}  # fmt: skip


# a day of three games has none of these
MAY_BE_EMPTY = {
    ("edges", "arbitrage-rows"), ("edges", "middles-rows"), ("edges", "low-hold-rows"),
    ("edges", "steam-rows"), ("health", "findings-rows"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "table"), TABLES, ids=str)
def test_every_cell_is_what_plain_sql_finds(
    site: Path, season: Place, page: str, table: str
) -> None:
    columns, in_mart = answer(season, TABLES[page, table])
    expected = {tuple(map(told, row)) for row in in_mart}
    found = SitePage(site / f"{page}.html").tables.get(table)
    if found is None:
        assert expected == set()
        return
    shown = {tuple(map(rounded, row)) for row in found.values(*columns)}
    # the board shows the line that most books have, all else every row
    assert shown
    assert shown <= expected if page == "index" else shown == expected


@pytest.mark.heavy
def test_most_of_these_tables_have_rows(season: Place) -> None:
    """Or the test above would say little."""
    empty = {name for name, sql in TABLES.items() if not rows(season, sql)}
    assert empty <= MAY_BE_EMPTY


def test_the_board_has_every_game_to_come_and_what_its_prices_are_worth(
    site: Path, season: Place
) -> None:
    table = SitePage(site / "index.html").tables["board-rows"]
    games = rows(season, "select distinct event_id from marts.fct_best_prices")
    assert {link for link in SitePage(site / "index.html").links if "events/" in link} == {
        address(event_id) for (event_id,) in games
    }
    places = {heading: place for place, heading in enumerate(table.headings)}
    shown = {
        (
            row[places["Market"]].value,
            row[places["Outcome"]].value,
            rounded(row[places["Fair"]].value),
            rounded(row[places["EV"]].value),
        )
        for row in table.rows
        if row[places["EV"]].value
    }
    valued = rows(
        season,
        """
        select market_key, outcome_name, 1 / fair_probability, ev_default
        from marts.fct_offers_valued where moment = 'now'
        """,
    )
    assert shown
    assert shown <= {tuple(map(told, row)) for row in valued}


def test_books_side_by_side_are_the_closes_with_their_hold(site: Path, season: Place) -> None:
    table = SitePage(site / "events/first.html").tables["books-h2h-rows"]
    outcomes = [name for name in table.columns if name in (HOME, AWAY)]
    found = rows(
        season,
        """
        select bookmaker_key, outcome_name, decimal_price, minutes_before_start
        from marts.fct_closing_lines
        where event_id = 'first' and market_key = 'h2h'
        """,
    )
    prices = {(book, outcome): price for book, outcome, price, _ in found}
    hold = table.headings.index("Hold")
    books = [row for row in table.rows if not row[0].value.startswith("fair")]
    assert len(outcomes) == 2
    assert {row[0].value.removesuffix(" (sharp)") for row in books} == {row[0] for row in found}
    for row in books:
        book = row[0].value.removesuffix(" (sharp)")
        two = [prices[book, outcome] for outcome in outcomes]
        cells = [row[table.columns.index(outcome)].value for outcome in outcomes]
        assert [rounded(cell) for cell in cells] == [told(price) for price in two]
        if all(two):
            whole = sum(1 / price for price in two)
            assert float(row[hold].value) == pytest.approx(1 - 1 / whole)


def test_headlines_are_counts_of_the_marts(site: Path, season: Place) -> None:
    cards = re.findall(
        r'<h2>([^<]*)</h2><p class="value">([^<]*)</p>',
        "".join((site / f"{name}.html").read_text() for name in ("index", "credits")),
    )
    ((games, prices),) = rows(
        season, "select count(distinct event_id), count(*) from marts.fct_best_prices"
    )
    quota = season.odds("quota", "--json", "--as-of", "2026-07-10T19:00:00Z").data
    assert dict(cards) | {"Highest EV": ""} == {
        "Games to come": f"{games}",
        "Prices": f"{prices}",
        "Highest EV": "",
        "Used": f"{quota['used']:,}",
        "Remaining": "\N{EN DASH}" if quota["remaining"] is None else f"{quota['remaining']:,}",
        "Forecast": f"{quota['forecast']:,}",
        "In flight": f"{quota['in_flight']:,}",
        "Held for closes": f"{quota['held_for_closes']:,}",
        "State": quota["state"],
    }


def test_a_path_has_every_change_of_a_book_before_the_start(site: Path, season: Place) -> None:
    text = (site / "events/first.html").read_text()
    figures = [
        json.loads(found)
        for found in re.findall(r'<script type="application/json" class="figure">(.*?)<', text)
    ]
    (moneyline,) = [each for each in figures if each["layout"]["yaxis"]["title"].get("text")
                    == "Home price"]  # fmt: skip
    traces = {
        trace["legendgroup"]: trace
        for trace in moneyline["data"]
        if trace["mode"] == "lines" and trace["yaxis"] == "y"
    }
    found = rows(
        season,
        f"""
        select bookmaker_key, valid_from, decimal_price
        from marts.fct_odds_changes inner join marts.dim_events using (event_id)
        where event_id = 'first' and market_key = 'h2h' and outcome_name = '{HOME}'
        and not is_in_play and valid_from < dim_events.starts_at
        order by valid_from
        """,  # noqa: S608
    )
    assert {book for book, _, _ in found} == set(traces)
    for book, trace in traces.items():
        changes = [(told(at), price) for each, at, price in found if each == book]
        # and one more, to draw the last one up to the start
        assert trace["x"][:-1] == [at for at, _ in changes]
        assert trace["y"][:-1] == [
            None if price is None else pytest.approx(price, abs=1e-4) for _, price in changes
        ]


def test_what_is_shown_is_the_kept_value_rounded(site: Path) -> None:
    seen = 0
    for path in site.rglob("*.html"):
        for table in SitePage(path).tables.values():
            seen += sum(check_row(table, row) for row in table.rows)
    assert seen > 500


def check_row(table: Table, row: list[Any]) -> int:
    numbers = 0
    for cell in row:
        shown = re.fullmatch(r"([+-]?[\d,]+(?:\.(\d+))?)(%?)", cell.text)
        if not shown or not re.fullmatch(r"-?[\d.e+-]+", cell.value):
            continue
        digits = len(shown[2] or "")
        value = float(cell.value) * (100 if shown[3] else 1)
        said = float(shown[1].replace(",", ""))
        assert said == pytest.approx(value, abs=0.500001 * 10**-digits), (table.mart, cell)
        numbers += 1
    return numbers


def test_no_page_asks_for_anything_outside_or_grows_too_large(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 15
    for path in pages:
        page = SitePage(path)
        assert path.stat().st_size < MOST_BYTES
        assert page.text.count("Content-Security-Policy") == 1
        assert [each for each in page.sources if re.match(r"\s*(\w+:)?//", each)] == []
        # scripts of files of ours, and data; none of its own
        assert {each.get("src") is not None or each["type"] for each in page.scripts} <= {
            True,
            "application/json",
        }
    assert "connect" not in SITE_POLICY
    assert {path.name for path in (site / "assets").iterdir()} == {
        "page.css", "page.js", "plotly.min.js", "site.css", "site.js"
    }  # fmt: skip


def test_every_link_leads_somewhere(site: Path) -> None:
    broken = []
    for path in site.rglob("*.html"):
        page = SitePage(path)
        for link in page.links:
            place, _, anchor = link.partition("#")
            target = (path.parent / place).resolve() if place else path
            if not target.is_file() or (
                anchor and f'id="{anchor}"' not in target.read_text(encoding="utf-8")
            ):
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_times_stand_in_utc_with_their_zone_for_those_without_scripts(site: Path) -> None:
    times = re.findall(
        r"<time datetime=\"([^\"]+)\"[^>]*>([^<]*)</time>", (site / "index.html").read_text()
    )
    assert len(times) > 10
    for machine, person in times:
        assert person == f"{machine[:-1].replace('T', ' ')} UTC"
    # ages count from the moment that was asked for
    assert '<body data-as-of="2026-07-10T19:00:00Z">' in (site / "index.html").read_text()


@pytest.fixture(scope="module")
def odd(season: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The season with bets, and with a team that is called like a script."""
    place = make_place(tmp_path_factory.mktemp("odd"), Path(season.environment["DBT_TARGET_PATH"]))
    place.warehouse.parent.mkdir()
    shutil.copy(season.warehouse, place.warehouse)
    with duckdb.connect(place.warehouse) as warehouse:
        columns = warehouse.execute(
            """
            select table_schema, table_name, column_name from information_schema.columns
            inner join information_schema.tables using (table_schema, table_name)
            where table_type = 'BASE TABLE' and data_type = 'VARCHAR'
            and (column_name like '%team' or column_name in ('outcome_name', 'event_name'))
            """
        ).fetchall()
        for schema, table, column in columns:
            renamed = f"update {schema}.{table} set {column} = replace({column}, ?, ?)"  # noqa: S608
            warehouse.execute(renamed, [HOME, HOSTILE])
        warehouse.execute(
            """
            insert into marts.fct_bets by name select
                'bet-1' as bet_id, 'csv' as source, 'single' as bet_kind, 1 as leg_count,
                timestamptz '2026-07-10 17:00:00+00' as placed_at,
                '<b>My</b> book' as told_bookmaker,
                25.0 as stake, '<b>USD</b>' as currency, false as is_free_bet,
                1.909 as decimal_price, 'unmatched' as status, false as is_disputed,
                'unknown_outcome' as unmatched_reason, 1 as version;
            insert into marts.fct_bet_legs by name select
                'bet-1' as bet_id, 1 as leg_number, 'bet-1:1' as leg_id,
                timestamptz '2026-07-10 17:00:00+00' as placed_at,
                '<b>My</b> book' as told_bookmaker,
                'first' as event_id, 'h2h' as told_market, '<b>Me</b>' as told_outcome,
                'unknown_outcome' as unmatched_reason;
            """
        )
    said = place.odds("site", "build", "site", "--json")
    assert said.data["absent"] == {}
    return place


@pytest.mark.heavy
def test_names_of_the_api_are_text_and_never_markup(odd: Place) -> None:
    told_of = 0
    for path in (odd.folder / "site").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert HOSTILE not in text
        assert "alert(1)</script" not in text
        assert "<b>M" not in text
        assert "<b>USD" not in text
        told_of += text.count("&lt;script&gt;alert(1)&lt;/script&gt;")
    assert told_of > 10


def test_without_bets_the_page_says_so_in_one_sentence(site: Path) -> None:
    empty = SitePage(site / "bets.html")
    assert empty.tables == {}
    assert empty.text.count("No bet is held yet: `odds bets template` prints a file") == 1


def test_pages_of_other_makers_are_kept_from_asking_others() -> None:
    page = guarded("<!doctype html><html><head><title>dbt</title></head></html>")
    before, _, _ = page.partition("<title>")
    assert "default-src 'none'" in before
    assert "http" not in before.replace("http-equiv", "")


@pytest.mark.parametrize("event_id", ["../../etc/passwd", "a/b", "", "x" * 300, "<b>", ".."])
def test_an_id_from_outside_is_no_way_out_of_the_folder(event_id: str) -> None:
    assert re.fullmatch(r"events/[0-9a-f]{64}\.html", address(event_id))


@pytest.mark.parametrize("is_file", [True, False])
def test_a_folder_of_others_is_left_alone(season: Place, tmp_path: Path, is_file: bool) -> None:
    folder = tmp_path / "mine"
    precious = folder if is_file else folder / "thesis.txt"
    precious.parent.mkdir(exist_ok=True)
    precious.write_text("ten years of work")
    said = season.odds("site", "build", folder)
    assert said.status == 2
    assert len(said.err.splitlines()) == 1
    assert "give another folder" in said.err
    assert precious.read_text() == "ten years of work"
    assert list(tmp_path.iterdir()) == [folder]


def test_another_moment_than_that_of_the_models_is_refused(season: Place, tmp_path: Path) -> None:
    said = season.odds("site", "build", tmp_path / "site", "--as-of", "2026-07-10T15:00:00Z")
    assert said.status == 2
    assert "ODDS_AS_OF" in said.err
    assert not (tmp_path / "site").exists()


def test_a_build_that_fails_leaves_the_old_site(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    with replaced(folder, {}) as made:
        (made / "index.html").write_text("old")

    def fail_half_way() -> None:
        with replaced(folder, {}) as made:
            (made / "index.html").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert (folder / "index.html").read_text() == "old"
    assert list(tmp_path.iterdir()) == [folder]


def test_what_a_build_that_died_left_is_swept_away(tmp_path: Path) -> None:
    dead, others = tmp_path / ".site-abc", tmp_path / ".site-mine"
    for folder in (dead, others):
        folder.mkdir()
    (dead / MARKER).write_text("{}")
    os.utime(dead / MARKER, (0, 0))
    with replaced(tmp_path / "site", {}):
        pass
    assert sorted(tmp_path.iterdir()) == [others, tmp_path / "site"]


def test_readers_never_see_half_a_site(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    with replaced(folder, {}) as made:
        (made / "index.html").write_text("0")
    seen: list[str] = []
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            try:
                seen.append((folder / "index.html").read_text())
            except OSError as error:
                seen.append(str(error))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 100):
        with replaced(folder, {}) as made:
            (made / "index.html").write_text(str(number))
    is_over.set()
    reader.join()
    assert set(seen) <= {str(number) for number in range(100)}
    assert len(set(seen)) > 1


def test_what_came_into_the_folder_meanwhile_is_not_lost(tmp_path: Path) -> None:
    folder = tmp_path / "site"

    def meet_another() -> None:
        with replaced(folder, {}) as made:
            (made / "index.html").write_text("new")
            folder.mkdir()
            (folder / "thesis.txt").write_text("ten years of work")

    with pytest.raises(NotOursError):
        meet_another()
    assert (folder / "thesis.txt").exists()


@pytest.mark.heavy
def test_old_games_without_a_page_are_told_of(season: Place, tmp_path: Path) -> None:
    said = season.odds("site", "build", tmp_path / "site", "--days", 0, "--json")
    assert said.data["left_out"] == 1
    assert "1 older game without a page" in (tmp_path / "site/games.html").read_text()
    assert not (tmp_path / "site/events/first.html").exists()


@pytest.mark.heavy
def test_pages_of_old_games_keep_their_place(season: Place, site: Path, tmp_path: Path) -> None:
    with replaced(tmp_path / "again", {}) as made:
        for path in site.rglob("*"):
            if path.is_file() and path.name != MARKER:
                (made / path.relative_to(site)).parent.mkdir(parents=True, exist_ok=True)
                (made / path.relative_to(site)).write_bytes(path.read_bytes())
    (tmp_path / "again" / MARKER).write_bytes((site / MARKER).read_bytes())
    before = (site / "events/first.html").read_bytes()
    again = season.odds("site", "build", tmp_path / "again", "--days", 0, "--json").data
    assert (again["left_out"], again["kept"]) == (0, 1)
    assert (tmp_path / "again/events/first.html").read_bytes() == before


@pytest.mark.heavy
def test_it_is_served_and_kept_up_to_date(season: Place, tmp_path: Path) -> None:
    process = season.start(
        "site", "serve", tmp_path / "site", "--port", 0, "--every", 0.1, "--days", 0
    )
    assert process.stderr is not None
    try:
        base = process.stderr.readline().split()[-1]
        page = b""
        for _ in range(300):
            page = requests.get(f"{base}index.html", timeout=5).content
            if b"Best prices" in page:
                break
            threading.Event().wait(0.1)
        assert b"Best prices" in page
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def test_without_a_site_there_is_nothing_to_serve(season: Place, tmp_path: Path) -> None:
    said = season.odds("site", "serve", tmp_path / "none")
    assert said.status == 2
    assert "odds site build" in said.err


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.mark.heavy
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_draw_without_complaint_and_ask_nobody(
    site: Path, tab: Browser, width: int, dark: bool
) -> None:
    for path in sorted(site.rglob("*.html")):
        tab.open(path.as_uri(), width=width, dark=dark)
        assert tab.complaints == [], path.name
        outside = [
            url for url in tab.requests if not url.startswith((site.as_uri(), "data:", "blob:"))
        ]
        assert outside == [], path.name
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), path.name


@pytest.mark.heavy
def test_a_reader_goes_by_keyboard_sorts_filters_and_sees_own_time(
    site: Path, tab: Browser
) -> None:
    tab.call("Emulation.setTimezoneOverride", timezoneId="Asia/Tokyo")
    tab.open((site / "index.html").as_uri())
    tab.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    assert tab.evaluate("getComputedStyle(document.activeElement).left") != "-9999px"
    tab.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"
    assert tab.evaluate("document.querySelector('.asof time').textContent").endswith("GMT+9")
    # of 19:00, the moment that was asked for, not of now
    ages = tab.evaluate("[...document.querySelectorAll('.data .ago')].map((e) => e.textContent)")
    assert ages
    assert all(re.fullmatch(r"\d+ min ago", age) for age in ages)
    shown = """[...document.querySelectorAll('#board-rows tbody tr:not([hidden])')]
        .map((row) => Number(row.cells[2].dataset.value))"""
    tab.evaluate("document.querySelectorAll('#board-rows th button')[2].focus()")
    tab.press("Enter")
    prices = tab.evaluate(shown)
    assert prices == sorted(prices)
    tab.press("Enter")
    assert tab.evaluate(shown) == prices[::-1]
    tab.open((site / "books.html").as_uri())
    tab.evaluate(
        """(() => {
          const box = document.querySelector("[data-filters='hold-rows'] input");
          box.value = "MATCHBOOK";
          box.dispatchEvent(new Event("input", {bubbles: true}));
        })()"""
    )
    books = tab.evaluate(
        """[...document.querySelectorAll("#hold-rows tbody tr:not([hidden])")]
        .map((row) => row.cells[0].textContent)"""
    )
    assert set(books) == {"matchbook"}
    assert tab.evaluate("document.querySelector('[data-count=hold-rows]').textContent").startswith(
        f"{len(books)} of {len(books)} matching rows"
    )
    tab.call("Emulation.setTimezoneOverride", timezoneId="")
