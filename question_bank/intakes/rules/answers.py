"""Where the answer of an item stands: on a line of its own, in or behind the stem, in its options."""

from __future__ import annotations

import re

from question_bank.intakes.rules import keys
from question_bank.intakes.rules.fields import Fields, Option
from question_bank.items.rules.characters import squeezed

_BRACKET = re.compile(
    r"[（(〔【\[]\s*((?:[A-LＡ-Ｌ][\s,，、]*){1,10}|[√×✓✗✔✘]|正确|错误|对|错|[TFＴＦ])\s*[)）〕】\]]"
)
_BESIDE = re.compile(
    r"[（(〔]\s*[)）〕][ \t]*([A-LＡ-Ｌ](?:[ ,，、]?[A-LＡ-Ｌ]){0,9})[ \t]*(?=\n|$|[\u4e00-\u9fff])"
)
_TRAILING = re.compile(
    r"(?<=[)）〕】\]。．.？?：:”_\s])\s*((?:[A-LＡ-Ｌ][\s,，、]*){1,10}|[√×✓✗✔✘])\s*[。.]?\s*$"
)


def written(fields: Fields) -> str:
    """The answer; where several places give one they must agree."""
    given = [answer.strip() for answer in fields.answers if answer.strip()]
    if len({_canonical(answer) for answer in given}) > 1:
        shown = "”和“".join(answer[:20] for answer in given)
        fields.report("answers_disagree", f"文件里给了不同的答案“{shown}”，请确认用哪一个。")
    return given[0] if given else ""


def _canonical(answer: str) -> str:
    return "".join(keys.letters(answer)) or keys.judgement(answer) or squeezed(keys.bare(answer))


def in_stem(fields: Fields) -> str:
    """An answer written into the bracket of the stem, or behind it; taken out of the stem."""
    found = list(_BRACKET.finditer(fields.stem))
    if len(found) == 1 and _may_answer(found[0][1], fields):
        start, end = found[0].span(1)
        fields.stem = f"{fields.stem[:start].rstrip()}  {fields.stem[end:].lstrip()}"
        return found[0][1]
    if len(found) > 1 and fields.options and all(_may_answer(m[1], fields) for m in found):
        fields.report("several_brackets", "题干里有几个括号都像是答案，没有采用，请填写答案。")
        return ""
    beside = _BESIDE.search(fields.stem)
    if not found and beside and _may_answer(beside[1], fields):
        if fields.stem[beside.end() :][:1] not in ("", "\n"):
            fields.report(
                "answer_behind_bracket", f"括号后面的“{beside[1].strip()}”当作答案读入，请确认。"
            )
        fields.stem = fields.stem[: beside.start(1)].rstrip() + fields.stem[beside.end() :]
        return beside[1]
    behind = _TRAILING.search(fields.stem)
    if not found and behind and _may_answer(behind[1], fields):
        if keys.count_blanks(fields.stem[: behind.start()]) == 0:
            fields.report(
                "answer_behind_stem", f"题干末尾的“{behind[1].strip()}”当作答案读入，请确认。"
            )
        fields.stem = fields.stem[: behind.start()].rstrip()
        return behind[1]
    return ""


def _may_answer(text: str, fields: Fields) -> bool:
    """Whether a text in the stem can be its answer: letters of its options, or a judgement."""
    if not fields.options:
        return bool(keys.judgement(text, short=fields.kind == "truth")) and fields.kind in (
            "",
            "truth",
        )
    named = keys.letters(text)
    return bool(named) and max(named) <= chr(ord("A") + len(fields.options) - 1)


def by_marks(fields: Fields, answer: str) -> str:
    """The letters of the options that are ticked, or that alone stand out in print."""
    ticked = _lettered(fields.options, [option.ticked for option in fields.options])
    if ticked:
        if answer and keys.letters(answer) != tuple(ticked):
            fields.report(
                "answers_disagree", f"打√的选项是{ticked}，写的答案是“{answer[:20]}”，请确认。"
            )
        return answer or ticked
    if answer or not fields.options:
        return answer
    for name in ("highlight", "colour", "underline", "bold"):
        out = _lettered(fields.options, [name in option.marks for option in fields.options])
        if out and len(out) < len(fields.options):
            fields.origin = "marks"
            return out
    return ""


def _lettered(options: list[Option], chosen: list[bool]) -> str:
    return "".join(chr(ord("A") + i) for i, yes in enumerate(chosen) if yes and options[i].text)
