"""The contents of a cohort file, the places in it, and the list of hashes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lms.archives.cohort_files.rules.contents import ENTRIES, ExamFacts, FileFacts, Where, contents
from lms.archives.cohort_files.rules.drafts import Draft, distinct
from lms.archives.cohort_files.rules.manifest import (
    Line,
    Manifest,
    as_csv,
    as_json,
    first_fault,
    parse,
)

WHOLE = FileFacts(
    learners=3,
    courses=2,
    timetables=1,
    lessons=4,
    materials=1,
    reflections=3,
    exams=(ExamFacts("结业考试", released=True, sheets=2),),
    reviewed=3,
    certificates=3,
    units=2,
)


def heading(number: int, facts: FileFacts) -> tuple[tuple[str, ...], tuple[str, ...], Where | None]:
    one = contents(facts)[number - 1]
    return one.present, one.missing, one.where


def test_the_contents_have_every_line_in_its_order() -> None:
    assert [(one.number, one.title) for one in contents(FileFacts())] == list(ENTRIES.items())


@pytest.mark.parametrize(
    ("number", "change", "present", "missing", "where"),
    [
        (1, {}, (), ("系统外形成，请上传扫描件",), None),
        (1, {"enclosures": {1: ("县委批复",)}}, ("县委批复",), (), None),
        (3, {"rosters": 1}, (), ("报名名册原件含完整身份证号，按政策参数 archive.full_id 未收入",), None),
        (3, {"rosters": 1, "full_id": True}, ("报名名册原件1份",), (), None),
        (4, {"courses": 0}, (), ("教学计划里还没有课程",), Where.COHORT),
        (5, {}, ("课程表1个版本",), (), None),
        (5, {"timetables": 0}, (), ("课程表还没有发布",), Where.TIMETABLE),
        (6, {"learners": 0}, (), ("还没有学员",), Where.COHORT),
        (9, {"unmarked": 5}, ("考勤表",), ("有5人次的考勤没有登记",), Where.ATTENDANCE),
        (9, {"lessons": 0}, (), ("还没有可以考勤的课程",), Where.TIMETABLE),
        (10, {"materials_open": 2}, ("审定的课件1份",), ("有2份课件还没有审定，未收入",), Where.MATERIALS),
        (13, {"without_reflection": 1}, ("心得体会汇编（3篇）",), ("有1人没有心得体会",), Where.REFLECTIONS),
        (14, {"exams": ()}, (), ("没有安排考试（逢学必考）",), Where.EXAMS),
        (14, {}, ("成绩册", "“结业考试”试卷及答案、测试卷2份"), (), None),
        (14, {"exams": (ExamFacts("补考", released=False, sheets=1),)}, (),
         ("“补考”还没有公布成绩，试卷和答卷未收入",), Where.RESULTS),
        (16, {"undecided": 1}, ("学员鉴定表（3人）",), ("有1人的鉴定还没有评定",), Where.REVIEWS),
        (17, {"certificates": 0}, (), ("还没有发结业证书",), Where.CERTIFICATES),
        (20, {}, ("反馈表（2个单位）",), (), None),
        (20, {"reviewed": 0}, (), ("学员鉴定还没有评定，不能反馈",), Where.REVIEWS),
        (21, {}, ("卷内目录、文件校验清单",), (), None),
    ],
)  # fmt: skip
def test_every_line_says_what_is_there_and_why_the_rest_is_not(
    number: int,
    change: dict[str, object],
    present: tuple[str, ...],
    missing: tuple[str, ...],
    where: Where | None,
) -> None:
    assert heading(number, replace(WHOLE, **change)) == (present, missing, where)  # type: ignore[arg-type]


def test_paths_that_would_be_one_file_are_told_apart() -> None:
    assert distinct(["a/甲.pdf", "a/甲.PDF", "a/甲.pdf", "乙"]) == [
        "a/甲.pdf",
        "a/甲（2）.PDF",
        "a/甲（3）.pdf",
        "乙",
    ]


def test_a_draft_is_known_by_what_it_is_printed_from() -> None:
    one = Draft(4, "a.pdf", "甲", "<p>同一内容</p>")
    assert one.source == Draft(9, "b.pdf", "乙", "<p>同一内容</p>").source
    assert one.source != Draft(4, "a.pdf", "甲", "<p>改过的内容</p>").source


LINES = (
    Line(1, 6, "06-学员名册.pdf", "学员名册", 10, "a" * 64),
    Line(2, 9, "09-考勤表.pdf", "考勤表", 20, "b" * 64),
)
HASHES = {line.path: line.sha256 for line in LINES}


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (HASHES, ""),
        ({**HASHES, "09-考勤表.pdf": "c" * 64}, "09-考勤表.pdf：内容与归档时不同（SHA-256 不符）。"),
        ({"09-考勤表.pdf": "b" * 64}, "06-学员名册.pdf：清单里有，档案包里没有。"),
        ({**HASHES, "多.pdf": "d" * 64}, "多.pdf：清单里没有这个文件。"),
    ],
)  # fmt: skip
def test_the_first_file_that_is_not_as_filed_is_named(found: dict[str, str], fault: str) -> None:
    assert first_fault(LINES, found) == fault


def test_a_manifest_is_read_as_it_was_written() -> None:
    manifest = Manifest("知行学堂第7期", 2, "李教务", "2026-03-09T10:00:00+08:00", LINES)
    assert parse(as_json(manifest, signature="sig")) == (manifest, "sig")


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"lines": [{}]}', b"\xff", b'{"lines": 3}']
)
def test_what_is_no_manifest_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a manifest"):
        parse(content)


def test_people_read_the_hashes_in_a_table() -> None:
    assert as_csv(LINES[:1]).decode("utf-8-sig") == (
        f"序号,目录号,文件,题名,字节数,SHA-256\r\n1,6,06-学员名册.pdf,学员名册,10,{'a' * 64}\r\n"
    )
