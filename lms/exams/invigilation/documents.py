"""The sheets of paper of a sitting: 座位图, 签到表, 门贴名单, 考场记录表."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import render_template

from lms.exams.attempts.models import Attempt
from lms.exams.invigilation.models import Incident, Intervention
from lms.exams.invigilation.queries import AtDoor
from lms.exams.invigilation.rules import (
    DEED_NAMES,
    INCIDENT_NAMES,
    PRINT_NAMES,
    TROUBLES,
    USUAL_COLUMNS,
    Print,
    snake,
)
from lms.exams.sittings.models import Sitting
from lms.ground import pdf


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
