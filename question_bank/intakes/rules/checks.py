"""Checks on a finished draft: what a person must look at before it may enter the bank."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from question_bank.items.rules.draft import Draft, Problem

_LEFTOVER = re.compile(r"(?:正确|参考|标准)?答案\s*[:：]\s*[A-L√×对错正]|【答案】")
_INNER_OPTION = re.compile(
    r"(?:(?:^|[\s\u3000；;。])[（(]?([B-L])[)）]?[.．、]\s*\S|(?<=[\u4e00-\u9fff）)”》。])([B-L])[\s.．、]\s*\S)"
)
# Another letter with its sign, well apart: a second column.
_APART = re.compile(r"(?:\s{3,}|\t)([A-L])\s*[.．、]\s*\S")
_TORN_OPTION = re.compile(r"[（(]?[A-L][)）]?(?:[.．、]\s*|\s+)\S")
_LONG_LINE = 8
_TICK = re.compile(r"[√✓✔]")
_ROMAN_STEM = re.compile(r"(?:^|\s)A\s*[.．、]\s*\S.*\sB\s*[.．、]\s*\S", re.DOTALL)
# A gap, and behind it a list that is counted, with no gap in it: the answer may stand in the list.
_LISTED = re.compile(
    r"(?:__|[（(]\s*[)）])(?:(?!__|[（(]\s*[)）]).)*(?:①.+②|Ⅰ.+Ⅱ|[（(]1[)）].+[（(]2[)）]|\s1\s*[)）].+\s2\s*[)）]|\s甲\s*[、.．].+\s乙\s*[、.．])(?!.*(?:__|[（(]\s*[)）]))",
    re.DOTALL,
)
_COUNTED = re.compile(r"[（(]\s*选(?:择)?\s*([一二两三四五六])\s*[项个]\s*[)）]")


def checked(draft: Draft) -> Draft:
    """The draft with the problems that its own content shows."""
    found = [Problem(code, sentence, draft.source) for code, sentence in _problems(draft)]
    return replace(draft, problems=(*draft.problems, *found)) if found else draft


def _problems(draft: Draft) -> Iterator[tuple[str, str]]:
    if not draft.stem and not draft.media:
        yield "no_stem", "没有题干。"
    if "［图］" in draft.stem + "".join(draft.options) and not draft.media:
        yield "picture_lost", "题里有图片没有读入，请补上。"
    if _LEFTOVER.search(draft.stem) or any(_LEFTOVER.search(option) for option in draft.options):
        yield "answer_left", "题干或选项里还留有像答案的文字，可能有两道题连在了一起。"
    lines = [line.strip() for line in draft.stem.split("\n") if line.strip()]
    # Short lines repeat in code: a closing brace, an else.
    long = [line for line in lines if len(line) >= _LONG_LINE]
    if len(set(long)) < len(long):
        yield "line_repeated", "题干里有重复的行，请核对。"
    torn = any(_TORN_OPTION.match(line) or _TICK.search(line) for line in lines[1:])
    if torn or (draft.kind == "blank" and len(draft.key) < 2 and _LISTED.search(draft.stem)):
        yield "options_in_stem", "题干里像是还有选项，请核对。"
    if draft.kind in ("single", "multiple"):
        yield from _choice_problems(draft)
    elif (
        not draft.key
        and (not draft.parts or draft.kind == "matching")
        and not _has_code(draft, "key_unread")
    ):
        yield "no_key", "没有答案。"
    if draft.kind == "truth" and draft.options and len(draft.options) != 2:
        yield "truth_options", f"判断题有{len(draft.options)}个选项，请核对题型。"


def _has_code(draft: Draft, code: str) -> bool:
    return any(problem.code == code for problem in draft.problems)


def _choice_problems(draft: Draft) -> Iterator[tuple[str, str]]:
    count = len(draft.options)
    if count < 2:
        yield "few_options", f"选择题只读到{count}个选项。"
    empty = [chr(ord("A") + i) for i, option in enumerate(draft.options) if not option]
    if empty and not draft.media:
        yield "empty_option", f"选项{'、'.join(empty)}是空的。"
    texts = [" ".join(option.split()) for option in draft.options if option]
    if len(set(texts)) < len(texts):
        yield "same_options", "有两个选项的文字相同。"
    yield from _merged_problems(draft)
    yield from _key_problems(draft, count)


def _merged_problems(draft: Draft) -> Iterator[tuple[str, str]]:
    """Two options, or a stem and its options, that were not taken apart."""
    following = {chr(ord("A") + i + 1) for i in range(len(draft.options))}
    for i, option in enumerate(draft.options):
        inner = {m[1] or m[2] for m in _INNER_OPTION.finditer(option)}
        apart = {m[1] for m in _APART.finditer(option)}
        if (inner & following and chr(ord("A") + i + 1) in inner) or apart:
            yield "options_merged", f"选项{chr(ord('A') + i)}里像是还有另一个选项，请核对。"
    if any(_TICK.search(option) for option in draft.options) and draft.options != ("√", "×"):
        yield "tick_inside", "选项中间有“√”，可能有两个选项连在了一起，请核对。"
    if _ROMAN_STEM.search(draft.stem):
        yield "options_in_stem", "题干里像是还有选项，请核对。"


def _key_problems(draft: Draft, count: int) -> Iterator[tuple[str, str]]:
    named = [letter for letter in draft.key if isinstance(letter, str)]
    if not named and not _has_code(draft, "key_unread"):
        yield "no_key", "没有答案。"
    beyond = [letter for letter in named if ord(letter) - ord("A") >= count]
    if beyond:
        yield "key_beyond", f"答案是{''.join(named)}，可是没有选项{'、'.join(beyond)}。"
    if (
        any(not draft.options[ord(x) - ord("A")] for x in named if x not in beyond)
        and not draft.media
    ):
        yield "key_empty", "答案指向了一个空的选项。"
    if draft.kind == "single" and len(named) > 1:
        yield "single_many", f"单选题有{len(named)}个答案：{''.join(named)}。"
    if draft.kind == "multiple" and len(named) == 1:
        yield "multiple_one", f"多选题只有一个答案：{named[0]}。"
    counted = _COUNTED.search(draft.stem)
    if counted and named and "一二三四五六".find(counted[1].replace("两", "二")) + 1 != len(named):
        yield "count_differs", f"题干说“{counted[0]}”，答案却有{len(named)}个。"
