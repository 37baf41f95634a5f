"""A stand-in for AWS: hands the image events as Lambda does, and takes its schedules."""

import json
import queue
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:odds-collector"
NEXT = "/2018-06-01/runtime/invocation/next"


@dataclass
class LambdaService:
    """Lambda's Runtime API and EventBridge Scheduler's API, on one port."""

    # as in deploy/aws/function.tf
    COMMAND: ClassVar = ["python", "-m", "awslambdaric", "scheduler.backends.aws_lambda.handler"]

    port: int = 0
    schedules: list[str] = field(default_factory=list)
    _events: "queue.Queue[str]" = field(default_factory=queue.Queue)
    _answers: "queue.Queue[Any]" = field(default_factory=queue.Queue)

    @classmethod
    @contextmanager
    def serving(cls) -> Iterator["LambdaService"]:
        """Serve until the block ends."""
        service = cls()
        handler = type("Handler", (_Handler,), {"service": service})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        service.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield service
        finally:
            server.shutdown()
            server.server_close()

    def environment(self) -> Mapping[str, str]:
        """What Lambda and deploy/aws put into the environment."""
        here = f"127.0.0.1:{self.port}"
        return {
            "AWS_LAMBDA_RUNTIME_API": here,
            "AWS_LAMBDA_FUNCTION_NAME": "odds-collector",
            "AWS_ENDPOINT_URL_SCHEDULER": f"http://{here}",
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "ODDS_SCHEDULE_NAME": "odds-collector-next",
            "ODDS_SCHEDULE_GROUP": "odds-collector",
            "ODDS_SCHEDULE_ROLE_ARN": "arn:aws:iam::123456789012:role/odds-collector-scheduler",
        }

    def invoke(self, *, within: float) -> Any:
        """Hand over one event, and return what the function answers."""
        self._events.put("{}")
        return self._answers.get(timeout=within)


class _Handler(BaseHTTPRequestHandler):
    service: LambdaService
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """The runtime asks for the next event, for as long as it takes."""
        if self.path != NEXT:
            self._send(404, {})
            return
        body = self.service._events.get()
        self._send(
            200,
            json.loads(body),
            {
                "Lambda-Runtime-Aws-Request-Id": "a-request",
                "Lambda-Runtime-Invoked-Function-Arn": FUNCTION,
                "Lambda-Runtime-Deadline-Ms": "99999999999999",
            },
        )

    def do_POST(self) -> None:
        """The function answered, or a schedule is made."""
        content = self._content()
        if self.path.startswith("/schedules/"):
            self._take_schedule(content)
            return
        self.service._answers.put(content)
        self._send(202, {})

    def do_PUT(self) -> None:
        """A schedule is changed, if there is one."""
        content = self._content()
        if not self.service.schedules:
            self._send(404, {"Message": "none"}, {"x-amzn-ErrorType": "ResourceNotFoundException"})
            return
        self._take_schedule(content)

    def _take_schedule(self, content: Any) -> None:
        self.service.schedules.append(content["ScheduleExpression"])
        self._send(200, {"ScheduleArn": "arn:aws:scheduler:eu-west-1:123456789012:schedule/a/b"})

    def _content(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def _send(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""
