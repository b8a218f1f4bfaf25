"""Answers that stand together at the end of a chapter or in a file of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from question_bank.intakes.rules import keys
from question_bank.intakes.rules.fields import Fields
from question_bank.intakes.rules.kind_words import CHOICE
from question_bank.intakes.rules.segments import KeySection, Segment
from question_bank.intakes.rules.tokens import Token
from question_bank.items.rules.characters import narrow

_RANGE = re.compile(r"(\d{1,4})\s*(?:[-—–~～－]|至|到)+\s*(\d{1,4})\s*[题.．:：、]*\s*")
# `一、单选题：1-3 ABC`: answers on the line of their heading.
_BEHIND_HEADING = re.compile(r"[题选断择][:：\s)）]+(\d.*)$")
_SIGNS = "[A-La-l√×✓✗对错是否TFYNVX]"
_ENTRY = re.compile(
    r"(?:(?<=\s)|(?<=[;；,，。])|(?<=[A-La-l√×])|^)(?:[(（]\s*(\d{1,4})\s*[)）]|(\d{1,4})\s*[.．、:：)）]?)\s*"
    rf"((?:[A-L][\s,，、]{{0,2}}){{1,10}}(?![A-Za-z])|[a-l]{{1,8}}(?![A-Za-z])|{keys.JUDGING}(?![A-Za-z]))"
)


@dataclass(slots=True)
class Answer:
    """One entry of a key: the number it answers, and its text."""

    number: int
    text: str
    rationale: str = ""
    torn: bool = False
    """Whether more letters stand on the next line."""
    whole: bool = False
    """Whether numbers in brackets below it count the parts of one answer."""


@dataclass(slots=True)
class KeyPart:
    """The entries below one heading of a key section."""

    kind: str
    answers: list[Answer] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def parts_of(section: KeySection) -> list[KeyPart]:
    """The entries of a key section by the headings in it."""
    parts = [KeyPart(section.kind)]
    for token in section.tokens[1:]:
        if token.sort in ("section", "keys"):
            if token.kind or token.sort == "section":
                parts.append(KeyPart(token.kind))
            behind = _BEHIND_HEADING.search(narrow(token.line.text))
            if token.sort == "section" and behind:
                parts[-1].answers += _ranges(behind[1]) or _row(behind[1])
        elif token.sort not in ("blank", "separator"):
            _read(parts[-1], token)
    return [part for part in parts if part.answers or part.doubts]


def _read(part: KeyPart, token: Token) -> None:
    """One line of a key: a range, a row of entries, one entry with a text, or more of that text."""
    text = narrow((token.whole or token.line).text)
    entries = _ranges(text) or _row(text)
    if entries:
        part.answers.extend(entries)
    elif token.style == "paren" and part.answers and part.answers[-1].whole:
        _continue(part.answers[-1], f"（{token.number}）{token.line.text.strip()}")
    elif token.style == "material" and token.number is not None:
        part.answers.append(Answer(token.number, token.line.text.strip(), whole=True))
    elif token.sort == "start" and token.number is not None:
        part.answers.append(_written(token.number, token.line.text))
    elif token.sort == "label" and part.answers:
        _labelled(part.answers[-1], token)
    elif part.answers:
        _continue(part.answers[-1], token.line.text)
    else:
        part.doubts.append(token.line.text.strip())


def _labelled(answer: Answer, token: Token) -> None:
    if token.name == "answer":
        answer.text = token.text
    elif token.name == "rationale":
        answer.rationale = token.text
    else:
        _continue(answer, token.line.text)


def _continue(answer: Answer, text: str) -> None:
    if keys.letters(text):
        answer.torn = True
    if keys.letters(answer.text) or keys.judgement(answer.text):
        answer.rationale = f"{answer.rationale}\n{text.strip()}".strip()
    else:
        answer.text = f"{answer.text}\n{text.strip()}".strip()


def _written(number: int, text: str) -> Answer:
    """An entry in words, whose bold title (in Markdown) goes without its stars."""
    cleaned = re.sub(r"^\s*(?:正确|参考|标准)?答案\s*[:：]\s*", "", text.replace("**", "").strip())
    pair = re.match(
        r"([A-L]{1,8})\s*[。.,，;；\s]\s*(?:解析\s*[:：])?\s*(\S.*)", narrow(cleaned), re.DOTALL
    )
    if pair and keys.letters(pair[1]):
        return Answer(number, pair[1], cleaned[pair.start(2) :])
    return Answer(number, cleaned)


def _ranges(text: str) -> list[Answer]:
    """`1—10 DBAAD CDCBC  11-15 …`; [] unless every range has as many letters as numbers."""
    found: list[Answer] = []
    heads = list(_RANGE.finditer(text))
    if not heads or text[: heads[0].start()].strip():
        return []
    ends = [head.start() for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=True):
        numbers = range(int(head[1]), int(head[2]) + 1)
        said = text[head.end() : end].strip(" \t。.;；")
        letters = re.findall(
            _SIGNS if re.search(r"[^01\s]", said) else "[01]", re.sub(r"[\s,，、]", "", said)
        )
        groups = [g for g in re.split(r"[\s,，、]+", said) if g]
        if len(groups) == len(numbers):
            texts = groups
        elif len(letters) == len(numbers) and len(letters) == len(re.sub(r"[\s,，、]", "", said)):
            texts = letters
        else:
            return []
        found += [Answer(number, answer) for number, answer in zip(numbers, texts, strict=True)]
    return found


def _row(text: str) -> list[Answer]:
    """`1.A　2.B　3.ABD` or `(1) A (2) B`; [] unless nothing else stands on the line."""
    found = list(_ENTRY.finditer(text))
    rest = _ENTRY.sub("", text)
    if not found or re.search(r"[^\s,，;；。.、]", rest):
        return []
    return [Answer(int(m[1] or m[2]), m[3].strip(" ,，、")) for m in found]


def attach(section: KeySection, segments: list[Segment], items: list[Fields]) -> list[str]:
    """Give the items of the sections that a key answers their answers.

    Returns sentences about entries that fit no item. Items and entries are matched by heading and
    number; where the numbers of a heading do not agree from the first to the last, every item of it
    carries a problem, for then a number may name the wrong item.
    """
    pairs = [(s, f) for s, f in zip(segments, items, strict=True) if s.section in section.sections]
    groups = _groups([pair for pair in pairs if not any(pair[1].answers)])
    left: list[str] = []
    parts = _by_section(parts_of(section), groups)
    for ordinal, part in enumerate(parts):
        group = _group_for(part, ordinal if len(parts) == len(groups) else None, groups)
        if group is None and len(groups) == len(parts) == 1 and not groups[0][0].kind:
            group = groups[0]
        if group is None:
            left.append(f"有{len(part.answers)}个集中给出的答案找不到对应的大题，没有采用。")
            continue
        _attach_part(part, group)
        left += [f"答案部分的“{doubt[:30]}”没有看懂。" for doubt in part.doubts]
    return left


def _by_section(parts: list[KeyPart], groups: list[list[Fields]]) -> list[KeyPart]:
    """One key without headings, taken apart where its numbers start anew, or, for sections that all
    start at 1, where each section ends in its count; such items are to be looked at."""
    if len(parts) != 1 or parts[0].kind or len(groups) < 2 or not parts[0].answers:
        return parts
    told = parts[0].answers
    restarts = [at for at, answer in enumerate(told) if answer.number == told[0].number]
    everything = [fields for group in groups for fields in group]
    if len(restarts) == len(groups):
        spans = zip(restarts, [*restarts[1:], len(told)], strict=True)
        pieces = [told[start:end] for start, end in spans]
    elif len({f.number for f in everything}) < len(everything) and _counts_all(told, everything):
        pieces = list(_renumbered(told, groups))
    else:
        return parts
    made = [KeyPart(g[0].kind, piece) for g, piece in zip(groups, pieces, strict=True)]
    made[0].doubts = parts[0].doubts
    return made


def _counts_all(told: list[Answer], items: list[Fields]) -> bool:
    return [answer.number for answer in told] == list(range(1, len(items) + 1))


def _renumbered(told: list[Answer], groups: list[list[Fields]]) -> Iterator[list[Answer]]:
    """The answers that count on through sections which each begin at 1, by sections."""
    at = 0
    for group in groups:
        pairs = zip(group, told[at : at + len(group)], strict=True)
        yield [replace(a, number=f.number) for f, a in pairs if isinstance(f.number, int)]
        at += len(group)
        for fields in group:
            fields.report(
                "key_numbers_differ",
                "各大题都从1编号，而答案连续编号，已按先后对应，请逐题核对答案。",
            )


def _groups(pairs: list[tuple[Segment, Fields]]) -> list[list[Fields]]:
    groups: dict[int, list[Fields]] = {}
    for piece, fields in pairs:
        groups.setdefault(piece.section, []).append(fields)
    return list(groups.values())


def _group_for(
    part: KeyPart, ordinal: int | None, groups: list[list[Fields]]
) -> list[Fields] | None:
    """The items that a part answers: those of its kind, if one section has it, else by its `ordinal`,
    which is given only if the key has as many parts as there are sections."""
    alike = [g for g in groups if part.kind and _same_kind(part.kind, g[0].kind)]
    if len(alike) == 1:
        return alike[0]
    if ordinal is not None and groups[ordinal] in alike:
        return groups[ordinal]
    if len(groups) == 1 and not part.kind:
        return groups[0]
    if not part.kind and groups:
        everything = [fields for group in groups for fields in group]
        numbers = [fields.number for fields in everything]
        return everything if len(set(numbers)) == len(numbers) else None
    return None


def _same_kind(said: str, kind: str) -> bool:
    return said == kind or (
        CHOICE in (said, kind) and {said, kind} <= {CHOICE, "single", "multiple"}
    )


def _attach_part(part: KeyPart, group: list[Fields]) -> None:
    said = [answer.number for answer in part.answers]
    asked = [fields.number for fields in group]
    by_number = {answer.number: answer for answer in part.answers}
    orderly = len(set(said)) == len(said) and len(set(asked)) == len(asked)
    framed = bool(said) and bool(asked) and said[0] == asked[0] and said[-1] == asked[-1]
    for fields in group:
        answer = by_number.get(fields.number) if isinstance(fields.number, int) else None
        if answer is not None:
            fields.answers.append(answer.text)
            fields.rationale = fields.rationale or answer.rationale
            if answer.torn:
                fields.report("key_torn", f"答案“{answer.text[:20]}”的下一行还有字母，请核对。")
        if not (orderly and framed):
            fields.report(
                "key_numbers_differ",
                f"试题编号是{asked[0]}—{asked[-1]}，集中给出的答案编号是{said[0] if said else '？'}—"
                f"{said[-1] if said else '？'}，对不上，请逐题核对答案。",
            )
