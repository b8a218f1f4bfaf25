"""Reading cohorts and their learners: what an account may see is decided here, in the SQL."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload, selectinload

from courses.cohorts.models import Cohort, CohortCourse, CohortStep, Enrolment
from courses.cohorts.rules import STAGE_ORDER, CohortStage, Naming, Standing, cohort_title
from courses.materials.models import Material
from courses.materials.rules import MaterialState
from courses.programmes.models import Programme
from lms.ground.access import Permission as P
from lms.ground.access import Role
from lms.ground.accounts.models import Account, Grant
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person
from lms.ground.people.queries import person_scope


def cohort_scope(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on Cohort for what `account` may see.

    Who reads courses sees every cohort, a unit administrator those that are open for names,
    a learner those that he or she is or was enrolled in.
    """
    if P.READ_COURSES in account.permissions:
        return true()
    seen: ColumnElement[bool] = false()
    if P.NAME_LEARNERS in account.permissions:
        seen = or_(seen, at_stage(CohortStage.OPEN))
    if P.STUDY in account.permissions:
        row, learner = aliased(Enrolment), aliased(Person)
        mine = exists().where(
            row.cohort_id == Cohort.id,
            row.person_id == learner.id,
            learner.account_id == account.id,
            row.withdrawn_on.is_(None),
        )
        seen = or_(seen, mine.correlate(Cohort))
    return seen


