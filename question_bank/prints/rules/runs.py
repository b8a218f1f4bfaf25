"""印制: what is printed of a variant, in which format, and the serial of every copy."""

from __future__ import annotations

from enum import StrEnum

from lms.ground.words import word

MOST_COPIES = 500


class PrintKind(StrEnum):
    """A layout."""

    A3 = "a3"
    A4 = "a4"
    SHEET = "sheet"
    GUIDE = "guide"


class PrintFormat(StrEnum):
    """The kind of file."""

    PDF = "pdf"
    DOCX = "docx"


PRINT_NAMES = {
    PrintKind.A3: word("试卷（A3双栏、密封线）"),
    PrintKind.A4: word("试卷（A4）"),
    PrintKind.SHEET: word("答题纸"),
    PrintKind.GUIDE: word("标准答案和评分标准"),
}
FORMAT_NAMES = {PrintFormat.PDF: "PDF", PrintFormat.DOCX: "Word"}
_FILE_NAMES = {
    PrintKind.A3: "试卷A3",
    PrintKind.A4: "试卷A4",
    PrintKind.SHEET: "答题纸",
    PrintKind.GUIDE: "评分标准",
}


def serial_text(paper_id: int, code: str, serial: int) -> str:
    """印号 of one copy: 0012-A-0007."""
    return f"{paper_id:04d}-{code}-{serial:04d}"


def file_name(title: str, code: str, kind: PrintKind, first: int, last: int, ending: str) -> str:
    """What the file is called: 结业考试-A卷-试卷A3-0001至0050号.pdf."""
    serials = f"{first:04d}号" if first == last else f"{first:04d}至{last:04d}号"
    return f"{title}-{code}卷-{_FILE_NAMES[kind]}-{serials}.{ending}"
