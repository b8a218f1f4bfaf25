"""Writing reflections, and grading them."""

from __future__ import annotations

from datetime import datetime

from courses.cohorts.models import Enrolment
from courses.cohorts.rules import CohortStage
from courses.reflections import queries
from courses.reflections.models import Reflection
from courses.reflections.rules import REFLECTION_GRADE_NAMES, ReflectionGrade, writing_faults
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.notices.actions import tell


def submit(*, enrolment: Enrolment, title: str, text: str, by: Actor, at: datetime) -> Reflection:
    """Hand in a reflection; the same one handed in twice is one row.

    `enrolment` with its cohort and steps. Refused when empty, closed, or the title is taken.
    """
    faults = writing_faults(title, text)
    if enrolment.cohort.stage is CohortStage.CLOSED:
        faults.append(f"“{enrolment.cohort.title}”已经结班，不能再交心得体会。")
    known = queries.find_titled(enrolment.id, title)
    if known is not None and known.text == text:
        return known
    if known is not None:
        faults.append(f"您已经交过《{title}》，请直接修改那一篇，或换一个题目。")
    if faults:
        raise Refused(*faults)
    reflection = Reflection(enrolment_id=enrolment.id, title=title, text=text, submitted_at=at)
    session.add(reflection)
    record("reflections.submit", reflection, f"提交了心得体会《{title}》", by=by, at=at)
    return reflection


def revise(
    *, reflection: Reflection, title: str, text: str, seen: int | None, by: Actor, at: datetime
) -> None:
    """Rewrite a reflection that is not graded yet; Conflict on a stale form."""
    faults = writing_faults(title, text)
    if reflection.grade is not None:
        faults.append("这篇心得体会已经评定等次，不能再改。")
    same = queries.find_titled(reflection.enrolment_id, title)
    if same is not None and same.id != reflection.id:
        faults.append(f"您已经交过《{title}》，请换一个题目。")
    if faults:
        raise Refused(*faults)
    reflection.edited_from(seen)
    reflection.title, reflection.text, reflection.submitted_at = title, text, at
    record("reflections.revise", reflection, f"修改了心得体会《{title}》", by=by, at=at)


def grade(
    *,
    reflection: Reflection,
    to: ReflectionGrade,
    remark: str,
    seen: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Give a grade, or correct one; the writer is told.

    Refused for one's own, Conflict when it was rewritten meanwhile.
    """
    if by.id is not None and by.id == reflection.enrolment.person.account_id:
        raise Refused("不能评定自己的心得体会。")
    reflection.edited_from(seen)
    was = reflection.grade
    reflection.grade, reflection.remark = to, remark
    reflection.graded_by, reflection.graded_at = by.name, at
    name, person = REFLECTION_GRADE_NAMES[to], reflection.enrolment.person
    sentence = f"把{person.name}的心得体会《{reflection.title}》评为“{name}”"
    before = was.value if was else None
    record("reflections.grade", reflection, sentence, by=by, at=at, was=before, to=to.value)
    link = f"/reflections/{reflection.id}"
    tell([person.id], f"心得体会《{reflection.title}》已评定：{name}", remark, at=at, link=link)
