"""Timetables as they are kept in Excel: any headings, read into lessons, every fault with its row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from courses.catalogue import queries as catalogue
from courses.catalogue.models import Course
from courses.catalogue.rules import COURSE_FORM_NAMES
from courses.cohorts.models import Cohort
from courses.faculty import queries as faculty
from courses.faculty.models import Instructor
from courses.series.queries import facts_of, weigh
from courses.series.rules import Proposal, clashing, refuse_too_many, without
from courses.timetable.queries import lessons
from courses.timetable.rules import HALF_DAY_NAMES, day_span, hour_faults
from courses.timetable.rules.arrangement import Arrangement
from courses.venues import queries as venues
from courses.venues.models import Venue
from lms.ground.errors import Refused
from lms.ground.sheets.columns import Listing, find_listing
from lms.ground.sheets.reading import Row, Table, column_name
from lms.ground.sheets.reading import read as read_tables
from lms.ground.spans import Span

# What a column may be headed with, the proper word first; those of our own lists are among them.
WANTED: Mapping[str, tuple[str, ...]] = {
    "day": ("日期", "上课日期", "授课日期", "年月日", "date"),
    "time": ("时间", "起止时间", "上课时间", "授课时间", "时段", "节次", "上下午", "time"),
    "starts": ("开始", "开始时间", "start"),
    "ends": ("结束", "结束时间", "end"),
    "course": (
        "课程", "课程专题", "课程名称", "专题", "课题", "授课题目", "题目", "教学内容", "授课内容", "内容", "course",
    ),
    "form": ("形式", "教学形式", "授课形式"),
    "hours": ("学时", "课时", "hours"),
    "instructor": (
        "授课人", "授课教师", "教师", "主讲人", "主讲教师", "任课教师", "讲课人", "主讲", "teacher", "instructor",
    ),
    "venue": ("地点", "场地", "教室", "上课地点", "授课地点", "venue", "room"),
    "host": ("主持人", "主持"),
    "note": ("备注", "说明"),
    "cohort": ("班次", "班级", "班次名称"),
}  # fmt: skip
LABELS = {name: headings[0] for name, headings in WANTED.items()}
_FORMS = {name: form for form, name in COURSE_FORM_NAMES.items()}
_DAY = re.compile(r"(?:(\d{4})\D)?(\d{1,2})\D(\d{1,2})日?号?(?:[(（ ].*)?")
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})")


@dataclass(frozen=True)
class Sheet:
    """What a file says: headings (by column), which column is what, lessons, and faults."""

    name: str
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    proposals: tuple[Proposal, ...]
    faults: tuple[str, ...]
    known: int = 0

    @property
    def labels(self) -> list[tuple[int, str]]:
        """The columns as people find them in Excel: (number, "B 课程")."""
        return [(place, f"{column_name(place)} {text}") for place, text in enumerate(self.headings)]


def read(content: bytes, cohort: Cohort, columns: Mapping[str, int] | None = None) -> Sheet:
    """The lessons of a file for a cohort (with courses), with all that stands against each.

    `columns` (name → column from 0) corrects what the headings were taken for. Lessons that are
    on the timetable already are counted as `known` and left out. Refused for what is no table.
    """
    table, listing = _best(read_tables(content))
    chosen = dict(listing.columns if columns is None else columns)
    header = next((row for row in table.rows if row.number == listing.header_row), None)
    headings = header.cells if header else ()
    lacking = [LABELS[name] for name in ("day", "course") if name not in chosen]
    if lacking:
        told = f"没有找到“{'”“'.join(lacking)}”列，请在上面指定哪一列是它。"
        return Sheet(table.sheet, headings, chosen, (), (*table.problems, told))
    refuse_too_many(listing.rows)
    reader = _Reader(cohort, chosen)
    found = [one for row in listing.rows if (one := reader.read(row)) is not None]
    there = [lessons.arrangement(one) for one in lessons.lessons(cohort.id)]
    new = without(found, there)
    weighed = clashing(weigh(*facts_of(cohort), new))
    faults = (*table.problems, *reader.faults)
    if not found and not faults:
        faults = ("表里没有课，请检查表头下面是否有内容。",)
    return Sheet(table.sheet, headings, chosen, tuple(weighed), faults, len(found) - len(new))


class _Reader:
    """Reads rows; what cannot be read is told with the number of the row."""

    def __init__(self, cohort: Cohort, columns: Mapping[str, int]) -> None:
        self.faults: list[str] = []
        self._cohort, self._columns = cohort, columns
        self._times = lessons.usual_times(on=cohort.starts_on)
        self._plan = {line.course_id: line.hours for line in cohort.courses}
        self._courses: dict[str, Course] = {one.title: one for one in catalogue.teachable()}
        self._venues: dict[str, Venue] = {
            one.name: one for one in venues.open_venues(on=cohort.starts_on)
        }
        self._people: dict[str, list[Instructor]] = {}
        for one in faculty.choosable():
            self._people.setdefault(one.person.name, []).append(one)

    def read(self, row: Row) -> Proposal | None:
        """The lesson of a row; None for rows of nothing and for those that are at fault."""
        cells = {name: row.text(column).strip() for name, column in self._columns.items()}
        if not cells.get("course") and not cells.get("instructor"):
            return None
        faults: list[str] = []
        if cells.get("cohort") and cells["cohort"] != self._cohort.title:
            faults.append(f"写的是“{cells['cohort']}”，不是“{self._cohort.title}”的课。")
        span = self._span(cells, faults)
        course = self._course(cells.get("course", ""), faults)
        hours = self._hours(cells.get("hours", ""), course, faults)
        venue = self._venue(cells.get("venue", ""), faults)
        instructor = self._instructor(cells.get("instructor", ""), faults)
        form = _FORMS.get(cells.get("form", ""))
        if cells.get("form") and form is None:
            faults.append(f"教学形式“{cells['form']}”不认识，请写{'、'.join(_FORMS)}之一。")
        self.faults += [f"第{row.number}行：{fault}" for fault in faults]
        if faults or span is None or course is None or hours is None:
            return None
        return Proposal(
            key=str(row.number),
            arrangement=Arrangement(
                course_id=course.id,
                form=form or course.form,
                starts_at=span.start,
                ends_at=span.end,
                hours=hours,
                venue_id=venue.id if venue else None,
                instructor_id=instructor.id if instructor else None,
                host=cells.get("host", "")[:40],
                note=cells.get("note", "")[:200],
            ),
            course=course.title,
            venue=venue.name if venue else "",
            instructor=instructor.person.name if instructor else "",
        )

    def _span(self, cells: Mapping[str, str], faults: list[str]) -> Span | None:
        day = _day(cells.get("day", ""), self._cohort.starts_on)
        times = self._clock(cells)
        if day is None:
            faults.append(f"日期“{cells.get('day', '')}”不是日期，应像2026-12-01或12月1日。")
        if times is None:
            faults.append("没有看懂时间，应像08:30-11:30，或写上午、下午、晚上。")
        if day is None or times is None:
            return None
        try:
            return day_span(day, *times)
        except Refused as refusal:
            faults += refusal.reasons
            return None

    def _clock(self, cells: Mapping[str, str]) -> tuple[time, time] | None:
        """From the two columns, or from one that says both or names the half-day."""
        told = f"{cells.get('starts', '')} {cells.get('ends', '')} {cells.get('time', '')}"
        found = [(int(hour), int(minute)) for hour, minute in _CLOCK.findall(told)]
        if len(found) >= 2 and all(hour < 24 and minute < 60 for hour, minute in found[:2]):
            return time(*found[0]), time(*found[1])
        for half, name in HALF_DAY_NAMES.items():
            if not found and str(name) in f"{told} {cells.get('day', '')}":
                return self._times[half]
        return None

    def _course(self, title: str, faults: list[str]) -> Course | None:
        plain = title.strip('《》 　“”"')
        course = self._courses.get(plain)
        if course is None:
            faults.append(f"课程专题里没有在用的《{plain}》，请先登记，或核对名称。")
        return course

    def _hours(self, text: str, course: Course | None, faults: list[str]) -> Decimal | None:
        """As written; else as the teaching plan, else the course, has it."""
        if not text:
            return self._plan.get(course.id, course.hours) if course else None
        if not re.fullmatch(r"\d{1,2}(\.\d{1,2})?", text):
            faults.append(f"学时“{text}”不是数。")
            return None
        wrong = hour_faults(Decimal(text))
        faults += wrong
        return None if wrong else Decimal(text)

    def _venue(self, name: str, faults: list[str]) -> Venue | None:
        venue = self._venues.get(name)
        if name and venue is None:
            faults.append(f"场地里没有在用的“{name}”，请先登记，或核对名称，或留空。")
        return venue

    def _instructor(self, name: str, faults: list[str]) -> Instructor | None:
        found = self._people.get(name, [])
        if name and not found:
            faults.append(f"师资库里没有“{name}”，请先登记，或核对姓名，或留空。")
        if len(found) > 1:
            faults.append(f"师资库里有{len(found)}位“{name}”，请留空，导入后再选。")
        return found[0] if len(found) == 1 else None


def _best(tables: Sequence[Table]) -> tuple[Table, Listing]:
    """The sheet with most of the headings, the first of equals."""
    found = [(table, find_listing(table, WANTED, optional=WANTED)) for table in tables]
    return max(found, key=lambda pair: len(pair[1].columns))


def _day(text: str, first: date) -> date | None:
    """2026-12-01, 2026年12月1日, 20261201, 12月1日, 12.1: without a year the next such day from
    the cohort's first on."""
    plain = re.sub(r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3", text.strip())
    found = _DAY.match(plain)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        if year is not None:
            return date(year, month or 0, day or 0)
        wanted = date(first.year, month or 0, day or 0)
        return wanted if wanted >= first else wanted.replace(year=first.year + 1)
    except ValueError:
        return None
