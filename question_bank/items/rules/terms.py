"""The words for items: kinds, states, difficulty, cognitive level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.ground.words import word


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
    """How far an item has come on its way 初审 → 复审 → 审定; only approved ones go into a paper."""

    DRAFT = "draft"
    FIRST = "first"
    SECOND = "second"
    RETURNED = "returned"
    APPROVED = "approved"
    RETIRED = "retired"


class Stage(StrEnum):
    """The three looks at an item."""

    FIRST = "first"
    SECOND = "second"
    FINAL = "final"


class Verdict(StrEnum):
    """What a reviewer says of an item."""

    PASSED = "passed"
    RETURNED = "returned"


class BankAccess(StrEnum):
    """What instructors see of a bank that is neither theirs nor opened to them by name."""

    KEYS = "keys"
    STEMS = "stems"
    RESTRICTED = "restricted"


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
    Kind.SINGLE: word("单选题"),
    Kind.MULTIPLE: word("多选题"),
    Kind.TRUTH: word("判断题"),
    Kind.BLANK: word("填空题"),
    Kind.SHORT: word("简答题"),
    Kind.ESSAY: word("论述题"),
    Kind.CASE: word("案例分析题"),
    Kind.MATCHING: word("连线题"),
    Kind.ORDERING: word("排序题"),
    Kind.LISTENING: word("听力题"),
    Kind.SPEAKING: word("口语题"),
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
    ItemState.DRAFT: word("待初审"),
    ItemState.FIRST: word("待复审"),
    ItemState.SECOND: word("待审定"),
    ItemState.RETURNED: word("退回修改"),
    ItemState.APPROVED: word("可用"),
    ItemState.RETIRED: word("停用"),
}
# The stage that an item waits for; whatever is not here waits for nobody's look.
STAGE_OF = {
    ItemState.DRAFT: Stage.FIRST,
    ItemState.FIRST: Stage.SECOND,
    ItemState.SECOND: Stage.FINAL,
}
STATE_AFTER = {
    Stage.FIRST: ItemState.FIRST,
    Stage.SECOND: ItemState.SECOND,
    Stage.FINAL: ItemState.APPROVED,
}
STAGE_NAMES = {Stage.FIRST: word("初审"), Stage.SECOND: word("复审"), Stage.FINAL: word("审定")}
VERDICT_NAMES = {Verdict.PASSED: word("通过"), Verdict.RETURNED: word("退回")}
ACCESS_NAMES = {
    BankAccess.KEYS: word("教师可看试题和答案"),
    BankAccess.STEMS: word("教师只看题目，答案只对命题人和获准的教师开放"),
    BankAccess.RESTRICTED: word("考试专用，教师看不到"),
}
DIFFICULTY_NAMES = {
    Difficulty.EASY: word("易"),
    Difficulty.MEDIUM: word("中"),
    Difficulty.HARD: word("难"),
}
COGNITION_NAMES = {
    Cognition.RECALL: word("识记"),
    Cognition.UNDERSTAND: word("理解"),
    Cognition.APPLY: word("应用"),
}
