"""What one change does to many items: the fields, their values, and what cannot be changed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from lms.ground.errors import Refused
from lms.ground.words import word
from question_bank.items.rules.finding import tags_of
from question_bank.items.rules.terms import (
    COGNITION_NAMES,
    DIFFICULTY_NAMES,
    STATE_NAMES,
    Cognition,
    Difficulty,
    ItemState,
)

MOST_AT_ONCE = 20_000


class Field(StrEnum):
    """What can be changed for many items at once; contents are changed one by one."""

    TOPIC = "topic"
    DIFFICULTY = "difficulty"
    COGNITION = "cognition"
    POINTS = "points"
    ADD_TAG = "add_tag"
    DROP_TAG = "drop_tag"
    RENAME_TAG = "rename_tag"
    STATE = "state"


FIELD_NAMES = {
    Field.TOPIC: word("知识点"),
    Field.DIFFICULTY: word("难度"),
    Field.COGNITION: word("认知层次"),
    Field.POINTS: word("题分"),
    Field.ADD_TAG: word("加标签"),
    Field.DROP_TAG: word("去标签"),
    Field.RENAME_TAG: word("标签改名或合并"),
    Field.STATE: word("停用或恢复"),
}
TAG_FIELDS = (Field.ADD_TAG, Field.DROP_TAG, Field.RENAME_TAG)
# These belong to a version, and with it to what was reviewed and used.
VERSION_FIELDS = (Field.DIFFICULTY, Field.COGNITION, Field.POINTS)
# Approval is the reviewers': here an item is only taken out of use, and brought back to be reviewed.
STATES = (ItemState.RETIRED, ItemState.DRAFT)


@dataclass(frozen=True, slots=True)
class Line:
    """An item as a change finds it: the value of the field, "" for none, and what ties its points
    (rubric or parts with points). Of tags the value is those of the change's words that it has."""

    item_id: int
    value: str
    tied: bool = False


def few_enough(number: int) -> None:
    """Refused when so many items cannot be changed at once."""
    if number > MOST_AT_ONCE:
        raise Refused(f"查到{number}道，一次最多修改{MOST_AT_ONCE}道试题，请缩小范围。")


def parsed(field: Field, typed: str) -> str:
    """The new value as it is kept; Refused when it is none. "" is no topic."""
    plain = typed.strip()
    if field is Field.TOPIC:
        return plain
    if field in TAG_FIELDS:
        return _tags(field, tags_of(plain))
    if field is Field.POINTS:
        return _points(plain)
    allowed = {Field.DIFFICULTY: Difficulty, Field.COGNITION: Cognition}.get(field)
    known = set(allowed) if allowed else set(STATES)
    if plain not in known:
        raise Refused(f"请选择新的{FIELD_NAMES[field]}。")
    return plain


def _tags(field: Field, words: list[str]) -> str:
    if field is not Field.RENAME_TAG and len(words) != 1:
        raise Refused("请填写一个标签。")
    if field is Field.RENAME_TAG and len(words) < 2:
        raise Refused("请填写新的标签，不能和原来的一样。")
    return " ".join(words)


def outcome(field: Field, value: str) -> str:
    """What the line of an item says once the change is made: of several tags the last remains."""
    if field is Field.DROP_TAG:
        return ""
    return value.split()[-1] if field is Field.RENAME_TAG else value


def tag_deed(field: Field, value: str) -> tuple[list[str], list[str]]:
    """The tags that items lose by a change, and those that they get."""
    *olds, last = value.split()
    return ([last], []) if field is Field.DROP_TAG else (olds, [last])


def tag_deed_back(field: Field, value: str, before: str) -> tuple[list[str], list[str]]:
    """The same for giving an item back the tags that it had of them."""
    had = before.split()
    lost, got = tag_deed(field, value)
    return [word for word in got if word not in had], [word for word in lost if word in had]


def _points(plain: str) -> str:
    try:
        points = Decimal(plain)
    except InvalidOperation:
        raise Refused("题分须是数字。") from None
    if not 0 < points <= 1000 or points != round(points, 2):
        raise Refused("题分须大于0、不超过1000，最多两位小数。")
    return format(points.normalize() + 0, "f")


def changed(field: Field, value: str, lines: list[Line]) -> tuple[list[Line], list[str]]:
    """The lines that the change changes, and sentences about those that it leaves alone."""
    after = outcome(field, value)
    kept = [line for line in lines if line.value == after]
    moved = [line for line in lines if line.value != after]
    told = [f"{len(kept)}道本来就是这样，不变。"] if kept else []
    if field is Field.POINTS:
        tied = [line for line in moved if line.tied]
        moved = [line for line in moved if not line.tied]
        if tied:
            told.append(f"{len(tied)}道的题分由采分点或小题分合计而来，不能批量改，保持原样。")
    if field is Field.STATE and value == ItemState.DRAFT:
        others = [line for line in moved if line.value != ItemState.RETIRED]
        moved = [line for line in moved if line.value == ItemState.RETIRED]
        if others:
            told.append(f"{len(others)}道没有停用，不需要恢复。")
    return moved, told


def shown(field: Field, value: str, topics: dict[int, str]) -> str:
    """A kept value as people read it."""
    if field is Field.TOPIC:
        return topics.get(int(value), "（已删除）") if value else "（无）"
    if field is Field.RENAME_TAG and value:
        *olds, last = value.split()
        return f"{'、'.join(olds)} → {last}" if olds else last
    names: dict[Field, dict[str, str]] = {
        Field.DIFFICULTY: {key.value: name for key, name in DIFFICULTY_NAMES.items()},
        Field.COGNITION: {key.value: name for key, name in COGNITION_NAMES.items()},
        Field.STATE: {key.value: name for key, name in STATE_NAMES.items()},
    }
    return names.get(field, {}).get(value, value or "（无）")
