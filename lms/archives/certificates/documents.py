"""Certificates as PDF, and the sheet of paper that all documents of the archive share."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import render_template

from courses.attendance.rules import PRESENCE_NAMES
from courses.cohorts.models import Cohort
from courses.conduct.rules import CONDUCT_KIND_NAMES
from courses.reflections.rules import REFLECTION_GRADE_NAMES
from lms.appraisal.schemes.rules import PART_NAMES
from lms.archives.certificates.models import Certificate
from lms.archives.certificates.rules import percent, shown_code
from lms.ground import pdf
from lms.ground.people.rules import GENDER_NAMES, POLITICS_NAMES, RANK_NAMES

_NAMES: dict[str, Any] = {
    "genders": GENDER_NAMES,
    "politics": POLITICS_NAMES,
    "ranks": RANK_NAMES,
    "grades": REFLECTION_GRADE_NAMES,
    "conduct_names": CONDUCT_KIND_NAMES,
    "part_names": PART_NAMES,
    "presence_names": PRESENCE_NAMES,
    "percent": percent,
}
"""How documents call what is kept as a word of the code."""


def sheet(template: str, *, title: str, school: str, **values: Any) -> str:
    """The HTML of a document on the archive's paper; `school` stands in the foot of each page.

    The page is Chinese whatever language the reader of the screen has: no request is needed.
    """
    return render_template(
        template, title=title, school=school, sans=pdf.SANS_STACK, **_NAMES, **values
    )


def certificates(
    cohort: Cohort, issued: Sequence[Certificate], *, hours: dict[int, Decimal], school: str
) -> bytes:
    """All certificates of a cohort as one PDF, a page each; `hours` attended by enrolment."""
    title = f"{cohort.title}结业证书"
    html = sheet(
        "certificates/print_certificates.html",
        title=title,
        school=school,
        cohort=cohort,
        certificates=issued,
        hours=hours,
        shown_code=shown_code,
    )
    return pdf.render(html, title=title)
