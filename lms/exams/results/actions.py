"""Releasing results: from then on, and not before, learners see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert

from lms.exams.marking.models import ScoringRun
from lms.exams.marking.queries import runs
from lms.exams.marking.queries.changed import changed
from lms.exams.marking.queries.exams import lock_exam
from lms.exams.marking.queries.matrix import first_day, table_of
from lms.exams.results.models import Release, Result
from lms.exams.results.queries import exams, outcomes, released
from lms.exams.sittings.actions import planning
from lms.exams.sittings.models import Exam
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Conflict, Refused
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job
from lms.ground.notices.actions import tell
from question_bank.analysis import actions as analysis
from question_bank.analysis.rules.occasions import Occasion


def release(
    exam: Exam, *, by: Actor, at: datetime, run_number: int | None = None, note: str = ""
) -> Release:
    """Publish the latest scoring run (公布成绩): results as rows, learners told; once for each run.

    `run_number` is what was read before confirming (None: whatever is the latest); Conflict
    when it is no longer the latest. A later run and its release take the place of this one.
    Those are told whose result is new or other than what was released before.
    """
    lock_exam(exam.id)
    exam = exams.get_exam(exam.id)  # whatever the caller had loaded: with cohort and programme
    run = _releasable(exam, run_number)
    before = {
        one.enrolment_id: (one.score, one.grade) for one in released.released_of_exam(exam.id)
    }
    lines = outcomes.lines(exam, run)
    _write(exam, run, lines)
    made = Release(exam_id=exam.id, run_id=run.id, released_by=by.name, released_at=at, note=note)
    session.add(made)
    told = f"公布“{exam.title}”第{run.number}次计分的成绩，{len(lines)}人"
    record("results.release", made, told, by=by, at=at, exam_id=exam.id, run=run.number)
    analyse(exam, run, lines, by=by, at=at)
    news = [
        line.enrolment.person_id
        for line in lines
        if before.get(line.enrolment.id) != (line.outcome.score, line.outcome.grade)
    ]
    tell(
        news,
        f"“{exam.title}”成绩已{'更新' if before else '公布'}",
        f"您在{exam.cohort.title}参加的“{exam.title}”成绩已{'更新' if before else '公布'}，"
        "可在“我的成绩”查看得分和每题的评分说明。",
        at=at,
        link=f"/results/mine/{exam.id}",
    )
    return made


def analyse(
    exam: Exam, run: ScoringRun, lines: Sequence[outcomes.Line], *, by: Actor, at: datetime
) -> None:
    """Have the figures of a released run kept by the question bank, without a name (试题分析)."""
    sat = [line.attempt_id for line in lines if line.attempt_id is not None]
    held_on = first_day(exam.id)
    if not sat or held_on is None:
        return
    asked, table, remark = table_of(run, sat)
    occasion = Occasion(
        key=exams.occasion_key(exam.id),
        title=exam.title,
        audience=exam.cohort.title,
        held_on=held_on,
        paper_id=exam.paper_id,
        edition=run.number,
        full_score=max(line.outcome.full for line in lines),
        passed=sum(line.outcome.passed for line in lines),
        absent=len(lines) - len(sat),
        remark=remark,
    )
    analysis.record_statistics(occasion, asked, table, by=by, at=at)


def print_book(exam: Exam, *, by: Account, at: datetime) -> Job:
    """Have the 成绩册 of a released exam made into a PDF by a worker; Refused before that."""
    if not released.releases(exam.id):
        raise Refused("成绩公布之后才有成绩册。")
    record("results.print", exam, f"生成“{exam.title}”的成绩册", by=by, at=at)
    return jobs.enqueue("results.grade_book", owner_id=by.id, at=at, exam_id=exam.id)


def analyse_released(*, by: Actor, at: datetime) -> int:
    """Count all released exams anew; how many there were."""
    releases = released.all_standing_releases()
    for release in releases:
        exam = exams.get_exam(release.exam_id)
        analyse(exam, release.run, outcomes.lines(exam, release.run), by=by, at=at)
    return len(releases)


def arrange_make_up(exam: Exam, *, paper_id: int, title: str, by: Actor, at: datetime) -> Exam:
    """补考 for everybody who missed or failed the exam as it was last released, who are told.

    Refused before the release, or when nobody is left to call.
    """
    lock_exam(exam.id)
    if not released.standing_releases([exam.id]):
        raise Refused("成绩公布以后才能安排补考。")
    called = released.to_make_up(exam.id)
    made = planning.create_make_up(
        of=exams.get_exam_with_courses(exam.id),
        paper_id=paper_id,
        title=title,
        enrolment_ids=[one.id for one in called],
        by=by,
        at=at,
    )
    tell(
        [one.person_id for one in called],
        f"“{exam.title}”须补考",
        f"您的“{exam.title}”缺考或不合格，已登记补考“{title}”；时间和考场排定后，在“我的考试”查看。",
        at=at,
        link="/attempts/",
    )
    return made


def _releasable(exam: Exam, run_number: int | None) -> ScoringRun:
    run = outcomes.latest_run(exam)
    if run is None:
        raise Refused("还没有计分，不能公布成绩。请先完成评阅并计分。")
    if run_number is not None and run.number != run_number:
        raise Conflict("您确认之后又重新计过分，成绩没有公布，请核对新的结果后再公布。")
    faults = release_faults(exam, run)
    if faults:
        raise Refused(*faults)
    return run


def release_faults(exam: Exam, run: ScoringRun) -> list[str]:
    """Why this run cannot be released now, as sentences."""
    known = released.find_release(run)
    if known is not None:
        when = f"{local(known.released_at):%Y-%m-%d %H:%M}"
        return [f"这次成绩已由{known.released_by}于{when}公布，不需要再次公布。"]
    left_out, waiting = outcomes.unscored(exam, run), len(changed(exam.id))
    since = runs.since(exam.id, run)
    faults = []
    if left_out:
        faults.append(f"有 {left_out} 份答卷是计分之后交的，请先重新计分再公布。")
    if waiting:
        faults.append(
            f"有 {waiting} 份作答在评阅以后有变化，请先重新打分或由仲裁人裁定、重新计分，再公布。"
        )
    if since.answers or since.corrections:
        faults.append(
            "计分之后有作答经裁定计入，有答卷被撤销交卷，或有更正获得批准，请先重新计分再公布。"
        )
    return faults


def _write(exam: Exam, run: ScoringRun, lines: Sequence[outcomes.Line]) -> None:
    rows = [
        {
            "exam_id": exam.id,
            "run_id": run.id,
            "enrolment_id": line.enrolment.id,
            "attempt_id": line.attempt_id,
            "score": line.outcome.score,
            "full_score": line.outcome.full,
            "earned": line.outcome.earned,
            "grade": line.outcome.grade,
            "passed": line.outcome.passed,
        }
        for line in lines
    ]
    session.execute(insert(Result), rows)
