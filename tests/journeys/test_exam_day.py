"""A class from plan to archive, in a real browser, on a house that is killed in the middle."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys import concluding, preparing, sitting
from tests.journeys.conftest import School, Seat

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def office(browser: Browser, school: School) -> Iterator[Page]:
    """The school's office, who confirms what it is asked to confirm."""
    seat = Seat(browser, school, "office")
    seat.page.on("dialog", lambda dialog: dialog.accept())
    yield seat.page
    seat.context.close()


def test_exam_day(browser: Browser, school: School, office: Page) -> None:
    preparing.plan_the_cohort(office)
    preparing.approve_and_open(browser, school, office)
    preparing.import_the_roster(office)
    preparing.draw_up_the_timetable(office)
    preparing.hand_in_material(browser, school)
    intake = preparing.hand_in_items(browser, school)
    preparing.make_the_paper(office, intake)
    closes_at = preparing.arrange_the_sitting(office)
    hall = sitting.take_seats(browser, school)
    concluding.take_attendance(office)
    sitting.sit(hall, school, browser)
    sitting.every_acknowledged_answer_is_there_once(hall, school)
    sitting.nobody_sees_a_key_or_a_score_yet(hall)
    concluding.write_reflections(hall, office)
    concluding.release_the_timetable(office)
    sitting.wait_until(closes_at)
    concluding.mark_and_release(browser, school, office)
    concluding.the_learner_sees_score_and_why(hall)
    concluding.review_everybody(browser, school, office)
    concluding.close_and_file(school, office)
