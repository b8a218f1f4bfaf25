"""Candidates and consoles, reduced to what goes over the wire."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass

from lms.exams.attempts.rules.digests import digest_of

SLOTS = 50
BACKLOG = 10  # answers that a page kept while it had no network


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

    def save(self, count: int = 1) -> bytes:
        seqs = range(self.seq + 1, self.seq + count + 1)
        self.seq += count
        operations = [
            {"seq": seq, "number": seq % SLOTS + 1, "value": "ABCD"[seq % 4]} for seq in seqs
        ]
        return self.request("save", {"lease": self.lease, "operations": operations})

    def resume(self) -> bytes:
        return self.save(BACKLOG)

    def receive(self, what: str, head: bytes, body: bytes) -> str:
        """What is wrong with an answer of 200; nothing where all is well."""
        if b"fengxue=" in head:
            self.cookie = header(head, b"set-cookie").partition(b";")[0].decode()
        if what == "open":
            text = gzip.decompress(body) if header(head, b"content-encoding") else body
            self.lease = json.loads(text)["lease"]
        if what not in SAVED:
            return ""
        sent = list(range(self.seq - SAVED[what] + 1, self.seq + 1))
        if json.loads(body)["acknowledged"] != sent:
            return f"{what} {body!r}"
        self.acknowledged += len(sent)
        return ""

    def status(self) -> bytes:
        return self.request("status", {})

    def submit(self) -> bytes:
        seqs = range(max(1, self.seq - SLOTS + 1), self.seq + 1)
        answers = {seq % SLOTS + 1: "ABCD"[seq % 4] for seq in seqs}
        return self.request("submit", {"lease": self.lease, "digest": digest_of(answers)})


SAVED = {"save": 1, "resume": BACKLOG}


@dataclass(slots=True)
class Console:
    """An invigilator's page, which asks for its 300 seats again and again."""

    path: str
    headers: str
    cookie: str

    def rows(self) -> bytes:
        return f"GET {self.path} HTTP/1.1\r\n{self.headers}Cookie: {self.cookie}\r\n\r\n".encode()

    def receive(self, _what: str, head: bytes, _body: bytes) -> str:
        if b"fengxue=" in head:
            self.cookie = header(head, b"set-cookie").partition(b";")[0].decode()
        return ""


def header(head: bytes, name: bytes) -> bytes:
    """The value of a header, empty where it is not there."""
    start = head.lower().find(b"\r\n" + name + b":")
    return head[start + len(name) + 3 :].partition(b"\r\n")[0].strip() if start >= 0 else b""
