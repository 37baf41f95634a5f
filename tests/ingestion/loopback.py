"""A real HTTP server on loopback that answers what a test tells it to."""

import gzip
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

COUNTERS = {"x-requests-last": "3", "x-requests-remaining": "497", "x-requests-used": "3"}


@dataclass(frozen=True)
class Answer:
    """One answer; `cut_at` closes the connection after so many bytes of the body.

    `raw` is sent as it is, head and all, and the connection closed after it.
    """

    status: int = 200
    body: bytes = b"[]"
    headers: Mapping[str, str] = field(default_factory=lambda: dict(COUNTERS))
    date: str | None = "Fri, 20 Nov 2026 12:00:00 GMT"
    cut_at: int | None = None
    is_dropped: bool = False
    delay_seconds: float = 0.0
    seconds_between_bytes: float = 0.0
    raw: bytes | None = None


def error(status: int, code: str, message: str = "No.") -> Answer:
    body = {"message": message, "error_code": code, "details_url": "https://vendor.example"}
    return Answer(status=status, body=json.dumps(body).encode(), headers={})


def zipped(body: bytes) -> Answer:
    return Answer(body=gzip.compress(body), headers={**COUNTERS, "Content-Encoding": "gzip"})


@dataclass
class Api:
    """Its address, the answers still to give (the last one is repeated), and what was asked."""

    base_url: str
    answers: list[Answer] = field(default_factory=lambda: [Answer()])
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)

    def next_answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def serve() -> Iterator[Api]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            api.asked.append((parts.path, dict(parse_qsl(parts.query)), dict(self.headers)))
            answer = api.next_answer()
            time.sleep(answer.delay_seconds)
            is_whole = answer.cut_at is None and answer.raw is None
            self.close_connection = answer.is_dropped or not is_whole
            if answer.is_dropped:
                return
            if answer.raw is not None:
                with suppress(OSError):  # the client may hang up before the end
                    self.wfile.write(answer.raw)
                return
            self.send_response_only(answer.status)
            if answer.date:
                self.send_header("Date", answer.date)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            body = answer.body[: answer.cut_at]
            if answer.seconds_between_bytes:
                with suppress(OSError):  # the client hangs up
                    for byte in body:
                        self.wfile.write(bytes([byte]))
                        time.sleep(answer.seconds_between_bytes)
            else:
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api = Api(base_url=f"http://127.0.0.1:{server.server_address[1]}")
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
