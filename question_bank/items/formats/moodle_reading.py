"""Moodle XML, read: what maps becomes a draft, whatever does not is kept with its reason."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from lxml import etree

from question_bank.items.formats import moodle_answers as answers
from question_bank.items.formats.figures import settled
from question_bank.items.formats.gift_reading import topic_of
from question_bank.items.formats.moodle_embedded import embedded, select
from question_bank.items.formats.moodle_question import Question, raw
from question_bank.items.formats.tags import tagged
from question_bank.items.formats.xml_tree import line_of
from question_bank.items.rules.draft import Draft, Place, Problem, Reading

_UNMAPPED = {
    "calculated": "计算题（随机取数）", "calculatedsimple": "计算题（随机取数）",
    "calculatedmulti": "计算选择题（随机取数）", "ddimageortext": "拖放到图上",
    "ddmarker": "图上标记", "random": "随机抽题", "randomsamatch": "随机连线题",
}  # fmt: skip
_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback", "hint")


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


def _description(question: Question) -> None:
    question.report("description", "这一段只有说明文字，没有作答的地方，不是试题。")


def _unmapped(question: Question) -> None:
    sort = question.element.get("type", "")
    name = _UNMAPPED.get(sort, sort)
    question.report(
        "kind_unmapped", f"Moodle 的“{name}”在题库里没有相应的题型，请改成别的题型或搁置。"
    )


_KINDS: dict[str, Callable[[Question], None]] = {
    "multichoice": answers.choice,
    "truefalse": answers.truth,
    "shortanswer": answers.short,
    "numerical": answers.number,
    "essay": answers.essay,
    "matching": answers.matching,
    "match": answers.matching,
    "ordering": answers.ordering,
    "cloze": embedded,
    "multianswer": embedded,
    "gapselect": select,
    "ddwtos": select,
    "description": _description,
}
