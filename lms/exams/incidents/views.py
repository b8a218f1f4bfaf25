"""The page of a sitting's log: what the pages of the candidates reported, and whether it is sealed."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask_login import current_user

from lms.exams.attempts.rules.sightings import SIGHT_NAMES, Sight
from lms.exams.incidents import queries
from lms.exams.incidents.documents import as_workbook
from lms.exams.incidents.queries import Wanted
from lms.exams.incidents.rules import broken_at
from lms.exams.sittings.queries.sittings import get_sitting
from lms.ground.access import Permission, allow
from lms.ground.vault import is_signed

blueprint = Blueprint("incidents", __name__, template_folder="templates")

WATCH = (Permission.ARRANGE_EXAMS, Permission.INVIGILATE)
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/<int:sitting_id>")
@allow(*WATCH)
def show(sitting_id: int) -> str:
    sitting = get_sitting(sitting_id, current_user)
    seals, checked = queries.seals(sitting_id), "verify" in request.args
    noted = queries.noted_seals(sitting_id)
    return render_template(
        "incidents/show.html",
        sitting=sitting,
        page=queries.page_of_sightings(
            sitting_id, _wanted(), page=request.args.get("page", type=int)
        ),
        candidates=queries.candidates_by_sheet(sitting_id),
        counts=queries.counts(sitting_id),
        names=SIGHT_NAMES,
        sealed=sum(one.entries for one in seals),
        entries=queries.count_lines(sitting_id),
        last_hash=seals[-1].hash if seals else "",
        checked=checked,
        seals=len(seals),
        broken=broken_at(seals, queries.lines(sitting_id), is_signed, noted) if checked else "",
    )


@blueprint.get("/<int:sitting_id>.xlsx")
@allow(*WATCH)
def export(sitting_id: int) -> Response:
    get_sitting(sitting_id, current_user)
    found = queries.all_sightings(sitting_id, _wanted())
    response = Response(
        as_workbook(found, queries.candidates_by_sheet(sitting_id)), mimetype=_WORKBOOK
    )
    response.headers["Content-Disposition"] = f"attachment; filename=sitting-{sitting_id}-log.xlsx"
    return response


def _wanted() -> Wanted:
    kind = request.args.get("kind", "")
    return Wanted(
        search=request.args.get("search", "").strip(),
        kind=Sight(kind) if kind in list(Sight) else None,
    )
