"""The interactions of QTI, read into options and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from question_bank.items.formats.markup import said_by_tree
from question_bank.items.formats.qti_answers import Declared
from question_bank.items.formats.qti_credits import blank_key, choice_key, order_key, pair_key
from question_bank.items.formats.xml_tree import name_of
from question_bank.items.kinds.protocol import letter

GAP = "____"
_UNMAPPED = {
    "hotspotInteraction": "热点题", "selectPointInteraction": "图上选点题",
    "graphicOrderInteraction": "图上排序题", "graphicAssociateInteraction": "图上连线题",
    "graphicGapMatchInteraction": "图上填充题", "positionObjectInteraction": "图上摆放题",
    "sliderInteraction": "滑块题", "drawingInteraction": "绘图题", "uploadInteraction": "上传文件题",
    "customInteraction": "自定义题", "mediaInteraction": "播放音视频题",
}  # fmt: skip


@dataclass(slots=True)
class Answered:
    """What one interaction gives to an item; `problems` are (code, sentence, notice)."""

    kind: str = ""
    options: list[str] = field(default_factory=list)
    key: list[Any] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    problems: list[tuple[str, str, bool]] = field(default_factory=list)

    def report(self, code: str, sentence: str, *, notice: bool = False) -> None:
        self.problems.append((code, sentence, notice))


def interactions(body: etree._Element) -> list[etree._Element]:
    """The interactions below an element, in order; endAttempt is a button and none."""
    return [
        element
        for element in body.iter()
        if isinstance(element.tag, str)
        and name_of(element).endswith("Interaction")
        and name_of(element) != "endAttemptInteraction"
    ]


def answered(element: etree._Element, declared: Declared, media: list[str]) -> Answered:
    """The options and the key of one interaction; one that does not map says so."""
    made = Answered()
    name = name_of(element)
    reader = _READERS.get(name)
    if reader is None:
        sentence = (
            f"QTI 的“{_UNMAPPED.get(name, name)}”在题库里没有相应的题型，请改成别的题型或搁置。"
        )
        made.report("kind_unmapped", sentence)
        return made
    reader(made, element, declared, media)
    return made


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The elements of these names below it at any depth, in order."""
    for child in element.iterdescendants():
        if isinstance(child.tag, str) and name_of(child) in names:
            yield child


def _text(made: Answered, element: etree._Element, media: list[str]) -> str:
    """The text of a choice; what it says only after the answer joins the remarks."""
    for inner in list(children(element, "feedbackInline", "feedbackBlock")):
        told = said_by_tree(inner, media).text
        if told:
            made.remarks.append(told)
        remove(inner)
    said = said_by_tree(element, media)
    if said.lost:
        made.report("markup", f"文字里有读不进来的内容：{'、'.join(said.lost)}，请核对。")
    return said.text


def remove(element: etree._Element) -> None:
    """Take an element away and leave the text behind it where it is."""
    parent = element.getparent()
    if parent is None:
        return
    before, tail = element.getprevious(), str(element.tail or "")
    if before is None:
        parent.text = str(parent.text or "") + tail
    else:
        before.tail = str(before.tail or "") + tail
    parent.remove(element)


def _choice(made: Answered, element: etree._Element, declared: Declared, media: list[str]) -> None:
    choices = list(children(element, "simpleChoice", "hottext", "inlineChoice"))
    names = [choice.get("identifier", "") for choice in choices]
    several = declared.cardinality != "single" or element.get("maxChoices", "1") not in ("1", "")
    made.kind = "multiple" if several else "single"
    if "truth" in element.get("class", "").split() and set(names) == {"true", "false"}:
        made.kind, made.key = "truth", declared.values[:1]
        return
    made.options = [_text(made, choice, media) for choice in choices]
    letters = {one: letter(at) for at, one in enumerate(names)}
    key, told = choice_key(declared, letters, single=made.kind == "single")
    made.key = list(key)
    if any(one not in names for one in declared.values):
        made.report("key_beyond", "标准答案里有不存在的选项，请核对。")
    if told:
        made.report("weights", told)


def _hottext(made: Answered, element: etree._Element, declared: Declared, media: list[str]) -> None:
    _choice(made, element, declared, media)
    made.report("hottext", "题干中可点选的文字读作选项。", notice=True)


def _entry(made: Answered, element: etree._Element, declared: Declared, media: list[str]) -> None:
    made.kind = "blank"
    made.key = blank_key(declared)
    if declared.floor:
        made.report("weights", declared.told)
    if element.get("patternMask"):
        made.report(
            "pattern", f"原题用格式“{element.get('patternMask')}”判断作答，没有读入，请核对。"
        )


def _extended(
    made: Answered, element: etree._Element, declared: Declared, media: list[str]
) -> None:
    made.kind = "essay"
    made.key = [value for value in declared.values if value]


