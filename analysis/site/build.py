"""Builds the site: one look at the warehouse, one folder of pages."""

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from analysis.backtest import ledger, trials
from analysis.reports import backtest_page
from analysis.reports.page import Frame, document, shared_files
from analysis.reports.run_report import run_report
from analysis.site import (
    backtests_page,
    bets_page,
    board_page,
    books_page,
    closes_page,
    credits_page,
    docs_page,
    edges_page,
    event_data,
    event_page,
    games_page,
    health_page,
    pages,
)
from analysis.site.credits_page import CreditFacts
from analysis.site.folder import read_marker, replaced
from analysis.site.pages import Page
from analysis.site.view import View
from analysis.warehouse import Record, Warehouse

EVENTS_AT_ONCE: Final = 100
# a page of a site stays below 2 MB
MOST_BETS: Final = 1_000
MENU: Final = (
    ("board", "index.html", "Board"),
    ("edges", "edges.html", "Edges"),
    ("games", "games.html", "Games"),
    ("closes", "closes.html", "Closes"),
    ("books", "books.html", "Books"),
    ("bets", "bets.html", "My bets"),
    ("backtests", "backtests.html", "Backtests"),
    ("credits", "credits.html", "Credits"),
    ("health", "health.html", "Health"),
    ("docs", "docs.html", "Docs"),
)
RELATIONS: Final = ("marts.dim_events", "marts.fct_event_sightings", "ops.run_clock")


@dataclass(frozen=True)
class Wanted:
    """What a build is asked for.

    Attributes:
        days: how many days back games get a page written anew.
        where: the warehouse, as a person would name it.
        time_zone: whose days and months one's own bets are counted by.
        credits: the credits of the month; none where they cannot be told.
        documents: the folder of our own pages in Markdown, if it is there.
        dbt_docs: the page of dbt docs, if it was made.
        lineage: the page of column lineage, if it was made.
    """

    days: int
    where: str
    time_zone: str
    credits: CreditFacts | None = None
    documents: Path | None = None
    dbt_docs: Path | None = None
    lineage: Path | None = None


@dataclass
class Built:
    """What a build did: pages written, pages taken over as they were, games left out."""

    written: int = 0
    kept: int = 0
    left_out: int = 0
    bytes: int = 0
    absent: dict[str, str] = field(default_factory=dict)


def build(warehouse: Warehouse, folder: Path, wanted: Wanted) -> Built:
    """Write the whole site into a folder, which is replaced at once.

    Raises:
        NotOursError: the folder holds other things.
        OSError: it cannot be written.
    """
    before = read_marker(folder)
    layout = layout_version()
    # pages of another layout are made anew
    kept = folder if before.get("layout") == layout else None
    tried = trials.trials(warehouse) if "raw.backtest_trials" in warehouse.relations() else []
    marker = {"layout": layout, "trials": len(tried)}
    with replaced(folder, marker) as made:
        site = _Site(warehouse, made, wanted, before=folder if before else None, kept=kept)
        site.write_assets()
        site.write_pages()
        site.write_events()
        # how a run stands depends on all that was tried
        site.write_backtests(tried, kept=kept if before.get("trials") == len(tried) else None)
        site.write_documents()
        site.built.bytes = sum(path.stat().st_size for path in made.rglob("*") if path.is_file())
    return site.built


@cache
def layout_version() -> str:
    """Changes with whatever makes a page look or read otherwise."""
    ours = sorted(
        (name, path.read_bytes())
        for package in ("analysis.reports", "analysis.site")
        for name, path in _sources(package)
    )
    return hashlib.sha256(repr(ours).encode()).hexdigest()[:16]


def _sources(package: str) -> list[tuple[str, Path]]:
    root = Path(str(files(package)))
    kinds = (".py", ".css", ".js", ".html")
    return [
        (f"{package}/{path.relative_to(root)}", path)
        for path in root.rglob("*")
        if path.suffix in kinds
    ]


