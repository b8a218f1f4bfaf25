"""Every page of the courses for every role: who gets it, who is refused, whose things are hidden."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.ground.access import Role
from tests import cast
from tests.courses.school import School, school  # noqa: F401
from tests.markup import read

R = Role
READERS = {R.ADMINISTRATOR, R.ORGANISER, R.OFFICE, R.ADVISER, R.INSTRUCTOR}
STUDENTS = {R.LEARNER}
PLANNERS = {R.OFFICE}
CHARGE = {R.OFFICE, R.ADVISER}

# Address → the roles that get it, in a school where the adviser's cohort runs with the learner
# in it, and another one is open for names.
PAGES: dict[str, set[Role]] = {
    "/catalogue/": READERS,
    "/catalogue/?search=党&kind=required&form=lecture": READERS,
    "/catalogue/new": PLANNERS,
    "/catalogue/{course}": READERS,
    "/catalogue/{course}/edit": PLANNERS,
    "/venues/": READERS,
    "/venues/?search=党&kind=room&closed=on": READERS,
    "/venues/new": PLANNERS,
    "/venues/{venue}": READERS,
    "/venues/{venue}/edit": PLANNERS,
    "/venues/{venue}/travel": PLANNERS,
    "/editions/cohorts/{cohort}": READERS,
    "/editions/cohorts/{cohort}?before=1&after=1": READERS,
    "/editions/cohorts/{cohort}/log": READERS,
    "/timetable/lessons": READERS,
    "/timetable/lessons?search=党&since=2026-01-01&until=2030-01-01": READERS,
    "/timetable/lessons.xlsx?search=党": READERS,
    "/calendars/": READERS | STUDENTS,
    "/boards/": PLANNERS,
    "/boards/?by=instructor&search=何": PLANNERS,
    "/boards/?by=venue": PLANNERS,
    "/faculty/": PLANNERS,
    "/faculty/?search=何&category=school&state=in_pool": PLANNERS,
    "/faculty/new": PLANNERS,
    "/faculty/new?search=林": PLANNERS,
    "/faculty/new/{person}": PLANNERS,
    "/faculty/{instructor}": PLANNERS,
    "/faculty/{instructor}/edit": PLANNERS,
    "/faculty/?course={course}&term=0": PLANNERS,
    "/faculty/pool.xlsx": PLANNERS,
    "/availability/{instructor}": PLANNERS,
    "/invitations/": PLANNERS,
    "/invitations/mine": {R.INSTRUCTOR},
    "/invitations/cohorts/{cohort}": PLANNERS,
    "/invitations/instructors/{instructor}/absence": PLANNERS,
    "/invitations/instructors/{instructor}/absence?from={first}&to={first}": PLANNERS,
    "/invitations/answer/0": set(),
    "/courseware/mine": {R.INSTRUCTOR},
    "/courseware/cohorts/{cohort}": CHARGE,
    "/courseware/cohorts/{other_cohort}": CHARGE,
    "/courseware/lessons/{lesson}": PLANNERS,
    "/fees/": {R.OFFICE, R.ORGANISER},
    "/fees/?undecided=1": {R.OFFICE, R.ORGANISER},
    "/fees/cohorts/{cohort}": {R.OFFICE, R.ORGANISER},
    "/fees/lines/9": set(),
    "/loads/": {R.OFFICE, R.ORGANISER},
    "/loads/?idle=on&search=何": {R.OFFICE, R.ORGANISER},
    "/loads/loads.xlsx": {R.OFFICE, R.ORGANISER},
    "/loads/cohorts/{cohort}": READERS,
    "/availability/mine": {R.INSTRUCTOR},
    "/faculty/mine": {R.INSTRUCTOR},
    "/faculty/mine/courses/{course}/hand-in": {R.INSTRUCTOR},
    "/materials/": {R.INSTRUCTOR, R.OFFICE},
    "/materials/new": PLANNERS,
    "/materials/{material}": {R.INSTRUCTOR, R.OFFICE},
    "/materials/{returned}": {R.INSTRUCTOR, R.OFFICE},
    "/materials/{material}/file": {R.INSTRUCTOR, R.OFFICE},
    "/cohorts/": READERS | STUDENTS | {R.UNIT_ADMIN},
    "/cohorts/?search=知&stage=running": READERS | STUDENTS | {R.UNIT_ADMIN},
    "/cohorts/new": PLANNERS,
    "/cohorts/new/naming?programme_id=1": PLANNERS,
    "/programmes/": READERS,
    "/programmes/?search=知": READERS,
    "/programmes/new": PLANNERS,
    "/programmes/1": READERS,
    "/programmes/1/edit": PLANNERS,
    "/cohorts/{cohort}": READERS | STUDENTS,
    "/cohorts/{other_cohort}": READERS | {R.UNIT_ADMIN},
    "/cohorts/{cohort}/edit": PLANNERS,
    "/cohorts/{cohort}/courses": READERS,
    "/cohorts/{cohort}/materials": READERS | STUDENTS,
    "/cohorts/{cohort}/materials/{material}": READERS | STUDENTS,
    "/cohorts/{cohort}/materials/{returned}": set(),
    "/rosters/{cohort}": READERS | STUDENTS,
    "/rosters/{other_cohort}": READERS | {R.UNIT_ADMIN},
    "/rosters/{cohort}/new": PLANNERS,
    "/rosters/{other_cohort}/new?search=": PLANNERS | {R.UNIT_ADMIN},
    "/rosters/{cohort}/list.xlsx": {R.ADMINISTRATOR, R.ORGANISER, R.OFFICE, R.ADVISER},
    "/rosters/learners/{enrolment}": {R.ADMINISTRATOR, R.ORGANISER, R.OFFICE, R.ADVISER, R.LEARNER},
    "/rosters/learners/{other_enrolment}": {
        R.ADMINISTRATOR, R.ORGANISER, R.OFFICE, R.ADVISER,
    },
    "/rosters/template.xlsx": PLANNERS,
    "/rosters/{cohort}/upload": PLANNERS,
    "/timetable/": READERS | STUDENTS,
    "/timetable/?week=2026-12-01&venue={venue}&instructor={instructor}": READERS | STUDENTS,
    "/timetable/cohorts/{cohort}": READERS | STUDENTS,
    "/timetable/cohorts/{other_cohort}": READERS,
    "/editions/cohorts/{cohort}/paper": READERS | STUDENTS,
    "/editions/cohorts/{cohort}/paper?number=1": READERS | STUDENTS,
    "/editions/cohorts/{cohort}/paper?number=9": set(),
    "/timetable/cohorts/{cohort}/lessons/new?half=evening": PLANNERS,
    "/timetable/cohorts/{cohort}/check?course_id={course}": PLANNERS,
    "/timetable/lessons/{lesson}/edit": PLANNERS,
    "/timetable/instructors/{instructor}": PLANNERS,
    "/routes/": READERS,
    "/trips/": READERS,
    "/routes/new": PLANNERS,
    "/routes/{route}": READERS,
    "/routes/{route}?departs=14:30": READERS,
    "/routes/{route}/edit": PLANNERS,
    "/attendance/": CHARGE,
    "/attendance/?stage=open": CHARGE,
    "/attendance/cohorts/{cohort}": CHARGE,
    "/attendance/cohorts/{other_cohort}": PLANNERS,
    "/attendance/cohorts/{cohort}/{first}/morning": CHARGE,
    "/attendance/cohorts/{cohort}/{first}/evening": set(),
    "/attendance/cohorts/{cohort}/never/noon": set(),
    "/attendance/mine": STUDENTS,
    "/conduct/": CHARGE,
    "/conduct/?search=王&kind=breach": CHARGE,
    "/conduct/cohorts/{cohort}": CHARGE,
    "/conduct/cohorts/{other_cohort}": PLANNERS,
    "/conduct/mine": STUDENTS,
    "/reflections/": STUDENTS | CHARGE | {R.ORGANISER},
    "/reflections/?search=学&ungraded=on": STUDENTS | CHARGE | {R.ORGANISER},
    "/reflections/new": STUDENTS,
    "/reflections/{reflection}": STUDENTS | CHARGE | {R.ORGANISER},
    "/reflections/{other_reflection}": CHARGE | {R.ORGANISER},
    "/reflections/{reflection}/edit": STUDENTS,
    "/reflections/{other_reflection}/edit": set(),
}  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_who_gets_which_page(app: Flask, school: School, role: Role) -> None:  # noqa: F811
    client = cast.browser(app, cast.EVERYBODY[role])
    wrong = []
    for page, roles in PAGES.items():
        address = page.format(**vars(school))
        answer = client.get(address)
        if (answer.status_code == 200) != (role in roles) or answer.status_code >= 500:
            wrong.append(f"{address}: {answer.status_code}")
        if answer.status_code == 200 and answer.mimetype == "text/html" and "check" not in page:
            faults, _ = read(answer.text)
            wrong += [f"{address}: {fault}" for fault in faults]
        answer.close()
    assert wrong == []


@pytest.mark.parametrize("room", ["catalogue", "venues", "materials", "trips", "reflections"])
def test_what_does_not_exist_is_missing(app: Flask, school: School, room: str) -> None:  # noqa: F811
    answer = cast.browser(app, cast.office).get(f"/{room}/999")
    assert answer.status_code == 404
    assert "没有找到" in answer.text
