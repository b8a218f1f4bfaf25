"""The house's own Word file: paragraphs whose styles say what they hold, read and written."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import Any

from question_bank.items.formats import figures, package, template
from question_bank.items.formats.protocol import Loss
from question_bank.items.formats.tags import source_of
from question_bank.items.formats.template_docx_paragraphs import Paragraph, paragraphs
from question_bank.items.formats.template_docx_writing import (
    FIELD,
    NOTE,
    OPTION,
    PART,
    STEM,
    document,
)
from question_bank.items.kinds.protocol import letter
from question_bank.items.rules.characters import narrow
from question_bank.items.rules.draft import LIMITS, Draft, Place, Problem, Reading, limits_said
from question_bank.items.rules.finding import tags_of
from question_bank.items.rules.runs import sign

SUFFIX = ".docx"
_SAMPLE = 300
_OWN = (STEM, PART, OPTION, FIELD, NOTE)
_HEAD = re.compile(r"\s*(?:[（(]?\s*(\d+)\s*[.．、)）])?\s*[\[【]\s*([^\[\]【】]{1,8}?)\s*[\]】]")
_LETTER = re.compile(r"\s*([A-ZＡ-Ｚ])\s*[.．、:：)）]")
_FIELD = re.compile(
    r"\s*(答案|左栏|可换序|采分点|解析|分值|难度|认知层次|知识点|标签|出处|播放次数|录音秒数|录音次数|录音文字|附图)\s*[:：]"
)


def recognises(path: Path) -> bool:
    """Whether the first paragraphs with text are of the template's styles; else it is any Word file."""
    with package.opened(path) as opened:
        styles = package.part(opened, "word/styles.xml") or b""
        if STEM.encode() not in styles:
            return False
        found = list(islice(paragraphs(opened), _SAMPLE))
    return any(one.style == STEM for one in found) and all(one.style in _OWN for one in found)


def read(path: Path) -> Reading:
    with package.opened(path) as opened:
        reader = _Reader(path.name)
        for paragraph in paragraphs(opened):
            reader.take(paragraph)
    reader.close()
    return Reading(tuple(reader.drafts), tuple(reader.problems), "docx:template")


def files(path: Path, names: Collection[str]) -> dict[str, bytes]:
    with package.opened(path) as opened:
        found = {name: package.part(opened, name) for name in names}
    return {name: data for name, data in found.items() if data is not None}


@dataclass(slots=True)
class _Open:
    """An item, or a part, whose paragraphs are still coming: texts by what they are."""

    place: Place
    number: int | str | None
    kind: str
    stem: str
    options: list[str] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)
    parts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    last: str = "stem"

    def report(self, code: str, sentence: str) -> None:
        self.problems.append(Problem(code, sentence, self.place))

    def all(self, name: str) -> list[str]:
        return [text.strip() for one, text in self.said if one == name and text.strip()]

    def one(self, name: str) -> str:
        return "\n".join(self.all(name))


@dataclass(slots=True)
class _Reader:
    file: str
    drafts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    item: _Open | None = None
    part: _Open | None = None

    def take(self, paragraph: Paragraph) -> None:
        if paragraph.style == NOTE:
            return
        if paragraph.style not in _OWN:
            sentence = f"“{paragraph.plain.strip()[:30]}”不是模板的样式，没有读入，请核对。"
            place = Place(self.file, paragraph.number)
            self.problems.append(Problem("loose_text", sentence, place))
            return
        if paragraph.style == STEM and (_HEAD.match(paragraph.plain) or not self._goes_on()):
            self.close()
        text = self._text(paragraph)
        place = Place(self.file, paragraph.number)
        if paragraph.style == STEM:
            self._stem(place, text)
        elif self.item is None:
            sentence = f"“{text[:30]}”上面没有题干，没有读入。"
            self.problems.append(Problem("loose_text", sentence, place))
        elif paragraph.style == PART:
            self._close_part()
            self.part = _opened(place, text, "小题")
        elif paragraph.style == OPTION:
            _option(self.part or self.item, text)
        else:
            _said(self.part or self.item, text)

    def _goes_on(self) -> bool:
        """Whether the stem above may go on in a paragraph of its own."""
        return self.item is not None and self.part is None and self.item.last == "stem"

    def _stem(self, place: Place, text: str) -> None:
        if self.item is not None:
            self.item.stem += "\n" + text
        else:
            self.item = _opened(place, text, "题干")

    def _text(self, paragraph: Paragraph) -> str:
        made = []
        for words, picture in paragraph.pieces:
            if picture and picture not in self.media:
                self.media.append(picture)
            made.append(sign(self.media.index(picture)) if picture else words)
        return "".join(made).strip()

    def _close_part(self) -> None:
        if self.part is not None and self.item is not None:
            self.item.parts.append(_draft(self.part))
        self.part = None

    def close(self) -> None:
        self._close_part()
        if self.item is not None:
            draft = replace(_draft(self.item), media=tuple(self.media))
            self.drafts.append(figures.settled(draft))
        self.item, self.media = None, []


