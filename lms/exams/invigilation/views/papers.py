"""Who sits where, and what is printed for a sitting."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.exams.invigilation.actions import papers as actions
from lms.exams.invigilation.documents import plan
from lms.exams.invigilation.forms import SeatsForm
from lms.exams.invigilation.queries import doors
from lms.exams.invigilation.rules import USUAL_COLUMNS, Print
from lms.exams.invigilation.views.blueprint import WATCH, blueprint, render
from lms.exams.sittings.models import Sitting
from lms.exams.sittings.queries.sittings import get_sitting
from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.errors import Missing


@blueprint.get("/<int:sitting_id>/papers")
@allow(*WATCH)
def papers(sitting_id: int) -> str:
    """Who sits where, and what is printed for the sitting."""
    sitting = get_sitting(sitting_id, current_user)
    columns = sitting.seat_columns or USUAL_COLUMNS
    seed = sitting.exam.paper.seed if sitting.seat_seed is None else sitting.seat_seed
    return _papers(sitting, SeatsForm(formdata=None, columns=columns, seed=seed))


@blueprint.post("/<int:sitting_id>/seats")
@allow(Permission.ARRANGE_EXAMS)
def draw_seats(sitting_id: int) -> ResponseReturnValue:
    sitting, form = get_sitting(sitting_id, current_user), SeatsForm()
    if form.validate():
        columns, seed = form.columns.data, form.seed.data
        actions.draw_seats(sitting, columns=columns, seed=seed, by=current_user, at=now())
        flash(_("座位已排定。"))
        return redirect(url_for("invigilation.papers", sitting_id=sitting_id), 303)
    return _papers(sitting, form), 422


@blueprint.post("/<int:sitting_id>/print/<part>")
@allow(*WATCH)
def print_sheets(sitting_id: int, part: str) -> ResponseReturnValue:
    sitting = get_sitting(sitting_id, current_user)
    if part not in list(Print):
        raise Missing("这种用表")
    job = actions.print_sheets(sitting, Print(part), by=current_user, at=now())
    return redirect(url_for("jobs.show", job_id=job.id), 303)


def _papers(sitting: Sitting, form: SeatsForm) -> str:
    rows = plan(sitting, doors.door(sitting.id))
    return render("invigilation/papers.html", sitting=sitting, form=form, rows=rows)
