"""A question of Moodle XML while it is read: its element, its texts, what is to be told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from question_bank.items.formats import markup
from question_bank.items.rules.draft import Draft, Place, Problem


@dataclass(slots=True)
class Question:
    """A question element while it is read."""

    element: etree._Element
    place: Place
    kind: str = ""
    stem: str = ""
    options: list[str] = field(default_factory=list)
    key: list[Any] = field(default_factory=list)
    parts: list[Draft] = field(default_factory=list)
    rubric: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def report(self, code: str, sentence: str, *, notice: bool = False) -> None:
        if all(problem.sentence != sentence for problem in self.problems):
            self.problems.append(Problem(code, sentence, self.place, notice))

    def text(self, element: etree._Element | None, *, form: str = "html") -> str:
        """The text of an element with `<text>`, by the format that it names."""
        if element is None:
            return ""
        return self.shown(raw(element), element.get("format", form))

    def shown(self, said: str, form: str) -> str:
        if form == "plain_text" or (form != "html" and not markup.looks_marked(said)):
            return said.strip()
        found = markup.said_by(said, self.media)
        if found.lost:
            self.report("markup", f"文字里有读不进来的内容：{'、'.join(found.lost)}，请核对。")
        return found.text


def raw(element: etree._Element | None) -> str:
    """What stands in the `<text>` of an element."""
    inner = None if element is None else element.find("text")
    return "" if inner is None else "".join(map(str, inner.itertext()))
