"""Every document of a cohort file as HTML, from the records alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import groupby
from typing import Any

from courses.attendance.rules import HALF_DAY_NAMES, PRESENCE_SIGNS, HalfDay
from courses.catalogue.rules import COURSE_FORM_NAMES, COURSE_KIND_NAMES
from courses.cohorts.rules import STAGE_NAMES
from courses.timetable.models import TimetableRelease
from courses.timetable.queries.releases import released_entries
from courses.timetable.rules import days_between
from courses.timetable.rules.releases import grid
from lms.archives.certificates.documents import sheet
from lms.archives.certificates.queries import Completion
from lms.archives.certificates.rules import half_day_hours
from lms.archives.cohort_files.queries.records import (
    ExamRecord,
    Records,
    Sheet,
    SheetSlot,
    recordings,
    sheets,
    variants,
)
from lms.archives.cohort_files.rules.drafts import Draft, Original
from lms.exams.marking.queries.exams import slots_of
from lms.exams.marking.rules.points import SCORED_BY_NAMES
from lms.exams.results.rules import Report, report
from lms.ground.uploads.names import ending, safe_name
from question_bank.items.documents import embedded
from question_bank.items.rules.runs import Medium
from question_bank.papers.models import Variant
from question_bank.papers.rules.drawing import pool_heading

COLUMNS = 24
"""Half-days that one sheet of an attendance table has room for (A4 landscape)."""


def drafts(records: Records) -> Iterator[Draft]:
    """All documents that can be printed now, in the order of the contents."""
    everybody, learners = records.completions, records.learners
    if records.cohort.courses:
        yield _plan(records)
    for release in records.releases:
        yield _timetable(records, release)
    if everybody:
        yield _roster(records)
        yield _registers(records)
        if everybody[0].lessons:
            yield _attendance(records)
    if any(one.reflections for one in learners):
        yield _reflections(records)
    yield from _exams(records)
    reviewed = [one for one in learners if one.grade is not None]
    if reviewed:
        yield _draft(records, 16, "学员鉴定表", "reviews", completions=reviewed)
    issued = [one for one in everybody if one.certificate is not None]
    if issued:
        issued.sort(key=lambda one: one.certificate.number if one.certificate else "")
        yield _draft(records, 17, "结业证书发放登记", "issued", completions=issued)
    yield from _feedback(records)


def originals(records: Records) -> Iterator[Original]:
    """The stored files that go in as they are: papers from outside, rosters, courseware."""
    for enclosure in records.enclosures:
        name = safe_name(f"{enclosure.title}{_ending(enclosure.upload.name)}")
        path = f"{enclosure.entry:02d}-附件/{name}"
        yield Original(enclosure.entry, path, enclosure.title, enclosure.upload_id)
    for roster in records.rosters if records.full_id else ():
        path = f"03-报名名册/{safe_name(roster.upload.name)}"
        yield Original(3, path, f"报名名册（{roster.brought_by}）", roster.upload_id)
    for material in records.materials:
        if material.state == "approved":
            name = safe_name(f"{material.title}{_ending(material.upload.name)}")
            path = f"10-课件资料/{safe_name(material.course.title)}/{name}"
            title = f"《{material.course.title}》{material.title}"
            yield Original(10, path, title, material.upload_id)
    for record in records.exams:
        yield from _recordings(records, record)


def _draft(
    records: Records, entry: int, title: str, template: str, *, path: str = "", **values: Any
) -> Draft:
    html = sheet(
        f"cohort_files/print_{template}.html",
        title=f"{records.cohort.title}{title}",
        school=records.school,
        cohort=records.cohort,
        **values,
    )
    return Draft(entry, f"{entry:02d}-{path or safe_name(title)}.pdf", title, html)


def _plan(records: Records) -> Draft:
    return _draft(
        records,
        4,
        "教学计划",
        "plan",
        kinds=COURSE_KIND_NAMES,
        forms=COURSE_FORM_NAMES,
        stages=STAGE_NAMES,
        learners=len(records.learners),
        total=sum((line.hours for line in records.cohort.courses), Decimal(0)),
    )


def _timetable(records: Records, release: TimetableRelease) -> Draft:
    entries = released_entries(release)
    cells = grid(entries)
    used = {half for _, half in cells}
    days = days_between(entries[0].day, entries[-1].day) if entries else []
    return _draft(
        records,
        5,
        f"课程表（第{release.number}版）",
        "timetable",
        release=release,
        cells=cells,
        days=[day for day in days if any((day, half) in cells for half in HalfDay)],
        halves=[half for half in HalfDay if half in used or half is not HalfDay.EVENING],
        half_names=HALF_DAY_NAMES,
    )


def _roster(records: Records) -> Draft:
    return _draft(
        records,
        6,
        "学员名册",
        "roster",
        completions=records.completions,
        active=len(records.learners),
        id_numbers=_id_numbers(records),
    )


def _registers(records: Records) -> Draft:
    return _draft(
        records,
        8,
        "学员登记表",
        "registers",
        completions=records.completions,
        id_numbers=_id_numbers(records),
    )


def _id_numbers(records: Records) -> dict[int, str]:
    """By person, masked unless the norm archive.full_id says otherwise."""
    people = [one.person for one in records.completions]
    if not records.full_id:
        return {person.id: person.id_number_masked for person in people}
    return {person.id: person.id_number or "" for person in people}


def _attendance(records: Records) -> Draft:
    hours = half_day_hours((one.span, one.hours) for one in records.completions[0].lessons)
    due = sum(one.tally.half_days for one in records.completions)
    attended = sum(one.tally.attended for one in records.completions)
    return _draft(
        records,
        9,
        "考勤表",
        "attendance",
        completions=records.completions,
        spreads=_spreads(list(hours)),
        hours=sum(hours.values(), Decimal(0)),
        signs=PRESENCE_SIGNS,
        half_names={half: name[:1] for half, name in HALF_DAY_NAMES.items()},
        limit=records.leave_limit,
        due=due,
        attended=attended,
        rate=Fraction(attended, due) if due else None,
    )


def _spreads(places: list[Any]) -> list[list[Any]]:
    """The half-days in as few sheets as they need, days kept whole, of about equal width."""
    days = [list(halves) for _, halves in groupby(places, key=lambda place: place[0])]
    count = -(-len(places) // COLUMNS)
    size = -(-len(days) // max(count, 1))
    return [
        [place for day in days[at : at + size] for place in day] for at in range(0, len(days), size)
    ]


def _reflections(records: Records) -> Draft:
    count = sum(len(one.reflections) for one in records.learners)
    return _draft(
        records, 13, "心得体会汇编", "reflections", completions=records.learners, count=count
    )


def _exams(records: Records) -> Iterator[Draft]:
    """成绩册, then for every released exam its paper with the key and each learner's sheet."""
    released = [one for one in records.exams if one.release is not None]
    if not released:
        return
    yield _draft(records, 14, "成绩册", "grades", completions=records.completions, exams=released)
    for record in released:
        yield _paper(records, record)
        yield from _sheets(records, record)


