"""Pages of person files."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from courses.reflections.rules import REFLECTION_GRADE_NAMES
from lms.archives.certificates.rules import percent
from lms.archives.person_files import actions, queries
from lms.ground.access import Permission as P
from lms.ground.access import allow, may
from lms.ground.clock import now, today
from lms.ground.people.models import Person
from lms.ground.people.queries import find_person_of, get_person
from lms.ground.uploads.delivery import send

blueprint = Blueprint("person_files", __name__, template_folder="templates")


@blueprint.get("/")
@allow(P.READ_ARCHIVES)
def index() -> str:
    page = queries.page_of_people(
        current_user,
        search=request.args.get("search", "").strip(),
        page=request.args.get("page", type=int),
    )
    return render_template("person_files/index.html", page=page)


@blueprint.get("/<int:person_id>")
@allow(P.READ_ARCHIVES)
def show(person_id: int) -> str:
    return _page(get_person(person_id, current_user), files=may(P.FILE))


@blueprint.post("/<int:person_id>/file")
@allow(P.FILE)
def file(person_id: int) -> ResponseReturnValue:
    person = get_person(person_id, current_user)
    job = actions.ask(person=person, by=current_user, at=now())
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@blueprint.get("/mine")
@allow(P.STUDY)
def mine() -> str:
    person = find_person_of(current_user)
    if person is None:
        return render_template("person_files/nobody.html")
    return _page(person, files=False, is_own=True)


@blueprint.get("/files/<int:file_id>")
@allow(P.READ_ARCHIVES, P.STUDY)
def download(file_id: int) -> Response:
    return send(queries.get_filed(file_id, current_user).upload)


def _page(person: Person, *, files: bool, is_own: bool = False) -> str:
    return render_template(
        "person_files/person.html",
        record=queries.record(person, today=today()),
        person=person,
        filed=queries.filed(person.id),
        files=files,
        is_own=is_own,
        percent=percent,
        grades=REFLECTION_GRADE_NAMES,
    )