def _order(made: Answered, element: etree._Element, declared: Declared, media: list[str]) -> None:
    choices = list(children(element, "simpleChoice"))
    names = [choice.get("identifier", "") for choice in choices]
    made.kind = "ordering"
    made.options = [_text(made, choice, media) for choice in choices]
    made.key = list(order_key(declared, names, {one: letter(at) for at, one in enumerate(names)}))
    if element.get("minChoices") or element.get("maxChoices"):
        made.report(
            "order_some", "原题只要求排其中几项，题库里是全部都排。请去掉多余的项，或按“核对无误”。"
        )


def _pairs(declared: Declared) -> list[tuple[str, str]]:
    found = [value.split() for value in declared.values]
    return [(one[0], one[1]) for one in found if len(one) == 2]


def _match(made: Answered, element: etree._Element, declared: Declared, media: list[str]) -> None:
    sets = [
        list(children(one, "simpleAssociableChoice")) for one in children(element, "simpleMatchSet")
    ]
    if len(sets) != 2:
        made.report("pairs", "连线题没有左右两栏，请核对。")
        return
    left, right = ([one.get("identifier", "") for one in column] for column in sets)
    made.kind = "matching"
    made.left = [_text(made, one, media) for one in sets[0]]
    made.options = [_text(made, one, media) for one in sets[1]]
    pairs = _pairs(declared)
    made.key = sorted((left.index(a), right.index(b)) for a, b in pairs if a in left and b in right)
    if len(made.key) < len(declared.values) or len({a for a, _ in made.key}) < len(made.key):
        made.report(
            "pairs",
            "原题左栏有一项对应右栏几项，题库的连线题一项只对应一项。请拆成几题，或改成多选题。",
        )
    elif len(made.key) < len(left) and made.key:
        made.report(
            "pairs", "原题左栏有的项不对应右栏任何一项。请去掉这些项，或给它们补上对应的一项。"
        )
    else:
        _credit(made, declared, left, right)


def _credit(made: Answered, declared: Declared, left: list[str], right: list[str]) -> None:
    """What pairs earn, by the identifiers of both columns; a pair may be named from either side."""
    said = {*declared.values, *declared.mapped}
    names = {
        f"{b} {a}" if f"{b} {a}" in said else f"{a} {b}": f"{at + 1}-{letter(to)}"
        for at, a in enumerate(left)
        for to, b in enumerate(right)
    }
    key, told = pair_key(declared, made.key, names)
    made.key = list(key)
    if told:
        made.report("weights", told)


def _associate(
    made: Answered, element: etree._Element, declared: Declared, media: list[str]
) -> None:
    """Pairs within one list: the first of each pair on the left, all others on the right."""
    choices = list(children(element, "simpleAssociableChoice"))
    names = [one.get("identifier", "") for one in choices]
    said = dict(zip(names, (_text(made, one, media) for one in choices), strict=True))
    pairs = [pair for pair in _pairs(declared) if set(pair) <= set(names)]
    firsts = [a for a, _ in pairs]
    others = [name for name in names if name not in firsts]
    made.kind = "matching"
    made.left, made.options = [said[name] for name in firsts], [said[name] for name in others]
    made.key = [(at, others.index(b)) for at, (_, b) in enumerate(pairs) if b in others]
    once = len({name for pair in pairs for name in pair}) == 2 * len(pairs) == 2 * len(made.key)
    told = "原题在同一组里两两配对，读作左右两栏的连线题。"
    made.report("associate", told if once else f"{told}有的项配了几次，请核对。", notice=once)
    _credit(made, declared, firsts, others)


def _gaps(made: Answered, element: etree._Element, declared: Declared, media: list[str]) -> None:
    """Words for gaps: every gap is an entry on the left, the words stand on the right."""
    words = list(children(element, "gapText", "gapImg"))
    gaps = [one.get("identifier", "") for one in children(element, "gap")]
    names = [one.get("identifier", "") for one in words]
    made.options = [_text(made, one, media) for one in words]
    pairs = [(b, a) if b in gaps else (a, b) for a, b in _pairs(declared)]
    key = sorted((gaps.index(a), names.index(b)) for a, b in pairs if a in gaps and b in names)
    if len(gaps) == 1:
        made.kind = "single"
        letters = {f"{one} {gaps[0]}": letter(at) for at, one in enumerate(names)}
        chosen, told = choice_key(declared, letters, single=True)
        made.key = list(chosen)
        if told:
            made.report("weights", told)
    else:
        made.kind, made.key = "matching", list(key)
        made.left = [f"第{at}空" for at in range(1, len(gaps) + 1)]
        made.report("gap_list", "选词填空题读作连线题：每一空连一个备选词。", notice=True)
        if len({left for left, _ in key}) < len(key):
            made.report("pairs", "原题有的空要填几个备选词，题库的连线题一项只对应一项，请核对。")
        else:
            _credit(made, declared, gaps, names)


_Reader = Callable[[Answered, etree._Element, Declared, list[str]], None]
_READERS: dict[str, _Reader] = {
    "choiceInteraction": _choice,
    "inlineChoiceInteraction": _choice,
    "hottextInteraction": _hottext,
    "textEntryInteraction": _entry,
    "extendedTextInteraction": _extended,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "associateInteraction": _associate,
    "gapMatchInteraction": _gaps,
}
