"""One item of QTI, read: its body, its interactions, its rubric and feedback become a draft."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from question_bank.items.formats import qti_interactions as inner
from question_bank.items.formats.escapes import split
from question_bank.items.formats.figures import settled
from question_bank.items.formats.markup import said_by_tree
from question_bank.items.formats.qti_answers import Declared, declared, strange_scoring
from question_bank.items.formats.qti_references import resolve
from question_bank.items.formats.tags import grouped_key
from question_bank.items.formats.xml_tree import line_of, name_of
from question_bank.items.kinds.credits import cut_note, with_credits
from question_bank.items.kinds.gaps import gap_of
from question_bank.items.rules.draft import Draft, Place, Problem

_MARKED = re.compile(r"(?:_{2,}|＿+|[（(][ \u3000\u00a0]*[)）])$")
_WRITTEN = {"short", "essay", "speaking"}


@dataclass(slots=True)
class _Item:
    """An item, or a part of one, while it is read; its parts share files and declarations."""

    place: Place
    responses: dict[str, Declared]
    points: dict[str, Decimal]
    media: list[str]
    remarks: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def report(self, code: str, sentence: str, *, notice: bool = False) -> None:
        if all(problem.sentence != sentence for problem in self.problems):
            self.problems.append(Problem(code, sentence, self.place, notice))

    def text(self, element: etree._Element) -> str:
        said = said_by_tree(element, self.media)
        if said.lost:
            self.report("markup", f"文字里有读不进来的内容：{'、'.join(said.lost)}，请核对。")
        return said.text


def read_item(root: etree._Element, *, file: str, number: int, folder: str = "") -> Draft:
    """The draft of an assessmentItem, which is taken apart on the way; `folder` is where in the
    package its references start."""
    place = Place(file, line_of(root))
    resolve(root, folder)
    item = _Item(place, declared(root), _points(root), [])
    told = strange_scoring(root)
    if told:
        item.report("scoring", told)
    bodies = [child for child in root if name_of(child) == "itemBody"]
    if not bodies:
        item.report("no_body", "这一题没有正文（itemBody）。")
        return Draft(number, "", "", (), (), place, problems=tuple(item.problems))
    rationale = [_feedback(item, one) for one in root if name_of(one) == "modalFeedback"]
    draft = replace(_draft(item, bodies[0], number), number=number)
    return settled(
        replace(
            draft,
            media=tuple(item.media),
            rationale="\n".join(filter(None, [*rationale, *item.remarks])),
            problems=tuple(item.problems),
        )
    )


def _feedback(item: _Item, element: etree._Element) -> str:
    return item.text(element)


def _points(root: etree._Element) -> dict[str, Decimal]:
    """The most that an outcome can be, by its identifier."""
    found = {}
    for element in root:
        if name_of(element) == "outcomeDeclaration" and element.get("normalMaximum"):
            try:
                found[element.get("identifier", "")] = Decimal(element.get("normalMaximum", ""))
            except InvalidOperation:
                continue
    return found


def _draft(item: _Item, body: etree._Element, number: int) -> Draft:
    """What an element that holds interactions asks."""
    transcript = _taken(item, body, "transcript")
    shares = cut_note(_taken(item, body, "credits"))[1]
    graded = [split(line, "|") for line in _taken(item, body, "graded").split("\n") if line]
    rubric = _rubric(item, body)
    parts = [one for one in inner.children(body, "div") if "part" in one.get("class", "").split()]
    if parts:
        made = []
        for at, part in enumerate(parts, start=1):
            inner.remove(part)
            made.append(_part(item, part, at))
        kind = "listening" if "listening" in body.get("class", "").split() else "case"
        return Draft(number, kind, item.text(body), (), (), item.place, parts=tuple(made),
                     transcript=transcript, rubric=tuple(rubric))  # fmt: skip
    found = inner.interactions(body)
    names = {name_of(one) for one in found}
    if len(found) == 1:
        draft = _single(item, body, found[0], number)
    elif found and names == {"textEntryInteraction"}:
        draft = _blanks(item, body, found, number)
    else:
        draft = _mixture(item, body, found, number)
    if shares:
        draft = replace(draft, key=with_credits(draft.key, shares))
    if graded and len(graded) == len(draft.key):
        draft = replace(draft, key=tuple(gap_of(texts).entry() for texts in graded))
    return replace(draft, rubric=tuple(rubric), transcript=transcript)


def _part(item: _Item, element: etree._Element, number: int) -> Draft:
    """A part of a case, with its own remarks and points."""
    own = _Item(item.place, item.responses, item.points, item.media)
    rationale = _taken(own, element, "rationale")
    draft = _draft(own, element, number)
    swapping = grouped_key(draft, element.get("label", "")) if draft.kind == "blank" else None
    return replace(
        draft,
        key=draft.key if swapping is None else swapping,
        rationale="\n".join(filter(None, [rationale, *own.remarks])),
        points=item.points.get(f"SCORE_{number}"),
        problems=tuple(own.problems),
    )


def _taken(item: _Item, body: etree._Element, name: str) -> str:
    """The text of a block of this class, which is taken out of the body."""
    for block in list(inner.children(body, "rubricBlock")):
        owner = next(
            (one for one in block.iterancestors() if "part" in one.get("class", "").split()), None
        )
        if name in block.get("class", "").split() and (owner is None or owner is body):
            inner.remove(block)
            return item.text(block)
    return ""


def _rubric(item: _Item, body: etree._Element) -> list[dict[str, Any]]:
    """The 采分点 of the house's own items; of others, words for markers join the remarks."""
    rows: list[dict[str, Any]] = []
    for block in list(inner.children(body, "rubricBlock")):
        owner = next(
            (one for one in block.iterancestors() if "part" in one.get("class", "").split()), None
        )
        if owner is not None and owner is not body:
            continue
        views = block.get("view", "candidate").split()
        own = "rubric" in block.get("class", "").split()
        if "candidate" in views and not own:
            continue
        inner.remove(block)
        if own:
            rows += [
                {"text": item.text(one), "points": Decimal(one.get("label", "0"))}
                for one in inner.children(block, "li")
            ]
        else:
            item.remarks.append(f"评分说明：{item.text(block)}")
    return rows


