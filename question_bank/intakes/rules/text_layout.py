"""The layout of a whole text: lines in, drafts out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

from question_bank.intakes.rules import boxes, counted, keyblocks, keygrids
from question_bank.intakes.rules.fields import Fields
from question_bank.intakes.rules.item_layout import fields_of
from question_bank.intakes.rules.pages import without_pages
from question_bank.intakes.rules.resolve import resolve_all
from question_bank.intakes.rules.segments import KeySection, Segmentation, segment
from question_bank.intakes.rules.tokens import Token, tokenise
from question_bank.items.rules.characters import has_radicals
from question_bank.items.rules.draft import Draft, Place, Problem
from question_bank.items.rules.lines import Line

_LONG_TEXT = 24
_DIGITS = "一二三四五六七八九"
_CHINESE = {
    f"{tens}{ones}": number
    for number in range(1, 100)
    for tens in [("" if number < 10 else "十" if number < 20 else f"{_DIGITS[number // 10 - 1]}十")]
    for ones in [_DIGITS[number % 10 - 1] if number % 10 else ""]
}
_ORDINAL = re.compile(r"\s*([一二三四五六七八九十]{1,3})\s*[、.．]\s*(?=\S)")
# No page of text is wider than this, in columns of half a Chinese character.
_PAGE = 200
_ORIGINS = {"stem": "题干里的字母", "early": "选项前面的答案行"}


def read_lines(
    lines: list[Line],
    file: str,
    key_lines: list[Line] | None = None,
    *,
    wrapped: bool | None = None,
) -> tuple[list[Draft], list[Problem], str]:
    """Items, problems of the file and the name of its layout.

    `key_lines` are the lines of a separate key file. `wrapped` says whether lines were broken by
    their width; if None, the lines themselves tell.
    """
    kept, headers = without_pages(lines)
    kept, key_lines = counted.lettered(boxes.lettered(kept), key_lines)
    tokens = tokenise(keygrids.in_lines(kept))
    broken = is_wrapped(tokens) if wrapped is None else wrapped
    taken = segment(tokens)
    if key_lines is not None:
        _append_key(taken, tokenise(keygrids.in_lines(key_lines)))
    items = [fields_of(piece, file, wrapped=broken) for piece in taken.segments]
    _keep_sources(items, taken, lines)
    _report_jumps(taken, items)
    problems = [
        Problem("key_unplaced", sentence, Place(file, part.tokens[0].line.number))
        for part in taken.keys
        for sentence in keyblocks.attach(part, taken.segments, items)
    ]
    problems += _notices(taken, headers, file)
    _report_answers_above(taken, items)
    if not taken.numbered:
        _take_ordinals(items)
    _report_counts(items)
    _report_lone_answers(taken, items)
    drafts = resolve_all(items)
    return _unusual_answers(items, drafts), problems, _layout(taken, broken)


def _keep_sources(items: list[Fields], taken: Segmentation, lines: list[Line]) -> None:
    """Keep with every item what the file has from its first line to its last."""
    by_number: dict[int, list[str]] = {}
    for line in lines:
        by_number.setdefault(line.number, []).append(line.text.rstrip())
    for fields, piece in zip(items, taken.segments, strict=True):
        numbers = [token.line.number for token in piece.tokens if token.sort != "blank"]
        span = range(min(numbers), max(numbers) + 1)
        fields.source = "\n".join(text for n in span for text in by_number.get(n, ()))


def _report_answers_above(taken: Segmentation, items: list[Fields]) -> None:
    """An answer above the first item, while the last has none: each may belong to the item below it."""
    above = any(token.sort == "label" and token.name == "answer" for token in taken.loose)
    if above and items and not taken.keys and not any(items[-1].answers):
        for fields in items:
            if any(fields.answers):
                fields.report(
                    "answers_above", "第一题上面就有答案，答案可能写在题目前面，请逐题核对。"
                )


def _take_ordinals(items: list[Fields]) -> None:
    """`一、…`, `二、…`: Chinese numbers that count all items of a file."""
    found = [_ORDINAL.match(fields.stem) for fields in items]
    numbers = [_CHINESE.get(match[1], 0) if match else 0 for match in found]
    if len(items) < 2 or numbers != list(range(1, len(items) + 1)):
        return
    for fields, match, number in zip(items, found, numbers, strict=True):
        fields.number, fields.stem = number, fields.stem[match.end() if match else 0 :]


def _report_counts(items: list[Fields]) -> None:
    """Without letters a torn or missing option shows only in a number of options that is unusual."""
    bare = [f for f in items if f.options and any(option.ticked for option in f.options)]
    usual = Counter(len(fields.options) for fields in bare)
    most = max(usual.values(), default=0)
    for fields in bare:
        if usual[len(fields.options)] * 4 < most:
            fields.report(
                "option_count", f"这道题有{len(fields.options)}个选项，与其他题不同，请核对。"
            )


def _report_lone_answers(taken: Segmentation, items: list[Fields]) -> None:
    """Where only the last item of a section has an answer, it may be the answers of them all."""
    if taken.keys:
        return
    sections: dict[int, list[Fields]] = {}
    for piece, fields in zip(taken.segments, items, strict=True):
        sections.setdefault(piece.section, []).append(fields)
    for group in sections.values():
        *others, last = group
        told = any(any(f.answers) or f.said or any(o.ticked for o in f.options) for f in others)
        if others and any(last.answers) and not told and _empty_gaps(others):
            last.report(
                "answer_alone",
                f"这一部分只有最后一题有答案“{last.answers[0][:20]}”，可能是各题答案写在一起，请确认。",
            )


def _empty_gaps(items: list[Fields]) -> bool:
    """Whether the answers do not stand in the stems either."""
    return not any(re.search(r"[（(]\s*(?:[A-L]+|[√×对错])\s*[)）]", f.stem) for f in items)


def _unusual_answers(items: list[Fields], drafts: list[Draft]) -> list[Draft]:
    """A letter in a bracket, an option in bold, an answer above its options: each is the answer only
    where the file gives its answers so all along; else it may be another item's, or none."""
    keyed = sum(1 for draft in drafts if draft.key)
    origins = Counter(fields.origin for fields in items)
    made = []
    for fields, draft in zip(items, drafts, strict=True):
        if fields.origin in _ORIGINS and origins[fields.origin] * 2 < keyed:
            sentence = f"答案取自{_ORIGINS[fields.origin]}，而其他题多不是这样给答案的，请确认。"
            problem = Problem("answer_unusual", sentence, fields.place)
            draft = replace(draft, problems=(*draft.problems, problem))
        made.append(draft)
    return made


