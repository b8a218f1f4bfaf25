"""Pages on which lessons are judged, and on which it is told what was said of an instructor."""

from __future__ import annotations

from collections.abc import Callable, Collection
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.evaluations import actions, documents, queries
from courses.evaluations.queries import Turn
from courses.evaluations.rules import Result, dimensions
from courses.faculty import queries as faculty
from courses.faculty.models import Instructor
from courses.faculty.rules import CATEGORY_NAMES
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now, today
from lms.ground.errors import Refused
from lms.ground.uploads.media import XLSX

blueprint = Blueprint("evaluations", __name__, template_folder="templates")
STAFF = (Permission.MANAGE_FACULTY, Permission.PLAN, Permission.APPROVE)


@blueprint.get("/")
@allow(*STAFF)
def index() -> str:
    year, least = _year(), queries.scheme_on(today()).least
    page = queries.judged_instructors(
        year, search=_search(), page=request.args.get("page", type=int)
    )
    numbers = [one.id for one in page.rows]
    return render_template(
        "evaluations/index.html",
        page=page,
        results=queries.results(numbers, year, least=least),
        expected=queries.expected(numbers, year),
        categories=CATEGORY_NAMES,
        least=least,
        year=year,
        years=queries.years(),
    )


@blueprint.get("/results.xlsx")
@allow(*STAFF)
def export() -> ResponseReturnValue:
    year, least = _year(), queries.scheme_on(today()).least
    people = queries.all_judged_instructors(year, search=_search())
    found = queries.results([one.id for one in people], year, least=least)
    content = documents.listing(people, found, year, least=least)
    name = _("%(year)s年评课结果.xlsx", year=year)
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


@blueprint.get("/instructors/<int:instructor_id>")
@allow(*STAFF)
def instructor(instructor_id: int) -> str:
    return _result_page(faculty.get_instructor(instructor_id))


@blueprint.get("/of-me")
@allow(Permission.TEACH)
def of_me() -> str:
    return _result_page(faculty.find_instructor_of(current_user))


@blueprint.get("/mine")
@allow(Permission.STUDY)
def mine() -> str:
    found = queries.turns(current_user, at=now())
    return render_template(
        "evaluations/mine.html",
        due=[one for one in found if one.is_due],
        others=[one for one in found if not one.is_due],
        days=queries.scheme_on(today()).days,
    )


@blueprint.get("/lessons/<int:lesson_id>")
@allow(Permission.STUDY)
def lesson(lesson_id: int) -> str:
    return _ballot_page(queries.get_turn(lesson_id, current_user, at=now()))


@blueprint.post("/lessons/<int:lesson_id>")
@allow(Permission.STUDY)
def judge(lesson_id: int) -> ResponseReturnValue:
    turn = queries.get_turn(lesson_id, current_user, at=now())
    asked = queries.scheme_on(today()).dimensions
    marks = {name: request.form.get(f"mark-{place}", "") for place, name in enumerate(asked)}
    remark = request.form.get("remark", "").strip()
    try:
        actions.judge(turn=turn, marks=marks, remark=remark, by=current_user, at=now())
    except Refused as refusal:
        return _ballot_page(turn, marks, remark, list(refusal.reasons)), 422
    flash(_("谢谢，已经收下。评课不记名，授课教师只看到平均分和意见。"))
    return redirect(url_for("evaluations.mine"), 303)


@blueprint.app_context_processor
def frame() -> dict[str, Callable[[Collection[int]], dict[int, Result]]]:
    """What the lists of instructors show beside a name, whichever room they are in."""
    return {"judged": _judged}


def _judged(numbers: Collection[int]) -> dict[int, Result]:
    """This year's result of each of these, for whoever may see it; none while nobody judged."""
    if not any(may(permission) for permission in STAFF) or today().year not in queries.years():
        return {}
    least = queries.scheme_on(today()).least
    return queries.results(numbers, today().year, least=least)


def _year() -> int:
    return request.args.get("year", type=int) or today().year


def _search() -> str:
    return request.args.get("search", "").strip()


def _result_page(found: Instructor | None) -> str:
    """By course and by question, and the remarks: of what may be told only."""
    year, rules = _year(), queries.scheme_on(today())
    if found is None:
        return render_template("evaluations/nobody.html")
    told = queries.results([found.id], year, least=rules.least)[found.id]
    ballots = queries.ballots_of(found.id, year) if not told.held_back else []
    return render_template(
        "evaluations/result.html",
        instructor=found,
        result=told,
        dimensions=dimensions([one.marks for one in ballots], rules.grades),
        grades=rules.grades,
        remarks=[one.remark for one in ballots if one.remark],
        least=rules.least,
        year=year,
        years=queries.years(),
        is_mine=request.endpoint == "evaluations.of_me",
    )


def _ballot_page(
    turn: Turn,
    marks: dict[str, str] | None = None,
    remark: str = "",
    reasons: list[str] | None = None,
) -> str:
    return render_template(
        "evaluations/ballot.html",
        turn=turn,
        scheme=queries.scheme_on(today()),
        marks=marks or {},
        remark=remark,
        longest=actions.LONGEST,
        reasons=reasons,
    )
