"""Where learners are in a cohort: groups, duties, rooms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from courses.cohorts.rules import chinese_number

DUTIES = (
    "班长",
    "副班长",
    "党支部书记",
    "学习委员",
    "组织委员",
    "宣传委员",
    "生活委员",
    "纪检委员",
    "文体委员",
    "组长",
)
"""The class committee's usual duties, to choose from; any other may be typed."""


@dataclass(frozen=True)
class Place:
    """Group, duty in the cohort and dormitory of a learner."""

    group_name: str = ""
    duty: str = ""
    dormitory: str = ""


@dataclass(frozen=True)
class Member:
    """A learner as far as grouping goes: which unit, and what else is to be spread evenly."""

    enrolment_id: int
    unit: str
    gender: str


def split(members: Iterable[Member], groups: int) -> dict[int, str]:
    """A group for every learner: sizes differ by one at most, and colleagues are spread.

    People of one unit, and within it of one gender, are dealt out one after the other.
    """
    dealt = sorted(members, key=lambda one: (one.unit, one.gender, one.enrolment_id))
    return {one.enrolment_id: group_name(place % groups + 1) for place, one in enumerate(dealt)}


def group_name(number: int) -> str:
    """第一组."""
    return f"第{chinese_number(number)}组"


def committee(duties: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The class committee as (duty, name), in the usual order, other duties after that."""
    held = [(duty, name) for duty, name in duties if duty]
    order = {duty: place for place, duty in enumerate(DUTIES)}
    return sorted(held, key=lambda one: (order.get(one[0], len(order)), one[0]))
