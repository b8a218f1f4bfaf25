"""What the documents say, before they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.orm import joinedload

from courses.attendance.models import AttendanceMark
from courses.cohorts.models import Enrolment
from courses.materials.models import Material
from courses.materials.rules import MaterialState
from lms.archives.cohort_files.documents.drafts import _spreads, drafts, in_order, originals
from lms.archives.cohort_files.documents.printing import readable
from lms.archives.cohort_files.models import Enclosure
from lms.archives.cohort_files.queries.records import Records, facts, records
from lms.archives.cohort_files.rules.contents import contents
from lms.archives.cohort_files.rules.drafts import Draft
from lms.exams.attempts.models import Step
from lms.exams.results.models import Release, Result
from lms.ground.clock import now, today
from lms.ground.db import database, session
from lms.ground.uploads.actions import store
from question_bank.papers.models import Variant
from tests import cast, make
from tests.lms.archives import past
from tests.lms.exams.marking import hall
from tests.lms.exams.recordings.said import said as spoken

pytestmark = pytest.mark.usefixtures("context")


def read(of: past.Past) -> Records:
    session.flush()
    session.expunge_all()
    return records(of.cohort.id, on=today())


def said(draft: Draft) -> str:
    """The text of a document, without markup and blanks."""
    body = draft.html.partition("<body>")[2]
    return re.sub(r"<[^>]+>|\s", "", body)


def by_path(found: Records) -> dict[str, Draft]:
    return {draft.path: draft for draft in drafts(found)}


SHEET = "14-考试/结业考试测试卷/zhixing07002-Nguyễn Thị Hồng.pdf"


def test_every_document_has_its_place_in_the_order_of_the_contents() -> None:
    found = in_order(drafts(records(past.cohort_over().cohort.id, on=today())), ())
    assert [one.path for one in found] == [
        "04-教学计划.pdf",
        "05-课程表（第1版）.pdf",
        "06-学员名册.pdf",
        "08-学员登记表.pdf",
        "09-考勤表.pdf",
        "13-心得体会汇编.pdf",
        "14-成绩册.pdf",
        "14-考试/结业考试试卷及答案.pdf",
        "14-考试/结业考试测试卷/zhixing07001-仉𬱖.pdf",
        SHEET,
        "16-学员鉴定表.pdf",
        "20-反馈表/老街镇.pdf",
        "20-反馈表/新桥乡.pdf",
    ]


def test_the_attendance_sheet_has_signs_totals_and_the_share_of_leave() -> None:
    text = said(by_path(read(past.cohort_over()))["09-考勤表.pdf"])
    wanted = [
        "总学时12",
        "请假占总学时（上限1/7）",
        "1zhixing07001仉𬱖√√√√44100%12000%",
        "2zhixing07002NguyễnThịHồng√√√☆4375%93025%（超过）",
        "3zhixing07003欧阳修√√√△44100%12000%",
        "全班合计121191.7%",
        "√出勤△迟到▽早退○事假☆病假◇公假×旷课",
    ]
    assert [one for one in wanted if one not in text] == []


def test_the_grade_book_has_scores_absences_and_who_released_them() -> None:
    text = said(by_path(read(past.cohort_over()))["14-成绩册.pdf"])
    wanted = [
        "2zhixing07002NguyễnThịHồng老街镇94.5优秀是良好",
        "欧阳修新桥乡缺考否良好",
        "李教务于",
    ]
    assert [one for one in wanted if one not in text] == []


def test_a_marked_paper_says_response_key_points_why_and_who_marked() -> None:
    text = said(by_path(read(past.cohort_over()))[SHEET])
    wanted = [
        "姓名NguyễnThịHồng",
        "94.5／100",
        "●B.五年✓",
        "○A.三年",
        "得分7.5／10",
        "作答：HộinghịthôndândoỦybanthôndântriệutập",
        "答案：参考答案秘密：由村民委员会召集。",
        "采分点“说出召集人”：6分中得5分。",
        "人工评阅（钱阅）：",
        "解析：解析秘密1",
        "机评：",
        "（1）该做法是否正确？",
    ]
    assert [one for one in wanted if one not in text] == []


def test_a_review_sheet_says_attendance_scores_and_the_decided_grade() -> None:
    text = said(by_path(read(past.cohort_over()))["16-学员鉴定表.pdf"])
    wanted = ["应到4个半天，实到4个，出勤率100%", "“结业考试”缺考", "《欧阳修的体会》良好",
              "2026年3月2日表扬：研讨发言有准备", "不合格（孙组"]  # fmt: skip
    assert [one for one in wanted if one not in text] == []
    assert past.VIETNAMESE.replace(" ", "") not in text  # not decided: a veto waits for a person


def test_a_unit_reads_of_its_own_people_only() -> None:
    found = by_path(read(past.cohort_over()))
    texts = {path: said(found[f"20-反馈表/{path}.pdf"]) for path in ("老街镇", "新桥乡")}
    assert past.RARE in texts["老街镇"] and past.RARE not in texts["新桥乡"]
    assert past.NO_FONT in texts["新桥乡"] and past.NO_FONT not in texts["老街镇"]


def test_no_key_and_no_answer_leaves_before_the_release() -> None:
    story = past.cohort_over()
    session.execute(delete(Release))
    found = read(story)
    assert [path for path in by_path(found) if path.startswith("14")] == []
    assert "“结业考试”还没有公布成绩，试卷和答卷未收入" in contents(facts(found))[13].missing
    assert "解析秘密" not in "".join(draft.html for draft in drafts(found))


def test_id_numbers_are_masked_unless_the_norm_says_otherwise() -> None:
    story = past.cohort_over()
    whole = make.id_number(1)
    html = "".join(draft.html for draft in drafts(read(story)))
    assert whole not in html and make.phone(1) not in html
    make.norm("archive.full_id", Decimal(1))
    texts = by_path(read(story))
    assert whole in texts["06-学员名册.pdf"].html and whole in texts["08-学员登记表.pdf"].html


def test_whoever_left_is_listed_with_day_and_reason_and_reviewed_no_more() -> None:
    story = past.cohort_over()
    left = story.enrolments[past.NO_FONT]
    left.withdrawn_on, left.withdrawal_reason = past.MONDAY + timedelta(days=1), "工作调动"
    tuesday = AttendanceMark.day > past.MONDAY
    session.execute(delete(AttendanceMark).where(AttendanceMark.enrolment_id == left.id, tuesday))
    texts = {path: said(draft) for path, draft in by_path(read(story)).items()}
    assert "2026年3月3日退出：工作调动" in texts["06-学员名册.pdf"]
    assert "欧阳修√√／／22100%" in texts["09-考勤表.pdf"]
    assert past.NO_FONT not in texts["16-学员鉴定表.pdf"]
    assert "20-反馈表/新桥乡.pdf" not in texts


def test_an_empty_cohort_has_a_file_all_the_same() -> None:
    empty = make.cohort(make.course("空课"))
    found = records(empty.id, on=today())
    assert [draft.path for draft in drafts(found)] == ["04-教学计划.pdf"]
    assert sum(bool(one.present) for one in contents(facts(found))) == 2


def test_papers_from_outside_and_approved_courseware_go_in_as_they_are() -> None:
    story = past.cohort_over()
    office = cast.office()
    upload = store("批复".encode(), name="扫描件.txt", owner_id=office.id, at=now())
    added = {"added_by": "李教务", "added_at": now(), "upload_id": upload.id}
    session.add(Enclosure(cohort_id=story.cohort.id, entry=1, title="县委/批复", **added))
    for title, state in (("讲稿", MaterialState.APPROVED), ("草稿", MaterialState.SUBMITTED)):
        handed_in = {"owner_id": office.id, "submitted_at": now(), "upload_id": upload.id}
        course_id = story.courses[0].id
        session.add(Material(course_id=course_id, title=title, state=state, **handed_in))
    found = read(story)
    assert [(one.entry, one.path, one.title) for one in originals(found)] == [
        (1, "01-附件/批复.txt", "县委/批复"),
        (10, "10-课件资料/村务公开/讲稿.txt", "《村务公开》讲稿"),
    ]


def test_many_learners_take_no_more_statements() -> None:
    few = past.cohort_over().cohort.id
    units = [make.unit(), make.unit()]
    crowd = [make.person(f"学员{number}", unit=units[number % 2]) for number in range(9)]
    many = past.cohort_over(learners=crowd, number=8).cohort.id
    sent = []
    for cohort_id in (few, many):
        session.flush()
        session.expunge_all()
        with counted() as statements:
            documents = list(drafts(records(cohort_id, on=today())))
        sent.append((len(statements), len(documents)))
    assert [number for _, number in sent] == [13, 20]
    assert sent[0][0] == sent[1][0] < 40


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent within the block."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    engine = database().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("days", "halves", "widths"), [(5, 2, [10]), (12, 2, [24]), (13, 2, [14, 12]), (20, 3, [21, 21, 18])]
)  # fmt: skip
def test_a_long_cohort_has_several_sheets_of_whole_days(
    days: int, halves: int, widths: list[int]
) -> None:
    places = [(day, half) for day in range(days) for half in range(halves)]
    assert [len(sheet) for sheet in _spreads(places)] == widths


def test_what_no_font_can_show_is_written_as_its_code() -> None:
    html = "<body><p>同意\U0001fae0，完毕</p></body>"
    assert readable(html) == (
        "<body><p>同意〔U+1FAE0〕，完毕</p>"
        "<p class='small'>注：〔U+…〕为本机字体不能显示的字符，以其统一码代替。</p></body>"
    )
    assert readable("<body>仉𬱖 Nguyễn</body>") == "<body>仉𬱖 Nguyễn</body>"


def test_papers_and_marked_sheets_hold_the_pictures_where_they_stood() -> None:
    of = past.cohort_over()
    hall.illustrate(session.scalars(select(Variant)).all())
    found = by_path(read(of))
    for path in ("14-考试/结业考试试卷及答案.pdf", SHEET):
        printed = found[path].html
        assert "［图" not in printed
        shown = re.findall(
            r'<img class="picture" src="data:image/png;base64,[^"]+" alt="(图\d)">', printed
        )
        single, short = ["图1", "图2", "图3"], ["图1", "图2", "图3"]
        assert shown == (single + short) * (2 if "答案" in path else 1)
        assert said(found[path]).count("录音文字：录音里的秘密") == len(shown) // 3


def test_what_was_said_in_a_released_exam_stands_beside_the_sheet_that_names_it() -> None:
    story = past.cohort_over()
    result = session.scalars(
        select(Result)
        .options(joinedload(Result.enrolment).joinedload(Enrolment.person))
        .options(joinedload(Result.attempt))
        .where(Result.attempt_id.is_not(None))
        .order_by(Result.id)
    ).first()
    assert result is not None and result.attempt is not None
    recording, named = spoken(result.attempt, 2)
    spoken(result.attempt, 2, b"\x1aE\xdf\xa3first try")
    step = Step(lease=9, seq=1, number=2, value=named, received_at=now())
    step.attempt_id = result.attempt.id
    session.add(step)
    learner, mark = result.enrolment, recording.sha256[:8]
    (one,) = originals(read(story))
    assert (one.entry, one.upload_id) == (14, recording.upload_id)
    assert one.path.endswith(
        f"测试卷/{learner.learner_number}-{learner.person.name}-第2题录音-{mark}.webm"
    )
