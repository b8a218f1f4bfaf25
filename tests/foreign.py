"""What belongs to somebody else, and the addresses at which it must not be found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select

from courses.availability.models import AvailabilityPeriod
from courses.catalogue.models import Course
from courses.cohorts.models import Cohort, Enrolment
from courses.conduct.models import ConductEntry
from courses.faculty.models import Instructor, Teaches
from courses.invitations.models import Invitation
from courses.materials.models import Material
from courses.reflections.models import Reflection
from lms.appraisal.reviews.models import Review
from lms.archives.person_files.models import PersonFile
from lms.exams.attempts.models import Attempt
from lms.exams.sittings.models import Exam
from lms.ground.accounts.models import Account
from lms.ground.jobs.models import Job
from lms.ground.notices.models import Notice
from lms.ground.people.models import Person, Unit
from lms.ground.people.queries import units_in_charge
from question_bank.intakes.models import Intake

Theirs = Callable[[Account], Select[Any]]


@dataclass(frozen=True)
class Foreign:
    """`theirs`: the ids of what is not the account's own; it stands for `{0}` in `addresses`."""

    login: str
    what: str
    theirs: Theirs
    addresses: tuple[str, ...]
    is_json: bool = False


def _me(account: Account) -> Select[Any]:
    return select(Person.id).where(Person.account_id == account.id)


def _attempts(account: Account) -> Select[Any]:
    return select(Attempt.id).where(Attempt.person_id.not_in(_me(account)))


def _enrolments(account: Account) -> Select[Any]:
    return select(Enrolment.id).where(Enrolment.person_id.not_in(_me(account)))


def _reflections(account: Account) -> Select[Any]:
    return select(Reflection.id).where(Reflection.enrolment_id.in_(_enrolments(account)))


def _conduct(account: Account) -> Select[Any]:
    return select(ConductEntry.id).where(ConductEntry.enrolment_id.in_(_enrolments(account)))


def _cohorts(account: Account) -> Select[Any]:
    """Cohorts in which one was never enrolled."""
    mine = select(Enrolment.cohort_id).where(Enrolment.person_id.in_(_me(account)))
    return select(Cohort.id).where(Cohort.id.not_in(mine))


def _exams(account: Account) -> Select[Any]:
    return select(Exam.id).where(Exam.cohort_id.in_(_cohorts(account)))


def _person_files(account: Account) -> Select[Any]:
    return select(PersonFile.id).where(PersonFile.person_id.not_in(_me(account)))


def _notices(account: Account) -> Select[Any]:
    return select(Notice.id).where(Notice.person_id.not_in(_me(account)))


def _jobs(account: Account) -> Select[Any]:
    return select(Job.id).where(Job.owner_id != account.id)


def _materials(account: Account) -> Select[Any]:
    return select(Material.id).where(Material.owner_id != account.id)


def _intakes(account: Account) -> Select[Any]:
    return select(Intake.id).where(Intake.owner_id != account.id)


def _courses(account: Account) -> Select[Any]:
    """Courses that one does not teach."""
    mine = select(Teaches.course_id).join(Instructor, Instructor.id == Teaches.instructor_id)
    return select(Course.id).where(
        Course.id.not_in(mine.where(Instructor.person_id.in_(_me(account))))
    )


def _periods(account: Account) -> Select[Any]:
    """What other instructors said of their time."""
    mine = select(Instructor.id).where(Instructor.person_id.in_(_me(account)))
    return select(AvailabilityPeriod.id).where(AvailabilityPeriod.instructor_id.not_in(mine))


def _invitations(account: Account) -> Select[Any]:
    """Invitations of other instructors."""
    mine = select(Instructor.id).where(Instructor.person_id.in_(_me(account)))
    return select(Invitation.id).where(Invitation.instructor_id.not_in(mine))


def _advised(account: Account) -> Select[Any]:
    """Cohorts that another adviser looks after."""
    return select(Cohort.id).where(Cohort.adviser_id.not_in(_me(account)))


def _in_advised(key: Any, enrolment: Any) -> Theirs:
    """Ids of rows of those cohorts' learners."""

    def theirs(account: Account) -> Select[Any]:
        learners = select(Enrolment.id).where(Enrolment.cohort_id.in_(_advised(account)))
        return select(key).where(enrolment.in_(learners))

    return theirs


def _people_elsewhere(account: Account) -> Select[Any]:
    here = Person.unit_id.in_(units_in_charge(account))
    return select(Person.id).where(or_(Person.unit_id.is_(None), ~here))


def _enrolled_elsewhere(account: Account) -> Select[Any]:
    return select(Enrolment.id).where(Enrolment.person_id.in_(_people_elsewhere(account)))


def _units_elsewhere(account: Account) -> Select[Any]:
    return select(Unit.id).where(Unit.id.not_in(units_in_charge(account)))


