"""Layouts nobody wrote by hand: known items in random mixtures must be read right, and never wrongly
without a word.
"""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from question_bank.intakes.intake import read
from question_bank.intakes.rules.text_layout import read_lines
from question_bank.items.formats.text import lines_of
from question_bank.items.rules.draft import Draft
from tests.question_bank.intakes.layouts import Known, aligned, difference, table_bank, text_bank

SEEDS = range(0, 240)
ENOUGH = 0.95


def judged(known: list[Known], drafts: list[Draft]) -> tuple[int, list[str]]:
    """How many items are wholly right, and the keys that are wrong without a word."""
    right, silent = 0, []
    for item, draft in aligned(known, drafts):
        wrong = difference(item, draft)
        right += not wrong
        if draft is not None and "key" in wrong and draft.key and draft.ready:
            silent.append(f"{item.stem} {wrong}")
    return right, silent


def test_texts_in_any_mixture_of_layouts_are_read() -> None:
    right = count = 0
    for seed in SEEDS:
        text, key_file, known, layout = text_bank(seed)
        drafts, _, _ = read_lines(
            lines_of(text), "题.txt", lines_of(key_file) if key_file else None
        )
        found, silent = judged(known, drafts)
        assert silent == [], f"{seed} {layout}"
        right, count = right + found, count + len(known)
    assert right >= ENOUGH * count, f"{right} of {count}"


def test_tables_in_any_mixture_of_columns_are_read(tmp_path: Path) -> None:
    right = count = 0
    for seed in SEEDS[:120]:
        sheets, known, layout = table_bank(seed)
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for sheet in sheets:
            made = book.create_sheet(sheet.name)
            for row in sheet.rows:
                made.append(row)
        book.save(tmp_path / "题.xlsx")
        found, silent = judged(known, list(read(tmp_path / "题.xlsx").items))
        assert silent == [], f"{seed} {layout}"
        right, count = right + found, count + len(known)
    assert right >= ENOUGH * count, f"{right} of {count}"


@pytest.mark.parametrize("seed", [485, 505, 1159, 1270, 2083])
def test_texts_that_once_were_read_wrongly_are_read(seed: int) -> None:
    text, key_file, known, _ = text_bank(seed)
    drafts, _, _ = read_lines(lines_of(text), "题.txt", lines_of(key_file) if key_file else None)
    assert [difference(item, draft) for item, draft in aligned(known, drafts)] == [""] * len(known)
