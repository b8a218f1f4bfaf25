"""GIFT: the text format of Moodle, read and written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from question_bank.items.formats import gift_syntax as syntax
from question_bank.items.formats import text
from question_bank.items.formats.gift_reading import read_text
from question_bank.items.formats.protocol import Loss
from question_bank.items.formats.tags import order_tag, tags_of
from question_bank.items.formats.weights import (
    FULL,
    credits_tag,
    graded_answers,
    is_numerical,
    mixes,
    percent,
    weights_of,
)
from question_bank.items.kinds.credits import plain
from question_bank.items.kinds.gaps import Gap, gaps
from question_bank.items.rules.draft import Draft, Reading
from question_bank.items.rules.typed import topic_path

SUFFIX = ".gift"
_ANSWER = re.compile(r"\s*(?:$|[~=#]|(?:T|TRUE|F|FALSE)\s*(?:#|$))", re.IGNORECASE)
MIXED = "一个空里既有带误差的数，又有别的答案，别的系统没有这种填空题"


def recognises(name: str, whole: str) -> bool:
    """Whether a text is GIFT: by its name, or because every block of it is a question of GIFT."""
    if name.lower().endswith(SUFFIX):
        return True
    found = []
    for block in syntax.blocks(whole):
        if block.text.startswith("$CATEGORY:"):
            continue
        if not _is_question(block):
            return False
        found.append(block)
    return any(
        block.text.startswith("::") or re.search(r"\{\s*[^\s}]", block.text) for block in found
    )


def _is_question(block: syntax.Block) -> bool:
    braces = re.findall(r"\{(.*?)\}", block.text, re.DOTALL)
    return len(braces) == 1 and _ANSWER.match(braces[0]) is not None


def read(path: Path) -> Reading:
    return read_text(text.decode(path.read_bytes()).replace("\r\n", "\n"), path.name)


def files(path: Path, names: Collection[str]) -> dict[str, bytes]:
    return {}


def losses(draft: Draft) -> list[Loss]:
    """GIFT has no cases, orderings and several blanks, no files, and no answer of an essay."""
    whole = _unholdable(draft)
    if whole:
        return [Loss(draft.number, whole, whole=True)]
    told = []
    if draft.media:
        told.append("图片和录音不会写入")
    if draft.kind in ("short", "essay", "speaking"):
        told += ["参考答案不会写入"] if draft.key else []
        told += ["采分点不会写入"] if draft.rubric else []
    return [Loss(draft.number, sentence) for sentence in told]


def _unholdable(draft: Draft) -> str:
    match draft.kind:
        case "case" | "listening" | "ordering":
            return "GIFT 没有这种题型"
        case "blank" if len(draft.key) != 1:
            return "GIFT 的填空题只能有一个空"
        case "blank":
            gap = gaps(draft.key)[0]
            if any("->" in one for one, _, _ in graded_answers(gap)):
                return "答案里有“->”，在 GIFT 里会变成连线题"
            if mixes(gap):
                return MIXED
        case "matching":
            if len(set(draft.options)) < len(draft.options):
                return "右栏有相同的项，GIFT 分不开"
            if any("->" in part.stem for part in draft.parts):
                return "左栏里有“->”，GIFT 分不开左右"
        case "multiple" | "single" if any(not option for option in draft.options):
            return "GIFT 没有空的选项"
    return ""


def write(drafts: Sequence[Draft], files: Mapping[str, bytes]) -> bytes:
    """Every question with its tags above it, under its category."""
    pieces, topic = [], ""
    for draft in drafts:
        if draft.topic != topic:
            topic = draft.topic
            pieces.append("$CATEGORY: " + category_of(topic))
        pieces.append(_question(draft))
    return ("\n\n".join(pieces) + "\n").encode()


def category_of(topic: str) -> str:
    """The path of a topic as Moodle has it; a slash in a name is doubled."""
    return "/".join(["$course$", "top", *(name.replace("/", "//") for name in topic_path(topic))])


def _question(draft: Draft) -> str:
    answer, further = _answer(draft)
    tags = [*tags_of(draft, but={"知识点"}), *further]
    comment = " ".join(f"[tag:{_tag(tag)}]" for tag in tags)
    general = f"\n\t####{syntax.plain(draft.rationale)}" if draft.rationale else ""
    stem = syntax.plain(draft.stem, always=True)
    return (
        f"// {comment}\n{stem}{{{answer}{general}\n}}"
        if answer or general
        else f"// {comment}\n{stem}{{}}"
    )


def _tag(tag: str) -> str:
    return tag.replace("\\", "\\\\").replace("\n", "\\n").replace("]", "\\]")


def _answer(draft: Draft) -> tuple[str, list[str]]:
    """What stands in the braces, and the tags that it needs."""
    match draft.kind:
        case "single":
            return _lines(_weighted(draft)), credits_tag(draft)
        case "multiple":
            return _lines(_weighted(draft)), credits_tag(draft)
        case "truth":
            return "TRUE" if draft.key == ("true",) else "FALSE", []
        case "blank":
            return _blank(gaps(draft.key)[0]), []
        case "matching":
            return _pairs(draft)
        case _:
            return "", []


def _lines(answers: Iterable[str]) -> str:
    return "".join(f"\n\t{answer}" for answer in answers)


def _weightless(text: str, weight: str) -> str:
    """A text whose beginning would be taken for a weight, behind the weight that it has."""
    safe = syntax.plain(text)
    return weight + safe if safe.startswith("%") else safe


def _weighted(draft: Draft) -> Iterator[str]:
    """The options behind their weights; the right one of a single choice has a sign of its own."""
    single = draft.kind == "single"
    for option, weight in zip(draft.options, weights_of(draft), strict=True):
        if single and weight == FULL:
            yield "=" + syntax.plain(option)
        elif weight == 0:
            yield "~" + _weightless(option, "%0%")
        else:
            yield f"~%{weight.normalize():f}%{syntax.plain(option)}"


def _blank(gap: Gap) -> str:
    """Short answers, or numbers behind the sign that says so; a share goes before its answer."""
    if is_numerical(gap):
        rows = [
            f"={_percent(credit)}{text}:{margin or Decimal(0):f}"
            for text, credit, margin in graded_answers(gap)
        ]
        return "#" + _lines(rows)
    texts = [(syntax.starred(text), credit) for text, credit, _ in graded_answers(gap)]
    return _lines(
        "=" + (_percent(credit) + syntax.plain(text) if credit != 1 else _weightless(text, "%100%"))
        for text, credit in texts
    )


def _percent(credit: Fraction) -> str:
    return "" if credit == 1 else f"%{percent(credit)}%"


def _pairs(draft: Draft) -> tuple[str, list[str]]:
    """The pairs in the order of the left column, then what nothing on the left belongs to."""
    right: dict[int, int] = dict(plain(draft.key))
    places = list(dict.fromkeys(right[at] for at in range(len(draft.parts))))
    further = [at for at in range(len(draft.options)) if at not in places]
    lines = [
        f"={syntax.plain(part.stem)} -> {syntax.plain(draft.options[right[at]])}"
        for at, part in enumerate(draft.parts)
    ]
    lines += [f"= -> {syntax.plain(draft.options[at])}" for at in further]
    return _lines(lines), [*order_tag([*places, *further]), *credits_tag(draft)]
