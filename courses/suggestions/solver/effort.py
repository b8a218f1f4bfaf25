"""How hard to search."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search, with how many threads, from which seed."""

    seconds: float = 30
    threads: int = 8
    seed: int = 1

    def share(self, part: float) -> Effort:
        return replace(self, seconds=self.seconds * part)