def _hint(body: etree._Element, names: tuple[str, ...]) -> str:
    """The kind that the class of the house's own body names, if it is one of these."""
    return next((one for one in body.get("class", "").split() if one in names), "")


def _single(item: _Item, body: etree._Element, one: etree._Element, number: int) -> Draft:
    found = _answered(item, one)
    stem = _stem(item, body, [one])
    kind = found.kind
    if kind == "essay":
        kind = _hint(body, ("short", "essay", "speaking")) or kind
    parts = tuple(
        Draft(at, "", text, (), (), item.place) for at, text in enumerate(found.left, start=1)
    )
    return Draft(
        number, kind, stem, tuple(found.options), tuple(found.key), item.place, parts=parts
    )


def _blanks(item: _Item, body: etree._Element, found: list[etree._Element], number: int) -> Draft:
    keys = [_answered(item, one).key for one in found]
    key = tuple(one[0] if one else () for one in keys)
    return Draft(number, "blank", _stem(item, body, found), (), key, item.place)


def _mixture(item: _Item, body: etree._Element, found: list[etree._Element], number: int) -> Draft:
    """Several interactions of other systems: a case, to be looked at."""
    if not found:
        item.report("description", "这一题没有作答的地方。")
        return Draft(number, "", item.text(body), (), (), item.place)
    parts = []
    for at, one in enumerate(found, start=1):
        prompt = next(inner.children(one, "prompt"), None)
        said = item.text(prompt) if prompt is not None else f"第{at}处"
        answered = _answered(item, one)
        left = tuple(
            Draft(n, "", text, (), (), item.place) for n, text in enumerate(answered.left, 1)
        )
        parts.append(
            Draft(
                at,
                answered.kind,
                said,
                tuple(answered.options),
                tuple(answered.key),
                item.place,
                parts=left,
            )
        )
    known = all(part.kind not in ("", "matching") for part in parts)
    told = f"原题有{len(found)}处作答拼在一起，读作案例题"
    item.report(
        "composite", f"{told}。" if known else f"{told}，请核对题干和各小题。", notice=known
    )
    stem = _stem(item, body, found, numbered=True)
    return Draft(number, "case", stem, (), (), item.place, parts=tuple(parts))


def _answered(item: _Item, element: etree._Element) -> inner.Answered:
    said = item.responses.get(element.get("responseIdentifier", ""), Declared())
    found = inner.answered(element, said, item.media)
    for code, sentence, notice in found.problems:
        item.report(code, sentence, notice=notice)
    item.remarks += found.remarks
    return found


def _stem(
    item: _Item, body: etree._Element, found: list[etree._Element], *, numbered: bool = False
) -> str:
    """The text of a body with its interactions out of the way, and gaps where they stood in a line;
    `numbered`: with the numbers of the parts that ask for them."""
    for one in list(inner.children(body, "endAttemptInteraction")):
        item.report("attempts", "原题可以要提示或多次作答，题库里没有，请核对。")
        inner.remove(one)
    for one in list(inner.children(body, "feedbackBlock", "feedbackInline", "templateBlock")):
        told = item.text(one)
        if told:
            item.remarks.append(told)
        inner.remove(one)
    if next(inner.children(body, "printedVariable", "templateInline"), None) is not None:
        item.report("scoring", "题里有随机生成的内容，没有读入，请改成固定的内容。")
    for at, one in enumerate(found, start=1):
        _replace(one, f"（{at}）" if numbered else "")
    return item.text(body)


def _replace(one: etree._Element, mark: str) -> None:
    """Leave of an interaction what a candidate reads besides its choices."""
    name = name_of(one)
    if name in ("textEntryInteraction", "inlineChoiceInteraction"):
        paragraph = one.getparent()
        apart = paragraph is not None and "gaps" in paragraph.get("class", "").split()
        _put(one, "" if apart or _after_gap(one) else inner.GAP + mark)
        return
    for choice in list(
        inner.children(
            one, "simpleChoice", "simpleMatchSet", "simpleAssociableChoice", "gapText", "gapImg"
        )
    ):
        if choice.getparent() is not None:
            inner.remove(choice)
    gaps = list(inner.children(one, "gap"))
    for at, gap in enumerate(gaps, start=1):
        _put(gap, f"{inner.GAP}（{at}）" if len(gaps) > 1 else inner.GAP)


def _after_gap(one: etree._Element) -> bool:
    before = one.getprevious()
    parent = one.getparent()
    text = before.tail if before is not None else parent.text if parent is not None else ""
    return _MARKED.search(str(text or "")) is not None


def _put(element: etree._Element, text: str) -> None:
    """A text in the place of an element."""
    element.tail = text + str(element.tail or "")
    inner.remove(element)
