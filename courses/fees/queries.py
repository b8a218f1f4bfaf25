"""Reading fees: what is still to be paid, what earlier sheets paid, and the norms in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from courses.cohorts.models import Cohort
from courses.cohorts.queries import cohort_scope
from courses.faculty.models import Instructor
from courses.faculty.rules import TitleLevel
from courses.fees.models import FeeLine, FeeSheet
from courses.fees.rules import Paid, Table, Taught
from courses.fees.rules.tax import TaxTable, brackets_of
from courses.timetable.models import Lesson
from courses.timetable.rules import half_days_of
from lms.ground.accounts.models import Account
from lms.ground.clock import from_local, local
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms import queries as norms
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person
from lms.ground.spans import Span


def sheets(account: Account, *, undecided: bool, page: int | None) -> Page[FeeSheet]:
    """The sheets of the cohorts that `account` may see, the latest first."""
    statement = _loaded().join(FeeSheet.cohort).where(cohort_scope(account))
    if undecided:
        statement = statement.where(FeeSheet.decided_at.is_(None))
    return paginate(statement.order_by(FeeSheet.id.desc()), number=page)


def undecided_ids(account: Account) -> Select[int]:
    """The sheets that wait for a decision by somebody other than who proposed them."""
    return select(FeeSheet.id).where(
        FeeSheet.decided_at.is_(None),
        or_(FeeSheet.proposed_by_id.is_(None), FeeSheet.proposed_by_id != account.id),
    )


def sheets_of(cohort_id: int) -> list[FeeSheet]:
    """The sheets of one cohort, the latest first."""
    statement = _loaded().where(FeeSheet.cohort_id == cohort_id)
    return list(session.scalars(statement.order_by(FeeSheet.id.desc())))


def get_sheet(sheet_id: int, account: Account) -> FeeSheet:
    """The sheet with its lines; Missing for whoever may not see its cohort."""
    statement = _loaded().join(FeeSheet.cohort).where(FeeSheet.id == sheet_id)
    found = session.scalar(statement.where(cohort_scope(account)))
    if found is None:
        raise Missing("这张课酬单")
    return found


def whole_sheet(sheet_id: int) -> FeeSheet:
    """The sheet with its lines, for a job; Missing otherwise."""
    found = session.scalar(_loaded().where(FeeSheet.id == sheet_id))
    if found is None:
        raise Missing("这张课酬单")
    return found


def find_undecided(cohort_id: int) -> FeeSheet | None:
    """The sheet of a cohort that waits for a decision."""
    waiting = _loaded().where(FeeSheet.cohort_id == cohort_id, FeeSheet.decided_at.is_(None))
    return session.scalar(waiting)


def next_number(cohort_id: int) -> int:
    """The number of a cohort's next sheet."""
    last = select(func.max(FeeSheet.number)).where(FeeSheet.cohort_id == cohort_id)
    return (session.scalar(last) or 0) + 1


def unpaid(cohort_id: int, *, at: datetime) -> list[Lesson]:
    """The lessons of a cohort that were given by somebody and stand on no sheet yet."""
    statement = (
        select(Lesson)
        .options(
            joinedload(Lesson.course),
            joinedload(Lesson.instructor).joinedload(Instructor.person),
        )
        .where(
            Lesson.cohort_id == cohort_id,
            Lesson.ends_at <= at,
            Lesson.instructor_id.is_not(None),
            ~exists().where(FeeLine.lesson_id == Lesson.id),
        )
        .order_by(Lesson.starts_at, Lesson.id)
    )
    return list(session.scalars(statement))


def taught(lessons: Iterable[Lesson]) -> list[Taught]:
    """Lessons as the rules see them."""
    return [
        Taught(
            lesson.id,
            lesson.instructor.id,
            lesson.instructor.person.name,
            lesson.instructor.category,
            lesson.instructor.title_level,
            lesson.course.title,
            lesson.span,
            lesson.hours,
        )
        for lesson in lessons
        if lesson.instructor is not None
    ]


