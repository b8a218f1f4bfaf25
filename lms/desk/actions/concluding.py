"""How the past cohorts of the demo school ended: exemptions, reviews, closing, certificates, file."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from courses.timetable.actions import releasing as timetable
from lms.appraisal.reviews import actions as reviews
from lms.appraisal.reviews import queries as reviewed
from lms.archives.certificates import actions as certificates
from lms.archives.closing import actions as closing
from lms.archives.cohort_files import actions as cohort_files
from lms.desk.actions.teaching import Campus, wall_time
from lms.desk.intake import DemoSchool
from lms.exams.sittings.actions import covering
from lms.ground.accounts.models import Account

CLOSED_AFTER = timedelta(days=10)


def announce(cohort: Cohort, *, office: Account) -> None:
    """Release the timetable three days before the cohort begins."""
    at = wall_time(cohort.starts_on - timedelta(days=3), "15:00")
    timetable.release(cohort=get_cohort(cohort.id, office), seen=1, by=office, at=at)


def exempt_the_unexamined(
    row: dict[str, Any], cohort: Cohort, campus: Campus, school: DemoSchool, *, by: Account
) -> None:
    """不单独考试 for the courses that the files give a reason for."""
    reasons = {one["code"]: one["unexamined"] for one in school.courses if "unexamined" in one}
    at = wall_time(cohort.starts_on - timedelta(days=5), "10:00")
    for code in dict.fromkeys(lesson["course"] for lesson in row.get("lessons", [])):
        if code in reasons:
            covering.exempt(
                cohort=cohort, course=campus.courses[code], reason=reasons[code], by=by, at=at
            )


def conclude(cohort: Cohort, *, organiser: Account, office: Account) -> None:
    """Decide the reviews, close the cohort, give the certificates."""
    at = wall_time(cohort.ends_on + CLOSED_AFTER, "16:00")
    reviews.compute(get_cohort(cohort.id, office), by=office, at=at)
    reviews.accept(get_cohort(cohort.id, office), by=organiser, at=at)
    for undecided in reviewed.reviews_to_change(cohort.id).values():
        if undecided.decided_grade is None:
            review = reviewed.get_review(undecided.id, organiser)
            reviews.decide(
                review,
                grade=review.proposed_grade,
                comment="已核对考勤和成绩，与本人谈话。",
                reason="经核实，按建议等次评定。",
                seen=review.version,
                by=organiser,
                at=at,
            )
    closing.close(cohort=get_cohort(cohort.id, office), by=office, at=at + timedelta(hours=1))
    certificates.issue(cohort=get_cohort(cohort.id, office), by=office, at=at + timedelta(hours=2))


def file(cohort: Cohort, *, office: Account, at: datetime) -> None:
    """Ask for the cohort file; a worker prints it, so it is filed on the day of loading."""
    cohort_files.begin(cohort=get_cohort(cohort.id, office), by=office, at=at)
