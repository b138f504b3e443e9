"""A server that answers as a platform's API did when it was recorded, and keeps what it is asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

REFUSED = 403, {"message": "Resource not accessible by integration", "status": "403"}
NOT_FOUND = 404, {"message": "Not Found", "status": "404"}


@dataclass
class Recorded:
    """Answers by method and path, and the requests that came."""

    answers: dict[str, tuple[int, Any]]
    url: str = ""
    asked: list[str] = field(default_factory=list)
    bodies: dict[str, Any] = field(default_factory=dict)
    headers: list[dict[str, str]] = field(default_factory=list)

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        line = f"{method} {path}"
        self.asked.append(line)
        if body:
            self.bodies[line] = json.loads(body)
        return self.answers.get(line, NOT_FOUND)


@contextmanager
def recorded_api(answers: dict[str, tuple[int, Any]]) -> Generator[Recorded]:
    """Serve answers on a random port of this machine."""
    recorded = Recorded(answers)

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            recorded.headers.append(dict(self.headers))
            status, answer = recorded.answer(self.command, self.path, body)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_PUT = _handle  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    recorded.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield recorded
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
