"""Reviews: arithmetic proposes, a named person decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete

from courses.cohorts.models import Cohort
from courses.cohorts.queries import enrolments, lock_cohort
from courses.programmes.queries import get_programme
from lms.appraisal.reviews import queries
from lms.appraisal.reviews.models import Review, ReviewLine
from lms.appraisal.reviews.rules.proposals import (
    Proposal,
    decider_faults,
    decision_faults,
    propose,
)
from lms.appraisal.schemes import actions as schemes
from lms.appraisal.schemes.models import Scheme
from lms.appraisal.schemes.queries import bands_of, find_in_force, parts_of
from lms.exams.marking.rules.points import kept
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.norms.queries import value
from lms.ground.notices.actions import tell


def compute(cohort: Cohort, *, by: Actor, at: datetime) -> list[Review]:
    """Propose a review for every learner of the cohort; decided ones stay as they are.

    By the scheme in force on the cohort's last day, from attendance, released results,
    conduct and reflections. Refused without scheme or
    learners; what is missing is said in the reviews.
    """
    lock_cohort(cohort.id)
    scheme = find_in_force(cohort.programme_id, on=cohort.ends_on)
    present = enrolments(cohort.id)
    reasons = []
    if scheme is None:
        reasons.append("没有在结业日生效的考核方案，请先制定考核方案。")
    if not present:
        reasons.append("这个班次还没有学员。")
    if scheme is None or reasons:
        raise Refused(*reasons)
    known = queries.reviews_to_change(cohort.id)
    proposals = _proposals(cohort, scheme)
    open_reviews = {
        one.id: known.get(one.id) or Review(enrolment_id=one.id, version=0)
        for one in present
        if one.id in proposals and not _is_decided(known.get(one.id))
    }
    _drop_left(known.values(), {one.id for one in present})
    _write(open_reviews, proposals, scheme, by=by, at=at)
    schemes.use(scheme, at=at)
    told = f"计算{cohort.title}的鉴定建议，{len(open_reviews)}人"
    record("reviews.compute", cohort, told, by=by, at=at, scheme_id=scheme.id)
    return list(open_reviews.values())


def _is_decided(review: Review | None) -> bool:
    return review is not None and review.decided_at is not None


def _proposals(cohort: Cohort, scheme: Scheme) -> dict[int, Proposal]:
    limits, step = queries.limits(on=cohort.ends_on, scope=get_programme(cohort.programme_id).code)
    parts, bands = parts_of(scheme), bands_of(scheme)
    return {
        enrolment_id: propose(parts, bands, facts, limits, step=step, absence=scheme.absence)
        for enrolment_id, facts in queries.facts(cohort.id).items()
    }


def _drop_left(known: Iterable[Review], present: set[int]) -> None:
    """Whoever left the cohort undecided is reviewed no more."""
    left = [one.id for one in known if one.enrolment_id not in present and not _is_decided(one)]
    session.execute(delete(ReviewLine).where(ReviewLine.review_id.in_(left)))
    session.execute(delete(Review).where(Review.id.in_(left)))


def _write(
    reviews: dict[int, Review],
    proposals: dict[int, Proposal],
    scheme: Scheme,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """New lines in place of the old; the version counts up, so that forms opened before are stale."""
    for enrolment_id, review in reviews.items():
        proposal = proposals[enrolment_id]
        review.scheme_id, review.computed_at = scheme.id, at
        review.proposed_by, review.proposer_id = by.name, by.id
        review.total, review.proposed_grade = proposal.total, proposal.grade
        review.vetoes, review.missing = list(proposal.vetoes), list(proposal.missing)
        review.absences = list(proposal.absences)
        review.version += 1
    session.add_all(reviews.values())
    session.flush()
    old = [review.id for review in reviews.values()]
    session.execute(delete(ReviewLine).where(ReviewLine.review_id.in_(old)))
    session.add_all(
        ReviewLine(
            review_id=review.id,
            position=position,
            part=line.part,
            weight=line.weight,
            raw=kept(line.raw),
            points=kept(line.points),
            why=[*line.why, *line.missing],
        )
        for enrolment_id, review in reviews.items()
        for position, line in enumerate(proposals[enrolment_id].lines, start=1)
    )
    session.flush()


def decide(
    review: Review,
    *,
    grade: str,
    comment: str,
    reason: str,
    seen: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """A named person decides, not the one who proposed and not the cohort's adviser.

    Other than proposed, once decided, or about somebody who missed an exam only with a reason.
    `review` has scheme, enrolment and cohort loaded. Conflict on a stale form.
    """
    cohort = review.enrolment.cohort
    faults = _decider_faults(cohort, [review], by=by, at=at)
    faults += decision_faults(
        grade,
        bands=bands_of(review.scheme),
        proposed=review.proposed_grade,
        decided=review.decided_grade,
        reason=reason,
        absent=bool(review.absences),
    )
    if faults:
        raise Refused(*faults)
    review.edited_from(seen)
    before = review.decided_grade
    review.decided_grade, review.comment, review.reason = grade, comment, reason
    review.decided_by, review.decider_id, review.decided_at = by.name, by.id, at
    told = f"评定鉴定等次为“{grade}”（建议“{review.proposed_grade}”）{_overlap(review)}"
    record("reviews.decide", review, told, by=by, at=at, before=before, reason=reason)
    _tell([review], cohort, at)


def comment(review: Review, *, comment: str, seen: int | None, by: Actor, at: datetime) -> None:
    """Propose the appraisal in words (鉴定意见), for whoever decides. Conflict on a stale form.

    Refused without words, or once the review is decided.
    """
    reasons = [] if comment else ["请写鉴定意见。"]
    if _is_decided(review):
        reasons.append("这份鉴定已经评定，意见须由评定人修改。")
    if reasons:
        raise Refused(*reasons)
    review.edited_from(seen)
    review.comment, review.proposed_by, review.proposer_id = comment, by.name, by.id
    record("reviews.comment", review, "提出鉴定意见", by=by, at=at)


def accept(cohort: Cohort, *, by: Actor, at: datetime) -> int:
    """Decide as proposed wherever nothing is missing, missed or vetoed; how many.

    The others are left to be decided one by one.
    """
    open_reviews = [
        review
        for review in queries.reviews_to_change(cohort.id).values()
        if not _is_decided(review) and not review.is_reserved
    ]
    if not open_reviews:
        raise Refused("没有可以批量采纳的建议：有缺项、缺考或否决情形的须逐人评定。")
    faults = _decider_faults(cohort, open_reviews, by=by, at=at)
    if faults:
        raise Refused(*faults)
    for review in open_reviews:
        review.decided_grade = review.proposed_grade
        review.decided_by, review.decider_id, review.decided_at = by.name, by.id, at
        review.version += 1
    told = f"采纳{cohort.title}的鉴定建议，{len(open_reviews)}人{_overlap(open_reviews[0])}"
    ids = [review.id for review in open_reviews]
    record("reviews.accept", cohort, told, by=by, at=at, review_ids=ids)
    _tell(open_reviews, cohort, at)
    return len(open_reviews)


def _decider_faults(
    cohort: Cohort, reviews: Iterable[Review], *, by: Actor, at: datetime
) -> list[str]:
    """Every reason for which this person may not decide these reviews, each once."""
    may_overlap = value("appraisal.same_decider", on=local(at).date()) != 0
    adviser_id = queries.find_adviser_account(cohort.id)
    found = (
        sentence
        for proposer_id in {review.proposer_id for review in reviews}
        for sentence in decider_faults(
            decider_id=by.id,
            proposer_id=proposer_id,
            adviser_id=adviser_id,
            may_overlap=may_overlap,
        )
    )
    return list(dict.fromkeys(found))


def _overlap(review: Review) -> str:
    return "，建议和评定为同一人" if review.is_overlap else ""


def _tell(reviews: list[Review], cohort: Cohort, at: datetime) -> None:
    tell(
        [review.enrolment.person_id for review in reviews],
        f"{cohort.title}的鉴定结果",
        f"您在{cohort.title}的鉴定已经评定，可查看等次和每一项的计算说明。",
        at=at,
        link="/reviews/mine",
    )
