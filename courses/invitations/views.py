"""Pages of invitations: for the office, for instructors with a log-in, and for whoever has a link."""

from __future__ import annotations

from datetime import date
from urllib.parse import urljoin

import segno
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts import queries as cohorts
from courses.faculty import queries as faculty
from courses.faculty.models import Instructor
from courses.invitations import actions, queries
from courses.invitations.forms import AbsenceForm, AnswerForm
from courses.invitations.models import Invitation
from courses.invitations.rules import ANSWER_NAMES, INVITATION_STATE_NAMES, STANDING
from courses.timetable.queries import lessons as timetable
from courses.timetable.rules import whole_days
from lms.ground.access import Permission, allow, public
from lms.ground.audit.actions import Actor
from lms.ground.clock import now, today

blueprint = Blueprint("invitations", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.PLAN)
def index() -> str:
    page = queries.coming(at=now(), page=request.args.get("page", type=int))
    return _render("invitations/index.html", page=page, lines=queries.lines_of(page.rows))


@blueprint.get("/cohorts/<int:cohort_id>")
@allow(Permission.PLAN)
def cohort(cohort_id: int) -> str:
    found = cohorts.get_cohort(cohort_id, current_user)
    lines = [
        line
        for line in queries.lines_of(timetable.lessons(cohort_id))
        if line.invitation is not None or line.lesson.starts_at > now()
    ]
    return _render("invitations/cohort.html", cohort=found, lines=lines)


@blueprint.post("/cohorts/<int:cohort_id>/invite")
@allow(Permission.PLAN)
def invite_all(cohort_id: int) -> ResponseReturnValue:
    found = cohorts.get_cohort(cohort_id, current_user)
    lessons = timetable.lessons(found.id)
    number = actions.invite_all(lessons=lessons, by=current_user, at=now())
    flash(_("发出%(number)s份邀请；请把链接或二维码转给没有账号的教师。", number=number))
    return redirect(url_for("invitations.cohort", cohort_id=cohort_id), 303)


@blueprint.get("/lessons/<int:lesson_id>")
@allow(Permission.PLAN)
def of_lesson(lesson_id: int) -> str:
    lesson = timetable.get_lesson(lesson_id, current_user)
    lines = queries.lines_of([lesson])
    return _render("invitations/cohort.html", cohort=lesson.cohort, lines=lines)


@blueprint.post("/lessons/<int:lesson_id>/invite")
@allow(Permission.PLAN)
def invite(lesson_id: int) -> ResponseReturnValue:
    lesson = timetable.get_lesson(lesson_id, current_user)
    made = actions.invite(lesson=lesson, by=current_user, at=now())
    return redirect(url_for("invitations.show", invitation_id=made.id), 303)


@blueprint.get("/<int:invitation_id>")
@allow(Permission.PLAN)
def show(invitation_id: int) -> str:
    return _page(queries.get_invitation(invitation_id), AnswerForm(formdata=None))


@blueprint.post("/<int:invitation_id>/record")
@allow(Permission.PLAN)
def record(invitation_id: int) -> ResponseReturnValue:
    """An answer that came by telephone."""
    invitation, form = queries.get_invitation(invitation_id), AnswerForm()
    if _answered(invitation, form, by=current_user):
        flash(_("答复已登记。"))
        return redirect(url_for("invitations.show", invitation_id=invitation_id), 303)
    return _page(invitation, form), 422


@blueprint.post("/<int:invitation_id>/revoke")
@allow(Permission.PLAN)
def revoke(invitation_id: int) -> ResponseReturnValue:
    invitation = queries.get_invitation(invitation_id)
    seen = request.form.get("version", type=int)
    actions.revoke(invitation=invitation, seen=seen, by=current_user, at=now())
    flash(_("邀请已收回。"))
    return redirect(url_for("invitations.show", invitation_id=invitation_id), 303)


@blueprint.get("/mine")
@allow(Permission.TEACH)
def mine() -> str:
    found = queries.mine(current_user, since=now())
    instructor = faculty.find_instructor_of(current_user)
    return _render(
        "invitations/mine.html", invitations=found, instructor=instructor, form=_absence()
    )


@blueprint.post("/mine/<int:invitation_id>/answer")
@allow(Permission.TEACH)
def answer_mine(invitation_id: int) -> ResponseReturnValue:
    invitation, form = queries.get_mine(invitation_id, current_user), AnswerForm()
    if _answered(invitation, form, by=current_user):
        flash(_("谢谢，您的答复已经记下。"))
        return redirect(url_for("invitations.mine"), 303)
    return _stranger_page(
        invitation, form, url_for(".answer_mine", invitation_id=invitation_id)
    ), 422


