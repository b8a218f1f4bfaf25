"""Everything that the documents of a cohort say, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Cohort
from courses.cohorts.queries import whole_cohorts
from courses.materials.models import Material
from courses.materials.rules import MaterialState
from courses.rosters.models import RosterUpload
from courses.timetable.models import TimetableRelease
from courses.timetable.queries import releases as timetable
from lms.archives.certificates import queries as completions
from lms.archives.certificates.queries import Completion
from lms.archives.cohort_files.models import Enclosure
from lms.archives.cohort_files.rules.contents import ExamFacts, FileFacts
from lms.exams.attempts.models import Attempt
from lms.exams.attempts.queries import responses
from lms.exams.marking.models import Mark
from lms.exams.marking.queries.corrections import at_run
from lms.exams.marking.queries.exams import slots_of
from lms.exams.marking.queries.runs import slots_of_run
from lms.exams.marking.rules.corrections import Correction, corrected_answers
from lms.exams.marking.rules.points import SlotScore
from lms.exams.recordings.models import Recording
from lms.exams.recordings.queries import of_answers
from lms.exams.results.models import Release, Result
from lms.exams.results.queries.released import standing_releases
from lms.exams.results.rules import Report, report
from lms.exams.sittings.models import Candidate, Exam, Sitting
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms import queries as norms
from lms.ground.people.models import Unit
from question_bank.papers.models import Variant


@dataclass(frozen=True)
class ExamRecord:
    """An exam of the cohort with the release that counts, and how many sheets were begun."""

    exam: Exam
    release: Release | None
    sheets: int


@dataclass(frozen=True)
class Records:
    """A cohort with everything that is recorded of it; `school` as documents name it."""

    cohort: Cohort
    school: str
    full_id: bool
    leave_limit: Fraction
    completions: Sequence[Completion]
    releases: Sequence[TimetableRelease]
    exams: Sequence[ExamRecord]
    materials: Sequence[Material]
    enclosures: Sequence[Enclosure]
    rosters: Sequence[RosterUpload]

    @property
    def learners(self) -> list[Completion]:
        """Those who have not left."""
        return [one for one in self.completions if one.is_active]

    @property
    def by_unit(self) -> dict[Unit | None, list[Completion]]:
        """The learners who have a decided review, by unit, in the order of their numbers."""
        found: dict[Unit | None, list[Completion]] = {}
        for one in self.learners:
            if one.grade is not None:
                found.setdefault(one.person.unit, []).append(one)
        return found


@dataclass(frozen=True)
class SheetSlot:
    """One slot of a marked sheet: section, content with response and key, points, who marked."""

    section: str
    report: Report
    score: SlotScore
    markers: Sequence[str]


@dataclass(frozen=True)
class Sheet:
    """A learner's marked paper."""

    result: Result
    attempt: Attempt
    slots: Sequence[SheetSlot]


def records(cohort_id: int, *, on: date) -> Records:
    """What the file of a cohort is made from, by the norms in force on a day; Missing for none.

    For work that is nobody's view: the caller has checked who asks.
    """
    cohort = _cohort(cohort_id)
    full_id = norms.value("archive.full_id", on=on, scope=cohort.programme.code) == 1
    course_ids = [line.course_id for line in cohort.courses]
    return Records(
        cohort=cohort,
        school=norms.text("archive.school_name", on=on),
        full_id=full_id,
        leave_limit=norms.fraction("leave.limit", on=on, scope=cohort.programme.code),
        completions=completions.of_cohort(cohort_id, with_id_numbers=full_id),
        releases=timetable.releases(cohort_id)[::-1],
        exams=_exams(cohort_id),
        materials=_materials(course_ids),
        enclosures=enclosures(cohort_id),
        rosters=_rosters(cohort_id),
    )


def enclosures(cohort_id: int) -> list[Enclosure]:
    """The papers from outside, by line of the contents."""
    wanted = select(Enclosure).options(joinedload(Enclosure.upload))
    wanted = wanted.where(Enclosure.cohort_id == cohort_id)
    return list(session.scalars(wanted.order_by(Enclosure.entry, Enclosure.id)))


def facts(records: Records) -> FileFacts:
    """How much there is of everything."""
    learners = records.learners
    enclosed: dict[int, tuple[str, ...]] = {}
    for one in records.enclosures:
        enclosed[one.entry] = (*enclosed.get(one.entry, ()), one.title)
    open_, approved = MaterialState.SUBMITTED, MaterialState.APPROVED
    return FileFacts(
        learners=len(learners),
        courses=len(records.cohort.courses),
        rosters=len(records.rosters),
        full_id=records.full_id,
        timetables=len(records.releases),
        lessons=max((len(one.lessons) for one in records.completions), default=0),
        unmarked=sum(one.tally.half_days - sum(one.tally.signs.values()) for one in learners),
        materials=sum(one.state is approved for one in records.materials),
        materials_open=sum(one.state is open_ for one in records.materials),
        reflections=sum(len(one.reflections) for one in learners),
        without_reflection=sum(not one.reflections for one in learners),
        exams=tuple(
            ExamFacts(one.exam.title, one.release is not None, one.sheets) for one in records.exams
        ),
        reviewed=sum(one.grade is not None for one in learners),
        undecided=sum(one.grade is None for one in learners),
        certificates=sum(one.certificate is not None for one in records.completions),
        units=len(records.by_unit),
        enclosures=enclosed,
    )


