"""Moodle's questions whose answers stand inside their text: words for gaps, and Cloze."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

from lxml import etree

from question_bank.items.formats import cloze
from question_bank.items.formats.gift_reading import (
    CASE_TOLD,
    gap_key,
    not_numerical,
    wildcard_told,
)
from question_bank.items.formats.gift_syntax import unstarred
from question_bank.items.formats.moodle_question import Question, raw
from question_bank.items.formats.weights import choice_key, numerical, share
from question_bank.items.kinds.gaps import Graded
from question_bank.items.kinds.protocol import letter
from question_bank.items.rules.draft import Draft


def select(question: Question) -> None:
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
        question.kind = "case"
        question.parts = [
            _choice_of(question, at, gap, words) for at, gap in enumerate(gaps, start=1)
        ]
        question.report(
            "groups", "原题每空从各自的备选词里选，读作案例题，每空一道单选题。", notice=True
        )
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


def _choice_of(question: Question, number: int, gap: int, words: list[etree._Element]) -> Draft:
    """A gap as a single choice among the words of its group; `gap`: the place of the right one."""
    group = (words[gap - 1].findtext("group") or "1").strip()
    listed = [
        at for at, word in enumerate(words) if (word.findtext("group") or "1").strip() == group
    ]
    options = tuple(question.text(words[at], form="plain_text") for at in listed)
    key = (letter(listed.index(gap - 1)),)
    return Draft(number, "single", f"第{number}空", options, key, question.place)


def embedded(question: Question) -> None:
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


def _accepted(question: Question, one: cloze.Field) -> Any:
    if one.cased:
        question.report("case_sensitive", CASE_TOLD)
    graded = []
    for entry in one.entries:
        text, wild = unstarred(entry.text)
        if wild and entry.weight:
            question.report("wildcard", wildcard_told(text))
        made = Graded(text, share(entry.weight))
        if one.sort == "number":
            near = numerical(entry.text, entry.weight)
            if near is None and entry.weight:
                question.report("tolerance", not_numerical(entry.text))
            made = near or Graded("", Fraction(0))
        if made.text and made.credit:
            graded.append(made)
        if entry.feedback:
            question.remarks.append(f"{text}：{entry.feedback}")
    key = gap_key(graded, question.report)
    return key[0] if key else ()


def _embedded_choice(question: Question, one: cloze.Field) -> tuple[list[str], list[Any]]:
    weights = [entry.weight for entry in one.entries]
    key, told = choice_key(weights, single=one.sort == "single")
    if told:
        question.report("weights", told)
    for at, entry in enumerate(one.entries):
        if entry.feedback:
            question.remarks.append(f"{letter(at)}：{entry.feedback}")
    return [entry.text for entry in one.entries], list(key)


def _cloze_part(question: Question, number: int, one: cloze.Field) -> Draft:
    part = Draft(number, one.sort, f"第{number}空", (), (), question.place, points=one.points)
    if one.sort in ("blank", "number"):
        return replace(part, kind="blank", key=(_accepted(question, one),))
    options, key = _embedded_choice(question, one)
    return replace(part, options=tuple(options), key=tuple(key))
