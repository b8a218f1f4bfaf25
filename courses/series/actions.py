"""Putting lessons on a timetable together, all or none, and taking them off again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from courses.cohorts import actions as cohorts
from courses.cohorts.models import Cohort
from courses.cohorts.queries import lock_cohort
from courses.cohorts.rules import CohortStage
from courses.quotas import actions as quotas
from courses.quotas.queries import quotas as quotas_of
from courses.series import queries
from courses.series.models import Series
from courses.series.rules import SERIES_KIND_NAMES, Proposal, SeriesKind, refuse_too_many
from courses.timetable.actions import planning, together
from courses.timetable.models import LessonChange
from courses.timetable.queries import releases
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.uploads import media
from lms.ground.uploads.actions import store
from lms.ground.uploads.delivery import expect
from lms.ground.uploads.shelf import Readable

SHEET_LIMIT = 5 * 2**20
_WAYS_OUT = (
    "可以去掉这些课的勾选，或去掉有冲突的场地、教师，以后再定；座位、资格这类情形写明理由也可以排。"
)


def rerun(
    *,
    ahead: queries.Ahead,
    taken: Sequence[Proposal],
    extras: Collection[str] = (),
    with_quotas: bool,
    reason: str,
    by: Actor,
    at: datetime,
) -> Cohort:
    """A new cohort after a past one: its teaching plan, these lessons, its quotas if wanted, and
    of what companions offer the `extras` (by key).

    Learners and rosters stay with the source. Refused, with nothing created, when the number is
    taken, or a lesson or an extra cannot be had.
    """
    source = ahead.source
    cohort = cohorts.plan(programme=source.programme, draft=ahead.draft, by=by, at=at)
    for line in sorted(source.courses, key=lambda one: one.position):
        if line.course.retired_on is None:
            cohorts.add_course(cohort=cohort, course=line.course, hours=line.hours, by=by, at=at)
    if with_quotas:
        places = {one.unit: one.places for one in quotas_of(source.id)}
        quotas.allot(cohort=cohort, places=places, by=by, at=at)
    numbers = _put(cohort, taken, reason, by=by, at=at)
    became = {int(one.key): number for one, number in zip(taken, numbers, strict=True)}
    brought = _bring_along(queries.Copied(ahead, cohort, became, by, at), extras)
    told = f"照“{source.title}”建立了“{cohort.title}”，排入{len(numbers)}次课"
    told += "".join(
        f"，照搬{part.label}{len(brought[part.name])}项"
        for part in queries.companions()
        if brought.get(part.name)
    )
    _keep(cohort, SeriesKind.RERUN, told, numbers, brought, by=by, at=at)
    return cohort


def repeat(
    *, cohort: Cohort, taken: Sequence[Proposal], reason: str, by: Actor, at: datetime
) -> int:
    """Put a lesson on the timetable again in other weeks; how often."""
    if not taken:
        raise Refused("请至少勾选一次课；已经排好的日子不再列出。")
    numbers = _put(cohort, taken, reason, by=by, at=at)
    told = f"把“{cohort.title}”的《{taken[0].course}》每周重复，排入{len(numbers)}次课"
    _keep(cohort, SeriesKind.WEEKLY, told, numbers, by=by, at=at)
    return len(numbers)


def bring(
    *, cohort: Cohort, content: Readable, name: str, owner_id: int, by: Actor, at: datetime
) -> Series:
    """Keep a sheet for the preview; `name` is the file's own. Refused for what is no table."""
    cohorts.refuse_closed(cohort)
    upload = store(content, name=name, owner_id=owner_id, at=at, limit=SHEET_LIMIT)
    expect(upload, (media.XLSX, media.XLS, media.ODS, media.TEXT))
    told = f"为“{cohort.title}”上传了课程表“{upload.name}”"
    made = Series(
        cohort_id=cohort.id, kind=SeriesKind.SHEET, told=told, upload=upload, by_name=by.name, at=at
    )
    session.add(made)
    record("series.bring", made, told, by=by, at=at)
    return made