SHEET = tuple(f"POST /attempts/{{0}}/{verb}" for verb in ("open", "save", "status", "submit"))
JOB = (
    "GET /jobs/{0}",
    "GET /jobs/{0}/progress",
    "GET /jobs/{0}/result",
    "POST /jobs/{0}/cancel",
    "POST /jobs/{0}/retry",
)
REFLECTION = ("GET /reflections/{0}", "GET /reflections/{0}/edit", "POST /reflections/{0}/edit")
COHORT = (
    "GET /cohorts/{0}",
    "GET /rosters/{0}",
    "GET /cohorts/{0}/materials",
    "GET /cohorts/{0}/materials/1",
    "GET /timetable/cohorts/{0}",
    "GET /editions/cohorts/{0}/paper",
    "POST /editions/cohorts/{0}/print",
)
INTAKE = (
    "GET /intakes/{0}",
    "GET /previews/{0}",
    "GET /previews/{0}/rows/0",
    "GET /previews/{0}/rows/0/edit",
    "POST /previews/{0}/rows/0",
    "POST /previews/{0}/rows/0/decision",
    "POST /previews/{0}/rows/0/key",
    "POST /previews/{0}/rows/0/restore",
    "POST /previews/{0}/all",
    "POST /intakes/{0}/stop",
    "POST /intakes/{0}/read",
    "GET /intakes/{0}/columns",
    "POST /intakes/{0}/columns",
    "GET /intakes/{0}/file",
    "GET /intakes/{0}/aside.xlsx",
    "POST /previews/{0}/aside",
    "POST /intakes/{0}/take-in",
    "POST /intakes/{0}/undo",
)
HAND_IN = (
    "GET /faculty/mine/courses/{0}/hand-in",
    "POST /faculty/mine/courses/{0}/hand-in",
)
CHARGE = (
    "GET /attendance/cohorts/{0}",
    "GET /attendance/cohorts/{0}/2026-01-05/morning",
    "POST /attendance/cohorts/{0}/2026-01-05/morning",
    "GET /conduct/cohorts/{0}",
    "POST /conduct/cohorts/{0}",
    "GET /reviews/cohorts/{0}",
    "POST /reviews/cohorts/{0}/compute",
)

_HASH = "0" * 64
RECORDING = (
    "GET /recordings/{0}",
    f"GET /recordings/{{0}}/{_HASH}",
    f"POST /recordings/{{0}}/{_HASH}",
)
FOREIGN = (
    Foreign("learner1", "sheet", _attempts, SHEET, is_json=True),
    Foreign("learner1", "paper", _attempts, ("GET /attempts/{0}",)),
    Foreign("learner1", "recording", _attempts, RECORDING),
    Foreign("learner1", "enrolment", _enrolments, ("GET /rosters/learners/{0}",)),
    Foreign("learner1", "reflection", _reflections, REFLECTION),
    Foreign("learner1", "conduct", _conduct, ("POST /conduct/{0}/acknowledge",)),
    Foreign("learner1", "cohort", _cohorts, COHORT),
    Foreign("learner1", "result", _exams, ("GET /results/mine/{0}",)),
    Foreign("learner2", "file", _person_files, ("GET /person_files/files/{0}",)),
    Foreign("learner1", "notice", _notices, ("POST /notices/{0}/open",)),
    Foreign("learner1", "job", _jobs, JOB),
    Foreign("teacher", "job", _jobs, JOB),
    Foreign("teacher", "intake", _intakes, INTAKE),
    Foreign("teacher", "course", _courses, HAND_IN),
    Foreign("teacher", "invitation", _invitations, ("POST /invitations/mine/{0}/answer",)),
    Foreign("teacher", "period", _periods, ("POST /availability/mine/periods/{0}/remove",)),
    Foreign("adviser", "material", _materials, ("GET /materials/{0}", "GET /materials/{0}/file")),
    Foreign("adviser", "cohort", _advised, CHARGE),
    Foreign(
        "adviser",
        "review",
        _in_advised(Review.id, Review.enrolment_id),
        ("GET /reviews/{0}", "POST /reviews/{0}/comment"),
    ),
    Foreign(
        "adviser",
        "reflection",
        _in_advised(Reflection.id, Reflection.enrolment_id),
        ("GET /reflections/{0}", "POST /reflections/{0}/grade"),
    ),
    Foreign(
        "adviser",
        "conduct",
        _in_advised(ConductEntry.id, ConductEntry.enrolment_id),
        ("POST /conduct/{0}/withdraw",),
    ),
    Foreign("township", "person", _people_elsewhere, ("GET /people/{0}",)),
    Foreign("township", "unit", _units_elsewhere, ("GET /people/units/{0}",)),
    Foreign("township", "enrolment", _enrolled_elsewhere, ("GET /rosters/learners/{0}",)),
    Foreign("township", "job", _jobs, JOB),
)
