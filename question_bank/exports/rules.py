"""What is done with items that a format cannot hold, and the drafts in which items travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from lms.ground.words import word
from question_bank.items.rules.draft import Draft, Place, limits_in
from question_bank.items.rules.terms import KIND_NAMES, Kind

MOST_AT_ONCE = 20_000
_NOWHERE = Place("")


class Unfit(StrEnum):
    """What is done with items that a format cannot hold, wholly or in part."""

    REFUSE = "refuse"
    SKIP = "skip"
    LOSE = "lose"


UNFIT_NAMES = {
    Unfit.REFUSE: word("不导出，先列出哪些题会缺什么"),
    Unfit.SKIP: word("跳过这些题，只导出能完整保存的"),
    Unfit.LOSE: word("仍然导出，丢掉放不下的内容；整道放不下的跳过"),
}


@dataclass(frozen=True, slots=True)
class Missed:
    """What of one item a file does not have. `whole`: the item is not in it at all."""

    number: int
    kind: str
    stem: str
    sentence: str
    whole: bool = False

    @property
    def told(self) -> str:
        return f"第{self.number}号（{KIND_NAMES[Kind(self.kind)]}）“{self.stem}”：{self.sentence}。"


def missed(draft: Draft, sentence: str, *, whole: bool = False) -> Missed:
    stem = " ".join(draft.stem.split())[:30]
    return Missed(int(draft.number or 0), draft.kind, stem, sentence, whole)


def kept(drafts: Sequence[Draft], told: Sequence[Missed], unfit: Unfit) -> list[Draft]:
    """The drafts that go into the file: all but those that are told of, as was chosen."""
    left = {one.number for one in told if one.whole or unfit is not Unfit.LOSE}
    return [draft for draft in drafts if draft.number not in left]


def draft_of(
    number: int, kind: str, content: Mapping[str, Any], media: Sequence[str] = ()
) -> Draft:
    """A draft of the columns of an item version, or of one of its parts."""
    points = content.get("points")
    return Draft(
        number=number,
        kind=kind,
        stem=content.get("stem", ""),
        options=tuple(content.get("options", ())),
        key=tuple(tuple(one) if isinstance(one, list) else one for one in content.get("key", ())),
        source=_NOWHERE,
        parts=tuple(
            draft_of(at, str(part.get("kind", "")), part)
            for at, part in enumerate(content.get("parts", ()), start=1)
        ),
        rubric=tuple(
            {"text": row["text"], "points": Decimal(str(row["points"]))}
            for row in content.get("rubric", ())
        ),
        rationale=content.get("rationale", ""),
        points=None if points is None else Decimal(str(points)).normalize() + 0,
        media=tuple(media),
        **limits_in(content),
        transcript=content.get("transcript") or "",
    )


def essence(draft: Draft) -> Draft:
    """A draft without where it was read and what its files are called: what must come back."""
    return replace(
        draft,
        number=None,
        source=_NOWHERE,
        told="",
        parts=tuple(map(essence, draft.parts)),
        media=("",) * len(draft.media),
        problems=tuple(problem for problem in draft.problems if not problem.notice),
    )
