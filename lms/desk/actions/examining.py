"""The exams of the demo school: papers by blueprint, sheets, answers, marks, released results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import insert, select

from courses.cohorts.models import Cohort, Enrolment
from lms.desk.actions import speaking
from lms.desk.actions.banks import root_of
from lms.desk.actions.teaching import Campus, wall_time
from lms.desk.intake import DemoSchool
from lms.desk.rules.inventing import respond
from lms.desk.rules.sharing import shares
from lms.exams.attempts import queries as sheets
from lms.exams.attempts.actions import collecting
from lms.exams.attempts.models import Attempt, Step
from lms.exams.attempts.rules.states import deadline_of
from lms.exams.marking.actions import checks, scoring
from lms.exams.marking.actions import marks as marking
from lms.exams.marking.models import BlindResponse
from lms.exams.marking.queries import exams as marked
from lms.exams.results import actions as results
from lms.exams.sittings.actions import arranging, covering, planning
from lms.exams.sittings.models import Candidate, Exam, Invigilator, Sitting
from lms.exams.sittings.queries.sittings import get_sitting
from lms.exams.sittings.rules import ExamDraft, ExamPurpose, SittingDraft
from lms.ground.accounts.models import Account
from lms.ground.db import session
from question_bank.assemblies import actions as assemblies
from question_bank.blueprints import actions as blueprints
from question_bank.blueprints.actions import RowDraft
from question_bank.items.models import Bank
from question_bank.items.rules.terms import Kind
from question_bank.papers.actions import sealing
from question_bank.papers.models import Paper, Variant
from question_bank.papers.rules.drawing import own_answers, own_content


@dataclass(frozen=True)
class Examiners:
    """Who arranges, invigilates and marks in the demo school."""

    office: Account
    marker: Account
    invigilator: Account


def name_topics(
    campus: Campus, banks: dict[str, Bank], school: DemoSchool, *, by: Account, at: datetime
) -> None:
    """Every course that has a bank is examined on the topics of that bank."""
    for row in school.courses:
        if "bank" in row:
            covering.set_topics(
                campus.courses[row["code"]], [root_of(banks[row["bank"]]).id], seen=(), by=by, at=at
            )


def examine(
    row: dict[str, Any],
    cohort: Cohort,
    campus: Campus,
    banks: dict[str, Bank],
    school: DemoSchool,
    examiners: Examiners,
    *,
    at: datetime,
    chance: Random,
) -> Exam:
    """Arrange the exam that the files give a cohort; one that is past is sat, marked, released."""
    plan, office = row["exam"], examiners.office
    opens_at = wall_time(cohort.starts_on + timedelta(days=plan["day"]), plan["start"])
    before = min(at, opens_at - timedelta(days=1))
    paper = _paper(
        cohort, plan, banks, school, office, at=at, dated=before, seed=chance.getrandbits(31)
    )
    exam = planning.create_exam(
        cohort=cohort, draft=_exam_draft(row, cohort, paper, campus, school), by=office, at=before
    )
    draft = SittingDraft(
        opens_at=opens_at,
        closes_at=opens_at + timedelta(minutes=plan["minutes"] + 30),
        minutes=plan["minutes"],
        venue_id=campus.venues[plan["venue"]].id,
        invigilator_ids=(examiners.invigilator.id,),
    )
    sitting = arranging.create_sitting(exam=exam, draft=draft, by=office, at=before)
    if draft.closes_at < at:
        prepared = get_sitting(sitting.id, office)
        arranging.prepare(sitting=prepared, by=office, at=before)
        _sit(exam, draft, chance)
        speaking.bring_recordings(exam, by=office)
        _finish(exam, examiners, at=draft.closes_at, chance=chance)
    return exam


def offer_trial(
    exam: Exam, cohort: Cohort, examiners: Examiners, *, at: datetime, days: int = 7
) -> Sitting:
    """An open door to the exam room: a sitting on the exam's paper, open from `at` for some days.

    It books neither room nor cohort, unlike any sitting that a school would hold.
    """
    trial = planning.create_exam(
        cohort=cohort,
        draft=ExamDraft(
            f"{cohort.title}模拟测验", exam.paper_id, (), exam.pass_score, ExamPurpose.QUIZ
        ),
        by=examiners.office,
        at=at,
    )
    enrolled = select(Enrolment).where(Enrolment.cohort_id == cohort.id).order_by(Enrolment.id)
    sitting = Sitting(
        exam_id=trial.id,
        opens_at=at,
        closes_at=at + timedelta(days=days),
        minutes=exam.paper.minutes,
        candidates=[
            Candidate(enrolment=enrolment, seat=seat)
            for seat, enrolment in enumerate(session.scalars(enrolled), 1)
        ],
        invigilators=[Invigilator(account_id=examiners.invigilator.id)],
    )
    session.add(sitting)
    session.flush()
    prepared = get_sitting(sitting.id, examiners.office)
    arranging.prepare(sitting=prepared, by=examiners.office, at=at)
    return sitting


def _paper(
    cohort: Cohort,
    plan: dict[str, Any],
    banks: dict[str, Bank],
    school: DemoSchool,
    office: Account,
    *,
    at: datetime,
    dated: datetime,
    seed: int,
) -> Paper:
    """Items are chosen from what holds today, and the paper is dated as if made in its time."""
    blueprint = blueprints.draw_blueprint(
        title=f"{cohort.title}结业考试细目表",
        minutes=plan["minutes"],
        rows=_rows(plan, banks, school),
        by=office,
        at=dated,
    )
    paper = assemblies.assemble(
        blueprint, seed=seed, title=f"{cohort.title}结业考试卷", by=office, at=at
    )
    sealing.seal(paper, by=office, at=at)
    paper.created_at = paper.sealed_at = dated
    return paper


def _rows(plan: dict[str, Any], banks: dict[str, Bank], school: DemoSchool) -> list[RowDraft]:
    """The rows of the blueprint, each shared out over the banks as far as these reach."""
    reach = {
        file["bank"]["code"]: Counter(item["kind"] for item in file["items"])
        for file in school.banks
    }
    rows = []
    for wanted in plan["blueprint"]:
        for code, count in shares(wanted, plan["banks"], reach).items():
            rows.append(
                RowDraft(
                    kind=Kind(wanted["kind"]),
                    bank_id=banks[code].id,
                    count=count,
                    points=Decimal(wanted["points"]),
                )
            )
    return rows


def _exam_draft(
    row: dict[str, Any], cohort: Cohort, paper: Paper, campus: Campus, school: DemoSchool
) -> ExamDraft:
    examined = {one["code"] for one in school.courses if one.get("bank") in row["exam"]["banks"]}
    taught = dict.fromkeys(lesson["course"] for lesson in row.get("lessons", []))
    preset = next(one for one in school.programmes if one["code"] == row["programme"])["preset"]
    return ExamDraft(
        title=f"{cohort.title}结业考试",
        paper_id=paper.id,
        course_ids=tuple(campus.courses[code].id for code in taught if code in examined),
        pass_score=Decimal(preset["pass_score"]),
    )


def _sit(exam: Exam, draft: SittingDraft, chance: Random) -> None:
    """Everybody answers everything in the given time, each with a skill of their own."""
    attending = session.scalars(
        select(Attempt)
        .join(Candidate, Candidate.attempt_id == Attempt.id)
        .join(Candidate.sitting)
        .where(Sitting.exam_id == exam.id)
        .order_by(Candidate.seat)
    ).all()
    variants = {
        variant.id: variant
        for variant in session.scalars(select(Variant).where(Variant.paper_id == exam.paper_id))
    }
    steps: list[dict[str, Any]] = []
    for attempt in attending:
        attempt.started_at = attempt.leased_at = draft.opens_at + timedelta(
            seconds=chance.randrange(240)
        )
        attempt.lease = 1
        attempt.deadline = deadline_of(
            started_at=attempt.started_at,
            closes_at=attempt.closes_at,
            minutes=attempt.minutes,
            extension_minutes=0,
        )
        attempt.accepts_until = attempt.deadline + timedelta(seconds=attempt.grace_seconds)
        steps += _steps(attempt, variants[attempt.variant_id], chance)
    session.flush()
    session.execute(insert(Step), steps)
    collecting.sweep(at=draft.closes_at + timedelta(minutes=1))


def _steps(attempt: Attempt, variant: Variant, chance: Random) -> list[dict[str, Any]]:
    skill, started_at = chance.uniform(0.40, 0.95), attempt.started_at
    assert started_at is not None
    content = own_content(variant.content, attempt.seed)
    answers = own_answers(variant.content, variant.answers, attempt.seed)
    slots = [slot for section in content["sections"] for slot in section["slots"]]
    pace = attempt.minutes * 60 * 0.8 / len(slots)
    return [
        {
            "attempt_id": attempt.id,
            "lease": 1,
            "seq": seq,
            "number": slot["number"],
            "value": _answer(slot, answers[str(slot["number"])], skill, chance),
            "received_at": started_at + timedelta(seconds=pace * seq),
        }
        for seq, slot in enumerate(slots, 1)
    ]


def _answer(slot: Mapping[str, Any], key: Mapping[str, Any], skill: float, chance: Random) -> Any:
    """What is written, or the name of what was said."""
    if slot["kind"] == "speaking":
        return speaking.ANSWER
    return respond({**slot}, {**key}, skill=skill, chance=chance)


def _finish(exam: Exam, examiners: Examiners, *, at: datetime, chance: Random) -> None:
    """Two days later everything is marked, three days later the results are out."""
    marking.collect(exam, by=examiners.office, at=at + timedelta(hours=1))
    tasks = {task.item_version_id: task for task in marked.tasks(exam)}
    waiting = session.scalars(
        select(BlindResponse)
        .where(BlindResponse.exam_id == exam.id)
        .order_by(BlindResponse.attempt_id, BlindResponse.number)  # the same chance for the same
    ).all()
    answers = sheets.responses([response.attempt_id for response in waiting])
    for response in waiting:
        task = tasks[response.item_version_id]
        complete = answers[response.attempt_id][response.number] == task.answer["key"][0]
        marking.mark(
            response,
            task,
            rubric_points=[
                line.points if complete else _half(line.points, chance) for line in task.lines
            ],
            remark="要点完整，表述清楚。" if complete else "要点不全，请对照参考答案。",
            seen=None,
            by=examiners.marker,
            at=at + timedelta(days=2),
        )
    if waiting:
        _check(waiting[0], tasks[waiting[0].item_version_id], examiners, at=at + timedelta(days=2))
    scoring.score(exam, by=examiners.office, at=at + timedelta(days=3))
    results.release(exam, by=examiners.office, at=at + timedelta(days=3, hours=1))


def _check(
    response: BlindResponse, task: marked.Task, examiners: Examiners, *, at: datetime
) -> None:
    """A check script: the marker is half a point above what was agreed, and the second time not."""
    agreed = [line.points - 1 for line in task.lines]
    checks.choose(response, task, rubric_points=agreed, note="", by=examiners.office, at=at)
    copies = select(BlindResponse).where(
        BlindResponse.attempt_id == response.attempt_id,
        BlindResponse.number == response.number,
        BlindResponse.copy > 0,
    )
    for copy in session.scalars(copies.order_by(BlindResponse.copy)):
        above = Decimal("0.5") if copy.copy == 1 else Decimal(0)
        given = [agreed[0] + above, *agreed[1:]]
        marking.mark(
            copy, task, rubric_points=given, remark="", seen=None, by=examiners.marker, at=at
        )


def _half(points: Decimal, chance: Random) -> Decimal:
    """Somewhere from half of the points to all of them, in halves."""
    return Decimal(chance.randint(int(points), int(points * 2))) / 2
