"""Pages of reviews: cohorts, the reviews of one, a person's lines and the decision."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts.models import Cohort
from courses.cohorts.queries import cohorts, get_cohort_in_charge, learners
from lms.appraisal.reviews import actions, queries
from lms.appraisal.reviews.forms import CommentForm, DecisionForm
from lms.appraisal.reviews.models import Review
from lms.appraisal.reviews.rules.proposals import over_share
from lms.appraisal.schemes.queries import bands_of, find_in_force
from lms.appraisal.schemes.rules import PART_NAMES
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now, today
from lms.ground.errors import Refused
from lms.ground.norms.queries import fraction

blueprint = Blueprint("reviews", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.APPRAISE)
def index() -> str:
    page = cohorts(
        current_user,
        search=request.args.get("q", "").strip(),
        in_charge=True,
        page=request.args.get("page", type=int),
    )
    ids = [cohort.id for cohort in page.rows]
    return render_template("reviews/index.html", page=page, counts=queries.counts(ids))


@blueprint.get("/cohorts/<int:cohort_id>")
@allow(Permission.APPRAISE)
def show_cohort(cohort_id: int) -> str:
    return _cohort_page(get_cohort_in_charge(cohort_id, current_user))


@blueprint.post("/cohorts/<int:cohort_id>/compute")
@allow(Permission.APPRAISE)
def compute(cohort_id: int) -> ResponseReturnValue:
    cohort = get_cohort_in_charge(cohort_id, current_user)
    number = len(actions.compute(cohort, by=current_user, at=now()))
    flash(_("已计算 %(number)s 人的鉴定建议，已评定的不变。", number=number))
    return redirect(url_for("reviews.show_cohort", cohort_id=cohort_id), 303)


@blueprint.post("/cohorts/<int:cohort_id>/accept")
@allow(Permission.DECIDE)
def accept(cohort_id: int) -> ResponseReturnValue:
    cohort = get_cohort_in_charge(cohort_id, current_user)
    try:
        number = actions.accept(cohort, by=current_user, at=now())
    except Refused as refusal:
        return _cohort_page(cohort, reasons=refusal.reasons), 422
    flash(_("已按建议评定 %(number)s 人。", number=number))
    return redirect(url_for("reviews.show_cohort", cohort_id=cohort_id), 303)


@blueprint.get("/<int:review_id>")
@allow(Permission.APPRAISE)
def show(review_id: int) -> str:
    review = queries.get_review(review_id, current_user)
    return _review_page(review, _decision(review))


@blueprint.post("/<int:review_id>")
@allow(Permission.DECIDE)
def decide(review_id: int) -> ResponseReturnValue:
    review, form = queries.get_review(review_id, current_user), DecisionForm()
    form.offer(bands_of(review.scheme))
    if form.validate():
        with form.telling_refusals():
            actions.decide(
                review,
                grade=form.grade.data,
                comment=form.comment.data or "",
                reason=form.reason.data or "",
                seen=form.version.data,
                by=current_user,
                at=now(),
            )
            flash(_("鉴定已评定。"))
            cohort_id = review.enrolment.cohort_id
            return redirect(url_for("reviews.show_cohort", cohort_id=cohort_id), 303)
    return _review_page(review, form), 422


@blueprint.post("/<int:review_id>/comment")
@allow(Permission.APPRAISE)
def comment(review_id: int) -> ResponseReturnValue:
    review, form = queries.get_review(review_id, current_user), CommentForm()
    if form.validate():
        with form.telling_refusals():
            text, seen = form.comment.data or "", form.version.data
            actions.comment(review, comment=text, seen=seen, by=current_user, at=now())
            flash(_("鉴定意见已保存，由教务或组织部门评定。"))
            return redirect(url_for("reviews.show", review_id=review_id), 303)
    return _review_page(review, _decision(review), form), 422


@blueprint.get("/mine")
@allow(Permission.STUDY)
def mine() -> str:
    found = queries.mine(current_user)
    return render_template("reviews/mine.html", reviews=found, names=PART_NAMES)


def _cohort_page(cohort: Cohort, reasons: tuple[str, ...] = ()) -> str:
    reviews = queries.reviews(cohort.id)
    return render_template(
        "reviews/cohort.html",
        cohort=cohort,
        reasons=reasons,
        scheme=find_in_force(cohort.programme_id, on=cohort.ends_on),
        learners=learners(cohort.id, current_user),
        reviews=reviews,
        crowded=_crowded(list(reviews.values())),
        decides=may(Permission.DECIDE),
    )


def _decision(review: Review) -> DecisionForm:
    return DecisionForm(
        formdata=None,
        grade=review.decided_grade or review.proposed_grade,
        comment=review.comment,
        version=review.version,
    )


def _review_page(
    review: Review, form: DecisionForm, comment_form: CommentForm | None = None
) -> str:
    form.offer(bands_of(review.scheme))
    return render_template(
        "reviews/review.html",
        review=review,
        form=form,
        comment_form=comment_form
        or CommentForm(formdata=None, comment=review.comment, version=review.version),
        decides=may(Permission.DECIDE),
        names=PART_NAMES,
    )


def _crowded(reviews: list[Review]) -> str:
    """A sentence when more have the best grade than the norm suggests."""
    if not reviews:
        return ""
    best = bands_of(reviews[0].scheme)[0].name
    limit = fraction("appraisal.excellent_share", on=today())
    return over_share([one.decided_grade or one.proposed_grade for one in reviews], best, limit)