def enter(
    series: Series,
    *,
    cohort: Cohort,
    taken: Sequence[Proposal],
    faults: Sequence[str],
    reason: str,
    by: Actor,
    at: datetime,
) -> int:
    """Put the lessons of a sheet on the timetable, all or none; how many.

    Refused while a row has a fault, and when it was entered already.
    """
    lock_cohort(cohort.id)
    session.refresh(series, ["entered_at"])
    if series.entered_at is not None:
        raise Refused("这个文件已经导入过；要再导入，请重新上传。")
    if faults:
        raise Refused(f"还有{len(faults)}处要改正，改正前一次课也不导入。")
    if not taken:
        raise Refused("请至少勾选一次课；已经在课程表里的不再列出。")
    series.lesson_ids = _put(cohort, taken, reason, by=by, at=at)
    series.told = f"从“{series.upload.name if series.upload else ''}”导入{len(taken)}次课"
    series.entered_at = at
    record("series.sheet", series, f"“{cohort.title}”{series.told}", by=by, at=at)
    return len(taken)


def undo(series: Series, *, cohort: Cohort, by: Actor, at: datetime) -> bool:
    """Take everything back that came together, and with a copy the cohort it made; is that gone?

    `cohort` with steps and courses. Refused when one of the lessons was released, or when
    something has come of what was brought along.
    """
    lock_cohort(cohort.id)
    if series.undone_at is not None:
        return False
    last = releases.find_last_release(cohort.id)
    told = {entry.lesson_id for entry in releases.released_entries(last)}
    if told & set(series.lesson_ids):
        raise Refused(
            "这一批课已经发布过，学员和教师都看到了，不能整批撤销；请在课程表里逐次取消。"
        )
    for part in queries.companions():
        part.give_back(series.brought.get(part.name, []), by, at)
    planning.cancel_all(
        queries.present_lessons(series),
        cohort=cohort,
        reason=f"整批撤销：{SERIES_KIND_NAMES[series.kind]}",
        by=by,
        at=at,
    )
    series.undone_by, series.undone_at = by.name, at
    record("series.undo", series, f"整批撤销：{series.told}", by=by, at=at)
    return series.kind is SeriesKind.RERUN and _drop(cohort, series, by=by, at=at)


def _put(
    cohort: Cohort, taken: Sequence[Proposal], reason: str, *, by: Actor, at: datetime
) -> list[int]:
    """Schedule all of these; Refused with what is wrong with each of those that cannot be had."""
    refuse_too_many(taken)
    try:
        lessons = together.schedule_all(
            cohort=cohort, wanted=[one.arrangement for one in taken], reason=reason, by=by, at=at
        )
    except Refused as refusal:
        told = "有的课排不进去，所以一次也没有排："
        raise Refused(told, *refusal.reasons, _WAYS_OUT) from None
    return [lesson.id for lesson in lessons]


def _bring_along(copied: queries.Copied, extras: Collection[str]) -> dict[str, list[int]]:
    """What companions made of these keys, by their names."""
    brought: dict[str, list[int]] = {}
    reasons: list[str] = []
    for part in queries.companions():
        known = {one.key for one in part.preview(copied.ahead)}
        wanted = known.intersection(extras)
        try:
            brought |= {part.name: part.take(copied, wanted)} if wanted else {}
        except Refused as refusal:
            reasons += refusal.reasons
    if reasons:
        raise Refused("有的不能照搬，所以什么也没有建立：", *reasons, "可以去掉它们的勾选。")
    return brought


def _keep(
    cohort: Cohort,
    kind: SeriesKind,
    told: str,
    numbers: list[int],
    brought: dict[str, list[int]] | None = None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    made = Series(
        cohort_id=cohort.id,
        kind=kind,
        told=told,
        lesson_ids=numbers,
        brought=brought or {},
        by_name=by.name,
        at=at,
        entered_at=at,
    )
    session.add(made)
    session.flush()
    record(f"series.{kind.value}", made, told, by=by, at=at, lessons=len(numbers))


def _drop(cohort: Cohort, series: Series, *, by: Actor, at: datetime) -> bool:
    """Remove the cohort that a copy made, while it is a mere plan and nothing hangs on it."""
    if cohort.stage is not CohortStage.PLANNED:
        return False
    try:
        with session.begin_nested():
            sentence = f"撤销了照往期复制的班次“{cohort.title}”"
            record("series.drop", cohort, sentence, by=by, at=at)
            session.execute(delete(LessonChange).where(LessonChange.cohort_id == cohort.id))
            session.delete(series)
            session.delete(cohort)
            session.flush()
    except IntegrityError:
        return False
    return True