def _opened(place: Place, text: str, what: str) -> _Open:
    """`1．[单选题]题干`; without a known kind in its bracket the item waits for one."""
    head = _HEAD.match(text)
    kind = template.kind_of(head[2]) if head else ""
    stem = text[head.end() :].strip() if head else text
    made = _Open(place, template.number_of(head[1] or "") if head else None, kind, stem)
    if not kind:
        made.report("kind_unknown", f"{what}前面没有写清题型，应写成“1．[单选题]……”。")
    return made


def _option(item: _Open, text: str) -> None:
    match = _LETTER.match(text)
    wanted = letter(len(item.options))
    if match is None or narrow(match[1]) != wanted:
        item.report("option_letters", f"选项“{text[:20]}”应以“{wanted}．”开头，请核对。")
    item.options.append(text[match.end() :].strip() if match else text)
    item.last = "option"


def _said(item: _Open, text: str) -> None:
    match = _FIELD.match(text)
    if match:
        item.said.append((match[1], text[match.end() :].strip()))
    elif item.said:
        name, before = item.said[-1]
        item.said[-1] = (name, f"{before}\n{text}")
    else:
        item.report("stray_text", f"“{text[:30]}”不知道属于哪里，没有读入。")
    item.last = "field"


def _draft(item: _Open) -> Draft:
    key = _key(item)
    parts = [*item.parts]
    parts += [
        Draft(at, "", one, (), (), item.place) for at, one in enumerate(item.all("左栏"), start=1)
    ]
    rows = [(line, template.row_said(line)) for line in item.all("采分点")]
    for line, row in rows:
        if row is None:
            item.report("rubric", f"采分点“{line[:20]}”没有写分值，应写成“2分：……”。")
    sources = [(line, source_of(line)) for line in item.all("出处")]
    for line, source in sources:
        if source is None:
            item.report("source", f"出处“{line[:30]}”没有看懂。")
    limits, strange_limits = limits_said({name: item.one(name) for name in LIMITS})
    for code, sentence in strange_limits:
        item.report(code, sentence)
    draft = Draft(
        item.number, item.kind, item.stem, tuple(item.options), key, item.place,
        parts=tuple(parts),
        rationale=item.one("解析"),
        points=_points(item),
        topic=item.one("知识点"),
        tags=tuple(tags_of(item.one("标签"))),
        difficulty=item.one("难度"),
        cognition=item.one("认知层次"),
        rubric=tuple(row for _, row in rows if row is not None),
        sources=tuple(source for _, source in sources if source is not None),
        **limits,
        transcript=item.one("录音文字"),
    )  # fmt: skip
    if item.one("可换序"):
        grouped, strange = template.grouped(draft, item.one("可换序"))
        draft = replace(draft, key=grouped)
        if strange:
            item.report("groups", strange)
    return replace(draft, problems=tuple(item.problems))


def _key(item: _Open) -> tuple[Any, ...]:
    if item.kind in template.WRITTEN:
        return tuple(item.all("答案"))
    key, strange = template.key_said(item.kind, item.one("答案"))
    if strange:
        item.report("key_unread", strange)
    return key


def _points(item: _Open) -> Decimal | None:
    said = narrow(item.one("分值")).strip().removesuffix("分")
    try:
        points = Decimal(said)
    except InvalidOperation:
        if said:
            item.report("points", f"分值“{said[:20]}”不是数字。")
        return None
    return points if points.is_finite() else None


def losses(draft: Draft) -> list[Loss]:
    """Word shows pictures and plays nothing."""
    if any(len(part.options) > 26 for part in (draft, *draft.parts)):
        return [Loss(draft.number, "选项超过26个", whole=True)]
    if any(map(figures.is_sound, draft.media)):
        return [Loss(draft.number, "录音不会写入")]
    return []


def write(drafts: Sequence[Draft], files: Mapping[str, bytes], guide: Sequence[str] = ()) -> bytes:
    return document(drafts, files, guide)
