"""Certificates as PDF, and the sheet of paper that all documents of the archive share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template

from courses.cohorts.models import Cohort
from lms.archives.certificates.models import Certificate
from lms.archives.certificates.rules import shown_code
from lms.ground import pdf
from lms.ground.people.rules import GENDER_NAMES


def sheet(template: str, *, title: str, school: str, **values: Any) -> str:
    """The HTML of a document on the archive's paper; `school` stands in the foot of each page.

    The page is Chinese whatever language the reader of the screen has: no request is needed.
    """
    return render_template(template, title=title, school=school, sans=pdf.SANS_STACK, **values)


def certificates(
    cohort: Cohort, issued: Sequence[Certificate], *, hours: dict[int, str], school: str
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
        genders=GENDER_NAMES,
    )
    return pdf.render(html, title=title)