def _paper(records: Records, record: ExamRecord) -> Draft:
    title = f"{record.exam.title}试卷及答案"
    shown = [(variant, _keyed(variant)) for variant in variants(record.exam)]
    path = f"考试/{safe_name(title)}"
    return _draft(
        records, 14, title, "paper", path=path, exam=record.exam, variants=shown, media_of=embedded
    )


def _keyed(variant: Variant) -> list[tuple[str, list[tuple[Report, Any]]]]:
    """The sections of a variant with every slot and its key."""
    slots = slots_of(variant.content)
    return [
        (
            pool_heading(section),
            [
                (report(slots[number], answer, None, number), answer)
                for slot in section["slots"]
                for number in [int(slot["number"])]
                for answer in [variant.answers[str(number)]]
            ],
        )
        for section in variant.content["sections"]
    ]


def _sheets(records: Records, record: ExamRecord) -> Iterator[Draft]:
    enrolments = {one.enrolment.id: one for one in records.completions}
    release = record.release
    media_of = cache(embedded)  # the same pictures stand on everybody's sheet
    for one in sheets(release) if release else ():
        yield _marked(records, record, enrolments[one.result.enrolment_id], one, media_of)


def _recordings(records: Records, record: ExamRecord) -> Iterator[Original]:
    """What was said, beside the sheets that name it by its fingerprint."""
    enrolments = {one.enrolment.id: one for one in records.completions}
    folder = f"14-考试/{safe_name(record.exam.title)}测试卷"
    for enrolment_id, said in recordings(record.release) if record.release else ():
        one = enrolments[enrolment_id]
        who = f"{one.enrolment.learner_number}-{one.person.name}"
        title = f"{record.exam.title}第{said.number}题录音：{one.person.name}"
        if said.upload is not None:
            end = ending(said.upload.name)
            name = safe_name(f"{who}-第{said.number}题录音-{said.sha256[:8]}{end}")
            yield Original(14, f"{folder}/{name}", title, said.upload.id)


def _marked(
    records: Records,
    record: ExamRecord,
    learner: Completion,
    one: Sheet,
    media_of: Callable[[tuple[int | None, ...]], list[Medium]],
) -> Draft:
    enrolment, person = learner.enrolment, learner.person
    title = f"{record.exam.title}测试卷：{person.name}（{enrolment.learner_number}）"
    name = safe_name(f"{enrolment.learner_number}-{person.name}")
    html = sheet(
        "cohort_files/print_sheet.html",
        title=title,
        school=records.school,
        cohort=records.cohort,
        exam=record.exam,
        release=record.release,
        enrolment=enrolment,
        person=person,
        result=one.result,
        attempt=one.attempt,
        slotted=_by_section(one.slots),
        scored_by=SCORED_BY_NAMES,
        media_of=media_of,
    )
    folder = f"14-考试/{safe_name(record.exam.title)}测试卷"
    return Draft(14, f"{folder}/{name}.pdf", title, html, enrolment.id)


def _by_section(slots: Sequence[SheetSlot]) -> list[tuple[str, list[SheetSlot]]]:
    return [(title, list(some)) for title, some in groupby(slots, key=lambda one: one.section)]


def _feedback(records: Records) -> Iterator[Draft]:
    for unit, learners in records.by_unit.items():
        name = unit.name if unit else "没有单位的学员"
        yield _draft(
            records,
            20,
            f"学员在校情况反馈表：{name}",
            "feedback",
            path=f"反馈表/{safe_name(name)}",
            unit=unit,
            completions=learners,
        )


def _ending(name: str) -> str:
    _, dot, ending = name.rpartition(".")
    return f".{ending}" if dot and len(ending) <= 10 else ""


def in_order(printed: Iterable[Draft], kept: Iterable[Original]) -> list[Draft | Original]:
    """Everything by line of the contents; prints come before originals."""
    everything: list[Draft | Original] = [*printed, *kept]
    return sorted(everything, key=lambda one: one.entry)
