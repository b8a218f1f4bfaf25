"""The demo school on a busy day: files just brought in, work begun and not finished yet."""

from __future__ import annotations

from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image
from pypdf import PdfWriter
from sqlalchemy import select

from courses.cohorts.models import Cohort
from courses.cohorts.queries import at_stage, enrolments_of
from courses.cohorts.rules import CohortStage
from courses.faculty.models import Appointment, Instructor
from courses.faculty.queries import get_instructor_of
from courses.materials.models import Material
from courses.routes.models import Route
from courses.timetable.models import Lesson
from courses.trips.queries.outings import staff
from lms.archives.cohort_files import actions as cohort_files
from lms.archives.cohort_files.models import CohortFile
from lms.archives.cohort_files.queries import filings
from lms.exams.rechecks.models import Recheck
from lms.exams.rechecks.rules import Ground
from lms.exams.results.models import Result
from lms.exams.sittings.models import Exam
from lms.ground import db
from lms.ground.accounts.queries import find_login
from lms.ground.clock import now, today
from lms.ground.db import session
from lms.ground.jobs import worker
from lms.ground.people.models import Person
from question_bank.blueprints.models import Blueprint
from question_bank.items.models import Bank
from question_bank.papers.models import Paper
from question_bank.topics.models import Topic
from tests.conftest import log_in

ROSTER = "姓名,单位\n王小明,茶山乡\n"
LESSONS = "日期,时间,课程\n12月1日,上午,学习贯彻党章\n12月1日,下午,没有的课\n"
ITEMS = "1. 下列哪一项正确？（ A ）\nA. 甲\nB. 乙\n\n2. 没有答案的一题？\nA. 甲\nB. 乙\n"


def browser(app: Flask, login: str) -> FlaskClient:
    """A browser in which this account of the demo school is logged in."""
    client = app.test_client()
    with app.app_context():
        account = find_login(login)
        assert account is not None
        log_in(client, account)
    return client


def begin(app: Flask) -> list[str]:
    """Bring in files and begin work of all kinds; the pages to which that led the office."""
    office = browser(app, "office")
    with app.app_context(), db.transaction():
        _file_without_prints()
        _ask_for_recheck()
        running = session.scalars(select(Cohort.id).where(at_stage(CohortStage.RUNNING))).one()
        exam, blueprint = session.scalar(select(Exam.id)), session.scalar(select(Blueprint.id))
        paper = session.scalar(select(Paper.id).where(Paper.sealed_at.is_not(None)))
        filed = session.scalars(select(CohortFile.cohort_id)).one()
        tops = select(Topic.id).where(Topic.parent_id.is_(None)).order_by(Topic.id)
        topics = session.scalars(tops.limit(2)).all()
        learner, other = session.scalars(
            select(Person.id).where(Person.account_id.is_not(None)).order_by(Person.id).limit(2)
        )
    roster = _post(office, f"/rosters/{running}/upload", file=_file("名册.csv", ROSTER))
    brought = _post(
        office, "/intakes/", bank_id="", bank_name="新题", file=_file("试题.txt", ITEMS)
    )
    _post(office, "/intakes/", bank_id="", bank_name="图题", file=_sheet())
    _post(office, f"/cohort_files/{running}/enclosures", entry="2", title="通知", file=_pdf())
    assembled = _post(office, f"/assemblies/blueprints/{blueprint}", title="新卷", seed="7")
    _post(office, f"/suggestions/cohorts/{running}")
    written = _write_item(app)
    _post(office, f"/sittings/new?cohort={running}", title="补考", paper=paper, pass_score="60")
    _post(office, f"/marking/{exam}/score", after="1", reason="复核")
    _post(office, f"/person_files/{learner}/file")
    sheet = _post(office, f"/series/cohorts/{running}/sheets", file=_file("课表.csv", LESSONS))
    trip = _plan_trip(app, office, running)
    _bring_material(app, office)
    _write_reflection(app)
    _print_letter(app, office)
    _invite(app, office)
    worker.run_pending(app)
    _post(
        office,
        f"{brought.replace('intakes', 'previews')}/rows/0/decision",
        decision="aside",
        version="1",
    )
    waiting = _post(office, f"/person_files/{other}/file")
    assembling = _post(office, f"/assemblies/blueprints/{blueprint}", title="又卷", seed="8")
    return [
        roster,
        sheet,
        "/venues/1/close?on=2026-01-01&reason=改造",
        "/venues/1/blockings?starts_at=2026-01-01T08:00&ends_at=2026-01-02T08:00&cause=检修",
        trip,
        waiting,
        assembled,
        assembling,
        f"/approvals/together?item={written}",
        f"/changes/new?item={written}",
        f"/papers/using?item={written}",
        f"/prints/papers/{paper}/runs",
        f"/topics/{topics[0]}/merge?target_id={topics[1]}",
        f"/results/{exam}",
        f"/person_files/{learner}",
        f"/cohort_files/{filed}",
    ]


