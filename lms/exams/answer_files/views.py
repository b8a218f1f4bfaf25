"""The page at which answer files are taken in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.exams.answer_files import actions, queries
from lms.exams.answer_files.forms import FilesForm
from lms.exams.sittings.models import Sitting
from lms.exams.sittings.queries.sittings import get_sitting
from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.web.links import link

blueprint = Blueprint("answer_files", __name__, template_folder="templates")

WATCH = (Permission.ARRANGE_EXAMS, Permission.INVIGILATE)
LARGEST = 256 * 2**20


@blueprint.get("/<int:sitting_id>")
@allow(*WATCH)
def show(sitting_id: int) -> str:
    return _page(get_sitting(sitting_id, current_user), FilesForm(formdata=None))


@blueprint.post("/<int:sitting_id>")
@allow(*WATCH)
def take_in(sitting_id: int) -> ResponseReturnValue:
    """Take in all files that are sound; the others are named with the reason."""
    request.max_content_length = LARGEST
    sitting, form = get_sitting(sitting_id, current_user), FilesForm()
    if not form.validate():
        return _page(sitting, form), 422
    for file in form.files.data:
        try:
            with session.begin_nested():
                made = actions.take_in(sitting_id, file.read(), by=current_user, at=now())
        except Refused as refusal:
            told = _("“%(file)s”没有收下：%(reason)s", file=file.filename, reason=refusal)
            flash(told, "warning")
        else:
            flash(
                _(
                    "已收下“%(file)s”：作答计入 %(counted)s 处、留存待处理 %(aside)s 处、没有收下 %(refused)s 处，录音 %(recordings)s 段。",
                    file=file.filename,
                    counted=made.counted,
                    aside=made.aside,
                    refused=made.refused,
                    recordings=made.recordings,
                )
            )
    return redirect(url_for("answer_files.show", sitting_id=sitting_id), 303)


def _page(sitting: Sitting, form: FilesForm) -> str:
    return render_template(
        "answer_files/show.html",
        sitting=sitting,
        form=form,
        taken=queries.taken(sitting.id),
        console=link("invigilation.console", sitting_id=sitting.id),
        aside=link("invigilation.aside", sitting_id=sitting.id),
    )