def charge_scope(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on Cohort for those that `account` looks after.

    The office and the organisation department look after all, an adviser after their own.
    """
    if account.permissions & {P.PLAN, P.APPROVE}:
        return true()
    if P.TAKE_ATTENDANCE not in account.permissions:
        return false()
    adviser = aliased(Person)
    own = exists().where(adviser.id == Cohort.adviser_id, adviser.account_id == account.id)
    return own.correlate(Cohort)


def is_in_charge(cohort: Cohort, account: Account) -> bool:
    """What `charge_scope` says of a cohort that is at hand, with its adviser."""
    if account.permissions & {P.PLAN, P.APPROVE}:
        return True
    advises = cohort.adviser is not None and cohort.adviser.account_id == account.id
    return advises and P.TAKE_ATTENDANCE in account.permissions


def at_stage(stage: CohortStage) -> ColumnElement[bool]:
    """The WHERE clause on Cohort: this is where it stands."""
    later = STAGE_ORDER[STAGE_ORDER.index(stage) + 1 :]
    passed = exists().where(CohortStep.cohort_id == Cohort.id, CohortStep.stage.in_(later))
    if stage is CohortStage.PLANNED:
        return ~passed
    here = exists().where(CohortStep.cohort_id == Cohort.id, CohortStep.stage == stage)
    return and_(here, ~passed)


def cohorts(
    account: Account,
    *,
    search: str = "",
    stage: CohortStage | None = None,
    programme_id: int | None = None,
    in_charge: bool = False,
    page: int | None = None,
) -> Page[Cohort]:
    """The cohorts that `account` may see (or looks after), the latest first."""
    statement = _narrowed(account, search, stage, programme_id)
    if in_charge:
        statement = statement.where(charge_scope(account))
    return paginate(statement, number=page)


def all_cohorts(
    account: Account,
    *,
    search: str = "",
    stage: CohortStage | None = None,
    programme_id: int | None = None,
) -> list[Cohort]:
    """All of them, for a file."""
    return list(session.scalars(_narrowed(account, search, stage, programme_id)))


def get_cohort(cohort_id: int, account: Account) -> Cohort:
    """The cohort with programme, adviser, steps and courses; Missing for whoever may not see it."""
    return _one(_loaded(account).where(Cohort.id == cohort_id))


def get_cohort_in_charge(cohort_id: int, account: Account) -> Cohort:
    """The same for whoever looks after the cohort; Missing for everybody else."""
    return _one(_loaded(account).where(Cohort.id == cohort_id, charge_scope(account)))


def next_number(programme_id: int) -> int:
    """The number of the next cohort of a programme."""
    latest = select(func.max(Cohort.number)).where(Cohort.programme_id == programme_id)
    return (session.scalar(latest) or 0) + 1


def next_naming(programme: Programme) -> Naming:
    """Number and title of the next cohort of a programme."""
    number = next_number(programme.id)
    return Naming(programme.id, number, cohort_title(programme.name, number))


def learners(cohort_id: int, account: Account, *, withdrawn: bool = False) -> list[Enrolment]:
    """The learners of a cohort whom `account` may see, by number, with person and unit.

    Without `withdrawn` only those who have not left.
    """
    statement = _enrolments(cohort_id).where(person_scope(account))
    if not withdrawn:
        statement = statement.where(Enrolment.withdrawn_on.is_(None))
    return list(session.scalars(statement))


def enrolments(cohort_id: int) -> list[Enrolment]:
    """Everybody who is a learner of the cohort now, for work that is nobody's view."""
    present = _enrolments(cohort_id).where(Enrolment.withdrawn_on.is_(None))
    return list(session.scalars(present))


def all_enrolments(cohort_id: int) -> list[Enrolment]:
    """Everybody who is or was a learner of the cohort."""
    return list(session.scalars(_enrolments(cohort_id)))


def enrolments_of(account: Account) -> list[Enrolment]:
    """Where the person of this account is a learner, the latest first, with the cohort."""
    statement = (
        select(Enrolment)
        .join(Enrolment.person)
        .join(Enrolment.cohort)
        .options(
            joinedload(Enrolment.cohort).selectinload(Cohort.steps),
            joinedload(Enrolment.cohort).joinedload(Cohort.programme),
            joinedload(Enrolment.person),
        )
        .where(Person.account_id == account.id, Enrolment.withdrawn_on.is_(None))
        .order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    )
    return list(session.scalars(statement))


def standing(cohort: Cohort) -> Standing:
    """Where a cohort that is at hand with its steps and courses stands, as its next step sees it."""
    return Standing(
        stage=cohort.stage,
        starts_on=cohort.starts_on,
        courses=len(cohort.courses),
        learners=learner_counts([cohort.id])[cohort.id],
        has_adviser=cohort.adviser_id is not None,
    )


def learner_counts(cohort_ids: Collection[int]) -> dict[int, int]:
    """How many learners each of these cohorts has, in one statement; none is left out."""
    rows = session.execute(
        select(Enrolment.cohort_id, func.count())
        .where(Enrolment.cohort_id.in_(cohort_ids), Enrolment.withdrawn_on.is_(None))
        .group_by(Enrolment.cohort_id)
    )
    return dict.fromkeys(cohort_ids, 0) | dict(rows.all())


def get_course_of(cohort: Cohort, course_id: int) -> CohortCourse:
    """The line of the teaching plan, or Missing; `courses` must be loaded."""
    for line in cohort.courses:
        if line.course_id == course_id:
            return line
    raise Missing("教学计划里的这门课程")


def lock_cohort(cohort_id: int) -> None:
    """Let whoever else would claim this cohort or number its learners wait for this transaction.

    Before `venues.queries.lock_claimed`, always in this order.
    """
    session.execute(select(Cohort.id).where(Cohort.id == cohort_id).with_for_update())


def advisers() -> list[Person]:
    """Who can look after a cohort: everybody with an account of that role."""
    holders = select(Grant.account_id).where(Grant.role.in_((Role.ADVISER, Role.OFFICE)))
    wanted = select(Person).where(Person.account_id.in_(holders)).order_by(Person.name)
    return list(session.scalars(wanted))


def materials(cohort_id: int, account: Account) -> list[Material]:
    """What is approved for the courses of a cohort, for whoever may see the cohort."""
    return list(session.scalars(_materials(account).where(Cohort.id == cohort_id)))


def get_material(cohort_id: int, material_id: int, account: Account) -> Material:
    """An approved material of the cohort's courses, or Missing."""
    wanted = _materials(account).where(Cohort.id == cohort_id, Material.id == material_id)
    material = session.scalar(wanted)
    if material is None:
        raise Missing("这份资料")
    return material


def whole_cohorts() -> Select[Cohort]:
    """Everybody's cohorts with programme, adviser, steps and courses: a report narrows it down."""
    return select(Cohort).options(
        joinedload(Cohort.programme),
        joinedload(Cohort.adviser),
        selectinload(Cohort.steps),
        selectinload(Cohort.courses).joinedload(CohortCourse.course),
    )


def _loaded(account: Account) -> Select[Cohort]:
    return whole_cohorts().where(cohort_scope(account))


def _narrowed(
    account: Account, search: str, stage: CohortStage | None, programme_id: int | None
) -> Select[Cohort]:
    statement = _loaded(account).order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    if search:
        statement = statement.where(Cohort.title.ilike(f"%{search}%"))
    if stage is not None:
        statement = statement.where(at_stage(stage))
    if programme_id is not None:
        statement = statement.where(Cohort.programme_id == programme_id)
    return statement


def _materials(account: Account) -> Select[Material]:
    """Learners, and whoever reads courses, get what was approved, and nothing else."""
    return (
        select(Material)
        .join(CohortCourse, CohortCourse.course_id == Material.course_id)
        .join(Cohort, Cohort.id == CohortCourse.cohort_id)
        .options(joinedload(Material.course), joinedload(Material.upload))
        .where(Material.state == MaterialState.APPROVED, cohort_scope(account))
        .order_by(CohortCourse.position, Material.title)
    )


def _one(statement: Select[Cohort]) -> Cohort:
    cohort = session.scalar(statement)
    if cohort is None:
        raise Missing("这个班次")
    return cohort


def _enrolments(cohort_id: int) -> Select[Enrolment]:
    return (
        select(Enrolment)
        .join(Enrolment.person)
        .options(joinedload(Enrolment.person).joinedload(Person.unit))
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(Enrolment.learner_number)
    )
