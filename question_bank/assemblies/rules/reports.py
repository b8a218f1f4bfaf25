"""Why a blueprint cannot be met, in words and everything at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from question_bank.assemblies.rules.orders import Order, Shortfall
from question_bank.assemblies.rules.supply import Supply
from question_bank.blueprints.rules.cells import Cell
from question_bank.papers.rules.overlap import most_allowed


def shortages(
    cells: Sequence[Cell],
    told: Supply,
    *,
    topics: Mapping[int, str],
    banks: Mapping[int, str],
) -> dict[int, str]:
    """缺 3 道 越语·听力题·易：…, by position of the cells that lack items."""
    return {
        cell.position: _shortage(
            cell, told.missing[cell.position], told.available[cell.position], topics, banks
        )
        for cell in cells
        if told.missing.get(cell.position)
    }


def _shortage(
    cell: Cell, missing: int, available: int, topics: Mapping[int, str], banks: Mapping[int, str]
) -> str:
    sentence = f"缺 {missing} 道 {cell.label(topics, banks)}："
    if available >= cell.count:
        return f"{sentence}可用的 {available} 道还要供其他格使用。"
    return f"{sentence}需要 {cell.count} 道，可用 {available} 道。"


def obstacles(order: Order, shortfall: Shortfall) -> list[str]:
    """Everything but missing items that stands in the way of a paper."""
    which = f"第{shortfall.paper}套：" if order.papers > 1 else ""
    sentences = [
        f"{which}题间互斥：{name}中的试题一卷只能用一道，不够组卷；请补充同类试题，或解除互斥。"
        for name in shortfall.enemies
    ]
    if shortfall.shared:
        allowed = most_allowed(order.shared_limit, order.size) or 0
        sentences.append(
            f"{which}各卷最多允许共用 {allowed} 道，至少要共用 {allowed + shortfall.shared} 道；"
            "请补充试题、减少卷型，或放宽上限。"
        )
    for title, over in shortfall.repeated.items():
        allowed = most_allowed(order.repeat_limit, order.size) or 0
        sentences.append(
            f"{which}与{title}最多允许重复 {allowed} 道，至少要重复 {allowed + over} 道；"
            "请补充试题，或放宽上限。"
        )
    if shortfall.nearest is not None and order.target is not None:
        sentences.append(
            f"{which}目标难度 {order.target / 1000:.2f}（±{order.tolerance / 1000:.2f}）达不到，"
            f"最接近的是 {shortfall.nearest / 1000:.2f}；请改变各难度的题数，或调整目标。"
        )
    return sentences


def resting(items: int) -> str:
    """What to say of items that would fit but were asked too often of late; "" when none."""
    if not items:
        return ""
    return f"另有 {items} 道近期用得太多，暂不选用（次数见政策参数“papers.exposure_uses”）。"
