"""填空: one or more gaps, each with its accepted texts."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from question_bank.items.kinds.gaps import WHOLE, Gap, compare, gaps, number_of
from question_bank.items.kinds.policies import POLICIES, Policy
from question_bank.items.kinds.protocol import (
    Answer,
    Content,
    Response,
    Scored,
    missing_stem,
    shown,
)
from question_bank.items.kinds.vietnamese import DIFFERENCE_NAMES, Difference


def check(content: Content) -> list[str]:
    faults = missing_stem(content)
    if not content.key:
        faults.append("没有标准答案。")
    for at, gap in enumerate(gaps(content.key), start=1):
        if not any(text.strip() for text in gap.accepted):
            faults.append(f"第{at}空没有可接受的答案。")
        faults += [
            f"第{at}空的误差写在“{one.text[:20]}”后面，它不是数。"
            for one in gap.graded
            if one.margin is not None and number_of(one.text) is None
        ]
    return faults


def face(content: Content) -> dict[str, Any]:
    return {"options": [], "blanks": len(content.key), "parts": []}


def blank(content: Content) -> Response:
    return [""] * len(content.key)


def score(answer: Answer, response: Response) -> Scored:
    """Every blank has the same share of the points; groups are filled to the best advantage."""
    policy, wanted = POLICIES[answer.policy], gaps(answer.key)
    given = _texts(response, len(wanted))
    share = answer.full / len(wanted)
    placed = _placed(wanted, given, policy)
    why = tuple(
        _why(at, wanted[gap], text, share, policy)
        for at, (gap, text) in enumerate(zip(placed, given, strict=True), start=1)
    )
    credits = (_credit(wanted[gap], text, policy) for gap, text in zip(placed, given, strict=True))
    return Scored(share * sum(credits, Fraction(0)), answer.full, why)


def _best(gap: Gap, given: str) -> Difference:
    return min((compare(text, given) for text in gap.accepted), default=Difference.OTHER)


def _credit(gap: Gap, given: str, policy: Policy) -> Fraction:
    """The share that a text earns: what is graded to the letter goes before what is alike."""
    if given in gap.accepted:
        return WHOLE
    exact = [one.credit for one in gap.graded if one.margin is None and one.text == given]
    if exact:
        return max(exact)
    near = [one.credit for one in gap.graded if one.earns(given)]
    return max([*near, _alike(gap, given, policy)])


def _alike(gap: Gap, given: str, policy: Policy) -> Fraction:
    match _best(gap, given):
        case Difference.EXACT | Difference.VARIANT:
            return Fraction(1)
        case Difference.TONE:
            return policy.tone
        case Difference.DIACRITIC:
            return policy.diacritic
        case Difference.OTHER:
            return Fraction(0)


def _placed(wanted: list[Gap], given: list[str], policy: Policy) -> list[int]:
    """For every given text the gap it counts for: its own, or the best of its group."""
    placed = list(range(len(wanted)))
    for group in {gap.group for gap in wanted if gap.group}:
        places = [at for at, gap in enumerate(wanted) if gap.group == group]
        credit = {(a, b): _credit(wanted[b], given[a], policy) for a in places for b in places}
        for place, gap in zip(places, _assignment(places, credit), strict=True):
            placed[place] = gap
    return placed


def _assignment(places: list[int], credit: dict[tuple[int, int], Fraction]) -> tuple[int, ...]:
    """The distribution of gaps over places with the most credit, by dynamic programming."""
    best: dict[frozenset[int], tuple[Fraction, tuple[int, ...]]] = {frozenset(): (Fraction(0), ())}
    for place in places:
        grown: dict[frozenset[int], tuple[Fraction, tuple[int, ...]]] = {}
        for used, (sum_so_far, chosen) in best.items():
            for gap in places:
                if gap in used:
                    continue
                total, taken = sum_so_far + credit[place, gap], used | {gap}
                if taken not in grown or total > grown[taken][0]:
                    grown[taken] = (total, (*chosen, gap))
        best = grown
    return best[frozenset(places)][1]


def _why(at: int, gap: Gap, given: str, share: Fraction, policy: Policy) -> str:
    key = "／".join(gap.texts)
    if not given:
        return f"第{at}空：标准答案“{key}”，您没有填写，得 0 分。"
    credit = _credit(gap, given, policy)
    graded = credit not in (0, WHOLE) and any(one.earns(given) for one in gap.graded)
    near = credit == WHOLE and _best(gap, given) == Difference.OTHER
    told = (
        "按题目自带的分值"
        if graded
        else DIFFERENCE_NAMES[Difference.EXACT if near else _best(gap, given)]
    )
    earned = shown(share * credit)
    return f"第{at}空：标准答案“{key}”，您填“{given}”，{told}，得 {earned} 分。"


def _texts(response: Response, count: int) -> list[str]:
    given = response if isinstance(response, list) else []
    texts = [text.strip() if isinstance(text, str) else "" for text in given[:count]]
    return texts + [""] * (count - len(texts))


def summarise(response: Response) -> str:
    given = response if isinstance(response, list) else []
    texts = _texts(given, len(given))
    return (
        "；".join(f"{at}. {text or '—'}" for at, text in enumerate(texts, 1)) if any(texts) else ""
    )


def show_key(key: Sequence[Any]) -> str:
    wanted = gaps(key)
    told = "；".join("／".join(gap.texts) for gap in wanted)
    return f"{told}（可换序）" if any(gap.group for gap in wanted) else told
