"""Documents of items, each in one mixture of numbers, options, places of the answer and further lines."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.question_bank.intakes.contents import drawn
from tests.question_bank.intakes.known import Known
from tests.question_bank.intakes.text_styles import (
    CHINESE,
    COUNTED,
    FURTHER,
    FURTHER_TEXTS,
    KEY_HEADS,
    KINDS,
    NAMES,
    TITLES,
    WRITTEN,
    Style,
    styled,
)
from tests.question_bank.intakes.written_files import Block, Grid, Paragraph, plain

_SIGNS = {"{c}": "①②③④⑤⑥", "{r}": "ⅠⅡⅢⅣⅤⅥ", "{s}": "甲乙丙丁戊己", "{d}": "123456"}


@dataclass
class Bank:
    """A document, the file of its answers if it has one, the items in it, and how it was written."""

    blocks: list[Block]
    key_blocks: list[Block]
    known: list[Known]
    style: Style


def written(rng: random.Random, *, word: bool) -> Bank:
    """A document of items in one mixture; `word` says whether it can have marks, lists and tables."""
    kinds = [k for k in KINDS if rng.random() < (0.1 if k in ("ordering", "matching") else 0.5)]
    kinds = kinds or ["single"]
    style = styled(rng, kinds, word=word)
    bank = Bank([plain(line) for line in rng.choice(TITLES)], [], [], style)
    taken: set[str] = set()
    tail: list[Block] = []
    for at, kind in enumerate(kinds):
        printed = style.places[kind] == "marks" and "√" not in style.mark
        items = [
            drawn(rng, kind, taken, some=printed or style.places[kind] == "boxes")
            for _ in range(rng.randint(2, 7))
        ]
        name = rng.choice(NAMES[kind][: 2 if {"multiple", "single"} <= set(kinds) else 3])
        if style.sections:
            sums = {"p": 2, "t": 2 * len(items), "n": len(items)}
            bank.blocks.append(
                plain(style.heading.format(cn=CHINESE[at], d=at + 1, name=name, **sums))
            )
        first = 1 if style.restart else len(bank.known) + 1
        numbered = list(enumerate(items, first))
        bank.blocks += [
            block for number, item in numbered for block in _item(rng, style, item, number)
        ]
        bank.known += items
        if style.places[kind] == "section":
            bank.blocks += _keys(rng, style, numbered, rng.choice(KEY_HEADS[:4]))
        elif style.places[kind] in ("end", "file"):
            tail += _keys(rng, style, numbered, f"{CHINESE[at]}、{name}" if style.sections else "")
    if tail and "file" in style.places.values():
        bank.key_blocks = tail
    elif tail:
        bank.blocks += [plain(style.key_head), *tail]
    return bank


def said(style: Style, item: Known) -> str:
    """The answer in the document's words."""
    if item.kind == "truth":
        return style.judged[item.key != ("true",)]
    if item.kind == "blank":
        return "；".join(str(k[0]) for k in item.key)  # type: ignore[index]
    if item.kind == "short":
        return str(item.key[0])
    if item.kind == "ordering":
        return "".join("ABCDEF"[int(str(k))] for k in item.key)
    if item.kind == "matching":
        return "，".join(f"{k[0] + 1}-{'ABCDEF'[k[1]]}" for k in item.key)  # type: ignore[index]
    if style.option in COUNTED:
        signs = next(row for name, row in _SIGNS.items() if name in style.option)
        return style.join.join(signs[ord(str(one)) - ord("A")] for one in item.key)
    letters = "".join(map(str, item.key))
    if style.join == "wide":
        return "".join(chr(ord(c) + 0xFEE0) for c in letters)
    return letters.lower() if style.join == "small" else style.join.join(letters)


def _item(rng: random.Random, style: Style, item: Known, number: int) -> list[Block]:
    place, answer = style.places[item.kind], said(style, item)
    label = plain(style.label.format(_spelt(rng, style, item)))
    lines: list[Block] = [_headed(style, item, number), *_left(style, item)]
    lines += [label] if place == "above" else []
    lines += _optioned(style, item, place)
    if place == "inline" and isinstance(lines[-1], Paragraph):
        inline = (f"    {style.label.format(answer)}", "")
        lines[-1] = Paragraph((*lines[-1].pieces, inline), lines[-1].depth)
    own: list[Block] = [label] if place in ("line", "text") else []
    further: list[Block] = [] if place in ("section", "end", "file") else _further(rng, style)
    lines += [*further, *own] if style.before and item.kind != "short" else [*own, *further]
    if style.soft:
        lines = [_softly([line for line in lines if isinstance(line, Paragraph)])]
    return [*lines, plain("")] if style.blank_line else lines


