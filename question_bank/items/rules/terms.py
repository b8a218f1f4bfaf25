"""The words for items: kinds, states, difficulty, cognitive level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """题型, as in the glossary."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUTH = "truth"
    BLANK = "blank"
    SHORT = "short"
    ESSAY = "essay"
    CASE = "case"
    MATCHING = "matching"
    ORDERING = "ordering"
    LISTENING = "listening"
    SPEAKING = "speaking"


class ItemState(StrEnum):
    """Only approved items go into a paper."""

    DRAFT = "draft"
    APPROVED = "approved"
    RETIRED = "retired"


class Difficulty(StrEnum):
    """难度 as the author judges it."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Cognition(StrEnum):
    """认知层次 of the two-way specification table."""

    RECALL = "recall"
    UNDERSTAND = "understand"
    APPLY = "apply"


@dataclass(frozen=True, slots=True)
class Source:
    """出处: the document that a key rests on, its article and edition, and how long it holds."""

    document: str
    article: str = ""
    edition: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def shown(self) -> str:
        edition = f"（{self.edition}）" if self.edition else ""
        return f"《{self.document.strip('《》')}》{self.article}{edition}"

    def as_json(self) -> dict[str, str]:
        """Days as ISO dates, "" for none."""
        return {
            "document": self.document,
            "article": self.article,
            "edition": self.edition,
            "valid_from": self.valid_from.isoformat() if self.valid_from else "",
            "valid_to": self.valid_to.isoformat() if self.valid_to else "",
        }


KIND_NAMES = {
    Kind.SINGLE: "单选题",
    Kind.MULTIPLE: "多选题",
    Kind.TRUTH: "判断题",
    Kind.BLANK: "填空题",
    Kind.SHORT: "简答题",
    Kind.ESSAY: "论述题",
    Kind.CASE: "案例分析题",
    Kind.MATCHING: "连线题",
    Kind.ORDERING: "排序题",
    Kind.LISTENING: "听力题",
    Kind.SPEAKING: "口语题",
}
# The order and the headings of a paper's sections, as cadre papers have them.
SECTION_NAMES = {
    Kind.SINGLE: "单项选择题",
    Kind.MULTIPLE: "多项选择题",
    Kind.TRUTH: "判断题",
    Kind.BLANK: "填空题",
    Kind.MATCHING: "连线题",
    Kind.ORDERING: "排序题",
    Kind.LISTENING: "听力题",
    Kind.SPEAKING: "口语题",
    Kind.SHORT: "简答题",
    Kind.ESSAY: "论述题",
    Kind.CASE: "案例分析题",
}
STATE_NAMES = {
    ItemState.DRAFT: "待审",
    ItemState.APPROVED: "可用",
    ItemState.RETIRED: "停用",
}
DIFFICULTY_NAMES = {Difficulty.EASY: "易", Difficulty.MEDIUM: "中", Difficulty.HARD: "难"}
COGNITION_NAMES = {
    Cognition.RECALL: "识记",
    Cognition.UNDERSTAND: "理解",
    Cognition.APPLY: "应用",
}
