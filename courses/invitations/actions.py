"""Inviting instructors, their answers, reminding them, and what is done when one cannot come."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from courses.availability import actions as availability
from courses.availability.rules import Period
from courses.cohorts.models import Cohort
from courses.cohorts.queries import lock_cohort
from courses.faculty.models import Instructor
from courses.invitations import queries
from courses.invitations.models import Invitation
from courses.invitations.rules import (
    ANSWER_NAMES,
    STANDING,
    TOKEN_LENGTH,
    Answer,
    answer_faults,
    asks_again,
    expiry,
    reminds,
)
from courses.timetable.models import Lesson
from courses.timetable.rules import whole_days
from courses.venues.rules import when
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.norms import queries as norms
from lms.ground.notices.actions import tell
from lms.ground.vault import sign

MINE = "/invitations/mine"


@dataclass(frozen=True)
class Guest:
    """The actor behind a link: known by name, without an account."""

    name: str
    id: int | None = None


def invite(*, lesson: Lesson, by: Actor, at: datetime) -> Invitation:
    """Ask the lesson's instructor; asked already and not yet over, it is the same invitation.

    Refused for a lesson without an instructor or one that has begun.
    """
    if lesson.instructor is None:
        raise Refused("这次课还没有排授课教师，请先在课程表里排定。")
    if lesson.starts_at <= at:
        raise Refused("这次课已经开始，不需要再邀请。")
    lock_cohort(lesson.cohort_id)
    last = queries.find_last(lesson.id)
    if last is not None and last.state(at) in STANDING:
        return last
    made = _write(lesson, by=by, at=at)
    told = f"邀请{lesson.instructor.person.name}讲授{_lesson(lesson)}"
    record("invitations.invite", made, told, by=by, at=at)
    until = f"{local(made.expires_at):%Y-%m-%d %H:%M}"
    body = f"请您讲授{_lesson(lesson)}，请在{until}前答复。"
    tell([lesson.instructor.person_id], "授课邀请", body, at=at, link=MINE)
    return made


def invite_all(*, lessons: Sequence[Lesson], by: Actor, at: datetime) -> int:
    """Ask for every lesson to come that has an instructor and no standing invitation."""
    fresh = [
        line.lesson
        for line in queries.lines_of(lessons)
        if line.lesson.starts_at > at
        and (line.invitation is None or line.invitation.state(at) not in STANDING)
    ]
    for lesson in fresh:
        invite(lesson=lesson, by=by, at=at)
    return len(fresh)


def token_of(invitation: Invitation) -> str:
    """What stands in the link: nobody can compute it from the database alone."""
    return _token(invitation.nonce)


def answer(*, invitation: Invitation, said: Answer, note: str, by: Actor, at: datetime) -> None:
    """Write down what the instructor said, once; Refused afterwards and when it is too late."""
    faults = answer_faults(invitation.state(at), said, note)
    if faults:
        raise Refused(*faults)
    invitation.edited_from(invitation.version)
    invitation.answer, invitation.note = said, note
    invitation.answered_by, invitation.answered_at = by.name, at
    name = invitation.instructor.person.name
    told = f"{name}{ANSWER_NAMES[said]}了{_lesson(invitation.lesson)}的邀请"
    record("invitations.answer", invitation, told, by=by, at=at, note=note)
    asked = [queries.person_of(invitation.sent_by_id), invitation.lesson.cohort.adviser_id]
    body = f"{told}。{f'原因：{note}' if note else ''}"
    tell([one for one in asked if one], "授课邀请的答复", body, at=at, link=_page(invitation))


def revoke(*, invitation: Invitation, seen: int | None, by: Actor, at: datetime) -> None:
    """Take an invitation back; its link then says so. Refused when it no longer stands."""
    if invitation.state(at) not in STANDING:
        raise Refused("这次邀请已经不在等待或接受的状态，不需要收回。")
    invitation.edited_from(seen)
    invitation.revoked_at = at
    told = f"收回对{invitation.instructor.person.name}讲授{_lesson(invitation.lesson)}的邀请"
    record("invitations.revoke", invitation, told, by=by, at=at)
    person_id = invitation.instructor.person_id
    tell([person_id], "授课邀请已收回", f"{told}。", at=at, link=MINE)


def report_absence(
    *, instructor: Instructor, period: Period, by: Actor, at: datetime
) -> list[Lesson]:
    """An instructor cannot come on some days: what is affected is told to the staff and kept.

    The days enter the calendar, invitations to these lessons end, the lessons themselves stay as
    they are until somebody rearranges them. Told again, nobody is told twice.
    """
    availability.add_period(instructor=instructor, period=period, by=by, at=at)
    lessons = [
        lesson
        for lesson in queries.lessons_within(
            instructor.id, whole_days(period.starts_on, period.ends_on)
        )
        if lesson.ends_at > at
    ]
    for line in queries.lines_of(lessons):
        if line.invitation is not None and line.invitation.state(at) in STANDING:
            line.invitation.withdrawn_at, line.invitation.withdrawal = at, period.reason
    told = f"{instructor.person.name}临时不能授课：{period.reason}"
    record("invitations.report_absence", instructor, told, by=by, at=at, lessons=len(lessons))
    if lessons:
        _tell_staff(instructor, lessons, told, at=at)
    return lessons


def remind(*, at: datetime) -> int:
    """Ask again who has not answered, and remind who accepted; how many were told."""
    day = local(at).date()
    days = norms.values("invitations.ask_again_days", "invitations.remind_days", on=day)
    again, before = (int(number) for number in days.values())
    told = 0
    for one in queries.open_invitations(at=at):
        state = one.state(at)
        if asks_again(
            state, sent_at=one.sent_at, asked_again=bool(one.asked_again_at), days=again, at=at
        ):
            one.asked_again_at = at
            _remind(one, "授课邀请还没有答复", "请尽快答复", at=at)
        elif reminds(
            state,
            starts_at=one.lesson.starts_at,
            reminded=bool(one.reminded_at),
            days=before,
            at=at,
        ):
            one.reminded_at = at
            _remind(one, "授课提醒", "请您按时到课", at=at)
        else:
            continue
        told += 1
    return told


def _write(lesson: Lesson, *, by: Actor, at: datetime) -> Invitation:
    nonce = secrets.token_hex(16)
    days = int(norms.value("invitations.valid_days", on=local(at).date()))
    made = Invitation(
        lesson=lesson,
        instructor=lesson.instructor,
        lesson_starts_at=lesson.starts_at,
        nonce=nonce,
        token_hash=sha256(_token(nonce).encode()).hexdigest(),
        sent_by_id=by.id,
        sent_by=by.name,
        sent_at=at,
        expires_at=expiry(at=at, days=days, lesson_starts_at=lesson.starts_at),
    )
    session.add(made)
    session.flush()
    return made


def _token(nonce: str) -> str:
    return sign(f"invitation {nonce}".encode())[:TOKEN_LENGTH]


def _tell_staff(
    instructor: Instructor, lessons: Sequence[Lesson], told: str, *, at: datetime
) -> None:
    listed = "\n".join(_lesson(lesson) for lesson in lessons)
    advisers = [lesson.cohort.adviser_id for lesson in lessons]
    body = f"{told}。受影响的课：\n{listed}\n请尽快调整。"
    link = f"/invitations/instructors/{instructor.id}/absence"
    tell(queries.staff_ids(also=advisers), "教师临时不能授课", body, at=at, link=link)


def _remind(invitation: Invitation, subject: str, please: str, *, at: datetime) -> None:
    body = f"{please}：{_lesson(invitation.lesson)}。"
    tell([invitation.instructor.person_id], subject, body, at=at, link=MINE)


def _lesson(lesson: Lesson) -> str:
    cohort: Cohort = lesson.cohort
    where = f"，{lesson.venue.name}" if lesson.venue else ""
    return f"“{cohort.title}”{when(lesson.span)}《{lesson.course.title}》{where}"


def _page(invitation: Invitation) -> str:
    return f"/invitations/{invitation.id}"
