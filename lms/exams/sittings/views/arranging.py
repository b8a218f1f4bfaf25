"""Pages of exams and sittings: arranging them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from courses.venues.queries import open_venues
from lms.exams.sittings.actions import arranging, planning
from lms.exams.sittings.forms import (
    CoursesForm,
    ExamForm,
    MoveForm,
    PaperForm,
    ReasonForm,
    SittingForm,
)
from lms.exams.sittings.models import Exam, Sitting
from lms.exams.sittings.queries import (
    candidates,
    exams,
    papers,
    requirements,
    sittings,
    topics,
)
from lms.exams.sittings.rules import EXAM_PURPOSE_NAMES, SITTING_STATE_NAMES, SittingState
from lms.exams.sittings.views.blueprint import blueprint
from lms.ground.access import Permission, allow, may
from lms.ground.clock import local, now, today
from lms.ground.errors import Refused
from lms.ground.norms.queries import value
from lms.ground.web.links import link

WATCH = (Permission.ARRANGE_EXAMS, Permission.INVIGILATE)


@blueprint.get("/")
@allow(*WATCH)
def index() -> str:
    cohort_id = request.args.get("cohort", type=int)
    arranges = may(Permission.ARRANGE_EXAMS)
    page = exams.exams(
        current_user,
        search=request.args.get("search", "").strip(),
        cohort_id=cohort_id,
        page=request.args.get("page", type=int),
    )
    held = sittings.sittings_of([exam.id for exam in page.rows], current_user)
    return _render(
        "sittings/index.html",
        page=page,
        cohort=get_cohort(cohort_id, current_user) if cohort_id and arranges else None,
        sittings=held,
        closed=sittings.out_of_use([one for rows in held.values() for one in rows], at=now()),
        arranges=arranges,
    )


@blueprint.get("/new")
@allow(Permission.ARRANGE_EXAMS)
def new() -> str:
    cohort_id = request.args.get("cohort", type=int)
    if cohort_id is None:
        return _render("sittings/choose_cohort.html", cohorts=requirements.cohorts_to_examine())
    cohort = get_cohort(cohort_id, current_user)
    return _render("sittings/exam_form.html", form=_exam_form(cohort), cohort=cohort)


@blueprint.post("/new")
@allow(Permission.ARRANGE_EXAMS)
def create_exam() -> ResponseReturnValue:
    cohort = get_cohort(request.args.get("cohort", 0, type=int), current_user)
    form = _exam_form(cohort)
    if form.validate():
        with form.telling_refusals():
            exam = planning.create_exam(
                cohort=cohort, draft=form.draft(), by=current_user, at=now()
            )
            flash(_("考试已登记，请安排场次。"))
            return redirect(url_for("sittings.new_sitting", exam_id=exam.id), 303)
    return _render("sittings/exam_form.html", form=form, cohort=cohort), 422


@blueprint.get("/exams/<int:exam_id>")
@allow(*WATCH)
def exam(exam_id: int) -> str:
    return _exam_page(exams.get_exam(exam_id, current_user), ReasonForm(formdata=None))


@blueprint.post("/exams/<int:exam_id>/courses")
@allow(Permission.ARRANGE_EXAMS)
def set_courses(exam_id: int) -> ResponseReturnValue:
    found = exams.get_exam(exam_id, current_user)
    form = _courses_form(found)
    if form.validate():
        with form.telling_refusals():
            planning.set_courses(
                found,
                form.courses.data or (),
                seen=form.version.data,
                by=current_user,
                at=now(),
            )
            flash(_("考核的课程已保存。"))
            return redirect(url_for("sittings.exam", exam_id=exam_id), 303)
    return _exam_page(found, ReasonForm(formdata=None), form), 422


@blueprint.post("/exams/<int:exam_id>/paper")
@allow(Permission.ARRANGE_EXAMS)
def confirm_paper(exam_id: int) -> ResponseReturnValue:
    found = exams.get_exam(exam_id, current_user)
    form = PaperForm().offer(papers.sealed_papers())
    if not form.validate():
        raise Refused(*form.reasons())
    planning.confirm_paper(found, paper_id=form.paper.data, by=current_user, at=now())
    flash(_("试卷已确认，可以生成答卷了。"))
    return redirect(url_for("sittings.exam", exam_id=exam_id), 303)


@blueprint.post("/exams/<int:exam_id>/withdraw")
@allow(Permission.ARRANGE_EXAMS)
def withdraw_exam(exam_id: int) -> ResponseReturnValue:
    found, form = exams.get_exam(exam_id, current_user), ReasonForm()
    if form.validate():
        with form.telling_refusals():
            planning.withdraw_exam(found, reason=form.reason.data, by=current_user, at=now())
            flash(_("考试已撤销，它的场次和占用已退回。"))
            return redirect(url_for("sittings.exam", exam_id=exam_id), 303)
    return _exam_page(found, form), 422


@blueprint.get("/exams/<int:exam_id>/new")
@allow(Permission.ARRANGE_EXAMS)
def new_sitting(exam_id: int) -> str:
    found = exams.get_exam(exam_id, current_user)
    form = _sitting_form(minutes=found.paper.minutes)
    return _render("sittings/sitting_form.html", form=form, exam=found, sitting=None)


@blueprint.post("/exams/<int:exam_id>/new")
@allow(Permission.ARRANGE_EXAMS)
def create_sitting(exam_id: int) -> ResponseReturnValue:
    found, form = exams.get_exam(exam_id, current_user), _sitting_form()
    if form.validate() and form.must_be_after(now()):
        with form.telling_refusals():
            sitting = arranging.create_sitting(
                exam=found, draft=form.draft(), by=current_user, at=now()
            )
            flash(_("场次已安排，考生已排座；开考前请生成答卷。"))
            return redirect(url_for("sittings.show", sitting_id=sitting.id), 303)
    return _render("sittings/sitting_form.html", form=form, exam=found, sitting=None), 422


@blueprint.get("/<int:sitting_id>")
@allow(*WATCH)
def show(sitting_id: int) -> str:
    sitting = sittings.get_sitting(sitting_id, current_user)
    return _sitting_page(sitting, ReasonForm(formdata=None))


@blueprint.get("/<int:sitting_id>/edit")
@allow(Permission.ARRANGE_EXAMS)
def edit(sitting_id: int) -> str:
    sitting = sittings.get_sitting(sitting_id, current_user)
    form = _sitting_form(obj=sitting)
    form.venue.data = sitting.venue_id
    form.invigilators.data = [one.account_id for one in sitting.invigilators]
    return _render("sittings/sitting_form.html", form=form, exam=sitting.exam, sitting=sitting)


@blueprint.post("/<int:sitting_id>/edit")
@allow(Permission.ARRANGE_EXAMS)
def revise(sitting_id: int) -> ResponseReturnValue:
    sitting, form = sittings.get_sitting(sitting_id, current_user), _sitting_form()
    if form.validate() and form.must_be_after(now()):
        with form.telling_refusals():
            seen = form.version.data
            arranging.revise_sitting(sitting, form.draft(), seen=seen, by=current_user, at=now())
            flash(_("场次已调整。"))
            return redirect(url_for("sittings.show", sitting_id=sitting_id), 303)
    page = _render("sittings/sitting_form.html", form=form, exam=sitting.exam, sitting=sitting)
    return page, 422


@blueprint.post("/<int:sitting_id>/venue")
@allow(Permission.ARRANGE_EXAMS)
def move(sitting_id: int) -> ResponseReturnValue:
    sitting, form = sittings.get_sitting(sitting_id, current_user), _move_form()
    if form.validate():
        with form.telling_refusals():
            venue_id = form.venue.data
            arranging.move_sitting(sitting, venue_id=venue_id, by=current_user, at=now())
            flash(_("考场已更换，监考人和已有答卷的考生都收到了通知。"))
            return redirect(url_for("sittings.show", sitting_id=sitting_id), 303)
    return _sitting_page(sitting, ReasonForm(formdata=None), form), 422


@blueprint.post("/<int:sitting_id>/prepare")
@allow(Permission.ARRANGE_EXAMS)
def prepare(sitting_id: int) -> ResponseReturnValue:
    sitting = sittings.get_sitting(sitting_id, current_user)
    made = arranging.prepare(sitting=sitting, by=current_user, at=now())
    flash(_("已生成 %(made)s 份答卷，考生现在可以进入候考。", made=made))
    return redirect(url_for("sittings.show", sitting_id=sitting_id), 303)


@blueprint.post("/<int:sitting_id>/cancel")
@allow(Permission.ARRANGE_EXAMS)
def cancel(sitting_id: int) -> ResponseReturnValue:
    sitting, form = sittings.get_sitting(sitting_id, current_user), ReasonForm()
    if not form.validate():
        return _sitting_page(sitting, form), 422
    exam_id = sitting.exam_id
    arranging.cancel_sitting(sitting, reason=form.reason.data, by=current_user, at=now())
    flash(_("场次已取消，场地和人员的占用已退回。"))
    return redirect(url_for("sittings.exam", exam_id=exam_id), 303)


def _exam_page(found: Exam, form: ReasonForm, courses: CoursesForm | None = None) -> str:
    shown = {"courses": [one.course_id for one in found.courses], "version": found.version}
    held = sittings.sittings_of([found.id], current_user)[found.id]
    return _render(
        "sittings/exam.html",
        exam=found,
        sittings=held,
        closed=sittings.out_of_use(held, at=now()),
        counts=candidates.candidate_counts([sitting.id for sitting in held]),
        unseated=candidates.unseated(found),
        purposes=EXAM_PURPOSE_NAMES,
        asked=topics.asked_of([(one.course_id, found.paper_id) for one in found.courses]),
        arranges=may(Permission.ARRANGE_EXAMS) and found.withdrawal is None,
        withdrawable=not candidates.has_sheets(found.id),
        cohort_page=link("cohorts.show", cohort_id=found.cohort_id),
        paper_page=link("papers.show", paper_id=found.paper_id),
        papers=_paper_form(found) if found.to_confirm else None,
        courses=courses or _courses_form(found, formdata=None, data=shown),
        form=form,
    )


def _courses_form(found: Exam, **options: Any) -> CoursesForm:
    return CoursesForm(**options).offer(requirements.courses_of(found.cohort_id))


def _paper_form(found: Exam) -> PaperForm:
    form = PaperForm(formdata=None, data={"paper": found.paper_id})
    return form.offer(papers.sealed_papers())


def _exam_form(cohort: Cohort) -> ExamForm:
    form = ExamForm()
    form.offer(
        papers=papers.sealed_papers(),
        courses=requirements.courses_of(cohort.id),
        pass_score=value("exam.pass_score", on=today(), scope=cohort.programme.code),
    )
    return form


def _sitting_form(**options: Any) -> SittingForm:
    form = SittingForm(**options)
    form.offer(venues=open_venues(on=today()), invigilators=sittings.possible_invigilators())
    return form


def _move_form(**options: Any) -> MoveForm:
    return MoveForm(**options).offer(open_venues(on=today()))


def _sitting_page(sitting: Sitting, form: ReasonForm, moving: MoveForm | None = None) -> str:
    return _render(
        "sittings/sitting.html",
        sitting=sitting,
        console=link("invigilation.console", sitting_id=sitting.id),
        papers=link("invigilation.papers", sitting_id=sitting.id),
        door=link("invigilation.door", sitting_id=sitting.id),
        scripts=link("scripts.show", sitting_id=sitting.id),
        admission=link("admission.show", sitting_id=sitting.id),
        state=sitting.state(now()),
        candidates=candidates.candidates(sitting.id),
        newcomers=candidates.unseated(sitting.exam),
        wanted=value("exam.invigilators", on=local(sitting.opens_at).date()),
        arranges=may(Permission.ARRANGE_EXAMS),
        closed=sittings.out_of_use([sitting], at=now()).get(sitting.id, ""),
        moving=moving or _move_form(formdata=None),
        form=form,
    )


def _render(template: str, **context: Any) -> str:
    return render_template(
        template,
        states=SITTING_STATE_NAMES,
        looks=LOOKS,
        at=now(),
        **context,
    )


LOOKS = {
    SittingState.PREPARING: "orange",
    SittingState.READY: "azure",
    SittingState.RUNNING: "green",
    SittingState.OVER: "secondary",
}
