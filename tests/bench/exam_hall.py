"""Many browsers in one thread, without a framework: what each says when, and what comes back.

A latency is counted from the moment at which the request was due, not from the one at which there
was time to send it, so that a server that stalls cannot hide it.
"""

from __future__ import annotations

import heapq
import select
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tests.bench.exam_browsers import Candidate, Console, header

PATIENCE = 30.0


@dataclass(slots=True, eq=False)
class Line:
    """One browser's connection, which speaks for its candidates in turn.

    As browsers do it: kept as long as the server keeps it, opened anew when there is something to
    say, and said again on a new one where the server hung up on an old one at that very moment.
    """

    browsers: Sequence[Candidate | Console]
    sock: socket.socket | None = None
    answered: bool = False
    turn: int = 0
    what: str = ""
    request: bytes = b""
    due: float = 0.0
    received: bytes = b""
    waiting: bool = False

    @property
    def browser(self) -> Candidate | Console:
        return self.browsers[self.turn % len(self.browsers)]


@dataclass
class Tally:
    """What came back."""

    latencies: dict[str, list[float]] = field(default_factory=dict)
    errors: int = 0
    opened: int = 0
    most_open: int = 0
    sentences: list[str] = field(default_factory=list)

    def note(self, what: str, took: float) -> None:
        self.latencies.setdefault(what, []).append(took)

    def fail(self, sentence: str) -> None:
        self.errors += 1
        if len(self.sentences) < 5:
            self.sentences.append(sentence[:200])


Follow = Callable[[Line, float], "tuple[float, str] | None"]


class Hall:
    """The lines, what each will say next and when, and the loop that says it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.epoll = select.epoll()
        self.lines: dict[int, Line] = {}
        self.agenda: list[tuple[float, int, Line, bytes, str]] = []
        self.order = 0
        self.tally = Tally()

    def connect(self, lines: Iterable[Line]) -> None:
        for line in lines:
            line.sock = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.received, line.answered = b"", False
            self.lines[line.sock.fileno()] = line
            self.epoll.register(line.sock, select.EPOLLIN)
            self.tally.opened += 1
        self.tally.most_open = max(self.tally.most_open, len(self.lines))

    def plan(self, at: float, line: Line, what: str, request: bytes = b"") -> None:
        """Say it at that moment; what needs no counter may be composed before."""
        self.order += 1
        heapq.heappush(self.agenda, (at, self.order, line, request, what))

    def run(self, until: float, follow: Follow, *, measured_from: float = 0.0) -> Tally:
        """Until then, or until nothing is planned and nobody waits."""
        waiting = 0
        while (now := time.perf_counter()) < until and (self.agenda or waiting):
            while self.agenda and self.agenda[0][0] <= now:
                waiting += self.say(*heapq.heappop(self.agenda))
            pause = min(self.agenda[0][0] if self.agenda else until, until) - now
            for number, _ in self.epoll.poll(max(0.0, pause)):
                line = self.lines[number]
                reply = self.read(line)
                if reply is None:
                    continue
                waiting -= 1
                now = time.perf_counter()
                self.settle(line, *reply)
                if line.due >= measured_from:
                    self.tally.note(line.what, now - line.due)
                planned = follow(line, now)
                if planned is not None:
                    self.plan(planned[0], line, planned[1])
        return self.tally

    def say(self, due: float, _order: int, line: Line, request: bytes, what: str) -> bool:
        """Send it; whether there is an answer to wait for."""
        line.due, line.what, line.waiting = due, what, True
        line.request = request or getattr(line.browser, what)()
        if line.sock is not None:
            try:
                line.sock.send(line.request)
                return True
            except OSError:
                self.hang_up(line)
        line.waiting = self.send_anew(line)
        if not line.waiting:
            self.tally.fail(f"{what} found no connection")
        return line.waiting

    def send_anew(self, line: Line) -> bool:
        """On a new connection; whether there was one to be had."""
        try:
            self.connect([line])
        except OSError:
            return False
        assert line.sock is not None
        line.sock.send(line.request)
        return True

    def hang_up(self, line: Line) -> None:
        assert line.sock is not None
        self.epoll.unregister(line.sock)
        del self.lines[line.sock.fileno()]
        line.sock.close()
        line.sock = None

    def read(self, line: Line) -> tuple[int, bytes, bytes] | None:
        """Status, head and body once they are here; status 0 for an answer that was cut."""
        assert line.sock is not None
        try:
            part = line.sock.recv(262144)
        except ConnectionResetError:
            part = b""
        if not part:
            self.hang_up(line)
            if not line.waiting:
                return None
            if line.answered and not line.received and self.send_anew(line):
                return None
            line.waiting = False
            return 0, b"", b"connection closed"
        line.received = line.received + part if line.received else part
        end = line.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = line.received[:end]
        length = int(header(head, b"content-length"))
        if len(line.received) < end + 4 + length:
            return None
        body, line.received = line.received[end + 4 :], b""
        line.waiting, line.answered = False, True
        return int(head[9:12]), head, body

    def settle(self, line: Line, status: int, head: bytes, body: bytes) -> None:
        if status != 200:
            self.tally.fail(f"{line.what} {status} {body!r}")
        elif fault := line.browser.receive(line.what, head, body):
            self.tally.fail(fault)

    def finish(self) -> None:
        """Wait for what is under way, which counts for what was acknowledged, and hang up."""
        self.agenda.clear()
        until = time.perf_counter() + PATIENCE
        while any(line.waiting for line in self.lines.values()) and time.perf_counter() < until:
            for number, _ in self.epoll.poll(1):
                line = self.lines[number]
                reply = self.read(line)
                if reply is not None:
                    self.settle(line, *reply)
        for line in self.lines.values():
            if line.waiting:
                self.tally.fail(f"{line.what} unanswered")
        self.close()

    def close(self) -> None:
        for line in self.lines.values():
            assert line.sock is not None
            line.sock.close()
        self.epoll.close()
