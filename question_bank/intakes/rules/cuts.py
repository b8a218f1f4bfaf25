"""Lines that hold several things, cut apart: labels behind a text, items behind each other."""

from __future__ import annotations

import re
from itertools import pairwise

from question_bank.intakes.rules.keys import JUDGING
from question_bank.intakes.rules.kind_words import WORD
from question_bank.items.rules.lines import Line

_LABELS = {
    "answer": "正确答案 参考答案 标准答案 试题答案 本题答案 题目答案 答案要点 参考要点 正确选项 答案 答 answer key ans đáp_án_đúng đáp_án",
    "rationale": "答案解析 试题解析 题目解析 本题解析 参考解析 解析 解释 详解 答题解析 分析 评析 explanation lời_giải giải_thích",
    "points": "本题分值 分值 分数 本题分数",
    "difficulty": "难易程度 难易度 难度系数 难度等级 难度",
    "topic": "知识点分类 所属知识点 知识点 考查点 考点 所属章节 章节",
    "tags": "试题标签 题目标签 标签 关键词",
    "provenance": "题目出处 题目来源 法律依据 出处 来源 依据",
    "kind": "试题类型 题目类型 题型",
    "stem": "题目内容 题目 题干 试题内容 问题内容 问题",
    "options": "备选答案 备选项 选择项 选项",
    "other": "命题单位 命题人 出题单位 出题人 供题单位 能力水平 能力层次 认知层次 认知水平 题目编号 试题编号 编号 章节号",
}
# A low line stands for the space inside a label of several words.
LABEL_NAMES = {w.replace("_", " "): name for name, words in _LABELS.items() for w in words.split()}
LABEL_WORD = "(?:" + "|".join(sorted(LABEL_NAMES, key=len, reverse=True)) + ")"
_ANSWER_LABEL = "(?:正确|参考|标准|本题|试题|题目)?答案"
_INLINE_LABEL = re.compile(
    rf"(?:\\|(?<=[\s；;。.）)】?？])|(?=【))(?:【\s*(?:{LABEL_WORD})\s*】|[\[［]\s*(?:{LABEL_WORD})\s*[\]］]"
    rf"|[（(【\[］]\s*{_ANSWER_LABEL}\s*[:：](?=[^（(【\[］]{{1,80}}[)）】\]］]\s*$)"
    rf"|(?:{_ANSWER_LABEL}\s*[是为]?|正确选项|(?:答案|试题|题目|本题)?解析|知识点|考点|难度|难易程度|(?:本题)?分值|出处|来源|依据|ans)\s*[:：]"
    rf"|{_ANSWER_LABEL}[是为](?=(?:[A-LＡ-Ｌ][\s,，、]*)+[。.]?\s*$|{JUDGING}[。.]?\s*$))",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"\s*\**\s*(?:第\s*(?P<nth>\d{1,5})\s*[题道][\s:：.、]*|[(（〔\[]\s*(?P<paren>\d{1,5})\s*[)）〕\]]\s*[.、．]?\s*"
    r"|(?:题目|试题|Q|Question\s|Câu\s)\s*(?P<word>\d{1,5})\s*[.．、:：)）]?\s*"
    r"|(?P<next>(?!))|(?P<plain>\d{1,5})\s*(?P<sign>[.．、)）。,，:：])\s*|(?P<loose>\d{1,5})(?:\s{1,4}|\t)(?=\S))\**",
    re.IGNORECASE,
)
# An answer in a bracket before the number of its item, or an empty one for it.
LED = re.compile(
    r"\s*[（(【]\s*((?:[A-LＡ-Ｌ][\s,，、]*){1,8}|"
    rf"{JUDGING})?\s*[)）】]\s*(?=(\d{{1,4}})\s*[.．、](?!\d))"
)
_INNER_START = re.compile(r"(?<![\d.])(\d{1,5})\s*[.．、]\s*(?=\D.*[（(]\s*[)）])")
_NEXT_ITEM = re.compile(r"[)）]\s*[。.]?\s+(\d{1,4})\s*[.．、](?!\d)")
_FURTHER_ITEM = re.compile(r"(?<=\s)(\d{1,4})\s*[.．、](?!\d)")
_OWN_OPTIONS = re.compile(
    r"(?<![A-Za-z0-9])[AＡ]\s*[.．、:：)）].*?(?<![A-Za-z0-9])[BＢ]\s*[.．、:：)）]"
)
_FINISHED = re.compile(rf"[（(]\s*(?:{JUDGING}|[A-L]{{0,6}})\s*[)）]\s*[。.]?\s*$")
OPTION = re.compile(
    r"[\s\-•*·]*(?:[√✓✔☑★](?=[A-LＡ-Ｌ]))?(?:[(（\[【]\s*(?P<round>[A-LＡ-Ｌa-h])\s*[)）\]】]\s*[.、．:：]?|(?P<plain>[A-LＡ-Ｌa-h])\s*(?:[.．、:：,，)）。]|\t)|(?P<loose>[A-LＡ-Ｌ])(?=\s|[\u4e00-\u9fff“《‘（]))\s*"
)


