"""What the house's own templates for Word and Excel share: words, keys and rubrics as text, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from question_bank.items.formats.escapes import joined, split, unescaped
from question_bank.items.formats.tags import grouped_key
from question_bank.items.kinds.catalogue import KINDS
from question_bank.items.kinds.credits import cut_note, plain
from question_bank.items.kinds.gaps import gap_of, gaps
from question_bank.items.rules.characters import narrow
from question_bank.items.rules.draft import Draft
from question_bank.items.rules.terms import KIND_NAMES
from question_bank.items.rules.typed import key_of

WRITTEN = frozenset({"short", "essay", "speaking"})
_LETTERS = re.compile(r"[A-Z](?:[\s,，、;；]*[A-Z])*")
_PAIRS = re.compile(r"\d+\s*[-—:：=→]?\s*[A-Z](?:[\s,，、;；]+\d+\s*[-—:：=→]?\s*[A-Z])*")
_ROW = re.compile(r"(\d+(?:\.\d+)?)\s*分\s*[:：]?\s*(.*)", re.DOTALL)
_BARE_ROW = re.compile(r"(\d+(?:\.\d+)?)\s*[:：、\s]\s*(\S.*)", re.DOTALL)
_KINDS = {name: kind.value for kind, name in KIND_NAMES.items()}
_KINDS |= {name.removesuffix("题"): kind for name, kind in _KINDS.items()}
_KINDS |= {"案例题": "case", "材料题": "case", "名词解释题": "short", "匹配题": "matching"}


def kind_of(word: str) -> str:
    """The kind that a word names; "" for none and for an unknown one."""
    return _KINDS.get(word.strip(), "")


def key_text(draft: Draft) -> str:
    """The key of a draft as people write it; blanks by lines, accepted texts between |."""
    match draft.kind:
        case "blank":
            return "\n".join(joined(gap.texts, "|") for gap in gaps(draft.key))
        case kind if kind in WRITTEN:
            return "\n".join(map(str, draft.key))
        case kind:
            return KINDS[kind].show_key(draft.key)


def key_said(kind: str, text: str) -> tuple[tuple[Any, ...], str]:
    """(the key, what of the text is not understood as one): for an item of this kind."""
    bare = text.strip()
    if not bare or kind in ("case", "listening"):
        return (), f"这种题型的答案“{bare[:20]}”应写在各小题里。" if bare else ""
    if kind == "blank":
        said = (tuple(filter(None, split(line, "|"))) for line in bare.split("\n"))
        return tuple(gap_of(line).entry() for line in said), ""
    if kind in WRITTEN or not kind:
        return (bare,), ""
    letters = cut_note(narrow(bare).upper())[0].strip("。. ")
    shape = {"matching": _PAIRS, "truth": re.compile(".*")}.get(kind, _LETTERS)
    key = key_of(kind, bare) if shape.fullmatch(letters) else []
    if kind == "multiple" and key and len(plain(key)) != len(re.findall("[A-Z]", letters)):
        return tuple(key), f"答案“{bare[:20]}”里有重复的字母。"
    made = tuple(tuple(one) if isinstance(one, list) else one for one in key)
    return made, "" if made else f"看不懂答案“{bare[:20]}”。"


def grouped(draft: Draft, text: str) -> tuple[tuple[Any, ...], str]:
    """(the key with blanks that swap, what of `1,2` is not understood)."""
    said = re.sub(r"\s", "", narrow(text)).replace("、", ",").replace("，", ",")
    if said in ("是", "√", "全部"):
        said = ",".join(str(at) for at in range(1, len(draft.key) + 1))
    key = grouped_key(draft, said) if draft.kind == "blank" else None
    return (draft.key, f"可换序“{text[:20]}”没有看懂，请写成“1,2”。") if key is None else (key, "")


def list_text(texts: Sequence[str]) -> str:
    """Texts one per line; a break inside one is written as \\n."""
    return joined(texts, "\n")


def list_said(text: str) -> list[str]:
    return [unescaped(line.strip()) for line in text.split("\n") if line.strip()]


def row_text(row: Mapping[str, Any]) -> str:
    """采分点 as `2分：写出两项原则`."""
    return f"{Decimal(str(row['points'])):f}分：{row['text']}"


def row_said(text: str) -> dict[str, Any] | None:
    """The 采分点 that a text says; None without points."""
    match = _ROW.fullmatch(text.strip()) or _BARE_ROW.fullmatch(text.strip())
    return {"text": match[2].strip(), "points": Decimal(match[1])} if match else None


def number_of(text: str) -> int | str | None:
    bare = text.strip()
    return int(bare) if bare.isdecimal() else bare or None
