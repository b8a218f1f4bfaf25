"""Which reflections count."""

from __future__ import annotations

import pytest

from courses.reflections import queries
from courses.reflections.models import Reflection
from courses.reflections.rules import ReflectionGrade
from lms.ground.clock import now
from lms.ground.db import session
from tests import make


@pytest.mark.usefixtures("context")
def test_only_what_has_a_grade_is_graded() -> None:
    cohort = make.cohort()
    first, second = make.enrolment(cohort), make.enrolment(cohort)
    session.add_all(
        Reflection(enrolment=who, title=title, text="正文", submitted_at=now(), grade=grade)
        for who, title, grade in [
            (second, "乙", ReflectionGrade.GOOD),
            (first, "甲", ReflectionGrade.PASS),
            (first, "草稿", None),
        ]
    )
    session.flush()
    found = queries.graded(cohort.id)
    assert [(one.title, one.enrolment.person_id) for one in found] == [
        ("甲", first.person_id),
        ("乙", second.person_id),
    ]
