"""What other systems have no field for, as tags that people can read: 难度：易."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

from question_bank.items.formats.escapes import joined, split
from question_bank.items.formats.protocol import blank_key
from question_bank.items.kinds.credits import credits, cut_note, plain, with_credits
from question_bank.items.kinds.gaps import gaps
from question_bank.items.rules.draft import Draft, Problem, limits_said, limits_text
from question_bank.items.rules.finding import tag_of
from question_bank.items.rules.terms import KIND_NAMES, Kind, Source
from question_bank.items.rules.typed import CREDITED

_TAG = re.compile(
    r"(题型|题分|难度|认知层次|可换序|计分|顺序|出处|知识点|播放次数|录音秒数|录音次数|标签)[：:](.*)",
    re.DOTALL,
)
_KINDS = {name: kind.value for kind, name in KIND_NAMES.items()}
# What a reader may have taken for another: only these does a tag put right.
_ALIKE = ({"single", "multiple"}, {"short", "essay", "speaking"}, {"case", "listening"})


def tags_of(draft: Draft, *, but: Collection[str] = ()) -> list[str]:
    """The tags of a draft, without those `but` that the format has a field for."""
    told = [
        ("题型", KIND_NAMES[Kind(draft.kind)]),
        ("题分", "" if draft.points is None else format(draft.points, "f")),
        ("难度", draft.difficulty),
        ("认知层次", draft.cognition),
        ("知识点", draft.topic),
        ("可换序", groups_text(draft)),
        *limits_text(draft).items(),
        *(("出处", source_text(source)) for source in draft.sources),
    ]
    own = [f"{name}：{value}" for name, value in told if value and name not in but]
    return [*own, *(f"标签：{word}" if _TAG.fullmatch(word) else word for word in draft.tags)]


def order_tag(order: Iterable[int]) -> list[str]:
    """The tag that puts options back into their own order, by index from 0: none where it is theirs."""
    places = list(order)
    if places == sorted(places):
        return []
    return ["顺序：" + ",".join(str(place + 1) for place in places)]


def tagged(draft: Draft, tags: Iterable[str]) -> Draft:
    """The draft with what its tags say; whatever says nothing of this kind is one of its words."""
    changed = []
    for said in map(str.strip, tags):
        match = _TAG.fullmatch(said)
        made = _applied(draft, match[1], match[2].strip()) if match else None
        if made is not None:
            draft = made
        elif said:
            draft = replace(draft, tags=(*draft.tags, tag_of(said)))
            changed += [] if draft.tags[-1] == said else [said]
    if not changed:
        return draft
    sentence = f"标签“{'”“'.join(changed)}”里的空格或标点写成了“-”，或者过长，只留了前面的字。"
    problem = Problem("tags_changed", sentence, draft.source, notice=True)
    return replace(draft, problems=(*draft.problems, problem))


def _applied(draft: Draft, name: str, value: str) -> Draft | None:
    match name:
        case "题型":
            return _as_kind(draft, _KINDS.get(value, ""))
        case "题分":
            points = _number(value)
            return None if points is None else replace(draft, points=points)
        case "难度":
            return replace(draft, difficulty=value)
        case "认知层次":
            return replace(draft, cognition=value)
        case "知识点":
            return replace(draft, topic=value)
        case "播放次数" | "录音秒数" | "录音次数":
            return _limited(draft, name, value)
        case "标签":
            return replace(draft, tags=(*draft.tags, value)) if value == tag_of(value) else None
        case "可换序":
            return _grouped(draft, value)
        case "顺序":
            return _reordered(draft, value)
        case "计分":
            rest, shares = cut_note(value)
            held = bool(shares) and not rest and draft.kind in CREDITED
            return replace(draft, key=with_credits(draft.key, shares)) if held else None
        case _:
            source = source_of(value)
            return None if source is None else replace(draft, sources=(*draft.sources, source))


def _limited(draft: Draft, name: str, value: str) -> Draft | None:
    limits, wrong = limits_said(limits_text(draft) | {name: value})
    return None if wrong else replace(draft, **limits)


def _as_kind(draft: Draft, kind: str) -> Draft | None:
    if kind == draft.kind:
        return draft
    alike = any({kind, draft.kind} <= kinds for kinds in _ALIKE)
    return replace(draft, kind=kind) if alike else None


def _number(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def groups_text(draft: Draft) -> str:
    """The groups of blanks that swap freely, by number from 1: `1,2;3,4`."""
    if draft.kind != "blank":
        return ""
    groups: dict[str, list[str]] = {}
    for number, gap in enumerate(gaps(draft.key), start=1):
        if gap.group:
            groups.setdefault(gap.group, []).append(str(number))
    return ";".join(",".join(numbers) for numbers in groups.values())


def _grouped(draft: Draft, value: str) -> Draft | None:
    key = grouped_key(draft, value) if draft.kind == "blank" else None
    return None if key is None else replace(draft, key=key)


def grouped_key(draft: Draft, value: str) -> tuple[object, ...] | None:
    """The key with the groups that `1,2;3,4` says; None where it names a blank that there is not."""
    if not re.fullmatch(r"\d+(?:,\d+)*(?:;\d+(?:,\d+)*)*", value):
        return None
    named = [(int(number), group) for group, numbers in enumerate(value.split(";"), start=1)
             for number in numbers.split(",")]  # fmt: skip
    if len(dict(named)) < len(named) or not all(1 <= n <= len(draft.key) for n, _ in named):
        return None
    groups = dict(named)
    return blank_key(
        replace(gap, group=str(groups.get(number, "")))
        for number, gap in enumerate(gaps(draft.key), start=1)
    )


def _reordered(draft: Draft, value: str) -> Draft | None:
    """Options that were written by the key, put back: the n-th number is the place of the n-th."""
    if not re.fullmatch(r"\d+(?:,\d+)*", value) or draft.kind not in ("matching", "ordering"):
        return None
    places = [int(number) - 1 for number in value.split(",")]
    if sorted(places) != list(range(len(draft.options))):
        return None
    options = [""] * len(places)
    for option, place in zip(draft.options, places, strict=True):
        options[place] = option
    if draft.kind == "ordering":
        key: list[object] = [places[at] for at in plain(draft.key)]
    else:
        key = [(left, places[right]) for left, right in plain(draft.key)]
    return replace(draft, options=tuple(options), key=with_credits(key, credits(draft.key)))


def source_text(source: Source) -> str:
    """A source as `document|article|edition|from|to`, without what is empty at its end."""
    said = list(source.as_json().values())
    while len(said) > 1 and not said[-1]:
        said.pop()
    return joined(said, "|")


def source_of(value: str) -> Source | None:
    """The source that such a text says; None where its days are no days."""
    document, article, edition, start, end, *more = (*split(value, "|"), "", "", "", "", "")
    try:
        days = [date.fromisoformat(day) if day else None for day in (start, end)]
    except ValueError:
        return None
    return None if any(more) or not document else Source(document, article, edition, *days)
