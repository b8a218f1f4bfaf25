"""What a line can be: heading, start of an item, option, labelled field, separator or plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from question_bank.intakes.rules import keys
from question_bank.intakes.rules.cuts import (
    LABEL_NAMES,
    LABEL_WORD,
    LED,
    NUMBER,
    OPTION,
    split_heading,
    split_labels,
    split_start,
)
from question_bank.intakes.rules.kind_words import WORD, kind_of
from question_bank.intakes.rules.options import with_sign_behind
from question_bank.items.rules.characters import narrow
from question_bank.items.rules.lines import Line

_SPACED = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
# A label is bracketed, or followed by a colon (or a semicolon typed for one).
_LABEL = re.compile(
    rf"[\s\-*•\\]*(?:[【\[［（(]\s*({LABEL_WORD})\s*[】\]］）)]\s*[:：]?|\**({LABEL_WORD})\**\s*(?:是|为)?\s*[:：;；]\**)\s*",
    re.IGNORECASE,
)
_BARE_ANSWER = re.compile(
    r"\s*(?:正确|参考|标准)?答案"
    rf"(?:\s*(?:是|为)?\s*(?=(?:[A-LＡ-Ｌ][\s,，、]*)+[。.]?$|{keys.JUDGING}[。.]?\s*$)|[ \t\u3000]+(?=\S[^？?]{{0,80}}$)"
    r"|[是为](?=[^？?_（(]{1,80}$))"
)
_TAG = re.compile(
    rf"\s*[\[［【（(]\s*({WORD})\s*(?:[,，]?\s*(\d+(?:\.\d+)?)\s*分)?\s*[\]］】）)]\s*"
)
# A number right behind a tag, with no sign after it: `[单选]31设有……`; it counts only if it is the next.
_NEXT = re.compile(
    r"(?P<next>\d{1,4})(?=[\u4e00-\u9fff])(?P<nth>)?(?P<paren>)?(?P<word>)?(?P<plain>)?(?P<sign>)?(?P<loose>)?"
)
_MATERIAL = re.compile(
    r"\s*(?:(?:材料|案例)\s*([一二三四五六七八九十]|\d{1,2})\s*(?:[:：.、．]\s*|$)"
    r"|[【\[]?(?:阅读|背景)?(?:材料|案例)[】\]]?\s*[:：]\s*(?=[^\s\d].{9}))"
)
KEY_ENTRY = (
    r"[（(]?\d{1,4}\s*[)）.．、:：]?\s*"
    rf"(?:[A-LＡ-Ｌ][A-LＡ-Ｌ,，、 ]*|[a-l]{{1,8}}(?![a-z])|{keys.JUDGING})"
)
_KEY_ROW = re.compile(rf"\s*(?:{KEY_ENTRY}[\s,，;；。]*){{2,}}")
_KEY_RANGE = re.compile(
    r"\s*\d{1,4}\s*[-—–~～－至到]+\s*\d{1,4}\s*[题.．:：、]*\s*"
    rf"(?:[A-La-lＡ-Ｌ]|{keys.JUDGING}|[01]{{2,}}\s*$)"
)
_EMPTY = re.compile(r"[（(【]\s*[)）】]")
_DECIMAL = re.compile(r"(?<=[.．,，:：])\d")
# `[填空]1.5亿亩…`: a tag, and behind it an amount rather than a number of the item.
_AMOUNT = re.compile(r"\s*\d+[.．]\d+\s*(?:[亿万千百倍元米亩吨%％°℃]|公[里顷斤]|平方|个百分点)")
_STEM_LABEL = re.compile(r"\s*(?:题目|题干|试题)\s*[:：]\s*")
_JUDGED = re.compile(r"[（(]\s*(?:√|×|✓|✗|正确|错误|对|错)\s*[)）]\s*[。.]?\s*$")
# A label and what it says in one bracket: `（答案：B）`.
_BRACKETED = re.compile(
    rf"\s*([（(【\[［])\s*({LABEL_WORD}\s*[:：]\s*(?:[^（(【\[］\]】)）]|[（(][^（()）]*[)）])*)([)）】\]］])\s*[。.]?\s*$",
    re.IGNORECASE,
)
_PAIRS = {"（": "）)", "(": ")）", "【": "】", "[": "]］", "［": "］]"}
_ORDINAL_HEAD = r"(?:#+\s*)?(?:第?[一二三四五六七八九十]+(?:部分|大题|题|篇)?[、.．:：,，\s]*|[（(][一二三四五六七八九十]+[)）]\s*|第?\d{1,2}(?:部分|大题)?[、.．:：\s]+|[IVX]+[.、]\s*|Part\s*\d+[.:]?\s*)?"
_SECTION = re.compile(
    rf"\s*{_ORDINAL_HEAD}\**[【\[（(]?\s*({WORD})\s*[】\])）]?\**\s*(?:部分)?\s*"
    r"((?:[（(【\[]\s*[^\s（）()_][^（）()_]*(?:[)）】\]].{0,40})?|[:：,，—\-][^（）()_]*(?:[（(][^（）()_]+[)）].{0,20})?|共?\s*\d+\s*[题道].*|\d{0,2})?)$",
    re.IGNORECASE,
)
# `1.【多选题】（ABC）可以……`: an answer in the bracket behind a tag, which heads no section.
_ANSWERED = re.compile(
    rf"[（(【\[]\s*(?:[A-La-lＡ-Ｌ](?:[\s,，、]*[A-La-lＡ-Ｌ]){{0,7}}|{keys.JUDGING})\s*[)）】\]]\s*\S"
)
_TAGGED_NUMBER = re.compile(
    rf"\s*\**\d+\s*[.．、)）]?\s*[【\[（(]\s*{WORD}\s*[】\])）]\s*\S", re.IGNORECASE
)
_CHAPTER = re.compile(
    r"\s*(?:#+\s*)?((?:第\s*[一二三四五六七八九十百零\d]+\s*[章讲篇编节课]|专题[一二三四五六七八九十\d]+)(?:[\s:：、.].*|)|导论|绪论|前言|引言)\s*$"
)
_KEY_HEAD = re.compile(
    rf"\s*(?:#+\s*)?\**(?:{_ORDINAL_HEAD})[【\[（(]?\s*(?:第?\s*[\d一二三四五六七八九十]+\s*[章讲篇节单元]*)?\s*(?:{WORD})?\s*(?:部分)?\s*"
    r"(?:的)?(?:参考|标准|正确)?(?:答案|答案[及与和](?:解析|评分标准)|答案要点|答案汇总|答案速查|答案部分|Answer Key)\s*[】\])）]?\s*\**\s*[:：]?\s*$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*(?:[-=_*~—－＝]{4,}|-{3}|\*{3}|@{2,}|#{2,}|·{4,})\s*$")
_POINTS = re.compile(r"每\s*[小]?\s*[题空个]\s*(\d+(?:\.\d+)?)\s*分")
_LENGTH_OF_HEADING = 80


@dataclass(frozen=True, slots=True)
class Token:
    """A line and what it can be. `sort` is one of: blank separator label keys section chapter start
    option plain. For a start, `line` and `text` are what follows the number and the tag, `whole` is
    the line with them."""

    sort: str
    line: Line
    text: str = ""
    name: str = ""
    kind: str = ""
    number: int | None = None
    style: str = ""
    points: str = ""
    whole: Line | None = None


def tokenise(lines: list[Line]) -> list[Token]:
    """One token for every line, or several where a line holds labels after other text."""
    made: list[Token] = []
    number = 0
    for line in (part for whole in lines for part in split_heading(whole)):
        for piece in split_labels(line):
            for part in split_start(piece, number):
                token = token_of(with_sign_behind(part), number)
                number = token.number if token.sort == "start" and token.number else number
                made += _key_rows(token)
    return _with_titles(made)


def _key_rows(token: Token) -> list[Token]:
    """`答案：1.A 2.B` on one line heads keys, and holds them."""
    if token.sort == "label" and token.name == "answer" and is_key_row(token.text):
        content = Token("plain", token.line, token.text)
        return [Token("keys", token.line, "", "row"), content]
    return [token]


def is_key_row(text: str) -> bool:
    """Whether a line is `1-5 ABCDA` or `1.ABC  2.A`: several answers with their numbers."""
    return _KEY_RANGE.match(text) is not None or _KEY_ROW.fullmatch(text) is not None


def _with_titles(tokens: list[Token]) -> list[Token]:
    """Short lines below which numbers start at 1 again are titles of chapters."""
    made = list(tokens)
    filled = [i for i, t in enumerate(tokens) if t.sort != "blank"]
    for before, at, after in zip([None, *filled], filled, filled[1:], strict=False):
        above = "" if before is None else made[before].sort
        if tokens[at].sort != "plain" or above not in (
            "",
            "label",
            "separator",
            "chapter",
            "section",
        ):
            continue
        text = tokens[at].text.strip()
        titled = tokens[after].sort == "start" and tokens[after].number == 1
        below = above == "chapter" and tokens[after].sort in ("section", "start")
        if len(text) <= 30 and (titled or below) and not re.search(r"[。？?，,；_（(]", text):
            name = (
                f"{made[before].text} {text}"
                if below and before is not None
                else text.rstrip(":：")
            )
            made[at] = replace(tokens[at], sort="chapter", text=name)
    return made


def is_judged(token: Token) -> bool:
    """Whether a line ends with a judgement in a bracket: a whole true-false item."""
    return bool(_JUDGED.search(token.line.text))


def token_of(line: Line, above: int = 0) -> Token:
    """What a line is, judged by itself and by the number of the item `above` it."""
    text = line.text
    if not text.strip():
        return Token("plain", line) if line.media else Token("blank", line)
    if _SEPARATOR.match(text):
        return Token("separator", line)
    if _KEY_HEAD.match(text) and len(text) < _LENGTH_OF_HEADING:
        return _key_heading(line)
    return (
        label(line)
        or (None if _MATERIAL.match(text) else _heading(line))
        or _start(line, above)
        or _option(line)
        or Token("plain", line, text.strip())
    )


def _key_heading(line: Line) -> Token:
    """A line that holds nothing but 参考答案 or the like: a label, or the head of a key section."""
    kind = re.search(WORD, line.text)
    alone = re.fullmatch(r"\s*(?:正确|参考|标准)?答案\s*[:：]?\s*", line.text)
    if re.search(r"要点", line.text):
        return Token("keys", line, name="points")
    return Token("keys", line, name="alone" if alone else "", kind=kind_of(kind[0]) if kind else "")


def label(line: Line) -> Token | None:
    """A line that begins with a label such as 答案：, without it; None for any other."""
    line = _without_bracket(line)
    match = _LABEL.match(line.text)
    if match is None:
        bare = _BARE_ANSWER.match(line.text)
        return (
            Token(
                "label",
                line.cut(bare.end(), len(line.text)),
                line.text[bare.end() :].strip(),
                "answer",
            )
            if bare
            else None
        )
    word = (match[1] or match[2]).casefold()
    rest = line.text[match.end() :]
    return Token(
        "label", line.cut(match.end(), len(line.text)), rest.strip(), LABEL_NAMES[word], style=word
    )


def _without_bracket(line: Line) -> Line:
    """`（答案：B）` without the bracket around it."""
    whole = _BRACKETED.match(line.text)
    return line.cut(*whole.span(2)) if whole and whole[3] in _PAIRS[whole[1]] else line


def _heading(line: Line) -> Token | None:
    if len(line.text) > _LENGTH_OF_HEADING * 2:
        return None
    section = None if _JUDGED.search(line.text) else _SECTION.match(line.text)
    section = None if section and _ANSWERED.match(section[2]) else section
    if (section and not _TAG.match(line.text + " 。")) or (section and _is_bare_tag(line.text)):
        points = _POINTS.search(section[2])
        return Token(
            "section",
            line,
            line.text.strip(),
            kind=kind_of(section[1]),
            points=points[1] if points else "",
        )
    chapter = _CHAPTER.match(line.text) if len(line.text) <= _LENGTH_OF_HEADING else None
    if chapter and not re.search(r"[。？?，；_]|[（(]\s*[)）]", line.text):
        return Token("chapter", line, re.sub(r"^[#\s]+", "", line.text).strip())
    return None


def _is_bare_tag(text: str) -> bool:
    """`【单选题】` alone on its line."""
    tag = _TAG.match(text)
    return tag is not None and tag.end() == len(text)


def _start(line: Line, above: int) -> Token | None:
    """`1、`, `（1）`, `第1题`, `[单选]1.`, `1. (单选题)` and their mixtures; 材料一."""
    text = line.text
    if material := _MATERIAL.match(text):
        said = material[1] or str(above + 1)
        number = "一二三四五六七八九十".find(said) + 1 or int(said)
        rest = line.cut(material.end(), len(text))
        return Token("start", rest, rest.text, number=number, style="material", whole=line)
    led = LED.match(text)
    if led and int(led[2]) in (1, above + 1):
        return _led(line, led, above)
    tag = _TAG.match(text)
    at = tag.end() if tag else 0
    found = NUMBER.match(text, at) or (_NEXT.match(text, at) if tag else None)
    if found is None and tag is None:
        return None
    style, value = _style(found) if found else ("", None)
    if found and found["next"] and value != above + 1:
        found, style, value = None, "", None
    if found:
        at = found.end()
        if tag is None and (tag := _TAG.match(text, at)):
            at = tag.end()
    if found and style in (".", ",", ":") and _DECIMAL.match(text, at):
        if tag and (value not in (1, above + 1) or _AMOUNT.match(text, found.start())):
            style, value, at = "", None, tag.end()
        elif not tag:
            style = "decimal" + style
    label = _STEM_LABEL.match(text, at)
    at = label.end() if label else at
    kind, points = (kind_of(tag[1]), tag[2] or "") if tag else ("", "")
    name = "tag" if tag else ""
    rest = line.cut(at, len(text))
    return Token("start", rest, rest.text, name, kind, value, style, points, whole=line)


def _led(line: Line, led: re.Match[str], above: int) -> Token | None:
    """`（ B ）1. …`: the bracket before the number goes behind the stem, where others have it."""
    rest = line.cut(led.end(), len(line.text))
    bracket = f"（{led[1] or ' '}）"
    text, filled = _EMPTY.subn(bracket, rest.text.rstrip(), count=1)
    token = _start(replace(rest, text=text if filled else text + bracket), above)
    return token and replace(token, whole=line)


def _style(number: re.Match[str]) -> tuple[str, int]:
    for name in ("nth", "paren", "word", "loose", "next"):
        if number[name]:
            return name, int(number[name])
    return narrow(number["sign"]), int(number["plain"])


def _option(line: Line) -> Token | None:
    match = OPTION.match(line.text)
    if match is None:
        return None
    letter = narrow(match["round"] or match["plain"] or match["loose"])
    weak = bool(match["loose"]) or letter.islower()
    return Token("option", line, line.text.strip(), letter.upper(), style="weak" if weak else "")
