"""Where the answer of an item stands: on a line of its own, in or behind the stem, in its options."""

from __future__ import annotations

import re

from question_bank.intakes.rules import keys
from question_bank.intakes.rules.fields import Fields
from question_bank.items.rules.characters import squeezed

_BRACKET = re.compile(
    rf"(?:[（(〔【\[]|_{{2,}})\s*((?:[A-LＡ-Ｌ][\s,，、]*){{1,10}}|[a-l]{{1,10}}|{keys.JUDGING}|[10])\s*[。.]?\s*(?:[)）〕】\]]|_{{2,}})"
)
_FILLED_BRACKET = re.compile(r"[（(【][ \t]*([^（）()【】\n]{1,40}?)[ \t]*[)）】]")
# What judges only where nothing else can be meant.
_SHORT = re.compile(r"[10YNVX是否]")
_EMPTY = re.compile(r"[（(]\s*[)）]")
_AFTER = re.compile(r"^\s*(?:[。.]\s*(?=[)）〕】\]]))?")
_FILLED_GAP = re.compile(r"_{2,}[ \t]*([^_\n，,。；;、]{1,40}?)[ \t]*_{2,}")
_BESIDE = re.compile(
    r"[（(〔]\s*[)）〕][ \t]*([A-LＡ-Ｌ](?:[ ,，、]?[A-LＡ-Ｌ]){0,9})[ \t]*(?=\n|$|[\u4e00-\u9fff])"
)
_TRAILING = re.compile(
    rf"(?<=[)）〕】\]。．.？?：:”_\s])\s*((?:[A-LＡ-Ｌ][\s,，、]*){{1,10}}|(?<=[\u4e00-\u9fff。？：）_] )[a-l]{{1,10}}|{keys.JUDGING}|(?<=\s)[10])\s*[。.]?\s*$"
)


def settle(fields: Fields) -> None:
    """Look for the answer in all places but the print of the options, and keep it in `said`."""
    answer = written(fields)
    if not answer and fields.kind != "matching":
        answer = in_stem(fields) or _in_gaps(fields)
        fields.origin = "stem" if answer else ""
    elif answer:
        _compare_bracket(fields, answer)
    fields.said = ticked(fields, answer)


def _compare_bracket(fields: Fields, answer: str) -> None:
    """A bracket at the end of the stem that says the answer which is written below or beside it too:
    emptied if it is the same, for candidates read the stem; else doubted."""
    found = list(_BRACKET.finditer(fields.stem))
    if len(found) != 1 or _EMPTY.search(fields.stem) or not _may_answer(found[0][1], fields):
        return
    if fields.stem[found[0].end() :].strip(" 。.？?：:年个条项") == "":
        if _canonical(found[0][1]) == _canonical(answer):
            start, end = found[0].span(1)
            fields.stem = f"{fields.stem[:start].rstrip()}  {fields.stem[end:]}"
        else:
            fields.report(
                "answers_disagree",
                f"题干里写的是“{found[0][1]}”，答案是“{answer[:20]}”，请确认用哪一个。",
            )


def _in_gaps(fields: Fields) -> str:
    """The texts written upon the gaps of a stem: `每届任期__五年__`; one line for each gap."""
    if fields.options or fields.kind not in ("", "blank"):
        return ""
    pattern = _FILLED_GAP
    if fields.kind == "blank" and not keys.count_blanks(fields.stem):
        pattern = _FILLED_BRACKET
    filled = list(pattern.finditer(fields.stem))
    emptied = pattern.sub("____", fields.stem)
    if not filled or len(filled) != keys.count_blanks(emptied):
        return ""
    fields.stem = emptied
    said = [match[1].strip() for match in filled]
    fields.report("answer_in_gap", f"答案“{'；'.join(said)[:40]}”取自题干的空里，请确认。")
    return "\n".join(said)


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
    found = [match for match in _BRACKET.finditer(fields.stem) if _stands_alone(match)]
    if found and _EMPTY.search(fields.stem) and all(_may_answer(m[1], fields) for m in found):
        fields.report(
            "bracket_left", f"题干里有“{found[0][0]}”，又有空的括号，没有把它当作答案，请填写答案。"
        )
        return ""
    if len(found) == 1 and _may_answer(found[0][1], fields):
        start, end = found[0].span(1)
        before, behind = fields.stem[:start].rstrip(), _AFTER.sub("", fields.stem[end:])
        fields.stem = before + ("" if before.endswith("_") else "  ") + behind
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
    trailing = _TRAILING.search(fields.stem)
    if not found and trailing and _may_answer(trailing[1], fields):
        if keys.count_blanks(fields.stem[: trailing.start()]) == 0:
            fields.report(
                "answer_behind_stem", f"题干末尾的“{trailing[1].strip()}”当作答案读入，请确认。"
            )
        fields.stem = fields.stem[: trailing.start()].rstrip()
        return trailing[1]
    return ""


def _stands_alone(found: re.Match[str]) -> bool:
    """Whether a bracket may hold an answer where it stands: `第（1）项` and `the (a) part` do not."""
    before, behind = found.string[: found.start()].rstrip(), found.string[found.end() :].strip()
    if _SHORT.fullmatch(found[1]):
        return not behind.strip("。.？?！!；;")
    return not (found[1].islower() and re.search(r"\w$", before, re.ASCII))


def _may_answer(text: str, fields: Fields) -> bool:
    """Whether a text in the stem can be its answer: letters of its options, or a judgement."""
    if not fields.options:
        short = fields.kind == "truth" or keys.asks_judgement(fields.stem.replace(text, ""))
        return bool(keys.judgement(text, short=short)) and fields.kind in ("", "truth")
    named = keys.letters(text)
    return bool(named) and max(named) <= chr(ord("A") + len(fields.options) - 1)


def ticked(fields: Fields, answer: str) -> str:
    """The answer, which is the letters of the options that are ticked where nothing else says it."""
    out = "".join(
        letter(at) for at, option in enumerate(fields.options) if option.ticked and option.text
    )
    if out and answer and keys.letters(answer) != tuple(out):
        fields.report("answers_disagree", f"打√的选项是{out}，写的答案是“{answer[:20]}”，请确认。")
    return answer or out


def letter(position: int) -> str:
    """A for 0, B for 1 …"""
    return chr(ord("A") + position)
