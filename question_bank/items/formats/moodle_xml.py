"""Moodle XML, read and written."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from question_bank.items.formats import cloze, figures
from question_bank.items.formats.gift import MIXED, category_of
from question_bank.items.formats.gift_syntax import starred
from question_bank.items.formats.markup import marked_up
from question_bank.items.formats.moodle_reading import read_tree
from question_bank.items.formats.protocol import Loss
from question_bank.items.formats.tags import order_tag, tags_of
from question_bank.items.formats.weights import (
    credits_tag,
    graded_answers,
    is_numerical,
    mixes,
    percent,
    weights_of,
)
from question_bank.items.formats.xml_tree import parsed
from question_bank.items.kinds.credits import plain
from question_bank.items.kinds.gaps import gaps
from question_bank.items.rules.draft import Draft, Reading

SUFFIX = ".xml"
_NATIVE = {"题分", "知识点"}


def recognises(data: bytes) -> bool:
    """Whether an XML document is a quiz of Moodle, by its first element."""
    return b"<quiz" in data[:4096]


def read(path: Path) -> Reading:
    return read_tree(parsed(path.read_bytes()), path.name)


def files(path: Path, names: Collection[str]) -> dict[str, bytes]:
    """Embedded files by `12/图.png`: the twelfth question's own, for many have one of the same name."""
    found: dict[str, bytes] = {}
    questions = parsed(path.read_bytes()).findall("question")
    own = [one for one in questions if one.get("type") != "category"]
    for number, question in enumerate(own, start=1):
        for file in question.iter("file"):
            name = f"{number}/{file.get('name', '')}"
            data = _decoded(file) if name in names and name not in found else None
            if data is not None:
                found[name] = data
    return found


def _decoded(file: etree._Element) -> bytes | None:
    try:
        return base64.b64decode("".join(map(str, file.itertext())))
    except binascii.Error:
        return None


def losses(draft: Draft) -> list[Loss]:
    """Moodle has no cases with parts; what else it has no field for travels in tags."""
    if draft.kind in ("case", "listening"):
        return [Loss(draft.number, "Moodle 没有带小题的题型", whole=True)]
    if draft.kind == "matching" and len(set(draft.options)) < len(draft.options):
        return [Loss(draft.number, "右栏有相同的项，Moodle 分不开", whole=True)]
    if draft.kind == "matching" and any(
        len(figures.split(one, draft.media)) > 1 for one in draft.options
    ):
        return [Loss(draft.number, "右栏有图，Moodle 的右栏只有文字", whole=True)]
    if draft.kind == "blank" and any(map(mixes, gaps(draft.key))):
        return [Loss(draft.number, MIXED, whole=True)]
    return [Loss(draft.number, "录音文字不会写入")] if draft.transcript else []


def write(drafts: Sequence[Draft], files: Mapping[str, bytes]) -> bytes:
    """Every question below its category, files embedded where they show."""
    pieces, topic = [], ""
    for draft in drafts:
        if draft.topic != topic:
            topic = draft.topic
            category = escape(category_of(topic))
            pieces.append(
                f'<question type="category"><category><text>{category}</text></category></question>'
            )
        pieces.append(_question(draft, files))
    body = "\n".join(pieces)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{body}\n</quiz>\n'.encode()


def _question(draft: Draft, files: Mapping[str, bytes]) -> str:
    name = escape(" ".join(draft.stem.split())[:80] or "—")
    sort, body, further = _BODIES[draft.kind](draft, files)
    tags = [*tags_of(draft, but=_NATIVE), *further]
    tagged = "".join(f"<tag><text>{escape(tag)}</text></tag>" for tag in tags)
    grade = f"<defaultgrade>{draft.points:f}</defaultgrade>" if draft.points is not None else ""
    return (
        f'<question type="{sort}"><name><text>{name}</text></name>{_stem(draft, files, sort)}'
        f"{_text('generalfeedback', draft.rationale, draft, files)}{grade}{body}"
        f"<tags>{tagged}</tags></question>"
    )


def _stem(draft: Draft, files: Mapping[str, bytes], sort: str) -> str:
    """The stem, and below it the files that no text shows."""
    apart = figures.unshown(draft)
    below = "".join(f"<p>{_shown(one, apart=True)}</p>" for one in apart)
    shown = figures.split(draft.stem, draft.media)[1::2]
    if sort == "cloze":
        html = cloze.embedded(draft.stem, gaps(draft.key), lambda text: _marked(text, draft))
    elif apart or shown:
        html = _marked(draft.stem, draft)
    else:
        return _text("questiontext", draft.stem, draft, files)
    return _html("questiontext", html + below, [*shown, *apart], files)


def _text(
    name: str,
    text: str,
    draft: Draft,
    files: Mapping[str, bytes],
    *,
    inner: str = "",
    attributes: str = "",
) -> str:
    """An element with `<text>`: plain, or HTML with its files where pictures show in it."""
    shown = figures.split(text, draft.media)[1::2]
    if not shown:
        return (
            f'<{name} format="plain_text"{attributes}><text>{escape(text)}</text>{inner}</{name}>'
        )
    return _html(name, _marked(text, draft), shown, files, inner=inner, attributes=attributes)


