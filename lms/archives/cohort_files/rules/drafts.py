"""The documents of a filing before they are stored: where each goes, and what it is made from."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True)
class Draft:
    """A document to be printed: HTML, its line of the contents, its path in the bundle."""

    entry: int
    path: str
    title: str
    html: str
    enrolment_id: int | None = None

    @property
    def source(self) -> str:
        """SHA-256 of what it is printed from."""
        return sha256(self.html.encode()).hexdigest()


@dataclass(frozen=True)
class Original:
    """A stored file that goes into the bundle as it is."""

    entry: int
    path: str
    title: str
    upload_id: int


def distinct(paths: list[str]) -> list[str]:
    """The same paths, told apart by a number where two would be one file on any system."""
    taken: set[str] = set()
    found = []
    for path in paths:
        stem, dot, ending = path.rpartition(".")
        candidate, number = path, 1
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{stem}（{number}）{dot}{ending}" if dot else f"{path}（{number}）"
        taken.add(candidate.casefold())
        found.append(candidate)
    return found
