"""The fields of one item as a layout found them, before its kind and key are decided."""

from __future__ import annotations

from dataclasses import dataclass, field

from question_bank.items.rules.draft import Place, Problem


@dataclass(slots=True)
class Option:
    """One option: its letter ("" if it has none) and text; `ticked` if the file marks it as right."""

    letter: str
    text: str
    ticked: bool = False
    marks: frozenset[str] = frozenset()


@dataclass(slots=True)
class Fields:
    """One item in pieces. `answers` are the texts given as its answer, one per place that gives one."""

    place: Place
    number: int | str | None = None
    kind: str = ""
    stem: str = ""
    options: list[Option] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    rationale: str = ""
    points: str = ""
    topic: str = ""
    difficulty: str = ""
    media: list[str] = field(default_factory=list)
    parts: list[Fields] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    origin: str = ""
    """Where the answer was found if not on a line below its options: "stem", "marks" or "early"."""

    def report(self, code: str, sentence: str, *, notice: bool = False) -> None:
        """Note a problem at the place of this item."""
        self.problems.append(Problem(code, sentence, self.place, notice))
