"""Builds what landed, and once a day everything: beside the collector's calls, or after them."""

import threading
from datetime import datetime
from typing import Literal

from ingestion.copies.publication import publish
from ingestion.settings import Settings
from scheduler.agenda import Entry
from scheduler.api_clock import ApiClock
from scheduler.job_log import JobLog
from scheduler.maintenance import maintain, merge_loose_rows
from scheduler.retries import Retries
from scheduler.transformation import Transformation

# another build is waited for so long; what landed waits, calls do not
PATIENCE_SECONDS = 20


class Builder:
    """What is to be built, and the building of it.

    It may work in a thread of its own: calls do not wait for a build then, however long it takes or
    waits. Nothing it keeps must survive: what is unbuilt is found out anew by the next process.
    """

    def __init__(self, settings: Settings, *, clock: ApiClock) -> None:
        self._settings = settings
        self._clock = clock
        self._transformation = Transformation(
            settings, holder="the collector", patience_seconds=PATIENCE_SECONDS
        )
        self._retries = Retries()
        self._lock = threading.Lock()
        self._is_unbuilt = False
        self._are_results_new = False
        self._asked: dict[str, Entry] = {}
        self._at_work: str | None = None
        self._is_stopping = False

    def stop(self) -> None:
        """Begin nothing new."""
        self._is_stopping = True

    def landed(self, *, are_results_new: bool) -> None:
        """Something came that no build has seen."""
        with self._lock:
            self._is_unbuilt = True
            self._are_results_new |= are_results_new

    def ask(self, entry: Entry) -> None:
        """Have a daily job done; one that is asked for or under way already is not doubled."""
        with self._lock:
            if entry.job != self._at_work:
                self._asked.setdefault(entry.job, entry)

    @property
    def is_at_work(self) -> bool:
        """Whether it is building right now."""
        return self._at_work is not None

    def next_at(self) -> datetime | None:
        """When there is something to do; None where there is nothing."""
        with self._lock:
            waiting = list(self._asked.values())
            if self._is_unbuilt:
                waiting.append(self._news())
        return min((self._retries.may_run_at(entry) for entry in waiting), default=None)

    def is_asked(self, entry: Entry) -> bool:
        """Whether a job waits for its turn here, or is under way."""
        with self._lock:
            return entry.job in self._asked or entry.job == self._at_work

    def work(self, jobs: JobLog) -> bool:
        """Do what is to be done now; returns whether there was anything."""
        is_anything_done = not self._is_stopping and self._build_what_landed(jobs)
        for entry in self._due():
            if self._is_stopping:
                break
            self._do(entry, jobs)
            is_anything_done = True
        return is_anything_done

    def _due(self) -> list[Entry]:
        now = self._clock.now()
        with self._lock:
            asked = list(self._asked.values())
        return [entry for entry in asked if self._retries.may_run_at(entry) <= now]

    def _news(self) -> Entry:
        return Entry(self._clock.now(), "build", "what landed")

    def _build_what_landed(self, jobs: JobLog) -> bool:
        with self._lock:
            is_wanted, are_results_new = self._is_unbuilt, self._are_results_new
        entry = self._news()
        if not is_wanted or self._retries.may_run_at(entry) > self._clock.now():
            return False
        # what lands from here on may be too late for this build
        self._forget_news()
        self._at_work = "hot"
        try:
            with jobs.job(entry) as running:
                as_of = self._clock.as_of()
                kind = self._transformation.what_to_build(
                    are_results_new=are_results_new, as_of=as_of
                )
                running.reason = kind
                self._transformation.build(kind, as_of=as_of)
        finally:
            self._at_work = None
        if jobs.runs[-1].status == "ok":
            self._retries.went_well(entry)
            merge_loose_rows(self._settings)
            self._publish_after("build", jobs)
        else:
            self.landed(are_results_new=are_results_new)
            self._retries.failed(entry, now=self._clock.now())
        return True

    def _forget_news(self) -> None:
        with self._lock:
            self._is_unbuilt = self._are_results_new = False

    def _do(self, entry: Entry, jobs: JobLog) -> None:
        work = {"build": self._build_all, "test": self._test, "maintenance": self._maintain}
        self._at_work = entry.job
        try:
            with jobs.job(entry):
                work[entry.job]()
        finally:
            self._at_work = None
        with self._lock:
            self._asked.pop(entry.job, None)
        if jobs.runs[-1].status == "ok":
            self._retries.went_well(entry)
            if entry.job == "build":
                self._publish_after("day", jobs)
        else:
            self._retries.failed(entry, now=self._clock.now())

    def _publish_after(self, build: Literal["build", "day"], jobs: JobLog) -> None:
        """Make the copy for readers, where it is wanted; one that fails is made after the next."""
        wanted = self._settings.odds_publish
        if wanted == "never" or (wanted == "day" and build == "build"):
            return
        self._at_work = "publish"
        try:
            with jobs.job(Entry(self._clock.now(), "publish", f"ODDS_PUBLISH={wanted}")):
                publish(self._settings, now=self._clock.now())
        finally:
            self._at_work = None

    def _build_all(self) -> None:
        self._transformation.build_models(as_of=self._clock.as_of())

    def _test(self) -> None:
        self._transformation.test(as_of=self._clock.as_of())

    def _maintain(self) -> None:
        maintain(self._settings, now=self._clock.now())
