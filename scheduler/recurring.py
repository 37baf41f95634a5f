"""When the calls beside the odds are due: announced games (free) and scores. Pure functions."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from scheduler.promises import LONGEST_LEAD

DAILY = timedelta(days=1)
HOURLY = timedelta(hours=1)
# late news of a start: in time to move the close, however long before the start that is
LAST_LOOK_BEFORE_START = LONGEST_LEAD
# the API forgets a game this long after its end, so a result that is late is asked for before
SCORES_REACH_BACK = timedelta(days=3)
SCORES_MARGIN = timedelta(hours=12)
LAST_TRIES_APART = timedelta(hours=4)


def next_events_call(
    starts: Iterable[datetime], *, last_call: datetime | None, now: datetime
) -> datetime:
    """When to ask which games are announced: daily, hourly within a day of one, and just before it.

    Args:
        starts: of the games to come, as announced.
        last_call: when they were last asked for; None if never.
        now: a call that was due before is due now.
    """
    if last_call is None:
        return now
    due = last_call + DAILY
    for start in starts:
        # hourly from a day before the start on, once more right before it
        hourly = max(last_call + HOURLY, start - DAILY)
        last_look = start - LAST_LOOK_BEFORE_START
        if last_call < last_look:
            due = min(due, hourly, last_look)
    return max(due, now)


def next_scores_call(
    ends: Iterable[datetime],
    *,
    last_call: datetime | None,
    every: timedelta,
    now: datetime,
) -> datetime | None:
    """When to ask for final scores: `every` so often, but never after the API forgets a game.

    Args:
        ends: when games without a final result are over at the earliest.
        last_call: when scores were last asked for; None if never.
        every: a day, or two where credits are few.
        now: a call that was due before is due now.

    Returns:
        None where no game waits for its result, or the API has forgotten all that do.
    """
    waiting = [end for end in ends if now < end + SCORES_REACH_BACK]
    if not waiting:
        return None
    first = min(waiting)
    if last_call is None or last_call < first:
        due = max(first, last_call + every) if last_call else first
        return max(min(due, first + SCORES_REACH_BACK - SCORES_MARGIN), now)
    # it was over at the last call and had no result yet: this one must not be lost
    due = min(
        last_call + every,
        max(first + SCORES_REACH_BACK - SCORES_MARGIN, last_call + LAST_TRIES_APART),
    )
    return max(due, now)


def is_result_about_to_be_lost(end: datetime, *, now: datetime) -> bool:
    """Whether a game without a final result is nearly too old for the API to tell it."""
    forgotten = end + SCORES_REACH_BACK
    return forgotten - SCORES_MARGIN <= now < forgotten
