"""The clock is virtual, and what the API says depends on it alone."""

import json
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import requests

from simulator import (
    DEFAULT_BOOKMAKERS,
    DEMO_KEY,
    RateLimit,
    Season,
    SeasonOptions,
    VirtualClock,
    serve,
    write_recording,
)
from simulator.clock import to_datetime, to_iso

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


class FakeTime:
    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


def test_a_clock_stands_still_until_it_is_moved():
    real = FakeTime()
    clock = VirtualClock(NOON, monotonic=real)
    real.now += 60
    assert clock.now() == NOON
    assert clock.advance(timedelta(hours=1)) == NOON + timedelta(hours=1)
    clock.set(NOON - timedelta(days=9))
    assert clock.now() == NOON - timedelta(days=9)


def test_a_running_clock_keeps_its_speed_after_a_jump():
    real = FakeTime()
    clock = VirtualClock(NOON, speed=60, monotonic=real)
    real.now += 2
    assert clock.now() == NOON + timedelta(minutes=2)
    clock.set(NOON)
    real.now += 1
    assert clock.now() == NOON + timedelta(minutes=1)


def test_threads_advancing_together_lose_nothing():
    clock = VirtualClock(NOON)
    threads = [
        threading.Thread(target=lambda: [clock.advance(timedelta(seconds=1)) for _ in range(500)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.now() == NOON + timedelta(seconds=2000)


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        VirtualClock(datetime(2026, 1, 31))  # noqa: DTZ001


def test_the_same_moment_gives_the_same_bytes_whatever_was_asked_before(make_caller, season):
    options = season.options
    moments = [event.scheduled - 1800 + 1234 * n for n, event in enumerate(season.events[::6])]
    forward, backward = (make_caller(Season(options)) for _ in range(2))
    ahead = [forward.odds(moment).text for moment in moments]
    back = [backward.odds(moment).text for moment in reversed(moments)]
    assert ahead == back[::-1]
    assert len(set(ahead)) == len(moments)


def test_another_seed_is_another_season():
    first, second = (
        {event.event_id for event in Season(SeasonOptions(seed=seed, games=20)).events}
        for seed in (1, 2)
    )
    assert not first & second


def test_the_server_says_byte_for_byte_what_the_recording_holds(tmp_path):
    season = Season(SeasonOptions(seed=5, games=16, first_day=date(2026, 1, 5)))
    path = tmp_path / "season.jsonl"
    write_recording(season, path)
    lines = path.read_text().splitlines()[::5]
    clock = VirtualClock(to_datetime(season.starts))
    limit = RateLimit(calls_a_second=10_000)
    with serve(season, clock, rate_limit=limit) as server, requests.Session() as session:
        for line in lines:
            exchange = json.loads(line)
            clock.set(datetime.fromisoformat(exchange["received_at"]))
            reply = session.get(
                server.url + exchange["endpoint"],
                params={**exchange["params"], "apiKey": DEMO_KEY},
                timeout=10,
            )
            assert line.endswith(f',"body":{reply.text}}}')
    assert len(lines) > 10


def test_stamps_advance_with_every_read_while_the_price_stands(ask, season):
    event = season.events[30]

    def stamps(moment):
        body = ask.odds(moment, bookmakers="draftkings,novig", eventIds=event.event_id).body
        return {book["key"]: book["last_update"] for book in body[0]["bookmakers"]}

    start = event.scheduled - 10 * 3600
    seen = [stamps(start + 5 * step) for step in range(720)]
    reads = {key: sorted({each[key] for each in seen}) for key in ("draftkings", "novig")}
    # Sixty and thirty seconds an interval, one read in ten missed, some added by a change.
    assert 50 <= len(reads["draftkings"]) <= 65
    assert 98 <= len(reads["novig"]) <= 130
    for key in reads:
        assert [each[key] for each in seen] == sorted(each[key] for each in seen)


def test_stamps_are_seconds_old_and_never_from_the_future(ask, full_season, make_caller):
    caller = make_caller(full_season)
    lags = []
    for event in full_season.events[100:200:10]:
        moment = event.scheduled - 7200
        for shown in caller.odds(moment, dateFormat="unix").body:
            if shown["commence_time"] > moment:
                lags += [moment - book["last_update"] for book in shown["bookmakers"]]
    lags.sort()
    assert lags[0] >= 0
    assert 15 < lags[len(lags) // 2] < 45
    assert lags[int(0.99 * len(lags))] < 180


def test_default_bookmakers_count_as_one_region():
    assert len(DEFAULT_BOOKMAKERS) == 10


def test_times_are_written_as_the_api_writes_them():
    assert to_iso(int(NOON.timestamp())) == "2026-01-31T12:00:00Z"
