"""What reviewing many items at once would do: told before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.items.rules.reviewing import STAGES, Look, Who, missing_people, overlaps
from question_bank.items.rules.terms import STAGE_NAMES, Stage, Verdict


@dataclass(frozen=True, slots=True)
class Outlook:
    """What passing an item would do: the stages passed, what then overlaps, or why it cannot be."""

    stages: tuple[Stage, ...]
    overlaps: tuple[str, ...]
    refusal: str = ""

    @property
    def approves(self) -> bool:
        return not self.refusal and self.stages[-1:] == (Stage.FINAL,)


def outlook(
    writer: Who, looks: Sequence[Look], stage: Stage, by: Who, *, until: Stage, needed: int
) -> Outlook:
    """What happens when `by` passes an item from `stage` up to `until` (at least `stage`)."""
    last = max(STAGES.index(stage), STAGES.index(until))
    stages = STAGES[STAGES.index(stage) : last + 1]
    done = list(looks)
    for one in stages:
        missing = missing_people(writer, done, one, by, needed=needed)
        if missing:
            return Outlook(stages, tuple(overlaps(writer, done)), _refusal(one, missing, needed))
        done.append(Look(one, Verdict.PASSED, by))
    return Outlook(stages, tuple(overlaps(writer, done)))


def _refusal(stage: Stage, missing: int, needed: int) -> str:
    return (
        f"{STAGE_NAMES[stage]}须由另一人进行：命题和三个审题环节至少要有{needed}个不同的人，"
        f"都由您办还差{missing}人。请另一位审题人登录后来通过。"
    )
