"""The three looks at an item: whose turn it is, who did more than one part, who is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.items.rules.terms import STAGE_NAMES, Stage, Verdict

WRITING = "命题"
STAGES = tuple(Stage)


@dataclass(frozen=True, slots=True)
class Who:
    """A person by account, or by name where there is no account (imports, commands)."""

    id: int | None
    name: str

    @property
    def mark(self) -> int | str:
        return self.name if self.id is None else self.id


@dataclass(frozen=True, slots=True)
class Look:
    """One review as plain data."""

    stage: Stage
    verdict: Verdict
    by: Who


def present_round(looks: Sequence[Look]) -> list[Look]:
    """The looks since the last one that began with the first stage; `looks` in their order."""
    starts = [at for at, look in enumerate(looks) if look.stage is Stage.FIRST]
    return list(looks[starts[-1] :]) if starts else list(looks)


def parts_of(writer: Who, looks: Sequence[Look]) -> dict[int | str, list[str]]:
    """What each person did of an item: 命题 and the stages, by their marks."""
    done: dict[int | str, list[str]] = {writer.mark: [WRITING]}
    for look in present_round(looks):
        done.setdefault(look.by.mark, []).append(STAGE_NAMES[look.stage])
    return done


def overlaps(writer: Who, looks: Sequence[Look]) -> list[str]:
    """A sentence for every person who did more than one part: shown, never hidden."""
    names = {one.mark: one.name for one in (writer, *(look.by for look in looks))}
    return [
        f"{'、'.join(parts)}为同一人（{names[mark]}）"
        for mark, parts in parts_of(writer, looks).items()
        if len(parts) > 1
    ]


def missing_people(
    writer: Who, looks: Sequence[Look], stage: Stage, by: Who, *, needed: int
) -> int:
    """How many different people an item would lack at its end if `by` passed `stage`.

    Writer and reviewers count; later stages may each bring one more. 0: `by` may pass it.
    """
    before = () if stage is Stage.FIRST else looks
    people = {*parts_of(writer, before), by.mark}
    later = len(STAGES) - 1 - STAGES.index(stage)
    return max(needed - len(people) - later, 0)