def _append_key(taken: Segmentation, tokens: list[Token]) -> None:
    """A key file answers all sections of the text."""
    last = taken.segments[-1].section if taken.segments else 0
    head = [t for t in tokens if t.sort != "blank"]
    if head and head[0].sort != "keys":
        head.insert(0, replace(head[0], sort="keys", kind=""))
    taken.keys.append(KeySection(head, "", range(last + 1)))


def is_wrapped(tokens: list[Token]) -> bool:
    """Whether lines were broken by their width, as in copies from PDF.

    Told by the radicals that such copies leave in place of characters, or by lines that go on only
    below lines as wide as the page.
    """
    filled = [token for token in tokens if token.sort != "blank"]
    widths = sorted(_width(token) for token in filled)
    if not widths:
        return False
    page = widths[len(widths) * 98 // 100]
    if any(has_radicals(token.line.text) for token in filled):
        return page < _PAGE
    going_on = ("plain", "start", "option")
    pairs = [(a, b) for a, b in pairwise(tokens) if a.sort in going_on and b.sort == "plain"]
    full = sum(1 for above, _ in pairs if _width(above) * 10 >= page * 9)
    return len(pairs) > 4 and page < _PAGE and full * 10 >= len(pairs) * 8


def _width(token: Token) -> int:
    """The width of a line, Chinese characters counted twice."""
    return sum(2 if c > "\u2e7f" else 1 for c in token.line.text.rstrip())


def _report_jumps(taken: Segmentation, items: list[Fields]) -> None:
    """A number that does not follow the one before tells of an item that was not recognised."""
    if not taken.numbered:
        return
    for (before, above), (piece, fields) in zip(
        zip(taken.segments, items, strict=True),
        zip(taken.segments[1:], items[1:], strict=True),
        strict=False,
    ):
        if not isinstance(above.number, int) or not isinstance(fields.number, int):
            continue
        if fields.number != above.number + 1 and not (
            fields.number == 1 and (piece.section != before.section)
        ):
            fields.report(
                "number_jump",
                f"编号从{above.number}跳到{fields.number}，请核对中间是否有没有读到的题。",
            )


def _notices(taken: Segmentation, headers: int, file: str) -> list[Problem]:
    """What was left out of the items, told once for the file."""
    told: list[Problem] = []
    if headers:
        told.append(
            Problem("running_header", f"去掉了{headers}行页眉页脚。", Place(file, 1), notice=True)
        )
    names = Counter(
        t.style
        for piece in taken.segments
        for t in piece.tokens
        if t.sort == "label" and t.name == "other"
    )
    for name, count in names.items():
        told.append(
            Problem(
                "field_left_out",
                f"“{name}”共{count}行，题库里没有这一栏，没有读入。",
                Place(file, 1),
                notice=True,
            )
        )
    for token in taken.loose:
        text = token.line.text.strip()
        long = len(text) > _LONG_TEXT or token.sort in ("option", "start")
        told.append(
            Problem(
                "loose_text",
                f"“{text[:40]}”不属于任何一道题，没有读入。",
                Place(file, token.line.number),
                notice=not long,
            )
        )
    return told


def _layout(taken: Segmentation, wrapped: bool) -> str:
    traits = ["numbered" if taken.numbered else "unnumbered"]
    traits += ["grouped-keys"] if taken.keys else []
    traits += ["wrapped"] if wrapped else []
    return "+".join(traits)
