"""`odds status`: how collector and warehouse are doing, on one page."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from analysis import alerts as alert_queries
from analysis import health, model_runs
from analysis.builds import build_under_way
from analysis.storage import Growth, growth, total_bytes
from analysis.warehouse import Record, Warehouse
from cli import credit_outlook, display
from cli.credit_outlook import Quota
from cli.options import AsOfOption, JsonOption, TargetOption
from cli.reading import file_of, place, reading, warn_of_another_moment
from cli.session import Answer, Session, run
from ingestion.copies.publication_note import Note, read_note

if TYPE_CHECKING:
    from scheduler.next_calls import NextCall

RELATIONS = (*health.RELATIONS, *credit_outlook.RELATIONS, *alert_queries.RELATIONS)
LATE = timedelta(minutes=15)
MODELS_SHOWN = 15
# of room on the disk: time enough to get more
FEW_DAYS = 30
GRAVITY = ("ok", "unknown", "warning", "error")

VerboseOption = Annotated[
    bool,
    typer.Option("--verbose", "-v", help="Every measure, what it says, and the slowest models."),
]


@dataclass(frozen=True)
class Sights:
    """All that is shown."""

    measures: Mapping[str, Record]
    quota: Quota
    heartbeat: Record | None
    bytes: int
    growth: Growth
    alerts: int
    watched_at: datetime
    next_call: "NextCall | None"
    build: Record | None
    published: Note
    slowest_models: Sequence[Record]


def status(
    *,
    verbose: VerboseOption = False,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how it goes: calls, credits, games, database, findings, missed closes, the collector.

    The next call and those never made, the forecast of credits, what is set aside, and the growth
    are among it. Counts look from the last build, or the collector's last sign of life, all else
    from now.
    """

    def work(session: Session) -> Answer:
        with reading(session.settings, *RELATIONS) as warehouse:
            warn_of_another_moment(session, warehouse)
            sights = _look(warehouse, session)
        moment = session.looks_from
        where = f"{place(session.settings)} ({session.settings.odds_environment})"
        title = Text(f"{where}, {display.moment_text(moment)}", style="bold")
        page: list[RenderableType] = [title, _overview(sights, seen_from=moment)]
        if verbose:
            page += [_all_measures(sights.measures), _slowest_models(sights.slowest_models)]
        environment = {"environment": session.settings.odds_environment}
        return Answer(data=environment | _data(sights, seen_from=moment), page=page)

    run("status", work, target=target, as_of=as_of, as_json=as_json)


def _look(warehouse: Warehouse, session: Session) -> Sights:
    total = total_bytes(warehouse)
    return Sights(
        measures=health.measures(warehouse),
        quota=credit_outlook.quota_at(warehouse, session.settings, session.looks_from),
        heartbeat=health.last_heartbeat(warehouse),
        bytes=total,
        growth=growth(
            health.bytes_a_day(warehouse, total=total, now=session.looks_from),
            file=file_of(session.settings),
        ),
        alerts=len(alert_queries.candidates(warehouse)),
        watched_at=health.watched_at(warehouse),
        next_call=_planned(session),
        build=build_under_way(warehouse),
        published=read_note(session.settings.publish_dir),
        slowest_models=model_runs.slowest(warehouse, limit=MODELS_SHOWN),
    )


def _planned(session: Session) -> "NextCall | None":
    """What is due next, by the file of the collector; it tells of now alone."""
    from scheduler.next_calls import NextCalls  # noqa: PLC0415

    calls = NextCalls(session.settings).read() if session.as_of is None else []
    return calls[0] if calls else None


