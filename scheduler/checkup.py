"""Is all well with this installation? Checks of files and folders, which disturb nobody."""

import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from ingestion.errors import OddsError
from ingestion.settings import Settings
from ingestion.spool import Spool
from scheduler.next_calls import NextCalls

Status = Literal["ok", "warning", "failed"]

LITTLE_SPACE = 1_000_000_000
NO_SPACE = 100_000_000
# a collector leaves a sign of life every five minutes, and while it builds everything only after it
LATE_SECONDS = 15 * 60
LATE_AT_WORK_SECONDS = 60 * 60
WAITS_LONG_SECONDS = 15 * 60


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: how it is, and how to mend it."""

    name: str
    status: Status
    text: str
    remedy: str | None = None


def file_checks(settings: Settings) -> list[Check]:
    """What can be told from the data folder alone."""
    return [
        data_folder(settings),
        disk_space(settings),
        pending(settings),
        unfinished_load(settings),
        broken_files(settings),
        heartbeat(settings),
        next_call(settings),
    ]


def data_folder(settings: Settings) -> Check:
    """Whether responses can be kept."""
    folder = settings.odds_data_dir
    try:
        Spool(folder / "spool").check_writable()
    except OddsError as error:
        return Check("data folder", "failed", str(error), "give ODDS_DATA_DIR a writable folder")
    return Check("data folder", "ok", f"{folder} can be written to")


def disk_space(settings: Settings) -> Check:
    """Whether there is room for what comes."""
    folders = {settings.odds_data_dir, settings.odds_duckdb_path.parent}
    free = min(shutil.disk_usage(_existing(folder)).free for folder in folders)
    text = f"{free / 1e9:,.1f} GB free"
    if free > LITTLE_SPACE:
        return Check("disk", "ok", text)
    status: Status = "warning" if free > NO_SPACE else "failed"
    return Check("disk", status, text, "free some space, or move ODDS_DATA_DIR")


def pending(settings: Settings) -> Check:
    """Whether what came waits on disk for longer than a landing takes."""
    answers = Spool(settings.odds_data_dir / "spool").paths()
    rows = list((settings.odds_data_dir / "journal").glob("*.json"))
    text = f"{len(answers)} answers and {len(rows)} notes wait to be written to the warehouse"
    if _age_seconds([*answers, *rows], oldest=True) < WAITS_LONG_SECONDS:
        return Check("pending", "ok", text if answers or rows else "nothing waits on disk")
    return Check(
        "pending", "warning", f"{text} for long",
        "nothing is lost: `odds fetch events` or the collector lands them once it can",
    )  # fmt: skip


def unfinished_load(settings: Settings) -> Check:
    """Whether a load died on the way to the warehouse."""
    folder = settings.odds_data_dir / "dlt"
    # the file of its owner is away while a load is under way
    is_open = folder.exists() and not (folder / "owner").exists()
    if not is_open or _age_seconds([folder], oldest=True) < WAITS_LONG_SECONDS:
        return Check("loads", "ok", "none left behind")
    return Check(
        "loads", "warning", "a load was left behind unfinished",
        "nothing is lost: the next landing undoes it and begins again",
    )  # fmt: skip


def broken_files(settings: Settings) -> Check:
    """Whether something came that could not be read again."""
    folders = [settings.odds_data_dir / name / "broken" for name in ("spool", "journal")]
    found = {folder: len(list(folder.glob("*"))) for folder in folders}
    if not any(found.values()):
        return Check("broken files", "ok", "none")
    places = " and ".join(f"{count} files in {folder}" for folder, count in found.items() if count)
    return Check(
        "broken files", "warning", f"{places} could not be read",
        "look what is in them; they are never landed, and can be removed",
    )  # fmt: skip


def heartbeat(settings: Settings) -> Check:
    """Whether a collector that ran with this data folder is still there."""
    seconds = last_sign_of_life(settings)
    if seconds is None:
        return Check("collector", "ok", "none has run here yet")
    text = f"last sign of life {seconds / 60:.0f} min ago"
    is_at_work = _is_running(settings.odds_data_dir / "collector.lock")
    if seconds <= (LATE_AT_WORK_SECONDS if is_at_work else LATE_SECONDS):
        return Check("collector", "ok", text)
    return Check(
        "collector", "failed", text,
        "read its log, then start it again: `odds scheduler start`",
    )  # fmt: skip


def next_call(settings: Settings) -> Check:
    """Whether a call is late that the collector of this data folder planned."""
    now = datetime.now(UTC)
    calls = NextCalls(settings).read()
    if not calls:
        return Check("next call", "ok", "none is planned here")
    late = [call for call in calls if call.is_late(now)]
    call = late[0] if late else calls[0]
    if not late:
        return Check("next call", "ok", f"{call.due_at:%Y-%m-%d %H:%M} UTC: {call.words}")
    late_by = f"{call.late_by(now) / timedelta(minutes=1):,.0f} min"
    return Check(
        "next call", "failed",
        f"{call.words} was due at {call.due_at:%Y-%m-%d %H:%M} UTC: late by {late_by}",
        "read the log of the collector, and see whether API and warehouse can be reached: "
        "`odds doctor`",
    )  # fmt: skip


def last_sign_of_life(settings: Settings) -> float | None:
    """Seconds since a collector last wrote something down; None where none ever did."""
    folder = settings.odds_data_dir
    # it goes on while the warehouse is away: its rows are kept in the journal then
    signs = [folder / "collector-state.json", *(folder / "journal").glob("*.json")]
    seconds = _age_seconds(signs, oldest=False)
    return None if seconds == float("inf") else seconds


def _age_seconds(paths: Iterable[Path], *, oldest: bool) -> float:
    """The age of the oldest or the newest file; of none at all, 0 or infinity."""
    now = time.time()
    ages = []
    for path in paths:
        try:
            ages.append(now - path.stat().st_mtime)
        except FileNotFoundError:
            continue  # written to the warehouse meanwhile
    return max(ages, default=0.0) if oldest else min(ages, default=float("inf"))


def _is_running(lock: Path) -> bool:
    """Whether the process that holds, or last held, the collector's lock is there."""
    try:
        os.kill(int(lock.read_text().strip() or 0) or -1, 0)
    except (OSError, ValueError):
        return False
    return True


def _existing(folder: Path) -> Path:
    folder = folder.resolve()
    while not folder.exists():
        folder = folder.parent
    return folder
