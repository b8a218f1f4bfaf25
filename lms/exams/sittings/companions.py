"""The exams of a past cohort (逢学必考) come along when it is held again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from courses.series.queries import Ahead, Companion, Copied, comes_along
from courses.series.rules import Extra, Pointer, all_made
from lms.exams.sittings.actions import planning
from lms.exams.sittings.models import Exam, ExamExemption
from lms.exams.sittings.queries import exams, requirements
from lms.exams.sittings.rules import EXAM_PURPOSE_NAMES, ExamDraft
from lms.ground.audit.actions import Actor
from lms.ground.words import word

KEY = "exam:"


def preview(ahead: Ahead) -> list[Extra]:
    """Every exam of the source with its courses, and every course that needed none."""
    required = [_extra(one, ahead) for one in exams.standing_exams(ahead.source.id)]
    return required + [_exempted(one) for one in requirements.exemptions(ahead.source.id)]


def take(copied: Copied, keys: Collection[str]) -> list[int]:
    """The same exams on the same papers, which somebody has to confirm, of the courses that the
    new cohort has; no sittings."""
    there = {one.id for one in requirements.courses_of(copied.cohort.id)}

    def create(exam: Exam) -> int:
        draft = _draft(exam, copied.ahead)
        draft = replace(draft, course_ids=tuple(there.intersection(draft.course_ids)))
        made = planning.create_exam(cohort=copied.cohort, draft=draft, by=copied.by, at=copied.at)
        made.to_confirm = True
        return made.id

    standing = exams.standing_exams(copied.ahead.source.id)
    return all_made((one for one in standing if _key(one) in keys), create)


def give_back(numbers: Collection[int], by: Actor, at: datetime) -> None:
    """Remove them; Refused once one has a sitting."""
    for exam in exams.exams_by_id(numbers):
        planning.discard_exam(exam, by=by, at=at)


def _extra(exam: Exam, ahead: Ahead) -> Extra:
    draft, plan = _draft(exam, ahead), {line.course_id for line in ahead.source.courses}
    kept = [one.course for one in exam.courses if one.course_id in draft.course_ids]
    title = f"{draft.title} · {EXAM_PURPOSE_NAMES[exam.purpose]} "
    title += "".join(f"《{one.title}》" for one in kept)
    faults, cautions = (
        [],
        [
            f"仍用上一期的试卷“{exam.paper.title}”，照搬后标为“须重新确认试卷”；"
            "在考试页确认或换一份之前，不能生成答卷。"
        ],
    )
    if exam.makes_up_id is not None:
        faults.append("补考只对上一期的学员，不照搬。")
    if exam.paper.retired_at is not None:
        faults.append(f"试卷“{exam.paper.title}”已经停用，请在新一期另选试卷安排这场考试。")
    if exam.courses and not kept:
        faults.append("它考的课程都已停用。")
    gone = [one.course.title for one in exam.courses if one.course not in kept]
    cautions += [f"课程《{one}》已停用，不再考。" for one in gone if kept]
    cautions += [
        f"《{one.title}》不在教学计划里，不排入它的课就不考它。"
        for one in kept
        if one.id not in plan
    ]
    see = Pointer(word("看这份试卷"), "papers.show", {"paper_id": exam.paper_id})
    return Extra(_key(exam), title, tuple(cautions if not faults else ()), tuple(faults), see=see)


def _exempted(one: ExamExemption) -> Extra:
    title = f"《{one.course.title}》不单独考试（{one.reason}）"
    return Extra(f"exempt:{one.id}", title, faults=("批准只对那一期，请在“逢学必考”里重新报批。",))


def _draft(exam: Exam, ahead: Ahead) -> ExamDraft:
    return ExamDraft(
        exam.title.replace(ahead.source.title, ahead.draft.title),
        exam.paper_id,
        tuple(one.course_id for one in exam.courses if one.course.retired_on is None),
        exam.pass_score,
        exam.purpose,
    )


def _key(exam: Exam) -> str:
    return f"{KEY}{exam.id}"


comes_along(Companion("exams", word("考试要求（逢学必考）"), preview, take, give_back))
