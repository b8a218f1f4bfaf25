"""Whose quota a person counts against, and when a unit has named all it may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """What a unit was given and how many of it are named; `named` counts the units below it too."""

    unit_id: int
    unit: str
    places: int
    named: int

    @property
    def left(self) -> int:
        """How many it may still name; below zero when the quota was cut afterwards."""
        return self.places - self.named


def charged_unit(
    unit_id: int | None, parents: Mapping[int, int | None], quotas: Iterable[int]
) -> int | None:
    """The unit with a quota that a person of `unit_id` counts against: its own or the nearest above.

    `parents` is the parent of every unit; None when no unit up to the top has a quota.
    """
    holders, seen = set(quotas), set()
    while unit_id is not None and unit_id not in seen:
        if unit_id in holders:
            return unit_id
        seen.add(unit_id)
        unit_id = parents.get(unit_id)
    return None


def named_by_unit(
    learners: Iterable[int | None], parents: Mapping[int, int | None], quotas: Iterable[int]
) -> Counter[int | None]:
    """How many learners (given by their units) count against each quota; None for the others."""
    holders = set(quotas)
    return Counter(charged_unit(unit, parents, holders) for unit in learners)


def quota_faults(places: Mapping[str, int], capacity: int) -> list[str]:
    """What is wrong with places by unit name, as sentences."""
    faults = [f"“{unit}”的名额不能小于0。" for unit, number in places.items() if number < 0]
    given = sum(places.values())
    if given > capacity:
        faults.append(f"分出去的名额共{given}个，超过了班次名额{capacity}人。")
    return faults


def naming_faults(share: Share | None, *, coming: int = 1) -> list[str]:
    """Why a unit may not name `coming` more people, as sentences; `share` None: it has no quota."""
    if share is None:
        return ["这个班次按单位分配名额，没有分给这位人员所在的单位；请与教务联系。"]
    if share.left < coming:
        return [
            f"“{share.unit}”的名额是{share.places}人，已经报了{share.named}人；"
            "要换人，请先撤回已报的人，要增加名额，请与教务联系。"
        ]
    return []
