"""The API as a real HTTP server on loopback, with the virtual clock in its `Date` header."""

import gzip
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from simulator.account import Accounts, RateLimit
from simulator.api import Answer, Api
from simulator.clock import VirtualClock, to_datetime, to_seconds
from simulator.disturbances import Disturbance
from simulator.season import Season
from simulator.truth import truth

_GZIP_LEVEL = 1


@dataclass(frozen=True)
class Server:
    """A running simulator."""

    url: str
    season: Season
    clock: VirtualClock
    api: Api

    def disturb(
        self,
        *,
        status: int | None = None,
        delay_seconds: float = 0.0,
        is_truncated: bool = False,
        calls: int = 1,
    ) -> None:
        """Let the next calls fail with a status, come late, or break off in the middle."""
        disturbance = Disturbance(status, delay_seconds, is_truncated)
        self.api.disturbances.queue(disturbance, calls=calls)


@contextmanager
def serve(
    season: Season,
    clock: VirtualClock,
    *,
    port: int = 0,
    accounts: Accounts | None = None,
    rate_limit: RateLimit | None = None,
) -> Iterator[Server]:
    """Run the API in a thread until the block ends; port 0 takes a free one.

    Beside `/v4` it serves `/truth` (the right answers) and `/clock` (GET reads it; POST with
    `{"now": "2026-01-31T18:00:00Z"}` or `{"advance_seconds": 60}` sets it), both without a key.
    """
    api = Api(season, accounts=accounts, rate_limit=rate_limit or RateLimit())
    http_server = _HttpServer(("127.0.0.1", port), _Handler)
    http_server.api, http_server.season, http_server.clock = api, season, clock
    thread = threading.Thread(target=http_server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        url = f"http://127.0.0.1:{http_server.server_address[1]}"
        yield Server(url=url, season=season, clock=clock, api=api)
    finally:
        http_server.shutdown()
        http_server.server_close()
        thread.join()


class _HttpServer(ThreadingHTTPServer):
    api: Api
    season: Season
    clock: VirtualClock
    daemon_threads = True
    # Handlers of kept-alive connections end with their client, not with the block.
    block_on_close = False

    def handle_error(
        self,
        request: socket | tuple[bytes, socket],
        client_address: Any,
    ) -> None:
        """Say nothing of a client that left; tell of anything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: _HttpServer
    protocol_version = "HTTP/1.1"
    server_version = "simulator"
    sys_version = ""
    # One packet an answer: head and body apart would wait 40 ms for each other.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        seconds = to_seconds(self.server.clock.now())
        if parts.path == "/truth":
            self._send(Answer(200, _dump(truth(self.server.season).as_json())), seconds)
        elif parts.path == "/clock":
            self._send_clock()
        elif parts.path.startswith("/v4/"):
            self._send(self.server.api.answer(parts.path, query, seconds=seconds), seconds)
        else:
            self._send(Answer(404, _dump({"message": "Not Found"})), seconds)

    def do_POST(self) -> None:
        seconds = to_seconds(self.server.clock.now())
        if urlsplit(self.path).path != "/clock":
            self._send(Answer(405, _dump({"message": "Method Not Allowed"})), seconds)
            return
        try:
            length = int(self.headers.get("Content-Length", 0))
            self._set_clock(json.loads(self.rfile.read(length)))
        except (ValueError, KeyError, TypeError) as error:
            self._send(Answer(422, _dump({"message": str(error)})), seconds)
            return
        self._send_clock()

    def _set_clock(self, wanted: dict[str, Any]) -> None:
        if "now" in wanted:
            self.server.clock.set(datetime.fromisoformat(wanted["now"]))
        else:
            self.server.clock.advance(timedelta(seconds=float(wanted["advance_seconds"])))

    def _send_clock(self) -> None:
        now = self.server.clock.now()
        self._send(Answer(200, _dump({"now": now.isoformat()})), to_seconds(now))

    def _send(self, answer: Answer, seconds: int) -> None:
        self._seconds = seconds
        if answer.disturbance.delay_seconds:
            time.sleep(answer.disturbance.delay_seconds)
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, compresslevel=_GZIP_LEVEL, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        if answer.disturbance.is_truncated:
            self.send_header("Connection", "close")
            body = body[: len(body) // 2]
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002
        """The virtual moment of the answer, for the `Date` header."""
        moment = getattr(self, "_seconds", None)
        now = self.server.clock.now() if moment is None else to_datetime(moment)
        return format_datetime(now, usegmt=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the request line holds the key."""


def _dump(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
