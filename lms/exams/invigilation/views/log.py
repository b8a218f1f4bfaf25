"""What was noted in the hall and what was done, as a page and as a file."""

from __future__ import annotations

from io import BytesIO

from flask import Response, request, send_file
from flask_login import current_user

from lms.exams.invigilation.documents import records_workbook
from lms.exams.invigilation.queries import records
from lms.exams.invigilation.rules import Deed, IncidentKind
from lms.exams.invigilation.views.blueprint import WATCH, blueprint, render
from lms.exams.sittings.queries.sittings import get_sitting
from lms.ground.access import allow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/<int:sitting_id>/log")
@allow(*WATCH)
def log(sitting_id: int) -> str:
    """What was noted, or what was done, with who, when and why: one list at a time."""
    sitting = get_sitting(sitting_id, current_user)
    done = request.args.get("list") == "done"
    listed = records.page_of_interventions if done else records.page_of_incidents
    page = listed(sitting_id, _wanted(done), page=request.args.get("page", type=int))
    return render(
        "invigilation/log.html",
        sitting=sitting,
        done=done,
        page=page,
        interventions=page.rows if done else [],
        incidents=[] if done else page.rows,
    )


@blueprint.get("/<int:sitting_id>/log.xlsx")
@allow(*WATCH)
def export(sitting_id: int) -> Response:
    """Both lists as a file, narrowed as the page was."""
    sitting = get_sitting(sitting_id, current_user)
    found = records.all_records(sitting_id, records.Wanted(_wanted(False).search))
    content = records_workbook(sitting.exam.title, *found)
    name = f"{sitting.exam.cohort.title}{sitting.exam.title}考场处置记录.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


def _wanted(done: bool) -> records.Wanted:
    kind, known = request.args.get("kind", ""), set(Deed) if done else set(IncidentKind)
    return records.Wanted(request.args.get("search", "").strip(), kind if kind in known else "")
