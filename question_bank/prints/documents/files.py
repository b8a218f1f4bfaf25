"""The file of a print run."""

from __future__ import annotations

from question_bank.prints.documents import pages, stamping, word
from question_bank.prints.models import PrintRun
from question_bank.prints.rules.runs import PrintFormat, serial_text


def file_of(run: PrintRun) -> bytes:
    """PDF or Word of all copies of a run (with variant and paper), each with its serial."""
    variant = run.variant
    serials = [
        serial_text(variant.paper_id, variant.code, serial)
        for serial in range(run.first_serial, run.last_serial + 1)
    ]
    if run.format is PrintFormat.DOCX:
        return word.document(variant, run.kind, serial=serials[0])
    return stamping.copies(pages.pdf_of(variant, run.kind), serials)
