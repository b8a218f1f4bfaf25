"""The answers of Moodle's questions by their types, read into options and keys."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from lxml import etree

from question_bank.items.formats.gift_reading import (
    CASE_TOLD,
    gap_key,
    not_numerical,
    wildcard_told,
)
from question_bank.items.formats.gift_syntax import unstarred
from question_bank.items.formats.moodle_question import Question, raw
from question_bank.items.formats.weights import FULL, choice_key, numerical, share
from question_bank.items.kinds.gaps import Graded
from question_bank.items.kinds.protocol import letter
from question_bank.items.rules.draft import Draft


def _fraction(answer: etree._Element) -> Decimal:
    try:
        return Decimal(answer.get("fraction", "0") or "0")
    except InvalidOperation:
        return Decimal(0)


def choice(question: Question) -> None:
    answers = question.element.findall("answer")
    single = (question.element.findtext("single") or "true").strip().lower() in ("true", "1")
    question.kind = "single" if single else "multiple"
    _options(question, answers, single=single)


def _options(question: Question, answers: list[etree._Element], *, single: bool) -> None:
    question.options = [question.text(answer) for answer in answers]
    weights = [_fraction(answer) for answer in answers]
    key, told = choice_key(weights, single=single)
    question.key = list(key)
    if told:
        question.report("weights", told)
    _feedback(question, answers, [letter(at) for at in range(len(answers))])


def _feedback(question: Question, answers: list[etree._Element], names: list[str]) -> None:
    for answer, name in zip(answers, names, strict=True):
        said = question.text(answer.find("feedback"))
        if said:
            question.remarks.append(f"{name}：{said}")


def truth(question: Question) -> None:
    question.kind = "truth"
    answers = question.element.findall("answer")
    right = [raw(answer).strip().lower() for answer in answers if _fraction(answer) == FULL]
    question.key = right if len(right) == 1 and right[0] in ("true", "false") else []
    if any(_fraction(answer) not in (FULL, Decimal(0)) for answer in answers):
        question.report(
            "weights",
            "判断题的答案带有分值比例，题库里只有对和错。请看标准答案对不对，再按“核对无误”；要分档给分的，请改成单选题。",
        )
    _feedback(
        question,
        answers,
        ["答“正确”" if raw(one).strip().lower() == "true" else "答“错误”" for one in answers],
    )


def short(question: Question) -> None:
    question.kind = "blank"
    answers = question.element.findall("answer")
    graded = []
    for answer in answers:
        weight = _fraction(answer)
        said, wild = unstarred(question.text(answer, form="plain_text"))
        if wild and weight:
            question.report("wildcard", wildcard_told(said))
        if weight:
            graded.append(Graded(said, share(weight)))
    question.key = gap_key(graded, question.report)
    if (question.element.findtext("usecase") or "0").strip() == "1":
        question.report("case_sensitive", CASE_TOLD)
    _feedback(question, answers, [raw(answer).strip() for answer in answers])


def number(question: Question) -> None:
    question.kind = "blank"
    graded = []
    answers = question.element.findall("answer")
    for answer in answers:
        value, margin = raw(answer).strip(), (answer.findtext("tolerance") or "0").strip()
        one = numerical(f"{value}:{margin}", _fraction(answer))
        if one is not None and one.credit:
            graded.append(one)
        elif one is None and _fraction(answer):
            question.report("tolerance", not_numerical(f"{value}:{margin}"))
    question.key = gap_key(graded, question.report)
    if question.element.find("units/unit") is not None:
        question.report(
            "units",
            "数值题带有单位换算，题库只比较数。请在题干里写明用什么单位作答，再按“核对无误”。",
        )
    _feedback(question, answers, [raw(answer).strip() for answer in answers])


def essay(question: Question) -> None:
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
        question.report(
            "template",
            "原题给了作答的底稿，没有读入。考生要用它的，请把它写进题干，再按“核对无误”。",
        )


def matching(question: Question) -> None:
    question.kind = "matching"
    for pair in question.element.findall("subquestion"):
        left = question.text(pair)
        right = raw(pair.find("answer")).strip()
        if right not in question.options:
            question.options.append(right)
        if left:
            question.key.append((len(question.parts), question.options.index(right)))
            question.parts.append(Draft(len(question.parts) + 1, "", left, (), (), question.place))


def ordering(question: Question) -> None:
    question.kind = "ordering"
    answers = question.element.findall("answer")
    question.options = [question.text(answer) for answer in answers]
    question.key = list(range(len(answers)))
    grading = (question.element.findtext("gradingtype") or "").strip().upper()
    if (question.element.findtext("selecttype") or "ALL").strip().upper() not in ("ALL", "0"):
        question.report(
            "selected",
            "原题每次只抽取其中几项排序，题库里是全部都排。请去掉多余的项，或按“核对无误”。",
        )
    if grading not in ("", "ALL_OR_NOTHING", "-1"):
        question.report("order_grading", "原题按排对的多少给分，题库里全对才得分。", notice=True)