def variants(exam: Exam) -> list[Variant]:
    """The variants of an exam's paper, A before B."""
    wanted = select(Variant).where(Variant.paper_id == exam.paper_id).order_by(Variant.code)
    return list(session.scalars(wanted))


def sheets(release: Release) -> list[Sheet]:
    """The marked papers of a released exam, by learner number, in four statements."""
    results = _results_with_sheets(release.run_id)
    attempts = {one.attempt_id: one.attempt for one in results if one.attempt is not None}
    given = responses([attempt.id for attempt in attempts.values()])
    scores = slots_of_run(release.run_id)
    markers, standing = _markers(list(given)), at_run(release.run_id)
    return [
        Sheet(one, one.attempt, _slots(one.attempt, given, scores, markers, standing))
        for one in results
        if one.attempt is not None
    ]


def recordings(release: Release) -> list[tuple[int, Recording]]:
    """What was said in a released exam and counts, with the number of the enrolment."""
    rows = session.execute(
        select(Result.attempt_id, Result.enrolment_id).where(
            Result.run_id == release.run_id, Result.attempt_id.is_not(None)
        )
    )
    people = {row.attempt_id: row.enrolment_id for row in rows}
    return [(people[one.attempt_id], one) for one in of_answers(people)]


def _slots(
    attempt: Attempt,
    given: Mapping[int, Mapping[int, Any]],
    scores: Mapping[int, Sequence[SlotScore]],
    markers: Mapping[tuple[int, int], list[str]],
    standing: Mapping[int, Correction],
) -> list[SheetSlot]:
    content, answers = attempt.content, corrected_answers(attempt.answers, standing)
    slots = slots_of(content)
    titles = {
        int(slot["number"]): str(section["title"])
        for section in content["sections"]
        for slot in section["slots"]
    }
    return [
        SheetSlot(
            titles[number := score.number],
            report(slots[number], answers[str(number)], given[attempt.id].get(number), number),
            score,
            markers.get((attempt.id, number), []),
        )
        for score in scores.get(attempt.id, ())
    ]


def _cohort(cohort_id: int) -> Cohort:
    wanted = whole_cohorts().where(Cohort.id == cohort_id)
    cohort = session.scalar(wanted.execution_options(populate_existing=True))
    if cohort is None:
        raise Missing("这个班次")
    return cohort


def _exams(cohort_id: int) -> list[ExamRecord]:
    wanted = (
        select(Exam)
        .options(joinedload(Exam.paper))
        .where(Exam.cohort_id == cohort_id, Exam.withdrawal_id.is_(None))
    )
    exams = session.scalars(wanted.order_by(Exam.id)).all()
    releases = standing_releases([exam.id for exam in exams])
    begun = (
        select(Sitting.exam_id, func.count())
        .join(Candidate, Candidate.sitting_id == Sitting.id)
        .join(Attempt, Attempt.id == Candidate.attempt_id)
        .where(Sitting.exam_id.in_([exam.id for exam in exams]), Attempt.started_at.is_not(None))
        .group_by(Sitting.exam_id)
    )
    counts = {row[0]: row[1] for row in session.execute(begun)}
    return [ExamRecord(exam, releases.get(exam.id), counts.get(exam.id, 0)) for exam in exams]


def _materials(course_ids: Sequence[int]) -> list[Material]:
    returned = MaterialState.RETURNED
    wanted = select(Material).options(joinedload(Material.upload), joinedload(Material.course))
    wanted = wanted.where(Material.course_id.in_(course_ids), Material.state != returned)
    return list(session.scalars(wanted.order_by(Material.course_id, Material.id)))


def _rosters(cohort_id: int) -> list[RosterUpload]:
    wanted = select(RosterUpload).options(joinedload(RosterUpload.upload))
    entered = and_(RosterUpload.cohort_id == cohort_id, RosterUpload.entered_at.is_not(None))
    return list(session.scalars(wanted.where(entered).order_by(RosterUpload.id)))


def _results_with_sheets(run_id: int) -> list[Result]:
    wanted = select(Result).options(joinedload(Result.attempt).joinedload(Attempt.variant))
    return list(session.scalars(wanted.where(Result.run_id == run_id).order_by(Result.id)))


def _markers(attempt_ids: Sequence[int]) -> dict[tuple[int, int], list[str]]:
    rows = session.execute(
        select(Mark.attempt_id, Mark.number, Account.name)
        .join(Mark.marker)
        .where(Mark.attempt_id.in_(attempt_ids), Mark.copy == 0)
        .order_by(Mark.id)
    )
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for attempt_id, number, name in rows:
        found[attempt_id, number].append(name)
    return found
