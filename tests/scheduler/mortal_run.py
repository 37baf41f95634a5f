"""One `run_once` in a process of its own, on the simulator's time, to be killed at any moment."""

import sys
from datetime import datetime

import requests

from ingestion.settings import load_settings
from scheduler.collector import Collector
from tests.parsed_once import share_what_is_parsed


class RemoteClock:
    """The simulator's clock, over HTTP."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/clock"

    def now(self) -> datetime:
        return datetime.fromisoformat(requests.get(self._url, timeout=5).json()["now"])

    def sleep(self, seconds: float) -> None:
        requests.post(self._url, json={"advance_seconds": seconds}, timeout=5)


if __name__ == "__main__":
    share_what_is_parsed()
    settings = load_settings(odds_full_build_every_days=7)
    clock = RemoteClock(settings.odds_api_base_url)
    collector = Collector(settings, clock=clock.now, sleep=clock.sleep)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    collector.run_once()
