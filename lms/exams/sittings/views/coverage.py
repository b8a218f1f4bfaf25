"""The board of 逢学必考: which exam examines which course, and what need not be examined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.catalogue.queries import get_course
from courses.cohorts.queries import get_cohort
from lms.exams.sittings.actions import covering
from lms.exams.sittings.forms import ExemptionForm
from lms.exams.sittings.queries import absences, requirements
from lms.exams.sittings.rules import Absence, Covered
from lms.exams.sittings.views.blueprint import blueprint
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now
from lms.ground.web.links import link


@blueprint.get("/coverage")
@allow(Permission.ARRANGE_EXAMS, Permission.APPROVE)
def coverage() -> str:
    return _coverage()


@blueprint.post("/coverage/<int:cohort_id>/<int:course_id>")
@allow(Permission.APPROVE)
def exempt(cohort_id: int, course_id: int) -> ResponseReturnValue:
    cohort, course = get_cohort(cohort_id, current_user), get_course(course_id)
    form = ExemptionForm()
    if form.validate():
        with form.telling_refusals():
            reason = form.reason.data or ""
            covering.exempt(cohort=cohort, course=course, reason=reason, by=current_user, at=now())
            flash(_("已批准《%(course)s》不单独考试。", course=course.title))
            return redirect(url_for("sittings.coverage", **_narrowed()), 303)
    return _coverage(form.reasons()), 422


@blueprint.post("/exams/<int:exam_id>/exemptions/<int:enrolment_id>")
@allow(Permission.APPROVE)
def exempt_learner(exam_id: int, enrolment_id: int) -> ResponseReturnValue:
    missed, enrolment = absences.get_absent(exam_id, enrolment_id)
    form = ExemptionForm()
    if form.validate():
        with form.telling_refusals():
            reason = form.reason.data or ""
            covering.exempt_learner(missed, enrolment, reason=reason, by=current_user, at=now())
            flash(_("已批准%(name)s免考。", name=enrolment.person.name))
            return redirect(url_for("sittings.coverage", **_narrowed()), 303)
    return _coverage(form.reasons()), 422


@blueprint.post("/coverage/<int:cohort_id>/<int:course_id>/lift")
@allow(Permission.APPROVE)
def lift_exemption(cohort_id: int, course_id: int) -> ResponseReturnValue:
    cohort, course = get_cohort(cohort_id, current_user), get_course(course_id)
    covering.lift_exemption(cohort=cohort, course=course, by=current_user, at=now())
    flash(_("《%(course)s》不单独考试的批准已撤销。", course=course.title))
    return redirect(url_for("sittings.coverage", **_narrowed()), 303)


@blueprint.post("/exams/<int:exam_id>/exemptions/<int:enrolment_id>/lift")
@allow(Permission.APPROVE)
def lift_learner_exemption(exam_id: int, enrolment_id: int) -> ResponseReturnValue:
    missed, enrolment = absences.get_absent(exam_id, enrolment_id)
    cohort = get_cohort(missed.cohort_id, current_user)
    covering.lift_learner_exemption(missed, enrolment, cohort=cohort, by=current_user, at=now())
    flash(_("%(name)s免考的批准已撤销。", name=enrolment.person.name))
    return redirect(url_for("sittings.coverage", **_narrowed()), 303)


def _narrowed() -> dict[str, Any]:
    """The one cohort that the board was asked for, as a part of its address."""
    cohort_id = request.args.get("cohort", type=int)
    return {} if cohort_id is None else {"cohort": cohort_id}


def _coverage(reasons: Sequence[str] = ()) -> str:
    wanted = list(_narrowed().values())
    cohort = get_cohort(wanted[0], current_user) if wanted else None
    shown = requirements.cohorts_on_the_board(wanted or None)
    rows: dict[int, list[Covered]] = defaultdict(list)
    for row in requirements.coverage(wanted or None):
        rows[row.cohort_id].append(row)
    missed: dict[int, list[Absence]] = {}
    for one in absences.absences(wanted or None, at=now()):
        missed.setdefault(one.cohort_id, []).append(one)
    exam_ids = {one.exam_id for some in missed.values() for one in some}
    return render_template(
        "sittings/coverage.html",
        boards={one.id: link("results.board", cohort_id=one.id) for one, _examined in shown},
        reasons=reasons,
        cohort=cohort,
        narrowed=_narrowed(),
        board=[(one, examined, rows[one.id]) for one, examined in shown],
        absences=missed,
        to_make_up={one: link("results.show", exam_id=one) for one in exam_ids},
        to_come=absences.make_ups_to_come(exam_ids, at=now()),
        arranges=may(Permission.ARRANGE_EXAMS),
        approves=may(Permission.APPROVE),
    )