class _Site:
    """One build under way.

    Args:
        warehouse: where to read.
        folder: where to write.
        wanted: what is asked for.
        before: the site that is replaced.
        kept: the same, if its pages are as they would be made now.
    """

    def __init__(
        self,
        warehouse: Warehouse,
        folder: Path,
        wanted: Wanted,
        *,
        before: Path | None,
        kept: Path | None,
    ) -> None:
        clock = warehouse.clock()
        if clock is None:
            raise ValueError("nothing was built yet")
        self.folder = folder
        self.wanted = wanted
        self.kept = kept
        self.built = Built()
        self.is_past = clock.asked is not None
        self.games = games_page.games(
            warehouse, since=clock.moment - timedelta(days=wanted.days), before=before, kept=kept
        )
        self.view = View(
            warehouse, clock.moment, frozenset(warehouse.relations()), self.games.with_page
        )
        (seen,) = warehouse.rows(
            "select max(captured_at) as at from marts.fct_event_sightings"
            " where is_quoting and captured_at <= ?",
            [clock.moment],
        )
        self.last_odds_at = seen["at"]

    def frame(self, current: str, *, root: str = "") -> Frame:
        """What stands around a page."""
        return Frame(
            root=root,
            current=current,
            menu=MENU,
            as_of=self.view.as_of,
            is_past=self.is_past,
            last_odds_at=self.last_odds_at,
            where=self.wanted.where,
        )

    def write(self, address: str, text: str) -> None:
        """Write one page."""
        path = self.folder / address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.built.written += 1

    def write_assets(self) -> None:
        """What all pages share."""
        assets = self.folder / "assets"
        assets.mkdir()
        own = {
            name: (files("analysis.site") / name).read_text() for name in ("site.css", "site.js")
        }
        for name, text in {**shared_files(), **own}.items():
            (assets / name).write_text(text, encoding="utf-8")

    def write_pages(self) -> None:
        """The pages of tables."""
        makers: Mapping[str, tuple[str, Sequence[str], Callable[[View], Page]]] = {
            "board": ("Board", board_page.RELATIONS, board_page.page),
            "edges": ("Edges", edges_page.RELATIONS, edges_page.page),
            "closes": ("Closes and coverage", closes_page.RELATIONS, closes_page.page),
            "books": ("Books", books_page.RELATIONS, books_page.page),
            "bets": ("My bets", bets_page.RELATIONS, self._bets),
            "credits": ("Credits", credits_page.RELATIONS, self._credits),
            "health": ("Health", health_page.RELATIONS, health_page.page),
        }
        for key, (title, relations, maker) in makers.items():
            self._write_page(key, title, relations, maker)

    def _bets(self, view: View) -> Page:
        return bets_page.page(view, time_zone=self.wanted.time_zone)

    def _credits(self, view: View) -> Page:
        if self.wanted.credits is None:
            return Page(title="Credits", lead="The credits of the month cannot be told here.")
        return credits_page.page(view, self.wanted.credits)

    def _write_page(
        self, key: str, title: str, relations: Sequence[str], maker: Callable[[View], Page]
    ) -> None:
        address = {name: place for name, place, _ in MENU}[key]
        missing = self.view.missing(relations)
        if not missing:
            self.write(address, pages.render(maker(self.view), self.frame(key)))
            return
        reason = f"There is no {missing[0]} here that this page could be made from."
        self.built.absent[key] = missing[0]
        self.write(
            address, document("absent.html", frame=self.frame(key), title=title, reason=reason)
        )

    def write_events(self) -> None:
        """A page for every game to come and of the last days; older ones keep theirs."""
        for event in self.games.kept:
            self._keep(self.kept, event_page.address(event["event_id"]))
        self._write_event_pages(self.games.made)
        self.built.left_out = len(self.games.every) - len(self.games.with_page)
        self._write_page(
            "games",
            "Games",
            games_page.RELATIONS,
            lambda view: games_page.page(view, self.games.every),
        )

    def _keep(self, before: Path | None, address: str) -> bool:
        """Take a page over as it is, if it is there."""
        if before is None or not (before / address).is_file():
            return False
        path = self.folder / address
        path.parent.mkdir(exist_ok=True)
        try:
            # no page is ever changed in its place, and thousands are linked faster than copied
            path.hardlink_to(before / address)
        except OSError:
            shutil.copy2(before / address, path)
        self.built.kept += 1
        return True

    def _write_event_pages(self, events: Sequence[Record]) -> None:
        if not events:
            return
        catalogue = event_data.catalogue(self.view.warehouse)
        frame = self.frame("games", root="../")
        for first in range(0, len(events), EVENTS_AT_ONCE):
            batch = events[first : first + EVENTS_AT_ONCE]
            data = event_data.event_data(
                self.view.warehouse, batch, until=self.view.as_of, featured=catalogue.featured
            )
            for event in batch:
                page = event_page.render(
                    event, data[event["event_id"]], frame=frame, catalogue=catalogue
                )
                self.write(event_page.address(event["event_id"]), page)

    def write_backtests(self, tried: Sequence[Record], *, kept: Path | None) -> None:
        """The list of runs, and the page of each.

        Args:
            tried: all that was tried, by which each run is judged.
            kept: the site that is replaced, if its pages of runs still hold.
        """
        kept_runs: list[Record] = []
        if not self.view.missing((*backtests_page.RELATIONS, *ledger.RELATIONS)):
            kept_runs = ledger.runs(self.view.warehouse)
        for run_id in (run["run_id"] for run in kept_runs):
            if self._keep(kept, backtests_page.address(run_id)):
                continue
            result = ledger.kept_result(self.view.warehouse, run_id)
            report = run_report(result, trials.standing(result, tried))
            frame = self.frame("backtests", root="../")
            self.write(
                backtests_page.address(run_id),
                backtest_page.render(report, frame=frame, most_rows=MOST_BETS),
            )
        self._write_page(
            "backtests",
            "Backtests",
            backtests_page.RELATIONS,
            lambda view: backtests_page.page(view, kept_runs),
        )

    def write_documents(self) -> None:
        """Our own pages, dbt's, and the column lineage."""
        sources = sorted(self.wanted.documents.glob("*.md")) if self.wanted.documents else []
        frame = self.frame("docs", root="../")
        for source in sources:
            self.write(docs_page.address(source.stem), docs_page.render_page(frame, source))
        others = {docs_page.DBT_DOCS: self.wanted.dbt_docs, docs_page.LINEAGE: self.wanted.lineage}
        for address, source_page in others.items():
            if source_page is not None:
                self.write(address, docs_page.guarded(source_page.read_text(encoding="utf-8")))
        listed = [(source.stem, docs_page.title_of(source)) for source in sources]
        self.write(
            "docs.html",
            docs_page.render_index(
                self.frame("docs"),
                listed,
                has_dbt_docs=self.wanted.dbt_docs is not None,
                has_lineage=self.wanted.lineage is not None,
            ),
        )
