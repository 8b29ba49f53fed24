"""Servers on the loopback that stand in for other people's: HTTP with a written-out answer, and a mail server."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Sent:
    """One request as it arrived."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]


@dataclass
class Said:
    """What to answer."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


@dataclass
class Fake:
    """A server and what it received."""

    address: str
    port: int
    received: list[Sent]


@contextmanager
def http(answer: Callable[[Sent], Said]) -> Iterator[Fake]:
    """Serve answers until the block ends."""
    received: list[Sent] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            sent = Sent(self.command, self.path, body, {k.lower(): v for k, v in self.headers.items()})
            received.append(sent)
            said = answer(sent)
            self.send_response(said.status)
            for name, value in {**said.headers, "Content-Length": str(len(said.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said.body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    port = server.server_address[1]
    try:
        yield Fake(f"http://127.0.0.1:{port}", port, received)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def mail() -> Iterator[Fake]:
    """Take mails until the block ends; each arrives as one ``Sent`` with its text as body."""
    received: list[Sent] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 ready")
            while line := self.rfile.readline().decode().strip():
                word = line.split(" ")[0].upper()
                if word == "DATA":
                    self._say("354 go on")
                    text = b"".join(iter(self.rfile.readline, b".\r\n"))
                    received.append(Sent("MAIL", "", text, {}))
                self._say(
                    {"EHLO": "250-ok\r\n250 AUTH PLAIN", "AUTH": "235 ok", "QUIT": "221 bye"}.get(
                        word, "250 ok"
                    )
                )

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Fake("127.0.0.1", server.server_address[1], received)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