def earlier(instructor_ids: Collection[int]) -> tuple[list[Paid], list[tuple[int, Span]]]:
    """What all sheets pay these instructors: hours by half-day, and the lectures that are paid."""
    counter = aliased(FeeLine)
    statement = (
        select(FeeLine, counter.id)
        .outerjoin(counter, counter.counter_of_id == FeeLine.id)
        .where(FeeLine.instructor_id.in_(instructor_ids))
    )
    paid: list[Paid] = []
    spans: list[tuple[int, Span]] = []
    for line, countered in session.execute(statement):
        if countered is not None or line.counter_of_id is not None or not line.hours:
            continue
        spans.append((line.instructor_id, line.span))
        paid += [
            Paid(line.instructor_id, day, half, share)
            for day, half, share in half_days_of(line.span, line.hours)
        ]
    return paid, spans


def net_of_month(
    instructor_ids: Collection[int], *, at: datetime, apart_from: int | None = None
) -> dict[int, Decimal]:
    """What sheets that were decided in the month of `at` pay each instructor, after tax."""
    first, last = _month(local(at).date())
    statement = (
        select(FeeLine.instructor_id, FeeLine.net)
        .join(FeeLine.sheet)
        .where(
            FeeLine.instructor_id.in_(instructor_ids),
            FeeSheet.decided_at >= first,
            FeeSheet.decided_at < last,
        )
    )
    if apart_from is not None:
        statement = statement.where(FeeSheet.id != apart_from)
    totals: dict[int, Decimal] = defaultdict(Decimal)
    for instructor_id, net in session.execute(statement):
        totals[instructor_id] += net
    return totals


def originals(lines: Iterable[FeeLine]) -> dict[int, FeeLine]:
    """The lines that these counter, by number, with their sheets."""
    ids = [line.counter_of_id for line in lines if line.counter_of_id is not None]
    statement = select(FeeLine).options(joinedload(FeeLine.sheet)).where(FeeLine.id.in_(ids))
    return {line.id: line for line in session.scalars(statement)}


def get_line(line_id: int, account: Account) -> FeeLine:
    """One line with its sheet and instructor; Missing for whoever may not see its cohort."""
    found = session.scalar(
        select(FeeLine)
        .options(
            joinedload(FeeLine.sheet).joinedload(FeeSheet.cohort),
            joinedload(FeeLine.instructor).joinedload(Instructor.person),
        )
        .join(FeeLine.sheet)
        .join(FeeSheet.cohort)
        .where(FeeLine.id == line_id, cohort_scope(account))
    )
    if found is None:
        raise Missing("这一行课酬")
    return found


def countered(line_ids: Collection[int]) -> set[int]:
    """Which of these lines were taken back by another."""
    wanted = select(FeeLine.counter_of_id).where(FeeLine.counter_of_id.in_(line_ids))
    return {number for number in session.scalars(wanted) if number is not None}


def private_of(person_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """ID number and bank account in the clear: for the settlement file, which is written down."""
    rows = session.execute(
        select(Person.id, Person.id_number, Person.bank_account).where(Person.id.in_(person_ids))
    )
    return {number: (card or "", account or "") for number, card, account in rows}


def table(*, on: date) -> Table:
    """Rates and caps in force."""
    rates = {level: f"fees.rate_{level}" for level in TitleLevel}
    caps = {level: f"fees.cap_{level}" for level in TitleLevel}
    found = norms.values(*rates.values(), *caps.values(), "timetable.paid_hours", on=on)
    return Table(
        {level: found[code] for level, code in rates.items()},
        {level: found[code] for level, code in caps.items()},
        found["timetable.paid_hours"],
        norms.text("fees.pay_own_teachers", on=on) == "是",
    )


def tax_table(*, on: date) -> TaxTable:
    """The tax in force."""
    found = norms.values("fees.tax_fixed", "fees.tax_fixed_upto", on=on)
    return TaxTable(
        found["fees.tax_fixed"],
        found["fees.tax_fixed_upto"],
        norms.fraction("fees.tax_share", on=on),
        brackets_of(norms.text("fees.tax_brackets", on=on)),
    )


def _month(day: date) -> tuple[datetime, datetime]:
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    starts = [datetime(one.year, one.month, 1) for one in (first, after)]  # noqa: DTZ001
    return from_local(starts[0]), from_local(starts[1])


def _loaded() -> Select[FeeSheet]:
    instructor = selectinload(FeeSheet.lines).joinedload(FeeLine.instructor)
    return select(FeeSheet).options(
        joinedload(FeeSheet.cohort).joinedload(Cohort.programme),
        instructor.joinedload(Instructor.person).joinedload(Person.unit),
    )
