"""Candidates as a process of their own: many keep-alive connections, one thread, no framework.

Orders come in as lines of JSON, figures go out as lines of JSON; leases and counters stay here
between them. A latency is counted from the moment at which the request was due, not from the one
at which there was time to send it, so that a server that stalls cannot hide it.
"""

from __future__ import annotations

import gzip
import heapq
import json
import random
import resource
import select
import socket
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from lms.exams.attempts.rules.digests import digest_of

SLOTS = 50
SILENCE = 10.0  # seconds without an acknowledgement until a page asks for the status
PATIENCE = 30.0


@dataclass(slots=True)
class Candidate:
    """A logged-in browser, reduced to what goes over the wire."""

    attempt_id: int
    headers: str
    cookie: str
    lease: int = 0
    seq: int = 0
    acknowledged: int = 0

    def request(self, what: str, body: object) -> bytes:
        text = json.dumps(body).encode()
        head = f"POST /attempts/{self.attempt_id}/{what} HTTP/1.1\r\n{self.headers}"
        head += f"Cookie: {self.cookie}\r\nContent-Length: {len(text)}\r\n\r\n"
        return head.encode() + text

    def open(self) -> bytes:
        return self.request("open", {})

    def save(self) -> bytes:
        self.seq += 1
        operation = {"seq": self.seq, "number": self.seq % SLOTS + 1, "value": "ABCD"[self.seq % 4]}
        return self.request("save", {"lease": self.lease, "operations": [operation]})

    def status(self) -> bytes:
        return self.request("status", {})

    def submit(self) -> bytes:
        seqs = range(max(1, self.seq - SLOTS + 1), self.seq + 1)
        answers = {seq % SLOTS + 1: "ABCD"[seq % 4] for seq in seqs}
        return self.request("submit", {"lease": self.lease, "digest": digest_of(answers)})


@dataclass(slots=True, eq=False)
class Line:
    """One keep-alive connection, which speaks for its candidates in turn."""

    candidates: list[Candidate]
    sock: socket.socket | None = None
    turn: int = 0
    what: str = ""
    due: float = 0.0
    received: bytes = b""
    waiting: bool = False

    @property
    def candidate(self) -> Candidate:
        return self.candidates[self.turn % len(self.candidates)]


@dataclass
class Tally:
    """What came back."""

    latencies: dict[str, list[float]] = field(default_factory=dict)
    errors: int = 0
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
            line.received, line.waiting = b"", False
            self.lines[line.sock.fileno()] = line
            self.epoll.register(line.sock, select.EPOLLIN)

    def plan(self, at: float, line: Line, what: str, request: bytes = b"") -> None:
        """Say it at that moment; what needs no counter may be composed before."""
        self.order += 1
        heapq.heappush(self.agenda, (at, self.order, line, request, what))

    def run(self, until: float, follow: Follow, *, measured_from: float = 0.0) -> Tally:
        """Until then, or until nothing is planned and nobody waits."""
        waiting = 0
        while (now := time.perf_counter()) < until and (self.agenda or waiting):
            while self.agenda and self.agenda[0][0] <= now:
                self.say(*heapq.heappop(self.agenda))
                waiting += 1
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

    def say(self, due: float, _order: int, line: Line, request: bytes, what: str) -> None:
        line.due, line.what, line.waiting = due, what, True
        assert line.sock is not None
        line.sock.send(request or getattr(line.candidate, what)())

    def read(self, line: Line) -> tuple[int, bytes, bytes] | None:
        """Status, head and body once they are here; status 0 for a connection that was cut."""
        assert line.sock is not None
        part = line.sock.recv(262144)
        if not part:
            self.epoll.unregister(line.sock)
            line.sock.close()
            self.connect([line])
            return 0, b"", b"connection closed"
        line.received = line.received + part if line.received else part
        end = line.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = line.received[:end]
        length = int(_header(head, b"content-length"))
        if len(line.received) < end + 4 + length:
            return None
        body, line.received, line.waiting = line.received[end + 4 :], b"", False
        return int(head[9:12]), head, body

    def settle(self, line: Line, status: int, head: bytes, body: bytes) -> None:
        one = line.candidate
        if b"fengxue=" in head:
            one.cookie = _header(head, b"set-cookie").partition(b";")[0].decode()
        if status != 200:
            self.tally.fail(f"{line.what} {status} {body!r}")
        elif line.what == "save":
            if b'"acknowledged":[%d]' % one.seq not in body.replace(b" ", b""):
                self.tally.fail(f"save {body!r}")
            else:
                one.acknowledged += 1
        elif line.what == "open":
            text = gzip.decompress(body) if _header(head, b"content-encoding") else body
            one.lease = json.loads(text)["lease"]

    def close(self) -> None:
        for line in self.lines.values():
            assert line.sock is not None
            line.sock.close()
        self.epoll.close()