def _data(sights: Sights, *, seen_from: datetime) -> dict[str, Any]:
    beat = sights.heartbeat
    quota = sights.quota
    return {
        "watched_at": sights.watched_at,
        "measures": list(sights.measures.values()),
        "credits": credit_outlook.quota_data(quota),
        "database": {"bytes": sights.bytes} | display.growth_data(sights.growth),
        "collector": {
            "last_heartbeat_at": beat["started_at"] if beat else None,
            "said": beat["reason"] if beat else None,
            "next_call": sights.next_call and _call(sights.next_call, seen_from=seen_from),
        },
        "build_under_way": sights.build,
        "published": asdict(sights.published),
        "slowest_models": list(sights.slowest_models),
        "alerts": sights.alerts,
    }


def _call(call: "NextCall", *, seen_from: datetime) -> dict[str, Any]:
    return {
        "due_at": call.due_at,
        "what": call.words,
        "late_minutes": call.late_by(seen_from) / timedelta(minutes=1),
        "is_late": call.is_late(seen_from),
    }


def _overview(sights: Sights, *, seen_from: datetime) -> RenderableType:
    grid = display.table("", "", "", "")
    grid.show_header = False
    for name, word, text in (
        ("collector", *_collector(sights.heartbeat, seen_from)),
        ("last fetch", *_last_fetch(sights, seen_from)),
        ("next call", *_next_call(sights.next_call, seen_from)),
        ("due calls", *_count(sights.measures, "missed_calls_24h", "{} never made in 24 h")),
        ("calls", *_calls(sights.measures)),
        ("credits", *_credits(sights)),
        ("games to come", *_count(sights.measures, "upcoming_events", "{}")),
        ("prices", *_count(sights.measures, "quote_changes_24h", "{} changed in 24 h")),
        ("closing lines", *_count(sights.measures, "missed_closes_7d", "{} games missed in 7 d")),
        ("findings", *_findings(sights.measures)),
        ("set aside", *_set_aside(sights.measures)),
        ("jobs", *_count(sights.measures, "job_failures_24h", "{} failed in 24 h")),
        ("full build", *_full_build(sights.measures)),
        ("build", "ok", _build(sights.build)),
        ("published", *_published(sights.published, seen_from)),
        ("database", *_database(sights)),
        ("alerts", "ok" if not sights.alerts else "warning", _alerts(sights)),
    ):
        grid.add_row(display.status(word), name, Text(text))
    return grid


def _collector(beat: Record | None, seen_from: datetime) -> tuple[str, str]:
    if beat is None:
        return "unknown", "none has worked here yet: `odds scheduler start`"
    ago = display.until(beat["started_at"], seen_from=seen_from)
    word = "ok" if seen_from - beat["started_at"] <= LATE else "error"
    return word, f"last sign of life {ago}: {beat['reason']}"


def _next_call(call: "NextCall | None", seen_from: datetime) -> tuple[str, str]:
    if call is None:
        return "unknown", "no collector has planned with this data folder"
    late = call.late_by(seen_from)
    if not late:
        return "ok", f"due {display.until(call.due_at, seen_from=seen_from)}: {call.words}"
    word = "error" if call.is_late(seen_from) else "ok"
    return word, f"late by {display.age(late / timedelta(minutes=1))}: {call.words}"


def _build(build: Record | None) -> str:
    if build is None:
        return "none under way"
    return f"under way since {display.moment_text(build['started_at'])} ({build['holder']})"


def _published(note: Note, seen_from: datetime) -> tuple[str, str]:
    words = "no copy for readers (`odds publish`)"
    if note.published_at is not None:
        words = f"copied for readers {display.until(note.published_at, seen_from=seen_from)}"
    if note.failed_at is None:
        return "ok", words
    ago = display.until(note.failed_at, seen_from=seen_from)
    return "error", f"{words}; failed {ago}: {note.error}"


def _last_fetch(sights: Sights, seen_from: datetime) -> tuple[str, str]:
    measure = sights.measures["last_fetch_age"]
    if measure["value"] is None:
        return "unknown", "nothing was asked of the API yet"
    at = sights.watched_at - timedelta(minutes=measure["value"])
    return measure["status"], display.until(at, seen_from=seen_from)


