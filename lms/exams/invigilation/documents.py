"""The sheets of paper of a sitting: 座位图, 签到表, 门贴名单, 考场记录表."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask import render_template

from lms.exams.attempts.models import Attempt
from lms.exams.invigilation.models import Incident, Intervention
from lms.exams.invigilation.queries.doors import AtDoor
from lms.exams.invigilation.rules import (
    DEED_NAMES,
    INCIDENT_NAMES,
    PRINT_NAMES,
    TROUBLES,
    USUAL_COLUMNS,
    Print,
    snake,
)
from lms.exams.sittings.models import Candidate, Sitting
from lms.ground import pdf
from lms.ground.clock import local
from lms.ground.sheets.writing import Column, SheetSpec, workbook


def sheets_pdf(
    part: Print,
    sitting: Sitting,
    listed: Sequence[AtDoor],
    incidents: Sequence[Incident],
    interventions: Sequence[Intervention],
    *,
    school: str,
) -> bytes:
    """One of the papers of a sitting on A4 pages, the plan across."""
    sheets = [one.candidate.attempt for one in listed if one.candidate.attempt is not None]
    html = render_template(
        "invigilation/print.html",
        part=part,
        title=PRINT_NAMES[part],
        sitting=sitting,
        listed=listed,
        rows=plan(sitting, listed),
        absent=[one for one in listed if not one.came],
        late=[one for one in listed if one.is_in and one.arrival and one.arrival.minutes_late],
        began=min(_instants(sheets, "started_at"), default=None),
        ended=max(_instants(sheets, "submitted_at"), default=None),
        misconduct=[one for one in incidents if one.kind not in TROUBLES],
        troubles=[one for one in incidents if one.kind in TROUBLES],
        interventions=interventions[::-1],
        incident_names=INCIDENT_NAMES,
        deeds=DEED_NAMES,
        school=school,
        sans=pdf.SANS_STACK,
    )
    return pdf.render(html, title=f"{sitting.exam.title}{PRINT_NAMES[part]}")


def plan(sitting: Sitting, listed: Sequence[AtDoor]) -> list[list[AtDoor]]:
    """The candidates as they sit, row by row from the front, in a snake."""
    return snake(listed, sitting.seat_columns or USUAL_COLUMNS)


def _instants(sheets: Sequence[Attempt], name: str) -> list[datetime]:
    return [found for one in sheets if (found := getattr(one, name)) is not None]


def records_workbook(
    title: str, incidents: Iterable[Incident], interventions: Iterable[Intervention]
) -> bytes:
    """What was noted and what was done in a sitting, as an .xlsx of two sheets."""
    noted = [
        (
            _when(one.noted_at), *_whom(one.candidate), str(INCIDENT_NAMES[one.kind]),
            one.text, one.noted_by,
        )
        for one in incidents
    ]  # fmt: skip
    done = [
        (
            _when(one.done_at), *_whom(one.candidate), str(DEED_NAMES[one.deed]),
            one.minutes or "", one.text, one.done_by,
        )
        for one in interventions
    ]  # fmt: skip
    head = (Column("时间", 20), Column("座位", 6), Column("姓名", 12))
    note = (Column("情况", 28), Column("说明", 40), Column("记录人", 12))
    deed = (Column("处置", 12), Column("分钟", 6), Column("原因或内容", 40), Column("执行人", 12))
    return workbook(
        [
            SheetSpec("异常违纪", (*head, *note), noted, title=title, landscape=True),
            SheetSpec("监考处置", (*head, *deed), done, title=title, landscape=True),
        ]
    )


def _when(instant: datetime) -> str:
    return f"{local(instant):%Y-%m-%d %H:%M:%S}"


def _whom(candidate: Candidate | None) -> tuple[int | str, str]:
    return ("", "全场") if candidate is None else (candidate.seat, candidate.enrolment.person.name)
