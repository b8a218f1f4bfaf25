"""Factories: each writes one row within the current app context and flushes it.

Everybody here is invented. ID numbers carry the unassigned area code 990101, phone
numbers the unassigned prefix 100. Append factories for your own rooms at the end.
"""

from __future__ import annotations

import json
import wave
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from itertools import count
from typing import Any

from PIL import Image
from sqlalchemy import delete

from courses.catalogue.models import Course
from courses.catalogue.rules import CourseForm, CourseKind
from courses.cohorts.models import Cohort, CohortCourse, CohortStep, Enrolment
from courses.cohorts.rules import STAGE_ORDER, CohortStage, learner_number
from courses.faculty.models import Instructor, InstructorStep, Teaches
from courses.faculty.rules import InstructorCategory, InstructorState
from courses.programmes.models import Programme
from courses.timetable.models import Lesson
from courses.timetable.rules import day_span
from courses.venues.models import Venue
from courses.venues.rules import VenueKind
from lms.exams.attempts.models import Attempt
from lms.exams.sittings.models import Exam, ExamCourse
from lms.ground.access import Role
from lms.ground.accounts.models import Account, Grant
from lms.ground.audit.actions import System
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.norms.models import Norm
from lms.ground.notices.models import Notice
from lms.ground.people.models import Person, Unit, UnitDuty
from lms.ground.people.rules import UnitKind, mask_id_number, mask_phone
from lms.ground.uploads.actions import store
from lms.ground.uploads.models import Upload
from lms.ground.vault import lookup_hash
from question_bank.approvals.actions import pass_on
from question_bank.approvals.queries import reviewable
from question_bank.assemblies.actions import assemble
from question_bank.blueprints.actions import RowDraft, draw_blueprint
from question_bank.blueprints.models import Blueprint
from question_bank.items.actions import add_item, ensure_bank
from question_bank.items.models import Bank, Item
from question_bank.items.rules.terms import Kind, Stage
from question_bank.papers.actions.sealing import seal
from question_bank.papers.models import Paper, Variant

_serial = count(1)


def account(*roles: Role, login: str = "", name: str = "", **columns: Any) -> Account:
    """An account with these roles, without a password."""
    number = next(_serial)
    grants = [Grant(role=role, granted_by="系统", granted_at=now()) for role in roles]
    made = Account(
        login=login or f"user{number}",
        name=name or f"用户{number}",
        grants=grants,
        **{"created_at": now(), **columns},
    )
    return _keep(made)


def unit(name: str = "", *, parent: Unit | None = None, **columns: Any) -> Unit:
    """A unit, by default an organ at the top of the tree."""
    columns = {"kind": UnitKind.ORGAN, **columns}
    parent_id = None if parent is None else parent.id
    return _keep(Unit(name=name or f"第{next(_serial)}办公室", parent_id=parent_id, **columns))


def person(
    name: str = "",
    *,
    unit: Unit | None = None,
    account: Account | None = None,
    id_number: str | None = None,
    phone: str | None = None,
    **columns: Any,
) -> Person:
    """A person; ID number and phone are sealed, hashed and masked as the house does it."""
    made = Person(
        name=name or f"人员{next(_serial)}",
        unit_id=None if unit is None else unit.id,
        account_id=None if account is None else account.id,
        **{"created_at": now(), **columns},
    )
    if id_number is not None:
        made.id_number = id_number
        made.id_number_hash = lookup_hash(id_number)
        made.id_number_masked = mask_id_number(id_number)
    if phone is not None:
        made.phone, made.phone_hash = phone, lookup_hash(phone)
        made.phone_masked = mask_phone(phone)
    return _keep(made)


def unit_duty(account: Account, unit: Unit) -> UnitDuty:
    """The account administers the unit and what is below it."""
    return _keep(UnitDuty(account_id=account.id, unit_id=unit.id))


def norm(code: str, value: Decimal | str, *, scope: str = "", **columns: Any) -> Norm:
    """A norm in force since 2020 in place of the house's own; a Decimal is its value, a str its text."""
    session.execute(delete(Norm).where(Norm.code == code, Norm.scope == scope))
    number = value if isinstance(value, Decimal) else None
    filled = {
        "name": code,
        "unit": "",
        "basis": "测试",
        "verified": True,
        "valid_from": date(2020, 1, 1),
        "changed_by": "系统",
        "changed_at": now(),
        **columns,
    }
    text = None if number is not None else str(value)
    return _keep(Norm(code=code, scope=scope, value=number, text=text, **filled))