def _ask_for_recheck() -> None:
    """As a learner of the last released exam did within the window."""
    result = session.scalars(select(Result).order_by(Result.id.desc()).limit(1)).one()
    session.add(
        Recheck(
            exam_id=result.exam_id,
            enrolment_id=result.enrolment_id,
            result_id=result.id,
            ground=Ground.ADDED,
            reason="第二大题合分少了一题。",
            asked_at=now(),
        )
    )


def _plan_trip(app: Flask, office: FlaskClient, cohort: int) -> str:
    """A trip far ahead, when nobody has anything else to do."""
    with app.app_context():
        leader, route = staff()[0].id, session.scalar(select(Route.id))
    return _post(
        office, "/trips/new", cohort=cohort, route=route, departs_at="2031-05-06T08:30",
        back_minutes="30", leader_id=leader,
        **{"buses-0-plate": "车A", "buses-0-seats": "60"},
    )  # fmt: skip


def _post(client: FlaskClient, address: str, **values: object) -> str:
    """The address to which this leads."""
    answer = client.post(address, data=values, content_type="multipart/form-data")
    assert answer.status_code == 303, f"{address}: {answer.status_code}"
    return answer.location


def _file(name: str, text: str) -> tuple[BytesIO, str]:
    return BytesIO(text.encode()), name


def _pdf() -> tuple[BytesIO, str]:
    blank = PdfWriter()
    blank.add_blank_page(595, 842)
    content = BytesIO()
    blank.write(content)
    content.seek(0)
    return content, "扫描件.pdf"


def _sheet() -> tuple[BytesIO, str]:
    """A table of one item with a picture."""
    book, picture, content = Workbook(), BytesIO(), BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "png")
    sheet = book.active
    assert sheet is not None
    for row in (["题干", "A", "B", "答案"], ["看图，是哪一项？", "甲", "乙", "B"]):
        sheet.append(row)
    sheet.add_image(SheetImage(picture), "A2")
    book.save(content)
    content.seek(0)
    return content, "看图.xlsx"


def _file_without_prints() -> None:
    """Finish what is being filed: its many prints, tested in their room, take a minute."""
    office = find_login("office")
    filing = filings.work_on(session.scalars(select(CohortFile.id)).one())
    contents, _name = _pdf()
    assert office is not None
    cohort_files.finish(filing, [], contents.read(), by=office, owner_id=office.id, at=now())


def _bring_material(app: Flask, office: FlaskClient) -> None:
    """A courseware of an instructor, approved for the learners."""
    with app.app_context():
        teacher = find_login("teacher")
        assert teacher is not None
        course = get_instructor_of(teacher).teaches[0].course_id
    address = f"/faculty/mine/courses/{course}/hand-in"
    _post(browser(app, "teacher"), address, title="讲义", file=_pdf())
    with app.app_context():
        made = session.scalars(select(Material)).one()
    _post(office, f"/materials/{made.id}/review", to="approved", version=made.version)


def _print_letter(app: Flask, office: FlaskClient) -> None:
    """The letter of the first instructor by name, whose page is looked at."""
    with app.app_context():
        letters = select(Appointment.id).join(Appointment.instructor).join(Instructor.person)
        first = session.scalar(letters.order_by(Person.name))
    _post(office, f"/faculty/appointments/{first}/print")


def _invite(app: Flask, office: FlaskClient) -> None:
    """Every instructor of the lessons to come is asked, and an absence is said."""
    with app.app_context():
        coming = select(Lesson.cohort_id).where(
            Lesson.starts_at > now(), Lesson.instructor_id.is_not(None)
        )
        cohort = session.scalar(coming.order_by(Lesson.starts_at))
        instructor = session.scalar(select(Instructor.id).order_by(Instructor.id))
    _post(office, f"/invitations/cohorts/{cohort}/invite")
    with app.app_context():
        past = select(Lesson.cohort_id).where(
            Lesson.ends_at < now(), Lesson.instructor_id.is_not(None)
        )
        taught = session.scalar(past.order_by(Lesson.starts_at))
    sheet = _post(office, f"/fees/cohorts/{taught}/propose")
    _post(browser(app, "organiser"), f"{sheet}/decide", version="1")
    _post(office, f"/courseware/cohorts/{cohort}/ask")
    away = {"starts_on": today(), "ends_on": today(), "can_come": "no", "reason": "出差"}
    _post(office, f"/availability/{instructor}/periods", **away)


def _write_item(app: Flask) -> str:
    """An item that waits for its first review; its number."""
    with app.app_context():
        bank = session.scalar(select(Bank.id).order_by(Bank.id))
    values = {"difficulty": "easy", "cognition": "recall", "points": "1", "key": "正确"}
    address = _post(
        browser(app, "teacher"),
        "/items/new",
        kind="truth",
        bank_id=bank,
        stem="新写的一题。",
        **values,
    )
    return address.rpartition("/")[2]


def _write_reflection(app: Flask) -> None:
    """A reflection that nobody has graded yet."""
    with app.app_context():
        account = find_login("learner1")
        assert account is not None
        enrolment = next(
            one.id for one in enrolments_of(account) if one.cohort.stage is CohortStage.RUNNING
        )
    learner = browser(app, "learner1")
    _post(learner, "/reflections/new", enrolment_id=enrolment, title="体会", text="学有所得。")
