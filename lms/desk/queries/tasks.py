"""What waits for an account: one count for each kind of work that it may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from sqlalchemy import ColumnElement, Select, exists, false, func, select
from sqlalchemy.orm import InstrumentedAttribute

from courses.cohorts.models import CohortStep
from courses.cohorts.rules import CohortStage
from courses.courseware.queries import owed_ids
from courses.evaluations.queries import due as lessons_to_judge
from courses.fees.queries import undecided_ids
from courses.invitations.queries import refused_ids
from courses.invitations.queries import waiting_ids as asked_ids
from courses.materials.models import Material
from courses.materials.rules import MaterialState
from courses.openings.queries import to_be_named
from courses.timetable.models import Lesson
from lms.desk.rules.progress import day_of
from lms.exams.attempts.models import Attempt
from lms.exams.marking.models import BlindResponse
from lms.exams.marking.queries.blind import disputed_for, waiting_for
from lms.exams.marking.queries.corrections import to_approve
from lms.exams.rechecks.queries import waiting as rechecks_waiting
from lms.exams.results.models import Release
from lms.exams.sittings.models import Exam, Invigilator, Sitting
from lms.ground.access import Permission as P
from lms.ground.accounts.models import Account
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.notices.models import Notice
from lms.ground.people.models import Person
from lms.ground.words import word
from question_bank.approvals.queries import returned_ids, waiting_ids
from question_bank.intakes.models import Intake
from question_bank.intakes.rules.terms import IntakeState
from question_bank.provenances.queries import expired_ids

PLANNED = f"cohorts.index?stage={CohortStage.PLANNED}"
ENROLLING = f"cohorts.index?stage={CohortStage.OPEN}"
APPROVED = f"cohorts.index?stage={CohortStage.APPROVED}"
SUBMITTED = f"materials.index?state={MaterialState.SUBMITTED}"
RETURNED = f"materials.index?state={MaterialState.RETURNED}"


@dataclass(frozen=True)
class Task:
    """Something that waits for this account: how much of it, and the page where it is done."""

    sentence: str
    count: int
    endpoint: str
    narrowed: Mapping[str, str]


def tasks(account: Account, *, now: datetime) -> list[Task]:
    """What waits for this account, one count for each kind of work it may do."""
    today = local(now).date()
    waiting = (
        (P.APPROVE, word("个班次等待批准"), _cohorts_at(CohortStage.PLANNED), PLANNED),
        (P.PLAN, word("个班次已批准，可以开放报名"), _cohorts_at(CohortStage.APPROVED), APPROVED),
        (P.PLAN, word("次课的教师不能来，要另请"), refused_ids(at=now), "invitations.index"),
        (P.PLAN, word("份课件等待审核"), _materials(MaterialState.SUBMITTED), SUBMITTED),
        (
            P.NAME_LEARNERS,
            word("个班次的名额还没有报满"),
            to_be_named(account, on=today),
            ENROLLING,
        ),
        (P.TEACH, word("份授课邀请等您答复"), asked_ids(account, at=now), "invitations.mine"),
        (P.TEACH, word("次课要交课件"), owed_ids(account, at=now), "courseware.mine"),
        (P.TEACH, word("份课件被退回，需要修改"), _returned(account), RETURNED),
        (P.WRITE_ITEMS, word("份导入的试题等待核对"), _previews(account), "intakes.index"),
        (P.WRITE_ITEMS, word("道您命的试题被退回，需要修改"), returned_ids(account), "items.index"),
        (P.REVIEW_ITEMS, word("道试题轮到您审"), waiting_ids(account, on=today), "approvals.index"),
        (
            P.REVIEW_ITEMS,
            word("道试题的出处已失效"),
            expired_ids(account, on=today),
            "provenances.index",
        ),
        (P.ARRANGE_EXAMS, word("场考试还没有备好答卷"), _unprepared(now), "sittings.index"),
        (P.INVIGILATE, word("场考试今天由您监考"), _watched(account, now), "sittings.index"),
        (P.MARK, word("份作答等待评阅"), _unmarked(account), "marking.index"),
        (P.MARK, word("份作答评阅相差过大，等您仲裁"), _disputed(account), "marking.index"),
        (P.RELEASE, word("个标准答案的更正等您批准"), to_approve(account), "marking.index"),
        (P.RELEASE, word("场已结束的考试尚未公布成绩"), _unreleased(now), "results.index"),
        (P.DECIDE, word("张课酬单等待审定"), undecided_ids(account), "fees.index?undecided=1"),
        (P.DECIDE, word("份成绩复核申请等待处理"), rechecks_waiting(), "rechecks.index"),
        (P.STUDY, word("场考试等您参加"), _sheets(account, now), "attempts.index"),
        (P.STUDY, word("次课等您评"), _to_judge(account, now), "evaluations.mine"),
        (P.USE_ACCOUNT, word("条通知未读"), unread_notices(account), "notices.index"),
    )
    mine = [(text, rows, page) for may, text, rows, page in waiting if may in account.permissions]
    if not mine:
        return []
    counts = session.execute(
        select(
            *(
                select(func.count()).select_from(rows.subquery()).scalar_subquery()
                for _, rows, _ in mine
            )
        )
    ).one()
    return [
        Task(text, number, *_page(page))
        for (text, _, page), number in zip(mine, counts, strict=True)
        if number
    ]


def _page(page: str) -> tuple[str, dict[str, str]]:
    """The endpoint and what its list is narrowed to: `cohorts.index?stage=planned`."""
    endpoint, _, narrowed = page.partition("?")
    return endpoint, dict(parse_qsl(narrowed))


def _cohorts_at(stage: CohortStage) -> Select[int]:
    """Cohorts whose last step is `stage`."""
    last = select(func.max(CohortStep.id)).group_by(CohortStep.cohort_id)
    return select(CohortStep.cohort_id).where(CohortStep.id.in_(last), CohortStep.stage == stage)


def _materials(state: MaterialState) -> Select[int]:
    return select(Material.id).where(Material.state == state)


def _returned(account: Account) -> Select[int]:
    return _materials(MaterialState.RETURNED).where(Material.owner_id == account.id)


def _previews(account: Account) -> Select[int]:
    return select(Intake.id).where(
        Intake.owner_id == account.id, Intake.state == IntakeState.PREVIEW
    )


def _unprepared(now: datetime) -> Select[int]:
    return select(Sitting.id).where(Sitting.prepared_at.is_(None), Sitting.closes_at > now)


def _watched(account: Account, now: datetime) -> Select[int]:
    start, end = day_of(local(now))
    return (
        select(Invigilator.id)
        .join(Invigilator.sitting)
        .where(
            Invigilator.account_id == account.id, Sitting.opens_at >= start, Sitting.opens_at < end
        )
    )


def _unmarked(account: Account) -> Select[int]:
    """Responses that this marker should mark, of exams not yet released."""
    return waiting_for(account).where(~_is_released(BlindResponse.exam_id))


def _disputed(account: Account) -> Select[int]:
    """Responses that this arbiter should decide, of exams not yet released."""
    return disputed_for(account).where(~_is_released(BlindResponse.exam_id))


def _unreleased(now: datetime) -> Select[int]:
    held = exists().where(Sitting.exam_id == Exam.id, Sitting.closes_at < now)
    return select(Exam.id).where(held, ~_is_released(Exam.id))


def _is_released(exam_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return exists().where(Release.exam_id == exam_id)


def _sheets(account: Account, now: datetime) -> Select[int]:
    return (
        select(Attempt.id)
        .join(Attempt.person)
        .where(
            Person.account_id == account.id, Attempt.submitted_at.is_(None), Attempt.closes_at > now
        )
    )


def _to_judge(account: Account, now: datetime) -> Select[int]:
    """Whoever is no learner is not asked for, and needs no statement to find that out."""
    if P.STUDY not in account.permissions:
        return select(Lesson.id).where(false())
    return lessons_to_judge(account, at=now)


def unread_notices(account: Account) -> Select[Notice]:
    """The notices to this account that it has not read."""
    return (
        select(Notice)
        .join(Notice.person)
        .where(Person.account_id == account.id, Notice.read_at.is_(None))
    )
