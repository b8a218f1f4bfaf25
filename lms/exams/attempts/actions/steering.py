"""What staff do to sheets that people are at: time, pauses, words, another device."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from lms.exams.attempts import queries
from lms.exams.attempts.rules.states import (
    AttemptState,
)
from lms.ground.audit.actions import Actor, record
from lms.ground.errors import Refused

STILL_NEW = timedelta(minutes=1)


def extend(
    attempt_ids: Collection[int], *, minutes: int, reason: str, by: Actor, at: datetime
) -> list[int]:
    """Give candidates more time; those who are done are passed over. Refused when all are.

    The ids of those who got it.
    """
    if not 1 <= minutes <= 240:
        raise Refused("延长的时间应为 1 至 240 分钟。")
    if not reason:
        raise Refused("请写明延长时间的原因。")
    attempts = [one for one in queries.get_attempts(attempt_ids) if one.submitted_at is None]
    if not attempts:
        raise Refused("答卷都已交，不能再延长时间。")
    for attempt in attempts:
        attempt.extension_minutes += minutes
        if attempt.started_at is not None:
            attempt.set_deadline()
        sentence = f"为{attempt.person.name}的“{attempt.title}”延长 {minutes} 分钟：{reason}"
        record("attempts.extend", attempt, sentence, by=by, at=at, minutes=minutes)
    return [attempt.id for attempt in attempts]


def pause(attempt_ids: Collection[int], *, reason: str, by: Actor, at: datetime) -> list[int]:
    """Let time stand still for those who are at their papers; their ids. Refused when nobody is."""
    if not reason:
        raise Refused("请写明暂停的原因。")
    running = [
        one
        for one in queries.get_attempts(attempt_ids)
        if one.paused_at is None and one.state(at) is AttemptState.RUNNING
    ]
    if not running:
        raise Refused("所选考生没有正在作答的，不能暂停。")
    for attempt in running:
        attempt.paused_at = at
        sentence = f"暂停{attempt.person.name}的“{attempt.title}”：{reason}"
        record("attempts.pause", attempt, sentence, by=by, at=at)
    return [attempt.id for attempt in running]


def resume(attempt_ids: Collection[int], *, by: Actor, at: datetime) -> dict[int, int]:
    """Let time go on, later by the pause in full minutes begun: `{attempt: minutes}`.

    Refused when nobody's was paused.
    """
    paused = [one for one in queries.get_attempts(attempt_ids) if one.paused_at and not one.receipt]
    if not paused:
        raise Refused("所选考生没有处于暂停中的。")
    given = {}
    for attempt in paused:
        assert attempt.paused_at is not None
        minutes = given[attempt.id] = max(0, -((attempt.paused_at - at) // timedelta(minutes=1)))
        attempt.extension_minutes += minutes
        attempt.paused_at = None
        attempt.set_deadline()
        sentence = f"恢复{attempt.person.name}的“{attempt.title}”，补回 {minutes} 分钟"
        record("attempts.resume", attempt, sentence, by=by, at=at, minutes=minutes)
    return given


def tell(attempt_ids: Collection[int], *, text: str, by: Actor, at: datetime) -> list[int]:
    """Tell candidates something on their pages; the ids of those who are not done yet.

    What was told in the last minute stands before it, so that no page misses it.
    """
    if not text:
        raise Refused("请写明要告诉考生的话。")
    attempts = [one for one in queries.get_attempts(attempt_ids) if one.submitted_at is None]
    if not attempts:
        raise Refused("所选考生都已交卷，看不到通知了。")
    for attempt in attempts:
        recent = attempt.noticed_at is not None and at - attempt.noticed_at < STILL_NEW
        attempt.notice = f"{attempt.notice}\n{text}" if recent else text
        attempt.noticed_at = at
        sentence = f"告诉{attempt.person.name}（“{attempt.title}”）：{text}"
        record("attempts.tell", attempt, sentence, by=by, at=at)
    return [attempt.id for attempt in attempts]


def release(attempt_ids: Collection[int], *, reason: str, by: Actor, at: datetime) -> list[int]:
    """Take the lease from the pages of candidates, who go on at another device; their ids."""
    if not reason:
        raise Refused("请写明更换设备的原因。")
    attempts = [
        one for one in queries.get_attempts(attempt_ids) if one.lease and one.submitted_at is None
    ]
    if not attempts:
        raise Refused("所选考生没有打开着的答卷，不需要更换设备。")
    for attempt in attempts:
        attempt.lease += 1
        attempt.leased_at = at
        attempt.opened_from = ""
        sentence = f"收回{attempt.person.name}的“{attempt.title}”在原设备上的作答：{reason}"
        record("attempts.release", attempt, sentence, by=by, at=at, lease=attempt.lease)
    return [attempt.id for attempt in attempts]
