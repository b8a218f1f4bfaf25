"""Moodle XML, read: what maps becomes a draft, whatever does not is kept with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from question_bank.items.formats import cloze, markup
from question_bank.items.formats.figures import settled
from question_bank.items.formats.gift_reading import (
    numerical_value,
    topic_of,
    weights_told,
    wildcard_told,
)
from question_bank.items.formats.gift_syntax import unstarred
from question_bank.items.formats.tags import tagged
from question_bank.items.formats.xml_tree import line_of
from question_bank.items.kinds.protocol import letter
from question_bank.items.rules.draft import Draft, Place, Problem, Reading

_FULL = Decimal(100)
_UNMAPPED = {
    "calculated": "计算题（随机取数）", "calculatedsimple": "计算题（随机取数）",
    "calculatedmulti": "计算选择题（随机取数）", "ddimageortext": "拖放到图上",
    "ddmarker": "图上标记", "random": "随机抽题", "randomsamatch": "随机连线题",
}  # fmt: skip
_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback", "hint")


@dataclass(slots=True)
class Question:
    """A question element while it is read."""

    element: etree._Element
    place: Place
    kind: str = ""
    stem: str = ""
    options: list[str] = field(default_factory=list)
    key: list[Any] = field(default_factory=list)
    parts: list[Draft] = field(default_factory=list)
    rubric: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def report(self, code: str, sentence: str, *, notice: bool = False) -> None:
        if all(problem.sentence != sentence for problem in self.problems):
            self.problems.append(Problem(code, sentence, self.place, notice))

    def text(self, element: etree._Element | None, *, form: str = "html") -> str:
        """The text of an element with `<text>`, by the format that it names."""
        if element is None:
            return ""
        return self.shown(raw(element), element.get("format", form))

    def shown(self, said: str, form: str) -> str:
        if form == "plain_text" or (form != "html" and not markup.looks_marked(said)):
            return said.strip()
        found = markup.said_by(said, self.media)
        if found.lost:
            self.report("markup", f"文字里有读不进来的内容：{'、'.join(found.lost)}，请核对。")
        return found.text


def raw(element: etree._Element | None) -> str:
    """What stands in the `<text>` of an element."""
    inner = None if element is None else element.find("text")
    return "" if inner is None else "".join(map(str, inner.itertext()))


def read_tree(root: etree._Element, file: str) -> Reading:
    """All questions of a quiz, below the categories that stand before them."""
    topic, told = "", 0
    drafts: list[Draft] = []
    for element in root.findall("question"):
        if element.get("type") == "category":
            topic = topic_of(raw(element.find("category")))
            continue
        told += any(raw(one).strip() for name in _COMBINED for one in element.findall(name))
        drafts.append(_draft(element, file, len(drafts) + 1, topic))
    sentence = f"{told}道题有作答后的提示语，题库里没有这一栏，没有读入。"
    problem = Problem("hints_left_out", sentence, Place(file, 1), notice=True)
    return Reading(tuple(drafts), (problem,) if told else (), "moodle-xml")


def _draft(element: etree._Element, file: str, number: int, topic: str) -> Draft:
    question = Question(element, Place(file, line_of(element)))
    sort = element.get("type", "")
    _KINDS.get(sort, _unmapped)(question)
    if sort not in ("cloze", "gapselect", "ddwtos"):
        question.stem = question.text(element.find("questiontext"))
    general = question.text(element.find("generalfeedback"))
    _files(question)
    draft = Draft(
        number=number,
        kind=question.kind,
        stem=question.stem,
        options=tuple(question.options),
        key=tuple(question.key),
        parts=tuple(question.parts),
        rubric=tuple(question.rubric),
        rationale="\n".join(filter(None, [general, *question.remarks])),
        media=tuple(f"{number}/{name}" for name in question.media),
        points=_points(element),
        topic=topic,
        source=question.place,
        problems=tuple(question.problems),
    )
    return settled(tagged(draft, [raw(tag) for tag in element.findall("tags/tag")]))


def _files(question: Question) -> None:
    """Files that come with the question and that no text shows are its files none the less."""
    given = [one.get("name", "") for one in question.element.iter("file")]
    missing = [name for name in question.media if name not in given]
    if missing:
        question.report("media_missing", f"文件里没有附上“{'”“'.join(missing)}”，请补上或改题。")
    question.media += [name for name in dict.fromkeys(given) if name and name not in question.media]


def _points(element: etree._Element) -> Decimal | None:
    try:
        points = Decimal((element.findtext("defaultgrade") or "").strip())
    except InvalidOperation:
        return None
    whole = (
        points.quantize(Decimal(1)) if points == points.to_integral_value() else points.normalize()
    )
    return whole if points.is_finite() and points > 0 else None


def _fraction(answer: etree._Element) -> Decimal:
    try:
        return Decimal(answer.get("fraction", "0") or "0")
    except InvalidOperation:
        return Decimal(0)


def _choice(question: Question) -> None:
    answers = question.element.findall("answer")
    single = (question.element.findtext("single") or "true").strip().lower() in ("true", "1")
    question.kind = "single" if single else "multiple"
    _options(question, answers, single=single)


def _options(question: Question, answers: list[etree._Element], *, single: bool) -> None:
    question.options = [question.text(answer) for answer in answers]
    weights = [_fraction(answer) for answer in answers]
    wanted = max(weights, default=_FULL) if single else Decimal("0.00001")
    question.key = [
        letter(at) for at, weight in enumerate(weights) if weight >= max(wanted, Decimal("0.00001"))
    ]
    told = weights_told(weights, single=single)
    if told:
        question.report("weights", told)
    _feedback(question, answers, [letter(at) for at in range(len(answers))])


def _feedback(question: Question, answers: list[etree._Element], names: list[str]) -> None:
    for answer, name in zip(answers, names, strict=True):
        said = question.text(answer.find("feedback"))
        if said:
            question.remarks.append(f"{name}：{said}")


def _truth(question: Question) -> None:
    question.kind = "truth"
    answers = question.element.findall("answer")
    right = [raw(answer).strip().lower() for answer in answers if _fraction(answer) == _FULL]
    question.key = right if len(right) == 1 and right[0] in ("true", "false") else []
    if any(_fraction(answer) not in (_FULL, Decimal(0)) for answer in answers):
        question.report("weights", "判断题的答案带有分值比例，题库里只有对和错，请核对。")
    _feedback(
        question,
        answers,
        ["答“正确”" if raw(one).strip().lower() == "true" else "答“错误”" for one in answers],
    )


def _short(question: Question) -> None:
    question.kind = "blank"
    answers = question.element.findall("answer")
    accepted, partly = [], []
    for answer in answers:
        weight = _fraction(answer)
        said, wild = unstarred(question.text(answer, form="plain_text"))
        if wild and weight:
            question.report("wildcard", wildcard_told(said))
        if weight == _FULL:
            accepted.append(said)
        elif weight != 0:
            partly.append(f"“{said}”得{weight.normalize():f}%的分")
    question.key = [tuple(accepted)] if accepted else []
    if partly:
        question.report("weights", f"{'，'.join(partly)}；题库里答案只有对和错，没有读入，请核对。")
    if (question.element.findtext("usecase") or "0").strip() == "1":
        question.report("case_sensitive", "原题区分大小写，题库的填空题不区分，请核对。")
    _feedback(question, answers, [raw(answer).strip() for answer in answers])


def _numerical(question: Question) -> None:
    question.kind = "blank"
    accepted: list[str] = []
    answers = question.element.findall("answer")
    for answer in answers:
        value, margin = raw(answer).strip(), (answer.findtext("tolerance") or "0").strip()
        if _fraction(answer) != _FULL:
            if _fraction(answer) != 0:
                question.report("weights", f"数值“{value}”只得一部分的分，没有读入，请核对。")
            continue
        said, told = numerical_value(f"{value}:{margin}")
        accepted.append(said)
        if told:
            question.report("tolerance", told)
    question.key = [tuple(accepted)] if accepted else []
    if question.element.find("units/unit") is not None:
        question.report("units", "数值题带有单位换算，题库里没有，请核对答案。")
    question.report("numerical", "数值题读作填空题，只认写法相同的数。", notice=True)
    _feedback(question, answers, [raw(answer).strip() for answer in answers])


def _essay(question: Question) -> None:
    question.kind = "essay"
    info = question.element.find("graderinfo")
    html = raw(info)
    question.key = [
        question.shown(one, "html")
        for one in re.findall(r'<div class="key">(.*?)</div>', html, re.DOTALL)
    ]
    rows = re.findall(r'<li class="rubric" title="([\d.]+)分">(.*?)</li>', html, re.DOTALL)
    question.rubric = [
        {"text": question.shown(text, "html"), "points": Decimal(points)} for points, text in rows
    ]
    if html.strip() and not question.key and not question.rubric:
        question.key = [question.text(info)]
        question.report("grader_info", "给阅卷人的说明读作参考答案。", notice=True)
    if raw(question.element.find("responsetemplate")).strip():
        question.report("template", "原题给了作答的底稿，题库里没有，没有读入，请核对。")


def _matching(question: Question) -> None:
    question.kind = "matching"
    for pair in question.element.findall("subquestion"):
        left = question.text(pair)
        right = raw(pair.find("answer")).strip()
        if right not in question.options:
            question.options.append(right)
        if left:
            question.key.append((len(question.parts), question.options.index(right)))
            question.parts.append(Draft(len(question.parts) + 1, "", left, (), (), question.place))


def _ordering(question: Question) -> None:
    question.kind = "ordering"
    answers = question.element.findall("answer")
    question.options = [question.text(answer) for answer in answers]
    question.key = list(range(len(answers)))
    grading = (question.element.findtext("gradingtype") or "").strip().upper()
    if (question.element.findtext("selecttype") or "ALL").strip().upper() not in ("ALL", "0"):
        question.report("selected", "原题每次只抽取其中几项排序，题库里是全部，请核对。")
    if grading not in ("", "ALL_OR_NOTHING", "-1"):
        question.report("order_grading", "原题按排对的多少给分，题库里全对才得分。", notice=True)


def _select(question: Question) -> None:
    """Words to be chosen for gaps: from one list it is a matching, for one gap a single choice."""
    element = question.element
    text = raw(element.find("questiontext"))
    words = [*element.findall("selectoption"), *element.findall("dragbox")]
    gaps = [int(number) for number in re.findall(r"\[\[(\d+)\]\]", text)]
    groups = {(words[at - 1].findtext("group") or "1").strip() for at in gaps if at <= len(words)}
    told = element.find("questiontext")
    form = "html" if told is None else told.get("format", "html")
    counter = iter(range(1, len(gaps) + 1))
    sign = (lambda m: f"____（{next(counter)}）") if len(gaps) > 1 else (lambda m: "____")
    question.stem = question.shown(re.sub(r"\[\[\d+\]\]", sign, text), form)
    if any(at > len(words) or at < 1 for at in gaps) or not gaps:
        question.report("gaps", "题里的空和备选词对不上，请核对。")
        return
    shown = [question.text(word, form="plain_text") for word in words]
    if len(groups) > 1:
        question.kind, question.key = "blank", [(shown[at - 1],) for at in gaps]
        question.report("groups", "原题每空从各自的备选词里选，题库里读作填空题，请核对。")
        return
    listed = [
        at for at, word in enumerate(words) if (word.findtext("group") or "1").strip() in groups
    ]
    question.options = [shown[at] for at in listed]
    chosen = [listed.index(at - 1) for at in gaps]
    if len(gaps) == 1:
        question.kind, question.key = "single", [letter(chosen[0])]
        return
    question.kind, question.key = "matching", list(enumerate(chosen))
    question.parts = [
        Draft(at, "", f"第{at}空", (), (), question.place) for at in range(1, len(gaps) + 1)
    ]
    question.report("gap_list", "选词填空题读作连线题：每一空连一个备选词。", notice=True)


def _cloze(question: Question) -> None:
    """Short answers alone make one item of blanks, one choice a single; a mixture makes a case."""
    element = question.element.find("questiontext")
    html = raw(element)
    fields = cloze.fields_of(html)
    form = "html" if element is None else element.get("format", "html")
    question.stem = question.shown(cloze.without_fields(html), form)
    sorts = {one.sort for one in fields}
    if not fields or "" in sorts:
        question.report("cloze", "有一处嵌入的答案没有看懂，请核对。")
        return
    if sorts <= {"blank", "number"}:
        question.kind = "blank"
        question.key = [_accepted(question, one) for one in fields]
    elif len(fields) == 1:
        question.kind = fields[0].sort
        question.options, question.key = _embedded_choice(question, fields[0])
    else:
        question.kind = "case"
        question.parts = [_cloze_part(question, at, one) for at, one in enumerate(fields, start=1)]


def _accepted(question: Question, one: cloze.Field) -> tuple[str, ...]:
    if one.cased:
        question.report("case_sensitive", "原题区分大小写，题库的填空题不区分，请核对。")
    accepted = []
    for entry in one.entries:
        text, told = numerical_value(entry.text) if one.sort == "number" else (entry.text, "")
        if told:
            question.report("tolerance", told)
        text, wild = unstarred(text)
        if wild and entry.weight:
            question.report("wildcard", wildcard_told(text))
        if entry.weight == _FULL and text:
            accepted.append(text)
        elif entry.weight not in (0, _FULL):
            question.report(
                "weights", f"答案“{text}”只得{entry.weight.normalize():f}%的分，没有读入，请核对。"
            )
        if entry.feedback:
            question.remarks.append(f"{text}：{entry.feedback}")
    return tuple(accepted)


def _embedded_choice(question: Question, one: cloze.Field) -> tuple[list[str], list[str]]:
    weights = [entry.weight for entry in one.entries]
    told = weights_told(weights, single=one.sort == "single")
    if told:
        question.report("weights", told)
    for at, entry in enumerate(one.entries):
        if entry.feedback:
            question.remarks.append(f"{letter(at)}：{entry.feedback}")
    full = max(weights, default=_FULL) if one.sort == "single" else Decimal("0.00001")
    key = [letter(at) for at, weight in enumerate(weights) if weight > 0 and weight >= full]
    return [entry.text for entry in one.entries], key


def _cloze_part(question: Question, number: int, one: cloze.Field) -> Draft:
    part = Draft(number, one.sort, f"第{number}空", (), (), question.place, points=one.points)
    if one.sort in ("blank", "number"):
        return replace(part, kind="blank", key=(_accepted(question, one),))
    options, key = _embedded_choice(question, one)
    return replace(part, options=tuple(options), key=tuple(key))


def _description(question: Question) -> None:
    question.report("description", "这一段只有说明文字，没有作答的地方，不是试题。")


def _unmapped(question: Question) -> None:
    sort = question.element.get("type", "")
    name = _UNMAPPED.get(sort, sort)
    question.report(
        "kind_unmapped", f"Moodle 的“{name}”在题库里没有相应的题型，请改成别的题型或搁置。"
    )


_KINDS: dict[str, Callable[[Question], None]] = {
    "multichoice": _choice,
    "truefalse": _truth,
    "shortanswer": _short,
    "numerical": _numerical,
    "essay": _essay,
    "matching": _matching,
    "match": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "multianswer": _cloze,
    "gapselect": _select,
    "ddwtos": _select,
    "description": _description,
}
