"""What an item of QTI declares about its answers: correct responses, mappings, how they are scored.

Source: 1EdTech, QTI 2.1 and 2.2 information model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from lxml import etree

from question_bank.items.formats.xml_tree import name_of
from question_bank.items.kinds.credits import rounded

_PLAIN_STEPS = {
    "responseProcessing", "responseCondition", "responseIf", "responseElseIf", "responseElse", "match", "equal",
    "variable", "correct", "setOutcomeValue", "baseValue", "sum", "mapResponse", "isNull", "multiple", "ordered",
}  # fmt: skip
_NUMBERS = ("float", "integer")


@dataclass(slots=True)
class Declared:
    """One responseDeclaration: `values` are correct, `mapped` gives points by value, `also` by whole
    responses; `margin` is how far a number may be from the correct one, None for a text."""

    cardinality: str = "single"
    values: list[str] = field(default_factory=list)
    mapped: dict[str, Decimal] = field(default_factory=dict)
    floor: Decimal = Decimal(0)
    """The points of a value that the mapping does not name."""
    most: Decimal | None = None
    margin: Decimal | None = None
    also: dict[tuple[str, ...], Fraction] = field(default_factory=dict)

    @property
    def is_uneven(self) -> bool:
        """Whether its mapping says more than right and wrong."""
        right = {self.mapped.get(value, self.floor) for value in self.values}
        others = [points for value, points in self.mapped.items() if value not in self.values]
        return bool(self.mapped) and (len(right) > 1 or any(others) or self.floor != 0)

    def shares(self, values: Iterable[str]) -> dict[str, Fraction]:
        """The share of the points that each of these values earns, from -1 to 1.

        Wrong values that cost more than all points cost all: no response falls below 0.
        """
        listed = [self.mapped.get(value, self.floor) for value in self.values]
        alone = self.cardinality == "single"
        whole = max(listed, default=Decimal(0)) if alone else sum(listed, Decimal(0))
        if self.most is not None and 0 < self.most < whole:
            whole = self.most
        if whole <= 0:
            return {}
        found = {value: Fraction(self.mapped.get(value, self.floor) / whole) for value in values}
        return {
            value: min(max(rounded(one), Fraction(-1)), Fraction(1)) for value, one in found.items()
        }

    @property
    def told(self) -> str:
        """A mapping that no credits hold, in words."""
        shown = "，".join(f"{one} {points.normalize():f}" for one, points in self.mapped.items())
        other = f"，其他 {self.floor.normalize():f}" if self.floor else ""
        return f"原题按项给分或扣分（{shown}{other}），题库记不下这些，请核对。"


def declared(item: etree._Element) -> dict[str, Declared]:
    """The response declarations of an item by their identifiers."""
    found = {
        element.get("identifier", ""): _declared(element)
        for element in item
        if name_of(element) == "responseDeclaration"
    }
    for element in item:
        if name_of(element) == "responseProcessing" and _is_plain(element):
            _process(element, found)
    return found


def _declared(element: etree._Element) -> Declared:
    made = Declared(element.get("cardinality", "single"))
    if element.get("baseType") in _NUMBERS:
        made.margin = Decimal(0)
    for child in element:
        if name_of(child) == "correctResponse":
            made.values = ["".join(map(str, one.itertext())).strip() for one in child]
        elif name_of(child) == "mapping":
            made.floor = _number(child.get("defaultValue", "0"))
            made.most = _number(child.get("upperBound", "")) or None
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


def _process(processing: etree._Element, known: Mapping[str, Declared]) -> None:
    """Margins of numbers, and the points of whole responses, go to what is declared."""
    for element in processing.iter("{*}equal"):
        said = known.get(_variable(element))
        if said is not None and element.get("toleranceMode") == "absolute":
            said.margin = _number(element.get("tolerance", "0").split()[0])
    for condition in processing.iter("{*}responseCondition"):
        points = {
            key: worth
            for branch in condition
            if (found := _branch(branch))
            for key, worth in [found]
        }
        names = {name for name, _ in points}
        if len(names) == 1 and (said := known.get(names.pop())) is not None:
            _join(said, {values: worth for (_, values), worth in points.items()})


def _join(said: Declared, points: dict[tuple[str, ...] | None, Decimal]) -> None:
    """`None` stands for what is declared as correct; without it, the best response is."""
    best = max(points.values())
    if not said.values and None not in points:
        said.values = list(next(one for one, worth in points.items() if one and worth == best))
    others = {one: worth for one, worth in points.items() if one and list(one) != said.values}
    said.also = {one: Fraction(worth / best) for one, worth in others.items() if best > 0 < worth}


def _branch(branch: etree._Element) -> tuple[tuple[str, tuple[str, ...] | None], Decimal] | None:
    """((response, its values, None for the declared), points) of `if this was answered`."""
    match = next(iter(branch.findall("{*}match")), None)
    scores = [
        one
        for one in branch.findall("{*}setOutcomeValue")
        if one.get("identifier", "").startswith("SCORE")
    ]
    if match is None or not scores:
        return None
    values = tuple("".join(map(str, one.itertext())).strip() for one in match.iter("{*}baseValue"))
    points = "".join(map(str, scores[0].itertext())).strip()
    is_declared = match.find("{*}correct") is not None
    return (_variable(match), None if is_declared else values), _number(points)


def _variable(element: etree._Element) -> str:
    found = element.find("{*}variable")
    return "" if found is None else found.get("identifier", "")


def strange_scoring(item: etree._Element) -> str:
    """What the item says of its scoring that no kind here does; "" for what a key can hold."""
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
    """Whether processing only compares responses with fixed ones, or adds up mappings."""
    for element in processing.iter():
        if not isinstance(element.tag, str):
            continue
        name = name_of(element)
        inner = [name_of(child) for child in element if isinstance(child.tag, str)]
        if name not in _PLAIN_STEPS:
            return False
        if name == "match" and (inner[:1] != ["variable"] or inner[1:] not in _COMPARED):
            return False
        if name == "equal" and not _is_near(element, inner):
            return False
    return True


_COMPARED = (["correct"], ["multiple"], ["ordered"], ["baseValue"])


def _is_near(element: etree._Element, inner: list[str]) -> bool:
    """Whether numbers are compared exactly, or with one margin to both sides."""
    sides = set(element.get("tolerance", "0").split())
    return (
        inner == ["variable", "correct"]
        and element.get("toleranceMode", "exact") in ("exact", "absolute")
        and len(sides) == 1
    )