def _header(head: bytes, name: bytes) -> bytes:
    """The value of a header, empty where it is not there."""
    start = head.lower().find(b"\r\n" + name + b":")
    return head[start + len(name) + 3 :].partition(b"\r\n")[0].strip() if start >= 0 else b""


def burst(port: int, what: str, candidates: list[Candidate]) -> tuple[Tally, float]:
    """Everybody at one instant, over connections that stand already; when the last was answered."""
    hall = Hall(port)
    lines = [Line([one]) for one in candidates]
    hall.connect(lines)
    requests = [getattr(one, what)() for one in candidates]
    began = time.perf_counter() + 0.2
    for line, request in zip(lines, requests, strict=True):
        hall.plan(began, line, what, request)
    tally = hall.run(began + 60, lambda _line, _now: None)
    took = time.perf_counter() - began
    missing = len(candidates) - len(tally.latencies.get(what, ()))
    if missing:
        tally.fail(f"{missing} unanswered")
    hall.close()
    return tally, took


def flood(
    port: int, candidates: list[Candidate], connections: int, seconds: float
) -> tuple[Tally, float]:
    """No think time: every connection sends as soon as it was answered, for one candidate after
    another."""
    hall = Hall(port)
    lines = [Line(candidates[place::connections]) for place in range(connections)]
    hall.connect(lines)
    began = time.perf_counter()

    def follow(line: Line, now: float) -> tuple[float, str]:
        line.turn += 1
        return now, "save"

    for line in lines:
        hall.plan(began, line, "save")
    tally = hall.run(began + seconds, follow)
    took = time.perf_counter() - began
    _await_rest(hall)
    return tally, took


def steady(
    port: int,
    candidates: list[Candidate],
    interval: float,
    seconds: float,
    *,
    settle: float,
) -> tuple[Tally, float]:
    """Everybody saves every `interval` seconds and asks for the status after ten of silence.

    The phases are spread evenly, each with a jitter; what was due in the first `settle` seconds
    is not measured.
    """
    hall = Hall(port)
    lines = [Line([one]) for one in candidates]
    hall.connect(lines)
    began = time.perf_counter() + 0.2
    next_save = {}
    for place, line in enumerate(lines):
        next_save[line] = began + interval * (place + random.random()) / len(lines)
        hall.plan(next_save[line], line, "save")

    def follow(line: Line, now: float) -> tuple[float, str]:
        if line.what == "save":
            next_save[line] += interval
            if next_save[line] - now > SILENCE:
                return now + SILENCE, "status"
        return next_save[line], "save"

    tally = hall.run(began + settle + seconds, follow, measured_from=began + settle)
    hall.agenda.clear()
    _await_rest(hall)
    return tally, seconds


def _await_rest(hall: Hall) -> None:
    """What is under way is answered as well, and counts for what was acknowledged."""
    hall.agenda.clear()
    until = time.perf_counter() + PATIENCE
    while any(line.waiting for line in hall.lines.values()) and time.perf_counter() < until:
        for number, _ in hall.epoll.poll(1):
            line = hall.lines[number]
            reply = hall.read(line)
            if reply is not None:
                hall.settle(line, *reply)
    for line in hall.lines.values():
        if line.waiting:
            hall.tally.fail(f"{line.what} unanswered")
    hall.close()


def figures(tally: Tally, took: float) -> dict[str, Any]:
    """Counts, errors and percentiles in milliseconds, by kind of request."""
    told: dict[str, Any] = {
        "errors": tally.errors,
        "sentences": tally.sentences,
        "took_s": round(took, 3),
    }
    for what, latencies in tally.latencies.items():
        latencies.sort()
        last = len(latencies) - 1
        told[what] = {"count": len(latencies)} | {
            f"p{part}": round(1000 * latencies[min(last, int(len(latencies) * part / 100))], 1)
            for part in (50, 95, 99, 100)
        }
    return told


def obey(order: dict[str, Any], port: int, candidates: list[Candidate]) -> dict[str, Any]:
    """Carry one order out; with the generator's own share of a core."""
    used, began = _used(), time.perf_counter()
    skipped = order.get("skip", 0)
    some = candidates[skipped : skipped + order.get("candidates", len(candidates))]
    match order["do"]:
        case "open" | "status" | "submit":
            tally, took = burst(port, order["do"], some)
        case "flood":
            tally, took = flood(port, some, order["connections"], order["seconds"])
        case _:
            tally, took = steady(
                port, some, order["interval"], order["seconds"], settle=order["settle"]
            )
    told = figures(tally, took)
    told["generator_cores"] = round((_used() - used) / (time.perf_counter() - began), 2)
    told["acknowledged"] = sum(one.acknowledged for one in candidates)
    return told


def _used() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def main() -> None:
    """The first line says where the server is and who sits there; one line for every order."""
    hello = json.loads(sys.stdin.readline())
    with open(hello["candidates"], encoding="utf-8") as file:
        candidates = [Candidate(*one) for one in json.load(file)]
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(obey(order, order.get("port", hello["port"]), candidates)), flush=True)


if __name__ == "__main__":
    main()
