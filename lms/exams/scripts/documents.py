"""Candidates' own sheets on paper, and the workbook into which they are keyed."""

from __future__ import annotations

from collections.abc import Sequence

from lms.exams.attempts.queries import responses
from lms.exams.scripts.queries import Sheet
from lms.exams.scripts.rules import NAME, SEAT, as_printed, fields, write_script
from lms.ground import pdf
from lms.ground.sheets.writing import Cell, Column, SheetSpec, workbook
from question_bank.prints.documents.pages import Sitter, content_html
from question_bank.prints.rules.runs import PrintKind


def sheet_pdf(sheet: Sheet, kind: PrintKind) -> bytes:
    """One candidate's paper, with name and seat, items and options as on their screen."""
    person, variant = sheet.candidate.enrolment.person, sheet.attempt.variant
    html = content_html(
        as_printed(variant.content, sheet.attempt.seed),
        code=variant.code,
        digest=f"{variant.content_hash[:12]}-{sheet.attempt.id}",
        kind=kind,
        sitter=Sitter(
            unit=person.unit.name if person.unit else "",
            name=person.name,
            number=sheet.candidate.enrolment.learner_number or "",
            seat=str(sheet.candidate.seat),
        ),
    )
    return pdf.render(html, title=f"{sheet.attempt.title} {sheet.candidate.seat} {person.name}")


def template(sheets: Sequence[Sheet]) -> bytes:
    """A workbook of the sitting's candidates, with what is keyed in or answered already."""
    known = {field.name: field for one in sheets for field in fields(one.attempt.variant.content)}
    listed = sorted(known.values(), key=lambda field: (field.number, field.part))
    answers = responses([one.attempt.id for one in sheets])
    rows: list[Sequence[Cell]] = []
    for one in sheets:
        told = write_script(one.attempt.variant.content, one.attempt.seed, answers[one.attempt.id])
        texts = [told.get(field.name, "")[:32_000] for field in listed]
        rows.append((one.candidate.seat, one.name, one.attempt.variant.code, *texts))
    columns = [Column(SEAT, 8), Column(NAME, 12), Column("卷型", 6)]
    columns += [
        Column(f"{field.label}{f'[{field.hint}]' if field.hint else ''}", 12) for field in listed
    ]
    return workbook([SheetSpec("答卷", columns, rows, landscape=True)])