def notice(person: Person, subject: str = "通知", **columns: Any) -> Notice:
    """A notice that nobody has read yet."""
    columns = {"body": "内容", "sent_at": now(), **columns}
    return _keep(Notice(person_id=person.id, subject=subject, **columns))


def id_number(serial: int, *, born: date = date(1985, 3, 2)) -> str:
    """A valid ID number of an area that does not exist; odd serials are men's."""
    body = f"990101{born:%Y%m%d}{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def phone(serial: int) -> str:
    """A phone number with a prefix that no carrier has."""
    return f"100{serial:08d}"


def _keep(row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def variant(
    content: dict[str, Any] | None = None,
    *,
    slots: int = 3,
    code: str = "A",
    of: Paper | None = None,
    **columns: Any,
) -> Variant:
    """A variant of a sealed paper: `slots` single-choice items unless a content is given."""
    content = content or {
        "title": "测试卷",
        "minutes": 60,
        "total": str(2 * slots),
        "sections": [
            {
                "title": "一、单项选择题",
                "kind": "single",
                "points": "2",
                "slots": [_single(number) for number in range(1, slots + 1)],
            }
        ],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _keep(
        Variant(
            paper_id=(of or _sealed()).id,
            code=code,
            content=content,
            content_hash=sha256(text.encode()).hexdigest(),
            **columns,
        )
    )


def _sealed() -> Paper:
    return _keep(
        Paper(
            title=f"试卷{next(_serial)}",
            minutes=60,
            seed=1,
            created_by="系统",
            created_at=now(),
            sealed_at=now(),
        )
    )


def attempt(person: Person, of: Variant | None = None, **columns: Any) -> Attempt:
    """A sheet for an hour, in a window that opened a minute ago and is open for two hours."""
    of = of or variant()
    numbers = [slot for section in of.content["sections"] for slot in section["slots"]]
    return _keep(
        Attempt(
            person_id=person.id,
            **{
                "variant_id": of.id,
                "title": "结业考试",
                "seed": next(_serial),
                "slots": len(numbers),
                "opens_at": now() - timedelta(minutes=1),
                "closes_at": now() + timedelta(hours=2),
                "minutes": 60,
                "grace_seconds": 10,
                **columns,
            },
        )
    )


def _single(number: int) -> dict[str, Any]:
    options = [f"第{number}题的选项{letter}" for letter in "甲乙丙丁"]
    shown = {"options": options, "points": "2", "media": [], "blanks": 0, "parts": []}
    return {"number": number, "kind": "single", "stem": f"第{number}题的题干", **shown}


def bank(name: str = "") -> Bank:
    """An item bank."""
    return _keep(Bank(name=name or f"题库{next(_serial)}", created_at=now()))


class Reviewer:
    """Somebody who reviews items and writes none."""

    id: int | None = None
    name: str = "审题人"


def item(
    kind: str = "single",
    *,
    bank: Bank | None = None,
    approved: bool = True,
    by: Account | None = None,
    **fields: Any,
) -> Item:
    """A valid item of any kind, approved unless said otherwise."""
    number = next(_serial)
    writer: Any = by or System()
    content = {"stem": f"第{number}道题的题干（　）", **SAMPLES.get(kind, {}), **fields}
    home = bank or ensure_bank("综合题库", by=writer, at=now())
    made = add_item(bank=home, kind=kind, by=writer, at=now(), **content)
    if approved:
        pass_on(reviewable([made.id]), until=Stage.FINAL, by=Reviewer(), at=now())
    return made


SAMPLES: dict[str, dict[str, Any]] = {
    "single": {"options": ["甲", "乙", "丙", "丁"], "key": ["B"]},
    "multiple": {"options": ["甲", "乙", "丙", "丁"], "key": ["A", "C"]},
    "truth": {"key": ["true"]},
    "blank": {"key": [["二十", "20"]]},
    "short": {"key": ["参考答案"], "rubric": [{"text": "要点", "points": "1"}]},
    "essay": {"key": ["参考答案"]},
    "matching": {
        "parts": [{"stem": "左一"}, {"stem": "左二"}],
        "options": ["右一", "右二"],
        "key": [[0, 1], [1, 0]],
    },
    "ordering": {"options": ["先", "后"], "key": [0, 1]},
    "case": {
        "parts": [
            {"kind": "single", "stem": "小题一", "options": ["甲", "乙"], "key": ["A"]},
            {"kind": "short", "stem": "小题二", "key": ["参考"]},
        ]
    },
}


FIRST_DAY = date(2026, 12, 1)
"""The Tuesday on which the cohorts of the tests begin."""


def programme(code: str = "zhixing", name: str = "知行学堂") -> Programme:
    """A programme; the same code is the same programme."""
    known = session.query(Programme).filter_by(code=code).one_or_none()
    return known or _keep(Programme(code=code, name=name))


def course(title: str = "", *, hours: str = "3", **columns: Any) -> Course:
    """A lecture of three hours."""
    columns = {"kind": CourseKind.REQUIRED, "form": CourseForm.LECTURE, **columns}
    return _keep(Course(title=title or f"专题{next(_serial)}", hours=Decimal(hours), **columns))


def venue(name: str = "", *, capacity: int = 60, **columns: Any) -> Venue:
    """A room for sixty."""
    columns = {"kind": VenueKind.ROOM, **columns}
    return _keep(Venue(name=name or f"第{next(_serial)}教室", capacity=capacity, **columns))


def instructor(
    who: Person | str = "",
    *,
    teaches: tuple[Course, ...] = (),
    state: InstructorState = InstructorState.IN_POOL,
    **columns: Any,
) -> Instructor:
    """Somebody in the pool (or at another state of it) who can teach these courses."""
    who = who if isinstance(who, Person) else person(who)
    columns = {"category": InstructorCategory.SCHOOL, **columns}
    lines = [Teaches(course_id=one.id) for one in teaches]
    return pool_step(_keep(Instructor(person=who, teaches=lines, **columns)), state)


def pool_step(of: Instructor, state: InstructorState, **columns: Any) -> Instructor:
    """The instructor came to this state."""
    columns = {"by_name": "系统", "at": now(), **columns}
    _keep(InstructorStep(instructor_id=of.id, state=state, **columns))
    session.expire(of, ["state"])
    return of


def cohort(
    *courses: Course,
    number: int = 0,
    stage: CohortStage = CohortStage.PLANNED,
    of: Programme | None = None,
    adviser: Person | None = None,
    starts_on: date = FIRST_DAY,
    days: int = 3,
    **columns: Any,
) -> Cohort:
    """A cohort at this stage, with these courses in its teaching plan."""
    of = of or programme()
    number = number or session.query(Cohort).filter_by(programme_id=of.id).count() + 1
    passed = STAGE_ORDER[: STAGE_ORDER.index(stage) + 1]
    made = Cohort(
        programme=of,
        number=number,
        adviser_id=None if adviser is None else adviser.id,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=days - 1),
        steps=[CohortStep(stage=one, by_name="系统", at=now()) for one in passed],
        courses=[
            CohortCourse(course=one, position=place, hours=one.hours)
            for place, one in enumerate(courses, 1)
        ],
        **{"title": f"{of.name}第{number}期", "capacity": 50, "created_at": now(), **columns},
    )
    return _keep(made)


def enrolment(of: Cohort, who: Person | None = None, **columns: Any) -> Enrolment:
    """A learner of the cohort, numbered after those who are there."""
    present = session.query(Enrolment).filter_by(cohort_id=of.id).count()
    numbered = learner_number(of.programme.code, of.number, present + 1)
    columns = {"learner_number": numbered, "enrolled_at": now(), **columns}
    return _keep(Enrolment(cohort=of, person=who or person(), **columns))


def lesson(
    of: Cohort,
    what: Course | None = None,
    *,
    day: date = FIRST_DAY,
    starts: time = time(8, 30),
    ends: time = time(11, 30),
    hours: str = "3",
    **columns: Any,
) -> Lesson:
    """A morning's lesson without bookings (those come with timetable.actions.schedule)."""
    what, span = what or course(), day_span(day, starts, ends)
    columns = {"form": what.form, **columns}
    return _keep(
        Lesson(
            cohort=of,
            course=what,
            starts_at=span.start,
            ends_at=span.end,
            hours=Decimal(hours),
            **columns,
        )
    )


def blueprint(*rows: tuple[Any, ...], title: str = "", minutes: int = 60) -> Blueprint:
    """A blueprint of (kind, count, points) rows, a fourth member names further limits."""
    drafts = [
        RowDraft(Kind(kind), number, Decimal(points), **(more[0] if more else {}))
        for kind, number, points, *more in rows
    ]
    wanted = title or f"细目表{next(_serial)}"
    return draw_blueprint(title=wanted, minutes=minutes, rows=drafts, by=System(), at=now())


def paper(*rows: tuple[Any, ...], seed: int = 1, sealed: bool = True, title: str = "") -> Paper:
    """A paper on enough new items for (kind, count, points) rows, sealed unless said otherwise."""
    home = bank()
    rows = rows or (("single", 2, "2"), ("essay", 1, "6"))
    for kind, number, *_ in rows:
        for _each in range(2 * number):
            item(kind, bank=home)
    limited = [(*row, {"bank_id": home.id}) for row in rows]
    made = assemble(blueprint(*limited), seed=seed, by=System(), at=now(), title=title)
    if sealed:
        seal(made, by=System(), at=now())
    return made


def drawn_paper(*rows: tuple[Any, ...], pool: int = 3, title: str = "") -> Paper:
    """A sealed paper with `pool` times as many items as a candidate gets for the rows."""
    home = bank()
    for kind, number, _points in rows:
        for _each in range(2 * pool * number):
            item(kind, bank=home)
    limited = blueprint(*[(*row, {"bank_id": home.id}) for row in rows])
    limited.pool = pool
    made = assemble(limited, seed=1, by=System(), at=now(), title=title)
    seal(made, by=System(), at=now())
    return made


def sealed_paper(*, slots: int = 3, codes: str = "AB") -> Paper:
    """A sealed paper with a variant for each of `codes`."""
    made = _sealed()
    for code in codes:
        variant(slots=slots, code=code, of=made)
    return made


def exam(cohort: Cohort, courses: Sequence[Course] = (), paper: Paper | None = None) -> Exam:
    """An exam of the cohort, passed with 60 %."""
    return _keep(
        Exam(
            cohort=cohort,
            paper=paper or sealed_paper(),
            title=f"考试{next(_serial)}",
            pass_score=Decimal(60),
            created_by="系统",
            created_at=now(),
            courses=[ExamCourse(course_id=course.id) for course in courses],
        )
    )


def picture(width: int = 40, height: int = 20, *, kind: str = "PNG", name: str = "") -> Upload:
    """A picture in one colour, no two the same."""
    drawn, number = BytesIO(), next(_serial)
    Image.new("RGB", (width, height), (number % 256, number // 256 % 256, 128)).save(drawn, kind)
    name = name or f"图{number}.{kind.lower()}"
    return store(drawn.getvalue(), name=name, owner_id=1, at=now())


def recording() -> Upload:
    """A second of silence, 8 kHz."""
    written = BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes([128]) * 8000)
    return store(written.getvalue(), name="对话.wav", owner_id=1, at=now())


def illustrated(*, sealed: bool = True) -> Paper:
    """A paper of a choice and a listening item, with pictures in every place, and a recording.

    The media of the first are: stem, options A and B, rationale, one that no text shows.
    """
    home = bank()
    for _each in "AB":
        _illustrated(home)
    rows = [(kind, 1, "2", {"bank_id": home.id}) for kind in ("single", "listening")]
    made = assemble(blueprint(*rows), seed=1, by=System(), at=now())
    if sealed:
        seal(made, by=System(), at=now())
    return made


def _illustrated(home: Bank) -> None:
    number = next(_serial)
    item(
        bank=home,
        stem=f"看图{number}：［图1］这是（　）。",
        options=["［图2］", "［图3］", "都不是"],
        key=["A"],
        rationale="参见［图4］。",
        media=[picture().id for _picture in range(5)],
    )
    asked = {"kind": "single", "stem": f"听到{number}的是［图2］吗", "options": ["［图3］", "否"]}
    item(
        "listening",
        bank=home,
        parts=[{**asked, "key": ["A"]}],
        media=[recording().id, picture().id, picture().id],
        plays=2,
        transcript="Xin chào 录音里的话",
    )
