"""听力: a recording with several items about it; answered and scored as a case."""

from __future__ import annotations

from question_bank.items.kinds import case
from question_bank.items.kinds.protocol import Content

face = case.face
blank = case.blank
score = case.score
summarise = case.summarise
show_key = case.show_key


def check(content: Content) -> list[str]:
    faults = case.check(content)
    if not content.media:
        faults.append("听力题没有录音。")
    return faults
