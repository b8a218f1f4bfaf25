"""The faculty pool as documents: register form and letter of appointment (PDF), list (Excel)."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date

from flask import render_template

from courses.faculty.models import Appointment, Instructor
from courses.faculty.rules import (
    CATEGORY_NAMES,
    EXIT_CAUSE_NAMES,
    INSTRUCTOR_STATE_NAMES,
    ORIGIN_NAMES,
    TITLE_LEVEL_NAMES,
)
from lms.ground import pdf
from lms.ground.people.rules import GENDER_NAMES, POLITICS_NAMES, RANK_NAMES
from lms.ground.sheets.writing import Cell, Column, SheetSpec, workbook
from lms.ground.uploads.delivery import open_bytes
from lms.ground.uploads.models import Upload

_COLUMNS = (
    Column("姓名", 10), Column("单位", 22), Column("职务", 16), Column("类别", 10),
    Column("来源", 8), Column("职称或称号", 16), Column("职称级别", 18), Column("专长", 24),
    Column("授课语言", 12), Column("主讲课程", 36), Column("状态", 8), Column("聘期自", 12),
    Column("聘期至", 12), Column("手机", 14),
)  # fmt: skip


def register_form(instructor: Instructor, *, school: str, on: date) -> bytes:
    """师资入库登记表 (F10) of one instructor as PDF; phone masked, no bank account."""
    title = f"{instructor.person.name}师资入库登记表"
    html = render_template(
        "faculty/print_profile.html",
        title=title,
        one=instructor,
        school=school,
        on=on,
        photo=_data_url(instructor.photo) if instructor.photo else "",
        sans=pdf.SANS_STACK,
        categories=CATEGORY_NAMES,
        origins=ORIGIN_NAMES,
        levels=TITLE_LEVEL_NAMES,
        states=INSTRUCTOR_STATE_NAMES,
        causes=EXIT_CAUSE_NAMES,
        genders=GENDER_NAMES,
        politics=POLITICS_NAMES,
        ranks=RANK_NAMES,
    )
    return pdf.render(html, title=title)


def letter(appointment: Appointment, *, school: str) -> bytes:
    """聘书 as PDF, one page across."""
    title = f"聘书{appointment.number}"
    html = render_template(
        "faculty/print_letter.html",
        title=title,
        one=appointment,
        school=school,
        sans=pdf.SANS_STACK,
        categories=CATEGORY_NAMES,
    )
    return pdf.render(html, title=title)


def pool(instructors: Sequence[Instructor]) -> bytes:
    """The list as .xlsx; phone numbers masked, so that it may be passed round."""
    rows = [_row(one) for one in instructors]
    return workbook([SheetSpec("师资库", _COLUMNS, rows, "师资库名册", landscape=True)])


def _row(one: Instructor) -> list[Cell]:
    person, term = one.person, one.term
    return [
        person.name,
        person.unit.name if person.unit else "",
        person.post,
        CATEGORY_NAMES[one.category],
        ORIGIN_NAMES[one.origin] if one.origin else "",
        one.title,
        TITLE_LEVEL_NAMES[one.title_level],
        one.subjects,
        one.languages,
        "、".join(line.course.title for line in one.teaches),
        INSTRUCTOR_STATE_NAMES[one.state],
        term.starts_on if term else None,
        term.ends_on if term else None,
        person.phone_masked,
    ]


def _data_url(photo: Upload) -> str:
    with open_bytes(photo) as stream:
        content = base64.b64encode(stream.read()).decode()
    return f"data:{photo.media_type};base64,{content}"
