"""The three ways in which the house says no; anything else that is raised is a bug."""

from __future__ import annotations


class Refused(Exception):
    """A business refusal, shown to the user (422).

    `reasons` are complete Chinese sentences, all of them at once, so that nobody
    has to correct one mistake to learn of the next.
    """

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons: tuple[str, ...] = reasons

    def __str__(self) -> str:
        return "；".join(self.reasons)


class Missing(Exception):
    """What was asked for does not exist, or not for this user (404: the two look alike)."""

    def __init__(self, what: str = "您要找的内容") -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return f"没有找到{self.what}，它可能已被删除，或者您没有查看它的权限。"


class Conflict(Exception):
    """Somebody else changed it first (409): nothing was written, the user must look again."""

    def __init__(
        self, sentence: str = "这份内容刚被别人改过，您的修改没有保存，请刷新后再改。"
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence
