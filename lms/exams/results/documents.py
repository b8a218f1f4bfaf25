"""成绩册 as an Excel workbook and as a PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import render_template

from lms.exams.results.models import Release, Result
from lms.exams.results.queries.boards import Board
from lms.exams.results.rules import ABSENT, CELL_NAMES, Summary
from lms.exams.results.rules import Cell as BoardCell
from lms.exams.sittings.models import Exam
from lms.ground import pdf
from lms.ground.clock import local
from lms.ground.sheets.writing import Cell, Column, SheetSpec, workbook

_COLUMNS = (
    Column("序号", 6),
    Column("学号", 16),
    Column("姓名", 12),
    Column("单位", 30),
    Column("满分", 8),
    Column("成绩", 8),
    Column("等次", 10),
    Column("是否合格", 10),
    Column("补考成绩", 10),
    Column("补考是否合格", 12),
    Column("备注", 30),
)


def grade_book(
    exam: Exam, results: Sequence[Result], release: Release, made_up: Mapping[int, Result]
) -> bytes:
    """The released results of an exam as .xlsx, one learner a row; absent ones have no score.

    `made_up` are those of its make-ups by enrolment.
    """
    title = f"{exam.cohort.title}“{exam.title}”成绩册"
    rows = [
        _row(number, result, made_up.get(result.enrolment_id))
        for number, result in enumerate(results, start=1)
    ]
    when = local(release.released_at)
    foot: list[Sequence[Cell]] = [["", f"{release.released_by}于{when:%Y-%m-%d %H:%M}公布"]]
    return workbook([SheetSpec("成绩册", _COLUMNS, [*rows, *foot], title=title, landscape=True)])


def grade_book_pdf(
    exam: Exam,
    results: Sequence[Result],
    release: Release,
    made_up: Mapping[int, Result],
    summary: Summary,
    school: str,
) -> bytes:
    """The released results of an exam as A4 pages to sign and file, with their numbers."""
    html = render_template(
        "results/print_book.html",
        exam=exam,
        results=[(one, made_up.get(one.enrolment_id), note(one)) for one in results],
        release=release,
        summary=summary,
        school=school,
        absent=ABSENT,
        sans=pdf.SANS_STACK,
    )
    return pdf.render(html, title=f"{exam.cohort.title}“{exam.title}”成绩册")


def note(result: Result) -> str:
    """What a grade book says beside a result: a make-up whose score was capped."""
    if result.earned is None:
        return "补考" if result.exam.makes_up_id is not None else ""
    return f"补考，卷面{result.earned:f}分，按规定最高记{result.score:f}分"


def _row(number: int, result: Result, again: Result | None) -> list[Cell]:
    person = result.enrolment.person
    return [
        number,
        result.enrolment.learner_number,
        person.name,
        "" if person.unit is None else person.unit.name,
        result.full_score,
        None if result.grade == ABSENT else result.score,
        result.grade,
        "合格" if result.passed else "不合格",
        *_again(again),
        note(result),
    ]


def _again(again: Result | None) -> list[Cell]:
    if again is None:
        return [None, None]
    score = None if again.grade == ABSENT else again.score
    return [score, "合格" if again.passed else "不合格" if again.grade != ABSENT else ABSENT]


def board_workbook(cohort: str, board: Board) -> bytes:
    """逢学必考一览表: learner × required exam as .xlsx."""
    columns = [
        Column("学号", 16),
        Column("姓名", 12),
        Column("单位", 26),
        *(Column(exam.title, 24) for exam in board.exams),
    ]
    rows: list[Sequence[Cell]] = [
        [
            enrolment.learner_number,
            enrolment.person.name,
            "" if enrolment.person.unit is None else enrolment.person.unit.name,
            *(_told(one) for one in cells),
        ]
        for enrolment, cells in board.rows
    ]
    title = f"{cohort}逢学必考一览表"
    return workbook([SheetSpec("逢学必考", columns, rows, title=title, landscape=True)])


def _told(one: BoardCell) -> str:
    score = "" if one.score is None else f"{one.score:f}分，"
    return f"{'补考' if one.made_up else ''}{score}{CELL_NAMES[one.state]}"
