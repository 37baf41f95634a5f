"""What was due and never made leaves a row, once, whatever happened in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.ops_tables import make_ops_tables
from ingestion.settings import Settings
from ingestion.warehouse import Row, connect
from scheduler.agenda import Collection, Entry
from scheduler.budget import Budget, month_of
from scheduler.job_log import JobRun
from scheduler.journal import Journal
from scheduler.missed_log import MissedLog
from scheduler.promises import Game
from scheduler.state import Call, State, WatchedGame
from tests.conftest import duckdb_settings

NBA, NHL = "basketball_nba", "icehockey_nhl"
NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MISSED = """
select sport_key, reason, cast(split_part(error, ' ', 1) as integer), due_at, ended_at
from ops.job_runs
where status = 'missed'
order by sport_key, due_at, reason
"""


class Looks:
    """Processes that look one after the other, and what they know of games and answers."""

    def __init__(self, settings: Settings, **wishes: object) -> None:
        self.settings = settings.model_copy(update={"odds_sports": (NBA,), **wishes})
        self.journal = Journal(self.settings)
        self.games: list[WatchedGame] = []
        self.answers: list[datetime] = []
        self.start_anew()

    def start_anew(self, **wishes: object) -> None:
        """Another process, perhaps with other settings."""
        self.settings = self.settings.model_copy(update=wishes)
        self.collection = Collection.of(self.settings)
        self.missed = MissedLog(self.journal, self.collection)

    def game(self, starts_at: datetime, *, seen_at: datetime = NOON - 7 * DAY) -> None:
        name = f"game {len(self.games)}"
        game = Game(name, NBA, starts_at, seen_at)
        self.games.append(WatchedGame(game, starts_at + 4 * HOUR, is_decided=False))

    def look(self, now: datetime) -> list[JobRun]:
        calls = tuple(
            Call(f"/v4/sports/{NBA}/odds", NBA, self.collection.odds_params[NBA], at)
            for at in self.answers
            if at <= now
        )
        state = State(Budget(500, 0, month_of(now)), games=tuple(self.games), calls=calls)
        return self.missed.look(state, run_id="r", now=now)

    def look_every(self, step: timedelta, since: datetime, until: datetime) -> None:
        while since <= until:
            self.look(since)
            since += step

    def rows(self) -> list[Row]:
        with connect(self.settings) as connection:
            return connection.rows(MISSED)


KILLED_OR_NOT = pytest.mark.parametrize(
    "is_killed",
    [
        pytest.param(False, id="one process"),
        pytest.param(True, id="killed at every look", marks=pytest.mark.heavy),
    ],
)


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    settings = duckdb_settings(tmp_path)
    with connect(settings) as connection:
        make_ops_tables(connection)
    return settings


@contextmanager
def away(looks: Looks) -> Iterator[None]:
    looks.journal.is_reachable = False
    yield
    looks.journal.is_reachable = True
    looks.journal.flush()


def every(minutes: float, since: datetime, until: datetime) -> list[datetime]:
    count = int((until - since) / timedelta(minutes=minutes)) + 1
    return [since + number * timedelta(minutes=minutes) for number in range(count)]


def by_the_clock(place: Settings, minutes: int = 30) -> Looks:
    return Looks(place, odds_policy="fixed", odds_fixed_interval_minutes=minutes)


@KILLED_OR_NOT
@pytest.mark.parametrize("is_away", [False, True], ids=["", "warehouse away"])
def test_slots_that_nothing_met_are_one_row_a_day_with_their_number(
    place: Settings, is_killed: bool, is_away: bool
) -> None:
    """Answers stay out from half past twelve to three."""
    looks = by_the_clock(place)
    looks.game(NOON + 2 * DAY)
    looks.answers = [NOON, *every(30, NOON + 3 * HOUR, NOON + 6 * HOUR)]
    looks.look(NOON)
    for now in every(7, NOON, NOON + 6 * HOUR):
        if is_killed:
            looks.start_anew()
        if is_away and NOON + HOUR < now < NOON + 2 * HOUR:
            with away(looks):
                looks.look(now)
        else:
            looks.look(now)
    missed = (NBA, "fixed", 5, NOON + HOUR / 2, NOON + 3 * HOUR)
    assert looks.rows() == [missed]


def test_a_week_of_silence_leaves_a_row_a_day_not_a_row_a_slot(place: Settings) -> None:
    looks = by_the_clock(place, minutes=5)
    looks.game(NOON + 30 * DAY)
    looks.answers = [NOON]
    looks.look(NOON)
    looks.start_anew()
    looks.look(NOON + 7 * DAY)
    looks.start_anew()
    looks.look(NOON + 7 * DAY + 4 * MINUTE)
    counts = [count for _, _, count, _, _ in looks.rows()]
    assert len(counts) == 8
    # that of noon was met
    assert sum(counts) == 7 * 24 * 12 - 1


def test_of_longer_ago_a_row_says_that_nobody_collected(place: Settings) -> None:
    looks = by_the_clock(place)
    looks.look(NOON)
    for later in (30 * DAY, 30 * DAY + MINUTE):
        looks.start_anew()
        looks.look(NOON + later)
    with connect(place) as connection:
        rows = connection.rows(
            "select job, due_at, ended_at, error from ops.job_runs where status = 'missed'"
        )
    [(job, due_at, ended_at, error)] = rows
    assert (job, due_at, ended_at) == ("plan", NOON, NOON + 23 * DAY)
    assert error.startswith("nobody collected from 2026-01-10 12:00 to 2026-02-02 12:00 UTC")


@pytest.mark.parametrize("policy", ["closes", "adaptive"])
@pytest.mark.parametrize(
    ("answered_before", "is_missed"),
    [(5, False), (5.05, False), (14, False), (0.5, False), (0, True), (-1, True), (16, True)],
)
def test_a_game_that_starts_without_a_call_in_the_last_minutes_missed_its_close(
    place: Settings, policy: str, answered_before: float, is_missed: bool
) -> None:
    looks = Looks(place, odds_policy=policy)
    start = NOON + 3 * HOUR
    looks.game(start)
    looks.game(start)
    looks.game(start, seen_at=start - 4 * MINUTE)  # nobody could have known
    looks.answers = sorted(
        [*every(15, NOON, start - 20 * MINUTE), start - answered_before * MINUTE]
    )
    looks.look_every(3 * MINUTE, NOON, start + HOUR)
    due = (NBA, "close", 1, start - 5 * MINUTE, start)
    assert looks.rows() == ([due] if is_missed else [])


@KILLED_OR_NOT
def test_a_tier_that_was_not_seen_counts_the_fewest_calls_that_would_have_kept_it(
    place: Settings, is_killed: bool
) -> None:
    """Two games ten minutes apart, an hour and a half of their last three hours without a call."""
    looks = Looks(place)
    starts = NOON + 5 * HOUR
    looks.game(starts)
    looks.game(starts + 10 * MINUTE)
    gone, back = starts - 100 * MINUTE, starts - 10 * MINUTE
    looks.answers = [*every(10, NOON - HOUR, gone), *every(1, back, starts + 10 * MINUTE)]
    for now in every(4, NOON - HOUR, starts + HOUR):
        looks.look(now)
        if is_killed:
            looks.start_anew()
    [(_, reason, count, _, _)] = looks.rows()
    assert (reason, count) == ("closing", 2)


@pytest.mark.parametrize(
    "late",
    [
        timedelta(seconds=50),
        pytest.param(2.5 * MINUTE, marks=pytest.mark.heavy),
        pytest.param(20 * MINUTE, marks=pytest.mark.heavy),
    ],
)
def test_a_call_that_comes_a_tenth_of_its_interval_late_was_late_not_missed(
    place: Settings, late: timedelta
) -> None:
    looks = Looks(place)
    starts = NOON + 5 * HOUR
    looks.game(starts)
    ends = starts - 150 * MINUTE
    looks.answers = [*every(10, NOON - HOUR, ends - 31 * MINUTE), *every(5, ends + late, starts)]
    looks.look_every(MINUTE, NOON - HOUR, starts + HOUR)
    assert len(looks.rows()) == int(late > 3 * MINUTE)


def test_what_the_credits_did_not_allow_was_refused_not_missed(place: Settings) -> None:
    start = NOON + 3 * HOUR
    for policy, reason in (("closes", "close"), ("fixed", "fixed")):
        looks = Looks(place, odds_policy=policy)
        looks.game(start)
        looks.look(NOON)
        looks.missed.refused(Entry(start, "fetch-odds", reason, NBA, refused="exhausted"))
        looks.look(start + HOUR)
        assert looks.rows() == []


def test_another_process_knows_what_was_refused_before_it(place: Settings) -> None:
    start = NOON + 3 * HOUR
    looks = Looks(place, odds_policy="closes")
    looks.game(start)
    looks.look(NOON)
    with connect(place) as connection:
        connection.rows(
            "insert into ops.job_runs (job_id, run_id, job, sport_key, due_at, started_at, status,"
            " reason) values ('j', 'r', 'fetch-odds', ?, ?, ?, 'refused', 'close: exhausted')",
            (NBA, start - HOUR, start - HOUR),
        )
    looks.start_anew()
    looks.look(start + HOUR)
    assert looks.rows() == []


def test_a_plan_promises_nothing_of_the_time_before_it(place: Settings) -> None:
    """By the clock every half hour, then every five minutes, then without the sport, then again."""
    looks = by_the_clock(place)
    looks.game(NOON + 5 * DAY)
    looks.answers = every(30, NOON, NOON + DAY)
    looks.look(NOON)
    looks.look(NOON + DAY)
    looks.start_anew(odds_fixed_interval_minutes=5)
    looks.look(NOON + DAY + 4 * MINUTE)
    looks.start_anew(odds_sports=(NHL,))
    looks.missed.look(State(Budget(500, 0, NOON)), run_id="r", now=NOON + DAY + 5 * MINUTE)
    looks.start_anew(odds_sports=(NBA,))
    looks.look(NOON + 3 * DAY + 3 * MINUTE)
    assert looks.rows() == []
    looks.look(NOON + 3 * DAY + 16 * MINUTE)
    assert [count for _, _, count, _, _ in looks.rows()] == [2]


def test_what_a_start_promised_before_it_moved_is_not_judged(place: Settings) -> None:
    """It was played seven minutes before the announced start, which was heeded."""
    looks = Looks(place, odds_policy="closes")
    start = NOON + 3 * HOUR
    looks.game(start)
    looks.answers = [start - 5 * MINUTE]
    looks.look_every(3 * MINUTE, NOON, start - 3 * MINUTE)
    [watched] = looks.games
    looks.games = [replace(watched, game=replace(watched.game, starts_at=start - 7 * MINUTE))]
    looks.look_every(3 * MINUTE, start, start + HOUR)
    assert looks.rows() == []


def test_a_game_called_off_before_its_start_was_not_to_be_called_for(place: Settings) -> None:
    looks = Looks(place, odds_policy="closes")
    start = NOON + 3 * HOUR
    looks.game(start)
    looks.look(NOON)
    looks.games = [replace(looks.games[0], is_decided=True)]
    looks.look(NOON + HOUR)
    looks.look(start + HOUR)
    assert looks.rows() == []


def test_a_process_that_dies_between_two_rows_does_not_count_twice(place: Settings) -> None:
    """The row of what was missed was written, that of how far it was judged was not."""
    looks = by_the_clock(place)
    looks.game(NOON + 2 * DAY)
    looks.answers = [NOON]
    looks.look(NOON)
    looks.look(NOON + 3 * HOUR)
    with connect(place) as connection:
        connection.rows("update ops.job_runs set ended_at = ? where job = 'plan'", (NOON,))
    looks.start_anew()
    looks.look(NOON + 4 * HOUR)
    assert looks.rows() == [(NBA, "fixed", 7, NOON + HOUR / 2, NOON + 4 * HOUR)]
