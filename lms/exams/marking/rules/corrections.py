"""更正: what is done about an item of a sealed paper whose key proves wrong.

The paper stays as it was sealed; a correction lies over it when sheets are scored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

from lms.exams.marking.rules.modes import Scheme
from lms.exams.marking.rules.points import (
    Entry,
    Marks,
    ScoredBy,
    SlotPoints,
    is_marked,
    score_slot,
)
from lms.ground.words import word
from question_bank.items.kinds.protocol import Response


class Remedy(StrEnum):
    """What is done: score by the key as it was corrected in the bank, give everybody all points,
    leave the item out, or go back to the key of the paper."""

    CORRECTED = "corrected"
    FULL = "full"
    DROPPED = "dropped"
    SEALED = "sealed"


REMEDY_NAMES = {
    Remedy.CORRECTED: word("按更正后的答案计分"),
    Remedy.FULL: word("全体考生得满分"),
    Remedy.DROPPED: word("作废，不计分"),
    Remedy.SEALED: word("恢复按试卷上的答案计分"),
}
REMEDY_SENTENCES = {
    Remedy.CORRECTED: word(
        "先在题库里更正这道题的答案（存成新版本），再按新版本的答案给每份答卷计分。"
    ),
    Remedy.FULL: word("不论答了什么、有没有答，都得这道题的满分。"),
    Remedy.DROPPED: word("这道题不计分，卷面满分相应减少，及格线和等次仍按百分制折算。"),
    Remedy.SEALED: word("撤销以前批准的更正。"),
}


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction in force; `answer` has the corrected keys: {"key", "parts": [{"key"}]}."""

    remedy: Remedy
    reason: str
    answer: Mapping[str, Any] | None = None


def corrected(entry: Entry, correction: Correction | None) -> Entry:
    """An entry of Variant.answers with the keys that hold now."""
    if correction is None or correction.answer is None:
        return entry
    new = correction.answer
    parts = [
        {**part, "key": right["key"]}
        for part, right in zip(entry.get("parts") or [], new.get("parts") or [], strict=True)
    ]
    rationale = new.get("rationale") or entry.get("rationale")
    return {**entry, "key": new["key"], "parts": parts, "rationale": rationale}


def corrected_answers(
    answers: Mapping[str, Entry], standing: Mapping[int, Correction]
) -> dict[str, Entry]:
    """Entries of Variant.answers with the keys that hold by these corrections, by item version."""
    return {
        number: corrected(entry, standing.get(int(entry["item_version_id"])))
        for number, entry in answers.items()
    }


def score_corrected(
    entry: Entry, response: Response, marks: Marks, scheme: Scheme, correction: Correction | None
) -> SlotPoints:
    """What a response earns under the correction in force, with a sentence that says so."""
    if correction is None or correction.remedy is Remedy.SEALED:
        return score_slot(entry, response, marks, scheme)
    full, reason = Fraction(entry["points"]), correction.reason
    if correction.remedy is Remedy.FULL:
        why = f"这道题经核定有误，全体考生得满分：{reason}"
        return SlotPoints(full, full, ScoredBy.MACHINE, (why,))
    if correction.remedy is Remedy.DROPPED:
        why = f"这道题经核定作废，不计分，卷面满分相应减少：{reason}"
        return SlotPoints(Fraction(0), Fraction(0), ScoredBy.MACHINE, (why,))
    scored = score_slot(corrected(entry, correction), response, marks, scheme)
    return replace(scored, why=(*scored.why, f"按更正后的答案计分：{reason}"))


def dropped(standing: Mapping[int, Correction]) -> set[int]:
    """The item versions that are left out."""
    return {item for item, one in standing.items() if one.remedy is Remedy.DROPPED}


def tells_of_item(correction: Correction | None) -> bool:
    """Do the points show how candidates did with the item? Not where all were given all of them."""
    return correction is None or correction.remedy is not Remedy.FULL


def told_of_figures(corrections: Iterable[tuple[str, Correction]]) -> str:
    """What corrections mean for the figures of a paper, by the labels of the items; "" for none."""
    told = [f"{label}{_IN_FIGURES[one.remedy]}" for label, one in corrections]
    return "；".join(told) + "。" if told else ""


_IN_FIGURES = {
    Remedy.CORRECTED: "按更正后的答案统计",
    Remedy.FULL: "全体得满分，只计入总分，不统计这道题的指标",
    Remedy.DROPPED: "作废，不计入统计",
}


def correction_faults(
    remedy: Remedy, entry: Entry, slot: Mapping[str, Any], fixed: Mapping[str, Any] | None
) -> list[str]:
    """Why a remedy does not fit an item as the paper has it; `fixed`: the corrected version as
    {"key", "options", "parts"}."""
    if remedy is not Remedy.CORRECTED:
        return []
    if is_marked(entry):
        return ["这道题由人评阅，请在“仲裁和改判”里改判，或选全体得满分、作废。"]
    if fixed is None:
        return ["请选择更正后的版本；还没有的，先在题库里更正这道题的答案。"]
    if _shape(slot) != _shape(fixed):
        return [
            "更正后的版本改了选项或小题，不能给按原题作答的答卷计分；请另存一个只改答案的版本。"
        ]
    keys = [fixed["key"], *(part["key"] for part in fixed.get("parts") or ())]
    sealed = [entry["key"], *(part["key"] for part in entry.get("parts") or ())]
    return ["更正后的答案与试卷上的相同，没有什么可以更正。"] if keys == sealed else []


def approver_faults(*, approver_id: int | None, proposer_id: int, may_overlap: bool) -> list[str]:
    """Whoever proposed leaves the approval to another, unless the norm of a small school lets
    them; then the correction shows that it was one person."""
    if may_overlap or approver_id != proposer_id:
        return []
    return [
        "这个更正是您提出的，须由另一人批准。人手少的学校可由政策参数“更正标准答案可以由提出人自己批准”放开，放开后会标明。"
    ]


def _shape(asked: Mapping[str, Any]) -> tuple[Sequence[Any], ...]:
    parts = [list(part.get("options") or ()) for part in asked.get("parts") or ()]
    return list(asked.get("options") or ()), parts
