"""Due calls that were never made leave a row in `ops.job_runs`, once, whatever process finds them.

Beside them stands one row a sport that says which plan is in force, since when (`started_at`) and
until when it was judged (`ended_at`): what a dead process missed is judged by the next one.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date, datetime, timedelta

from scheduler.agenda import FIXED, Collection, Entry
from scheduler.job_log import TABLE, JobRun
from scheduler.journal import Journal, Row
from scheduler.missed import TIER, TOLD_BACK, Due, Missed, Refusal, Watched, by_day, missed_calls
from scheduler.promises import CLOSE
from scheduler.state import NEVER, State

MISSED = "missed"
ENDED = "ended"
# the row of a plan is renewed so often where nothing is missed
RENEWED_AFTER = timedelta(minutes=5)
COLUMNS = ", ".join(field.name for field in fields(JobRun))
PLANS = f"""
select {COLUMNS}
from ops.job_runs
where job = 'plan' and sport_key is not null
order by started_at, job_id
"""  # noqa: S608 - our own names
LATELY = f"""
select {COLUMNS}
from ops.job_runs
where job = 'fetch-odds' and status in ('missed', 'refused') and started_at >= ?
"""  # noqa: S608


class MissedLog:
    """Judges what was due since it, or a process before it, last did.

    Args:
        journal: where rows are written, also while the warehouse is away.
        collection: what is promised.
    """

    def __init__(self, journal: Journal, collection: Collection) -> None:
        self._journal = journal
        self._collection = collection
        self._plans: dict[str, JobRun] | None = None
        self._renewed_at = NEVER
        self._written: dict[str, JobRun] = {}
        self._refusals: set[Refusal] = set()
        self._known_starts: dict[str, datetime] = {}
        self._counted_until: dict[tuple[str, str], datetime] = {}

    def refused(self, entry: Entry) -> None:
        """Take note of a call that the credits do not allow: it will not have been missed."""
        self._refusals.add(_refusal(entry.sport_key, entry.due_at, entry.reason))

    def look(self, state: State, *, run_id: str, now: datetime) -> list[JobRun]:
        """Write down what was missed since the last look; returns the rows.

        A process that never reached the warehouse knows of no earlier look, and waits.
        """
        if self._plans is None:
            if not self._journal.is_reachable:
                return []
            self._recall(now)
        plans = self._in_force(run_id=run_id, now=now)
        missed = by_day(self._missed(plans, state, now=now), self._counted_until)
        self._counted_until |= {(each.sport_key, each.kind): each.last_due_at for each in missed}
        rows = [
            *_absences(plans, run_id=run_id, now=now),
            *(self._row(plans[each.sport_key], each, run_id=run_id) for each in missed),
        ]
        self._write(rows)
        self._written |= {row.job_id: row for row in rows}
        self._judged(plans, now=now, is_due=bool(rows))
        # what was called off before its start was not to be called for
        self._known_starts = {
            each.game.event_id: NEVER
            if each.is_decided and each.game.starts_at > now
            else each.game.starts_at
            for each in state.games
        }
        return rows

    def _recall(self, now: datetime) -> None:
        """What earlier processes left."""
        with self._journal.connected() as connection:
            plans = [JobRun(*row) for row in connection.rows(PLANS)]
            lately = [
                JobRun(*row)
                for row in connection.rows(LATELY, (now - TOLD_BACK - timedelta(days=2),))
            ]
        self._plans = {plan.sport_key or "": plan for plan in plans}
        self._written = {run.job_id: run for run in lately if run.status == MISSED}
        for run in sorted(self._written.values(), key=lambda run: run.started_at):
            if run.reason not in {CLOSE, FIXED}:
                # the last call that was counted was due a little before
                self._counted_until[run.sport_key or "", TIER] = run.ended_at or run.started_at
        self._refusals |= {
            _refusal(run.sport_key, run.due_at or run.started_at, (run.reason or ""))
            for run in lately
            if run.status == "refused"
        }

    def _in_force(self, *, run_id: str, now: datetime) -> dict[str, JobRun]:
        """The plan of each sport; one that is new or has changed promises nothing before now."""
        known = self._plans or {}
        plans: dict[str, JobRun] = {}
        changed: list[JobRun] = []
        for sport_key in self._collection.odds:
            plan = known.get(sport_key)
            terms = _terms(self._collection, sport_key)
            if plan is None or plan.status == ENDED or plan.reason != terms:
                plan = JobRun(
                    job_id=uuid.uuid4().hex,
                    run_id=run_id,
                    job="plan",
                    sport_key=sport_key,
                    due_at=None,
                    started_at=now,
                    ended_at=now,
                    status="ok",
                    reason=terms,
                )
                changed.append(plan)
            plans[sport_key] = plan
        in_force = {plan.job_id for plan in plans.values()}
        changed += [
            replace(plan, status=ENDED)
            for plan in known.values()
            if plan.job_id not in in_force and plan.status != ENDED
        ]
        self._write(changed)
        self._plans = plans
        return plans

    def _missed(self, plans: Mapping[str, JobRun], state: State, *, now: datetime) -> list[Due]:
        due = missed_calls(
            state,
            self._collection,
            watched={
                sport_key: Watched(plan.started_at, _judged_until(plan, now))
                for sport_key, plan in plans.items()
            },
            refusals=self._refusals,
            known_starts=self._known_starts,
            now=now,
        )
        # a process that died had written this much
        return [each for each in due if each.over_at > self._written_until(plans, each)]

    def _written_until(self, plans: Mapping[str, JobRun], due: Due) -> datetime:
        plan = plans[due.promise.sport_key]
        row = self._written.get(_id(plan, due.kind, due.due_at.date()))
        return row.ended_at if row and row.ended_at else NEVER

    def _row(self, plan: JobRun, missed: Missed, *, run_id: str) -> JobRun:
        job_id = _id(plan, missed.kind, missed.day)
        before = self._written.get(job_id)
        if before is not None:
            missed = _told_by(before, missed).and_then(missed)
        return JobRun(
            job_id=job_id,
            run_id=run_id,
            job="fetch-odds",
            sport_key=missed.sport_key,
            due_at=missed.first_due_at,
            started_at=missed.first_due_at,
            ended_at=missed.last_over_at,
            status=MISSED,
            reason=", ".join(sorted(missed.tiers)),
            error=(
                f"{missed.count} due call{'s' if missed.count > 1 else ''} not made between "
                f"{missed.first_due_at:%Y-%m-%d %H:%M} and {missed.last_over_at:%Y-%m-%d %H:%M} UTC"
            ),
        )

    def _judged(self, plans: Mapping[str, JobRun], *, now: datetime, is_due: bool) -> None:
        """Remember how far it was judged; on disk or in the warehouse not at every look."""
        self._plans = {key: replace(plan, ended_at=now) for key, plan in plans.items()}
        if is_due or not self._renewed_at <= now < self._renewed_at + RENEWED_AFTER:
            self._write(list(self._plans.values()))
            self._renewed_at = now
        self._refusals = {each for each in self._refusals if each.day >= (now - TOLD_BACK).date()}

    def _write(self, runs: Sequence[JobRun]) -> None:
        if runs:
            self._journal.write(*(Row(TABLE, asdict(run)) for run in runs))


def _absences(plans: Mapping[str, JobRun], *, run_id: str, now: datetime) -> Iterator[JobRun]:
    """One row where nobody collected for longer than what was due then is known."""
    gone_at = min((_judged_until(plan, now) for plan in plans.values()), default=now)
    until = now - TOLD_BACK
    if gone_at < until:
        yield JobRun(
            job_id=_hash("absence", gone_at.isoformat()),
            run_id=run_id,
            job="plan",
            sport_key=None,
            due_at=gone_at,
            started_at=gone_at,
            ended_at=until,
            status=MISSED,
            reason="no collector",
            error=(
                f"nobody collected from {gone_at:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC; "
                "what was due then is not known"
            ),
        )


def _judged_until(plan: JobRun, now: datetime) -> datetime:
    """A clock that was wrong may have judged what is to come."""
    return min(plan.ended_at or plan.started_at, now)


def _told_by(row: JobRun, like: Missed) -> Missed:
    return replace(
        like,
        count=int((row.error or "0").split()[0]),
        tiers=frozenset((row.reason or "").split(", ")),
        first_due_at=row.started_at,
        last_over_at=row.ended_at or row.started_at,
    )


def _terms(collection: Collection, sport_key: str) -> str:
    """What is promised of a sport: other terms are another plan."""
    rules = collection.planning
    words: str = rules.policy
    if rules.policy == "fixed":
        words += f" every {rules.fixed_interval / timedelta(minutes=1):.0f} min"
    if rules.policy == "adaptive":
        words += f" by tiers {_hash(*map(repr, rules.tiers))[:8]}"
    return f"{words}: {collection.odds_params[sport_key]}"


def _refusal(sport_key: str | None, due_at: datetime, reason: str) -> Refusal:
    """A row of one says the state of the budget after the tiers."""
    tiers = reason.partition(": ")[0].split(", ")
    return Refusal(sport_key or "", due_at.date(), frozenset(tiers))


def _id(plan: JobRun, kind: str, day: date) -> str:
    """The same for every process that finds it."""
    return _hash(plan.job_id, kind, day.isoformat())


def _hash(*words: str) -> str:
    return hashlib.sha256("|".join(words).encode()).hexdigest()[:32]