_HEADED_KEYS = re.compile(
    rf"\s*(?:[一二三四五六七八九十]+\s*[、.．]|[（(][一二三四五六七八九十]+[)）])?\s*{WORD}\s*(?:[（(][^（()）]*[)）])?\s*[:：]?\s*"
    rf"((?:\d{{1,4}}\s*[-—–~～－至到]+\s*\d{{1,4}}|\d{{1,4}}\s*[.．、])\s*[题.．:：、]*\s*(?:[A-LＡ-Ｌ]|{JUDGING})(?![A-Za-z\u4e00-\u9fff]*[\u4e00-\u9fff]{{3}}).*)$"
)


def split_labels(line: Line) -> list[Line]:
    """A line cut before every label that stands inside it: `D. 友善  答案：D  解析：…`."""
    starts = [match.start() for match in _INLINE_LABEL.finditer(line.text)]
    cuts = [0, *[start for start in starts if line.text[:start].strip(" \t\\*-")], len(line.text)]
    if len(cuts) == 2:
        return [line]
    pieces = [line.cut(a, b) for a, b in pairwise(cuts)]
    return [piece for piece in pieces if piece.text.strip()]


def split_heading(line: Line) -> list[Line]:
    """`一、单选题 1-5 ABCDA 6-10 BCDAB`: the heading of a kind, and the answers behind it."""
    match = _HEADED_KEYS.match(line.text)
    if match is None:
        return [line]
    return [line.cut(0, match.start(1)), line.cut(match.start(1), len(line.text))]


def split_start(line: Line, number: int) -> list[Line]:
    """A line below item `number`, cut before the items that begin inside it: an option behind which, with no break, the next item begins: its number goes on counting, and
    a bracket to be filled follows."""
    if number and OPTION.match(line.text) and not LED.match(line.text):
        for match in _INNER_START.finditer(line.text):
            if int(match[1]) == number + 1:
                return [line.cut(0, match.start()), line.cut(match.start(), len(line.text))]
    return _split_brackets(line)


def _split_brackets(line: Line) -> list[Line]:
    """`1. 甲。（√） 2. 乙。（×）`: items on one line that each end with a bracket and count on."""
    head = NUMBER.match(line.text)
    if head is None or not head["plain"]:
        return [line]
    starts = [0]
    for match in _NEXT_ITEM.finditer(line.text):
        if int(match[1]) == int(head["plain"]) + len(starts):
            starts.append(match.start(1))
    pieces = [line.cut(a, b) for a, b in pairwise([*starts, len(line.text)])]
    if all(_FINISHED.search(piece.text) for piece in pieces):
        return pieces
    return _split_choices(line, int(head["plain"]))


def _split_choices(line: Line, number: int) -> list[Line]:
    """`1. 甲（A） A. … B. … 2. 乙（B） A. … B. …`: items on one line that each bring their options."""
    starts = [0]
    for match in _FURTHER_ITEM.finditer(line.text):
        if int(match[1]) == number + len(starts):
            starts.append(match.start(1))
    pieces = [line.cut(a, b) for a, b in pairwise([*starts, len(line.text)])]
    whole = len(pieces) > 1 and all(_OWN_OPTIONS.search(piece.text) for piece in pieces)
    return pieces if whole else [line]
