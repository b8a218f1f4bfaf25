"""Half-open intervals of time: they contain their start and not their end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """`[start, end)`, both aware; an empty or reversed span is a ValueError."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a span needs aware datetimes")
        if self.end <= self.start:
            raise ValueError("a span ends after it starts")

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def touches(self, other: Span) -> bool:
        """Do the two share an instant? Back to back they do not."""
        return self.start < other.end and other.start < self.end

    def contains(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def covers(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


def around(spans: Iterable[Span]) -> Span:
    """The span from the first start to the last end; ValueError for none."""
    every = list(spans)
    return Span(min(one.start for one in every), max(one.end for one in every))


def overlaps(spans: Iterable[Span]) -> Iterator[tuple[Span, Span]]:
    """Every pair of `spans` that touch, by one sweep over their starts."""
    running: list[Span] = []
    for span in sorted(spans):
        running = [earlier for earlier in running if earlier.end > span.start]
        for earlier in running:
            yield earlier, span
        running.append(span)
