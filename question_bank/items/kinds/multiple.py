"""多选: several options are right; what a partly right choice gets is the policy's."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from question_bank.items.kinds import choice
from question_bank.items.kinds.policies import POLICIES, Partial, Policy
from question_bank.items.kinds.protocol import Answer, Content, Response, Scored, letters, shown


def check(content: Content) -> list[str]:
    faults = choice.check(content)
    if choice.credited(content.key, choice.joined(content.key)) not in (None, 1):
        faults.append("选中全部标准答案须得满分，请核对各项的分值比例。")
    return faults


def face(content: Content) -> dict[str, Any]:
    return choice.face(content)


def blank(content: Content) -> Response:
    return []


def score(answer: Answer, response: Response) -> Scored:
    """By the credits of the item where it has any, else by the policy: M0 to M5 that really occur."""
    policy = POLICIES[answer.policy]
    key, chosen = set(choice.joined(answer.key)), set(letters(response))
    share = choice.credited(answer.key, _joined(chosen)) if chosen else None
    if share is not None:
        told = f"标准答案 {show_key(answer.key)}，您选了 {_joined(chosen)}，"
        earned = answer.full * share
        return Scored(earned, answer.full, (f"{told}按题目自带的分值得 {shown(earned)} 分。",))
    points = _points(policy, key, chosen, answer.full)
    return Scored(points, answer.full, (_why(policy, key, chosen, points),))


def _points(policy: Policy, key: set[str], chosen: set[str], full: Fraction) -> Fraction:
    if chosen == key:
        return full
    wrong = chosen - key
    if not chosen or (wrong and not policy.deduct):
        return Fraction(0)
    earned = _partial(policy, len(chosen & key), len(key), full) - policy.deduct * len(wrong)
    return min(max(earned, Fraction(0)), full)


def _partial(policy: Policy, hits: int, keys: int, full: Fraction) -> Fraction:
    match policy.partial:
        case Partial.EACH:
            return policy.each * hits
        case Partial.HALF:
            return full / 2
        case Partial.SHARE:
            return full * hits / keys
        case Partial.NOTHING:
            return Fraction(0)


def _why(policy: Policy, key: set[str], chosen: set[str], points: Fraction) -> str:
    told = [f"标准答案 {_joined(key)}"]
    told.append(f"您选了 {_joined(chosen)}" if chosen else "您没有作答")
    if chosen and key - chosen:
        told.append(f"漏选 {_joined(key - chosen)}")
    if chosen - key:
        told.append(f"错选 {_joined(chosen - key)}")
    rule = f"按“{policy.title}”" if chosen and chosen != key else ""
    return "，".join([*told, f"{rule}得 {shown(points)} 分。"])


def _joined(some: set[str]) -> str:
    return "".join(sorted(some))


def summarise(response: Response) -> str:
    return "".join(letters(response))


def show_key(key: Sequence[Any]) -> str:
    return choice.show_key(key)