def _headed(style: Style, item: Known, number: int) -> Paragraph:
    """The number and the stem, with the answer in its bracket or behind it."""
    place, answer = style.places[item.kind], said(style, item)
    gap = style.bracket.format(answer) if place == "bracket" else style.gap
    stem = item.stem.replace("｛｝", "" if place == "trailing" and item.kind == "truth" else gap)
    stem += f" {answer}" if place == "trailing" else ""
    if style.number == "auto":
        return Paragraph(((stem, ""),), 0)
    return plain(style.number.format(n=number, tag=NAMES[item.kind][0].removesuffix("题")) + stem)


def _left(style: Style, item: Known) -> list[Block]:
    """The left column of a matching, counted otherwise than the items."""
    entry = "{c}{text}" if "（" in style.number or "(" in style.number else "（{n}）{text}"
    return [
        plain(entry.format(n=n, c="①②③"[n - 1], text=text)) for n, text in enumerate(item.left, 1)
    ]


def _spelt(rng: random.Random, style: Style, item: Known) -> str:
    """The answer on a line of its own: the text of a right option, with or without its letter."""
    if style.places[item.kind] == "text" and item.kind == "single":
        letter = str(item.key[0])
        return rng.choice(["", f"{letter}."]) + item.options[ord(letter) - ord("A")]
    return said(style, item)


def _softly(lines: list[Paragraph]) -> Paragraph:
    """Lines in one paragraph, parted by soft breaks."""
    pieces = [piece for line in lines for piece in (*line.pieces, ("\n", ""))]
    return Paragraph(tuple(pieces[:-1]), lines[0].depth)


def _optioned(style: Style, item: Known, place: str) -> list[Block]:
    """The options, each on a line of its own, several on one, or in a table."""
    shown = [_option(style, item, at, place) for at in range(len(item.options))]
    size = {"\n": 1, "pairs": 2, "table": 2}.get(style.joint, 9)
    groups = [shown[at : at + size] for at in range(0, len(shown), size)]
    if style.joint == "table":
        rows = tuple(tuple(one.text for one in group) for group in groups)
        return [Grid(rows)] if rows else []
    joint = "      " if style.joint == "pairs" else style.joint
    return [
        group[0]
        if size == 1
        else Paragraph(
            tuple(piece for one in group for piece in ((joint, ""), *one.pieces))[1:], None
        )
        for group in groups
    ]


def _option(style: Style, item: Known, at: int, place: str) -> Paragraph:
    letter, text = "ABCDEF"[at], item.options[at]
    right = letter in item.key and place in ("marks", "boxes")
    if right and "√" in style.mark and place == "marks":
        text, right = text + style.mark, False
    mark = style.mark if right and place == "marks" else ""
    if style.option == "auto":
        return Paragraph(((text, "bold" if mark == "head" else mark),), 1)
    signs = {name[1]: row[at] for name, row in _SIGNS.items()}
    head = style.option.format(x=letter, o="", b=style.boxes[right], **signs)
    pieces = ((head, "bold"), (text, "")) if mark == "head" else ((head + text, mark),)
    return Paragraph(pieces)


def _further(rng: random.Random, style: Style) -> list[Block]:
    lines = [
        rng.choice(FURTHER[name]).format(rng.choice(FURTHER_TEXTS[name])) for name in style.further
    ]
    if style.together and lines and "rationale" not in style.further:
        return [plain("    ".join(lines))]
    return [plain(line) for line in lines]


def _keys(
    rng: random.Random, style: Style, numbered: list[tuple[int, Known]], head: str
) -> list[Block]:
    """The answers of a section in one block."""
    made: list[Block] = [plain(head)] if head else []
    kind = numbered[0][1].kind
    pairs = [(number, said(style, item)) for number, item in numbered]
    form = style.key_style if kind in ("single", "truth") else rng.choice(["lines", "row"])
    if kind in WRITTEN or (kind == "multiple" and style.join not in ("", "wide", "small")):
        form = "lines"
    if form == "grid":
        rows = zip(
            ("题号", "答案"), *((str(number), answer) for number, answer in pairs), strict=True
        )
        return [*made, Grid(tuple(rows))]
    if form in ("range", "fives"):
        return [*made, *_ranges(rng, pairs, 5 if form == "fives" else len(pairs))]
    dot = rng.choice([".", "、", "．", ". "])
    entries = [f"{number}{dot}{answer}" for number, answer in pairs]
    return [*made, *map(plain, entries)] if form == "lines" else [*made, plain("   ".join(entries))]


def _ranges(rng: random.Random, pairs: list[tuple[int, str]], size: int) -> list[Block]:
    """`1-5 ABCDA`, on a line each or all on one."""
    sign, colon = rng.choice("-—～－"), rng.choice([" ", "：", ". "])
    joint = rng.choice(["", "", " "]) if all(len(answer) == 1 for _, answer in pairs) else " "
    groups = [pairs[at : at + size] for at in range(0, len(pairs), size)]
    runs = [
        f"{group[0][0]}{sign}{group[-1][0]}{colon}{joint.join(answer for _, answer in group)}"
        for group in groups
    ]
    return [plain(run) for run in runs] if rng.random() < 0.5 else [plain("   ".join(runs))]
