"""Which course is examined on which topics."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.catalogue.queries import Sought, courses, get_course
from lms.exams.sittings.actions import covering
from lms.exams.sittings.queries.topics import topics_of
from lms.exams.sittings.views.blueprint import blueprint
from lms.ground.access import Permission, allow
from lms.ground.clock import now
from question_bank.topics.queries import labels, nodes


@blueprint.get("/topics")
@allow(Permission.ARRANGE_EXAMS)
def topics() -> str:
    search = request.args.get("q", "").strip()
    page = courses(Sought(search), page=request.args.get("page", type=int))
    return render_template(
        "sittings/topics.html",
        page=page,
        topics=topics_of([course.id for course in page.rows]),
        labels=labels(),
    )


@blueprint.get("/topics/<int:course_id>")
@allow(Permission.ARRANGE_EXAMS)
def course_topics(course_id: int) -> str:
    return render_template(
        "sittings/course_topics.html",
        course=get_course(course_id),
        nodes=nodes(),
        chosen=topics_of([course_id]).get(course_id, set()),
    )


@blueprint.post("/topics/<int:course_id>")
@allow(Permission.ARRANGE_EXAMS)
def set_topics(course_id: int) -> ResponseReturnValue:
    course = get_course(course_id)
    covering.set_topics(
        course,
        request.form.getlist("topic", type=int),
        seen=request.form.getlist("seen", type=int),
        by=current_user,
        at=now(),
    )
    flash(_("《%(course)s》考核的知识点已保存。", course=course.title))
    return redirect(url_for("sittings.topics"), 303)