@blueprint.post("/mine/absence")
@allow(Permission.TEACH)
def report_mine() -> ResponseReturnValue:
    instructor, form = faculty.get_instructor_of(current_user), AbsenceForm()
    if _reported(instructor, form):
        return redirect(url_for("invitations.mine"), 303)
    found = queries.mine(current_user, since=now())
    page = _render("invitations/mine.html", invitations=found, instructor=instructor, form=form)
    return page, 422


@blueprint.get("/instructors/<int:instructor_id>/absence")
@allow(Permission.MANAGE_FACULTY, Permission.PLAN)
def absence(instructor_id: int) -> str:
    form = _absence(_day("from"), _day("to"))
    return _absence_page(faculty.get_instructor(instructor_id), form)


@blueprint.post("/instructors/<int:instructor_id>/absence")
@allow(Permission.MANAGE_FACULTY, Permission.PLAN)
def report_absence(instructor_id: int) -> ResponseReturnValue:
    instructor, form = faculty.get_instructor(instructor_id), AbsenceForm()
    if _reported(instructor, form):
        days = {"from": form.starts_on.data, "to": form.ends_on.data}
        return redirect(url_for(".absence", instructor_id=instructor_id, **days), 303)
    return _absence_page(instructor, form), 422


@blueprint.get("/answer/", defaults={"token": ""})
@blueprint.get("/answer/<token>")
@public
def ask(token: str) -> ResponseReturnValue:
    """What an instructor without an account sees behind the link, and behind a cut-off one."""
    invitation = queries.find_by_token(token)
    if invitation is None:
        return _lost_page()
    return _stranger_page(invitation, AnswerForm(formdata=None), url_for(".answer", token=token))


@blueprint.post("/answer/<token>")
@public
def answer(token: str) -> ResponseReturnValue:
    invitation, form = queries.find_by_token(token), AnswerForm()
    if invitation is None:
        return _lost_page()
    guest = actions.Guest(f"{invitation.instructor.person.name}（凭邀请链接）")
    if _answered(invitation, form, by=guest):
        return redirect(url_for("invitations.ask", token=token), 303)
    return _stranger_page(invitation, form, url_for(".answer", token=token)), 422


def _lost_page() -> ResponseReturnValue:
    return render_template("invitations/lost.html"), 404


def _answered(invitation: Invitation, form: AnswerForm, *, by: Actor) -> bool:
    if not form.validate():
        return False
    with form.telling_refusals():
        said, note = form.said.data, form.note.data or ""
        actions.answer(invitation=invitation, said=said, note=note, by=by, at=now())
        return True
    return False


def _reported(instructor: Instructor, form: AbsenceForm) -> bool:
    if not form.validate():
        return False
    with form.telling_refusals():
        lessons = actions.report_absence(
            instructor=instructor, period=form.period(), by=current_user, at=now()
        )
        flash(_("已登记，受影响的%(number)s次课已通知教务和班主任。", number=len(lessons)))
        return True
    return False


def _page(invitation: Invitation, form: AnswerForm) -> str:
    path = url_for("invitations.ask", token=actions.token_of(invitation))
    address = urljoin(request.host_url, path)
    return _render(
        "invitations/show.html",
        invitation=invitation,
        form=form,
        path=path,
        address=address,
        code=segno.make(address, error="m").svg_data_uri(scale=5, border=2),
    )


def _stranger_page(invitation: Invitation, form: AnswerForm, target: str) -> str:
    return _render("invitations/answer.html", invitation=invitation, form=form, target=target)


def _absence_page(instructor: Instructor, form: AbsenceForm) -> str:
    first, last = form.starts_on.data or today(), form.ends_on.data or today()
    lessons = queries.lessons_within(instructor.id, whole_days(first, max(first, last)))
    return _render(
        "invitations/absence.html",
        instructor=instructor,
        form=form,
        lines=queries.lines_of(lessons),
        substitutes=queries.substitutes(lessons),
    )


def _absence(first: date | None = None, last: date | None = None) -> AbsenceForm:
    data = {"starts_on": first or today(), "ends_on": last or first or today()}
    return AbsenceForm(formdata=None, data=data)


def _day(name: str) -> date | None:
    text = request.args.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(400)


def _render(template: str, **values: object) -> str:
    return render_template(
        template,
        at=now(),
        states=INVITATION_STATE_NAMES,
        answers=ANSWER_NAMES,
        standing=STANDING,
        **values,
    )
