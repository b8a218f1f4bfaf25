"""GIFT: the text format of Moodle, read and written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from question_bank.items.formats import gift_syntax as syntax
from question_bank.items.formats import text
from question_bank.items.formats.gift_reading import read_text
from question_bank.items.formats.protocol import Loss
from question_bank.items.formats.tags import order_tag, tags_of
from question_bank.items.kinds.blank import gaps
from question_bank.items.kinds.protocol import letter
from question_bank.items.rules.draft import Draft, Reading
from question_bank.items.rules.typed import topic_path

SUFFIX = ".gift"
_ANSWER = re.compile(r"\s*(?:$|[~=#]|(?:T|TRUE|F|FALSE)\s*(?:#|$))", re.IGNORECASE)
_WRONG = "%-100%"  # whoever chooses a wrong option gets nothing: 错选不得分


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
            if any("->" in one for one in gaps(draft.key)[0].accepted):
                return "答案里有“->”，在 GIFT 里会变成连线题"
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
            return _lines(
                "=" + syntax.plain(option)
                if letter(at) in draft.key
                else "~" + _weightless(option, "%0%")
                for at, option in enumerate(draft.options)
            ), []
        case "multiple":
            return _lines(_weighted(draft)), []
        case "truth":
            return "TRUE" if draft.key == ("true",) else "FALSE", []
        case "blank":
            accepted = gaps(draft.key)[0].accepted
            return _lines("=" + _weightless(syntax.starred(one), "%100%") for one in accepted), []
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


def _weighted(draft: Draft) -> list[str]:
    """Several right options share 100 as Moodle has it: five decimals, no needless zeros."""
    share = f"{Decimal(100) / max(1, len(draft.key)):.5f}".rstrip("0").rstrip(".")
    return [
        f"~{f'%{share}%' if letter(at) in draft.key else _WRONG}{syntax.plain(option)}"
        for at, option in enumerate(draft.options)
    ]


def _pairs(draft: Draft) -> tuple[str, list[str]]:
    """The pairs in the order of the left column, then what nothing on the left belongs to."""
    right: dict[int, int] = dict(draft.key)
    places = list(dict.fromkeys(right[at] for at in range(len(draft.parts))))
    further = [at for at in range(len(draft.options)) if at not in places]
    lines = [
        f"={syntax.plain(part.stem)} -> {syntax.plain(draft.options[right[at]])}"
        for at, part in enumerate(draft.parts)
    ]
    lines += [f"= -> {syntax.plain(draft.options[at])}" for at in further]
    return _lines(lines), order_tag([*places, *further])
