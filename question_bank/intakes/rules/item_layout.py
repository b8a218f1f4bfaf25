"""The layout of one item: its tokens sorted into stem, options, answers and the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from question_bank.intakes.rules import keys, marks, options, pairs, unlettered
from question_bank.intakes.rules.fields import Fields, Option
from question_bank.intakes.rules.kind_words import WORD, kind_of
from question_bank.intakes.rules.segments import Segment
from question_bank.intakes.rules.tokens import Token
from question_bank.items.rules.draft import Place
from question_bank.items.rules.lines import Line

_POINTS_BEFORE = re.compile(r"\s*[（(\[【]\s*(\d+(?:\.\d+)?)\s*分\s*[)）\]】]\s*")
_TAG_BEHIND = re.compile(
    rf"\s*[（(\[【]\s*(?:({WORD})\s*[，,、;；\s]*)?(?:(?:本题|满分|共)?\s*(\d+(?:\.\d+)?)\s*分)?\s*[)）\]】]\s*$"
)
_SENTENCE_END = "。？！?!；;：:”）)》】_"


@dataclass(slots=True)
class _Item:
    """An item while it is read; `state` is the field that plain text now belongs to."""

    fields: Fields
    wrapped: bool
    stem: list[Line] = field(default_factory=list)
    optioned: list[tuple[str, list[Line]]] = field(default_factory=list)
    loose: list[Line] = field(default_factory=list)
    small: list[Line] = field(default_factory=list)
    """The lines of options that have small letters."""
    answer: list[str] = field(default_factory=list)
    rationale: list[str] = field(default_factory=list)
    state: str = "stem"
    gap: bool = False
    """Whether a blank line or a separator stands between this and the next text."""


def fields_of(segment: Segment, file: str, *, wrapped: bool) -> Fields:
    """The fields of one item. `wrapped` says that lines were broken by their width, as in PDF copies."""
    head = segment.tokens[0]
    item = _Item(
        Fields(
            Place(file, head.line.number),
            number=head.number if head.sort == "start" else None,
            kind=head.kind or segment.kind,
            points=head.points or segment.points,
            topic=segment.chapter,
        ),
        wrapped,
    )
    if segment.doubtful:
        item.fields.report("stem_start", "题干从哪一行开始不清楚，请核对题干和上一题的末尾。")
    for at, token in enumerate(segment.tokens):
        _take(item, token, segment.tokens[at + 1 :], first=at == 0)
    _finish(item)
    return item.fields


def _take(item: _Item, token: Token, rest: list[Token], *, first: bool) -> None:
    item.fields.doubt(token.line.doubts)
    if token.sort in ("blank", "separator"):
        item.gap = True
        item.state = "ended" if token.sort == "separator" and item.state != "stem" else item.state
        return
    if token.sort == "keys":
        item.state = "answer"
    elif token.sort == "label":
        _take_label(item, token, rest)
    elif token.sort == "option" and _takes_option(item, token, rest):
        _take_options(item, token, rest)
    elif first:
        _take_stem(item, token, rest)
    else:
        _take_text(item, token, rest)
    item.gap = False


def _take_label(item: _Item, token: Token, rest: list[Token]) -> None:
    fields, text = item.fields, token.text
    item.state = token.name
    if token.name == "answer":
        if item.answer:
            _close_answer(item)
        item.answer = [text] if text else []
    elif token.name == "rationale":
        item.rationale.append(text)
    elif token.name == "provenance":
        item.rationale.append(f"{token.style}：{text}")
        item.state = "rationale"
    elif token.name == "stem":
        item.stem.append(token.line)
    elif token.name == "options" and text:
        item.state = "stem"
        _take_options(item, replace(token, name="A"), rest)
        item.state = "options"
    elif token.name == "kind":
        fields.kind = kind_of(text) or fields.kind
    elif token.name in ("points", "topic", "tags", "difficulty"):
        setattr(fields, token.name, text)


def _takes_option(item: _Item, token: Token, rest: list[Token]) -> bool:
    """Whether a line that looks like an option is one, by its letter and by what follows."""
    if item.state not in ("stem", "options") and item.optioned:
        return False
    if item.state in ("rationale", "ended"):
        return False
    expected = chr(ord("A") + len(item.optioned))
    if token.style != "weak":
        return True
    if token.name != expected:
        return False
    following = chr(ord(expected) + 1)
    later = {t.name for t in rest if t.sort == "option"}
    beside = len(options.split(token.line, expected, later))
    due = chr(ord(expected) + beside)
    if beside > (1 if item.fields.kind or due in later else 2):
        return True
    return expected != "A" or any(t.sort == "option" and t.name == following for t in rest[:6])


def _take_options(item: _Item, token: Token, rest: list[Token]) -> None:
    token = _without_torn_end(item, token)
    later = set()
    for following in rest:
        if following.sort == "label" and following.name == "rationale":
            break
        if following.sort == "option":
            later.add(following.name)
    pieces = options.split(token.line, token.name, later)
    if not pieces:
        _take_text(item, token, rest)
        return
    if item.small and token.name == "A" and not token.style:
        # Statements (a), (b) … with the options A, B … below them.
        for line, (_, below) in zip(item.small, item.optioned, strict=False):
            item.stem += [line, *below[1:]]
        item.fields.problems = [p for p in item.fields.problems if p.code != "option_continued"]
        item.optioned, item.small = [], []
    elif token.style == "weak" and token.line.text.strip(" (（[")[:1].islower():
        item.small += [token.line] if len(item.small) == len(item.optioned) else []
    if item.answer and not item.optioned:
        item.fields.origin = "early"
    item.optioned += [(letter, [line]) for letter, line in pieces]
    item.state = "options"


def _without_torn_end(item: _Item, token: Token) -> Token:
    """`C. B. …` where B is due: the first letter is the end of option A, torn off by a break."""
    due = chr(ord("A") + len(item.optioned))
    if not item.optioned or token.name == due:
        return token
    at = options.behind_letter(token.line.text, token.name, due)
    if at is None:
        return token
    _continue_option(item, token.line.cut(0, at))
    line = token.line.cut(at, len(token.line.text))
    return replace(token, line=line, text=line.text.strip(), name=due)


def _take_stem(item: _Item, token: Token, rest: list[Token]) -> None:
    """The first line of a stem, and the options that may stand behind it."""
    line = token.line
    later = {t.name for t in rest if t.sort == "option"}
    at = options.opening(line.text)
    if at is None and "B" in later and "A" not in later:
        at = _lone_first_option(line)
    if at is None or "A" in later:
        item.stem.append(line)
        return
    item.stem.append(line.cut(0, at))
    tail = line.cut(at, len(line.text))
    for letter, piece in options.split(tail, "A", later):
        item.optioned.append((letter, [piece]))
    item.state = "options"


def _lone_first_option(line: Line) -> int | None:
    """`…（ ）。 A.第一项` where the next line goes on with B."""
    found = [m.start() for m in options.first_inside(line.text)]
    return found[-1] if found and found[-1] else None


def _take_text(item: _Item, token: Token, rest: list[Token]) -> None:
    """Plain text belongs to the field before it; what belongs to none is kept with a problem."""
    line = token.whole or token.line
    if item.state in ("stem", "options") and "B" in {t.name for t in rest if t.sort == "option"}:
        at = options.opening(line.text) if not item.optioned else None
        if at is not None:
            _take_stem(item, token, rest)
            return
    if item.fields.kind == "matching" and item.state == "options" and pairs.is_entry(line.text):
        item.stem.append(line)
    elif item.state == "stem":
        repeated = token.sort == "start" and token.number == item.fields.number
        if repeated and item.fields.kind not in ("matching", "case", "listening"):
            item.fields.report("number_repeated", f"题干里又出现了编号{token.number}，请核对。")
        item.stem.append(line)
    elif item.state == "options":
        if item.optioned:
            _continue_option(item, line)
        else:
            item.loose.append(line)
    elif item.state == "answer":
        _continue_answer(item, line.text)
    elif item.state == "rationale":
        item.rationale.append(line.text)
    elif item.state == "other":
        item.state = "ended"
        _stray(item, line)
    else:
        _stray(item, line)


def _continue_option(item: _Item, line: Line) -> None:
    """A line below an option: its second line, or an option that has no letter."""
    last = item.optioned[-1][1]
    if not (item.wrapped or line.broken) and last[-1].text.strip() and not item.gap:
        item.fields.report(
            "option_continued",
            f"“{line.text.strip()[:30]}”接在选项后面，不知道是续行还是没有字母的选项。",
        )
    elif item.gap and last[-1].text.strip() and not item.wrapped:
        _stray(item, line)
        return
    last.append(line)


def _continue_answer(item: _Item, text: str) -> None:
    """More lines of an answer; after a whole choice answer they are the explanation or stray."""
    said = "\n".join(item.answer)
    if item.answer and (item.optioned and keys.letters(said)):
        item.fields.report(
            "text_after_answer", f"答案后面的“{text.strip()[:30]}”当作解析读入，请确认。"
        )
        item.state = "rationale"
        item.rationale.append(text)
        return
    item.answer.append(text.strip())


def _stray(item: _Item, line: Line) -> None:
    text = line.text.strip()
    if text:
        item.fields.report(
            "stray_text", f"“{text[:40]}”（第{line.number}行）不知道属于哪里，没有读入。"
        )


def _close_answer(item: _Item) -> None:
    item.fields.answers.append("\n".join(item.answer))
    item.answer = []


def _finish(item: _Item) -> None:
    fields = item.fields
    if item.answer:
        _close_answer(item)
    if not item.optioned:
        item.stem, item.optioned = unlettered.split(item.stem, item.loose, fields)
    if fields.kind == "blank" and not any(fields.answers):
        item.stem = [marks.with_gaps(line) for line in item.stem]
    stem = re.sub(r"^(?:题目|题干)[\s:：]+", "", joined(item.stem, wrapped=item.wrapped))
    fields.stem = _without_tags(stem, fields)
    for letter, lines in item.optioned:
        text, ticked = options.cleaned(joined(lines, wrapped=item.wrapped))
        fields.options.append(Option(letter, text, ticked, marks.of_option(lines)))
    marks.take_stars(fields)
    marks.drop_crosses(fields)
    marks.report_emphasis(fields, [*item.stem, *(x for _, lines in item.optioned for x in lines)])
    fields.rationale = "\n".join(part.strip() for part in item.rationale if part.strip())


def _without_tags(stem: str, fields: Fields) -> str:
    """A stem without the points before or behind it and without the kind behind it."""
    before = _POINTS_BEFORE.match(stem)
    if before and stem[before.end() :].strip():
        fields.points, stem = before[1], stem[before.end() :]
    behind = _TAG_BEHIND.search(stem)
    if behind and (behind[1] or behind[2]) and stem[: behind.start()].strip():
        fields.kind = kind_of(behind[1] or "") or fields.kind
        fields.points = behind[2] or fields.points
        stem = stem[: behind.start()]
    return stem


def joined(lines: list[Line], *, wrapped: bool) -> str:
    """Lines as one text; lines that were broken by their width run on without a break."""
    text = ""
    for line in lines:
        piece = line.text.strip()
        if not text or not piece:
            text += piece
        elif wrapped and (text[-1] not in _SENTENCE_END or ord(piece[0]) > 0x2E80):
            between = " " if text[-1].isascii() and piece[0].isascii() else ""
            text += between + piece
        else:
            text += "\n" + piece
    return text