def _marked(text: str, draft: Draft) -> str:
    """A text as HTML, with its pictures."""
    pieces = figures.split(text, draft.media)
    return "".join(_shown(piece) if at % 2 else marked_up(piece) for at, piece in enumerate(pieces))


def _html(
    name: str,
    html: str,
    shown: Sequence[str],
    files: Mapping[str, bytes],
    *,
    inner: str = "",
    attributes: str = "",
) -> str:
    kept = "".join(_file(one, files) for one in dict.fromkeys(shown))
    return f'<{name} format="html"{attributes}><text>{escape(html)}</text>{kept}{inner}</{name}>'


def _shown(name: str, *, apart: bool = False) -> str:
    source = quoteattr(f"@@PLUGINFILE@@/{name}")
    place = ' class="media"' if apart else ""
    if figures.is_sound(name):
        return f'<audio controls="controls" src={source}{place}></audio>'
    return f'<img src={source} alt=""{place}/>'


def _file(name: str, files: Mapping[str, bytes]) -> str:
    data = base64.b64encode(files[name]).decode()
    return f'<file name={quoteattr(name)} path="/" encoding="base64">{data}</file>'


def _choice(draft: Draft, files: Mapping[str, bytes]) -> tuple[str, str, list[str]]:
    """A wrong option costs everything among several right ones: 错选不得分."""
    single = draft.kind == "single"
    answers = "".join(
        _text("answer", option, draft, files, attributes=f' fraction="{weight.normalize():f}"')
        for option, weight in zip(draft.options, weights_of(draft), strict=True)
    )
    body = f"<single>{str(single).lower()}</single>{answers}"
    return "multichoice", body, credits_tag(draft)


def _truth(draft: Draft, files: Mapping[str, bytes]) -> tuple[str, str, list[str]]:
    return (
        "truefalse",
        "".join(
            f'<answer fraction="{100 if draft.key == (word,) else 0}" format="moodle_auto_format">'
            f"<text>{word}</text></answer>"
            for word in ("true", "false")
        ),
        [],
    )


def _blank(draft: Draft, files: Mapping[str, bytes]) -> tuple[str, str, list[str]]:
    """One blank is a short answer, several are embedded in the text."""
    wanted = gaps(draft.key)
    if len(wanted) != 1:
        return "cloze", "", []
    rows = graded_answers(wanted[0])
    if is_numerical(wanted[0]):
        return (
            "numerical",
            "".join(_answer(text, credit, margin) for text, credit, margin in rows),
            [],
        )
    answers = "".join(_answer(starred(text), credit) for text, credit, _ in rows)
    return "shortanswer", f"<usecase>0</usecase>{answers}", []


def _answer(text: str, credit: Fraction, margin: Decimal | None = None) -> str:
    near = "" if margin is None else f"<tolerance>{margin:f}</tolerance>"
    return (
        f'<answer fraction="{percent(credit)}" format="plain_text"><text>{escape(text)}</text>{near}'
        "</answer>"
    )


def _essay(draft: Draft, files: Mapping[str, bytes]) -> tuple[str, str, list[str]]:
    key = "".join(f'<div class="key">{marked_up(str(one))}</div>' for one in draft.key)
    rows = "".join(
        f'<li class="rubric" title="{Decimal(str(row["points"])):f}分">{marked_up(row["text"])}</li>'
        for row in draft.rubric
    )
    html = key + (f"<ol>{rows}</ol>" if rows else "")
    return (
        "essay",
        "<responseformat>editor</responseformat><responserequired>1</responserequired>"
        f'<graderinfo format="html"><text>{escape(html)}</text></graderinfo>',
        [],
    )


def _matching(draft: Draft, files: Mapping[str, bytes]) -> tuple[str, str, list[str]]:
    right: dict[int, int] = dict(plain(draft.key))
    places = list(dict.fromkeys(right[at] for at in range(len(draft.parts))))
    further = [at for at in range(len(draft.options)) if at not in places]
    pairs = [(part.stem, draft.options[right[at]]) for at, part in enumerate(draft.parts)]
    pairs += [("", draft.options[at]) for at in further]
    body = "".join(
        _text(
            "subquestion", left, draft, files, inner=f"<answer><text>{escape(said)}</text></answer>"
        )
        for left, said in pairs
    )
    return (
        "matching",
        f"<shuffleanswers>true</shuffleanswers>{body}",
        [*order_tag([*places, *further]), *credits_tag(draft)],
    )


def _ordering(draft: Draft, files: Mapping[str, bytes]) -> tuple[str, str, list[str]]:
    order = plain(draft.key)
    answers = "".join(
        _text("answer", draft.options[at], draft, files, attributes=' fraction="1"') for at in order
    )
    kind = "<selecttype>ALL</selecttype><gradingtype>ALL_OR_NOTHING</gradingtype>"
    return "ordering", kind + answers, [*order_tag(order), *credits_tag(draft)]


_Body = Callable[[Draft, Mapping[str, bytes]], tuple[str, str, list[str]]]
_BODIES: dict[str, _Body] = {
    "single": _choice,
    "multiple": _choice,
    "truth": _truth,
    "blank": _blank,
    "short": _essay,
    "essay": _essay,
    "speaking": _essay,
    "matching": _matching,
    "ordering": _ordering,
}