def _calls(measures: Mapping[str, Record]) -> tuple[str, str]:
    calls, rate = measures["calls_24h"]["value"], measures["success_rate_24h"]
    if rate["value"] is None:
        return "unknown", "none in 24 h"
    return rate["status"], f"{calls:,.0f} in 24 h, {rate['value']:.0%} of them answered"


def _credits(sights: Sights) -> tuple[str, str]:
    quota = sights.quota
    remaining = quota.usage.remaining
    words = [
        f"{quota.usage.used:,} of {quota.granted:,} used",
        "not told what remains" if remaining is None else f"{remaining:,} remain",
        f"{quota.reserved:,} reserved",
        f"{quota.forecast:,} forecast by {quota.resets_at:%d %b}",
        quota.state,
    ]
    names = ("credits_used", "credits_remaining", "credits_forecast", "credits_in_flight")
    return _gravest(sights.measures, *names), " · ".join(words)


def _findings(measures: Mapping[str, Record]) -> tuple[str, str]:
    names = [f"findings_{severity}_24h" for severity in ("error", "warn", "info")]
    errors, warnings, notes = (measures[name]["value"] for name in names)
    words = f"{errors:,.0f} errors, {warnings:,.0f} warnings, {notes:,.0f} notes in 24 h"
    return _gravest(measures, *names), words


def _set_aside(measures: Mapping[str, Record]) -> tuple[str, str]:
    """A warehouse that an older version built last does not count them yet."""
    measure = measures.get("quarantined_responses")
    if measure is None:
        return "unknown", "not counted before the next full build"
    if not measure["value"]:
        return "ok", "no response"
    return measure["status"], f"{measure['value']:,.0f} responses (`odds raw list`)"


def _full_build(measures: Mapping[str, Record]) -> tuple[str, str]:
    measure = measures["last_full_build_age"]
    if measure["value"] is None:
        return "unknown", "the collector has made none yet"
    return measure["status"], f"{display.age(measure['value'] * 60)} ago, with all tests"


def _count(measures: Mapping[str, Record], name: str, words: str) -> tuple[str, str]:
    measure = measures[name]
    if measure["value"] is None:
        return "unknown", "nothing tells yet"
    return measure["status"], words.format(f"{measure['value']:,.0f}")


def _gravest(measures: Mapping[str, Record], *names: str) -> str:
    return max((str(measures[name]["status"]) for name in names), key=GRAVITY.index)


def _database(sights: Sights) -> tuple[str, str]:
    days = sights.growth.days_left
    word = "warning" if days is not None and days < FEW_DAYS else "ok"
    return word, " · ".join([display.size(sights.bytes), *display.growth_words(sights.growth)])


def _alerts(sights: Sights) -> str:
    sent = sights.measures["alerts_sent_24h"]["value"]
    return f"{sights.alerts:,} hold now (`odds alerts list`), {sent:,.0f} sent in 24 h"


def _all_measures(measures: Mapping[str, Record]) -> RenderableType:
    grid = display.table("Measures", "", "measure", "value", "unit", "what it says",
                         numbers=("value",))  # fmt: skip
    for row in measures.values():
        value = "" if row["value"] is None else f"{row['value']:,.2f}".rstrip("0").rstrip(".")
        grid.add_row(
            display.status(row["status"]), row["measure"], value, row["unit"], row["explanation"]
        )
    return grid


def _slowest_models(models: Sequence[Record]) -> RenderableType:
    grid = display.table(
        "Slowest models, when they were built last", "model", "seconds", "rows", "build", "when",
        numbers=("seconds", "rows"),
    )  # fmt: skip
    for row in models:
        rows = "" if row["row_count"] is None else f"{row['row_count']:,}"
        when = display.moment_text(row["began_at"])
        grid.add_row(row["relation"], f"{row['seconds']:.2f}", rows, row["build_kind"], when)
    return grid
