"""Pages of coverage: who was not called up, and how many were."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from courses.callups import documents, queries
from courses.callups.queries import Narrowed
from courses.callups.rules import SPANS, Period, percent
from lms.ground.access import Permission, allow
from lms.ground.clock import today
from lms.ground.people import queries as people
from lms.ground.people.rules import RANK_NAMES, RankLevel
from lms.ground.uploads.media import XLSX

blueprint = Blueprint("callups", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.READ_PEOPLE)
def index() -> str:
    period, narrowed = _period(), _narrowed()
    page = request.args.get("page", type=int)
    found = queries.page_of_people(current_user, period, narrowed, page=page)
    return render_template(
        "callups/index.html",
        page=found,
        period=period,
        coverage=queries.coverage(current_user, period, narrowed),
        last=queries.last_calls([one.id for one in found.rows]),
        units=people.unit_tree(current_user),
        ranks=RANK_NAMES,
        spans=SPANS,
        years=range(today().year, today().year - 6, -1),
        percent=percent,
    )


@blueprint.get("/list.xlsx")
@allow(Permission.READ_PEOPLE)
def export() -> ResponseReturnValue:
    period = _period()
    found = queries.all_people(current_user, period, _narrowed())
    last = queries.last_calls([one.id for one in found])
    content = documents.not_called(period, found, last)
    name = f"{period.label}未参训人员.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


def _period() -> Period:
    last = request.args.get("year", default=today().year, type=int)
    years = request.args.get("years", default=1, type=int)
    last = last if 2000 <= last <= 2100 else today().year
    return Period(last, years if years in SPANS else 1)


def _narrowed() -> Narrowed:
    return Narrowed(
        unit_id=request.args.get("unit", type=int),
        rank=request.args.get("rank", type=RankLevel),
        is_party_secretary="secretary" in request.args,
        search=request.args.get("search", "").strip(),
    )
