"""What an item of QTI declares about its answers: correct responses, mappings, how they are scored.

Source: 1EdTech, QTI 2.1 and 2.2 information model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from lxml import etree

from question_bank.items.formats.xml_tree import name_of

_PLAIN_STEPS = {
    "responseProcessing", "responseCondition", "responseIf", "responseElse", "match", "variable",
    "correct", "setOutcomeValue", "baseValue", "sum", "mapResponse", "isNull", "multiple",
}  # fmt: skip


@dataclass(slots=True)
class Declared:
    """One responseDeclaration: `values` are correct, `mapped` gives points by value."""

    cardinality: str = "single"
    values: list[str] = field(default_factory=list)
    mapped: dict[str, Decimal] = field(default_factory=dict)
    floor: Decimal = Decimal(0)
    """The points of a value that the mapping does not name."""

    @property
    def uneven(self) -> str:
        """What its mapping says beyond right and wrong; "" where it says no more."""
        right = {self.mapped[value] for value in self.values if value in self.mapped}
        further = {
            value: points for value, points in self.mapped.items() if value not in self.values
        }
        uneven = (
            len(right) > 1 or any(points != 0 for points in further.values()) or self.floor != 0
        )
        if not uneven:
            return ""
        shown = "，".join(
            f"{value} {points.normalize():f}" for value, points in self.mapped.items()
        )
        other = f"，其他 {self.floor.normalize():f}" if self.floor else ""
        return f"原题按项给分或扣分（{shown}{other}），题库按题型的计分办法，记不下这些，请核对。"


def declared(item: etree._Element) -> dict[str, Declared]:
    """The response declarations of an item by their identifiers."""
    found = {}
    for element in item:
        if name_of(element) == "responseDeclaration":
            found[element.get("identifier", "")] = _declared(element)
    return found


def _declared(element: etree._Element) -> Declared:
    made = Declared(element.get("cardinality", "single"))
    for child in element:
        if name_of(child) == "correctResponse":
            made.values = ["".join(map(str, one.itertext())).strip() for one in child]
        elif name_of(child) == "mapping":
            made.floor = _number(child.get("defaultValue", "0"))
            made.mapped = {
                entry.get("mapKey", "").strip(): _number(entry.get("mappedValue", "0"))
                for entry in child
            }
    return made


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def strange_scoring(item: etree._Element) -> str:
    """What the item says of its scoring that no kind here does; "" for right or wrong alone."""
    if item.get("adaptive") == "true":
        return "原题分几步作答（adaptive），题库里没有，请核对题干和答案。"
    names = {name_of(one) for one in item.iter() if isinstance(one.tag, str)}
    if "templateDeclaration" in names or "templateProcessing" in names:
        return "原题的数据每次随机生成（template），题库里没有，请改成固定的内容。"
    for element in item:
        own = name_of(element) == "responseProcessing" and not element.get("template")
        if own and not _is_plain(element):
            return "原题用自己的规则计分（responseProcessing），没有读入，请核对答案。"
    return ""


def _is_plain(processing: etree._Element) -> bool:
    """Whether processing only compares responses with what is correct, or adds up mappings."""
    for element in processing.iter():
        if not isinstance(element.tag, str):
            continue
        name = name_of(element)
        if name not in _PLAIN_STEPS:
            return False
        if name == "match" and [name_of(child) for child in element] != ["variable", "correct"]:
            return False
    return True
