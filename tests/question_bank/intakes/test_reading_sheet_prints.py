"""Keys told by nothing but the print of cells: taken where the whole sheet tells them so, else doubted."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill

from question_bank.intakes.intake import read

ROWS = [(f"第{n}件事由谁决定（ ）", "甲", "乙", "丙", "丁") for n in range(1, 7)]
HEADER = ("题干", "A", "B", "C", "D")
PRINTS = {
    "bold": {"font": Font(bold=True)},
    "red": {"font": Font(color="FFFF0000")},
    "theme": {"font": Font(color="FF00B050", bold=True)},
    "underline": {"font": Font(underline="single")},
    "yellow": {"fill": PatternFill("solid", fgColor="FFFFFF00")},
}


def sheet(path: Path, keys: list[str], style: str, header: tuple[str, ...] = HEADER) -> Path:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(header)
    for row, key in zip(ROWS, keys, strict=False):
        page.append(row)
        for letter in key:
            cell = page.cell(page.max_row, "ABCD".index(letter) + 2)
            for name, value in PRINTS[style].items():
                setattr(cell, name, value)
    for cell in page[1]:
        cell.font = Font(bold=True)
    book.save(path / "题.xlsx")
    return path / "题.xlsx"


@pytest.mark.parametrize("style", PRINTS)
def test_a_key_told_by_the_print_of_cells_all_along_is_taken(tmp_path: Path, style: str) -> None:
    keys = ["C", "A", "BD", "B", "D", "A"]
    items = read(sheet(tmp_path, keys, style)).items
    assert [("".join(item.key), item.problems) for item in items] == [(key, ()) for key in keys]
    assert [item.kind for item in items][1:3] == ["single", "multiple"]


def test_a_column_in_another_colour_is_no_key(tmp_path: Path) -> None:
    items = read(sheet(tmp_path, ["B"] * 6, "yellow")).items
    assert [(item.key, [p.code for p in item.problems]) for item in items] == [
        ((), ["kind_unclear", "no_key"])
    ] * 6


def test_some_coloured_cells_among_items_without_a_key_are_doubted(tmp_path: Path) -> None:
    items = read(sheet(tmp_path, ["C", "", "A", "", "", "B"], "red")).items
    assert [item.ready for item in items] == [False] * 6
    assert ["".join(item.key) for item in items] == ["C", "", "A", "", "", "B"]


def test_print_says_nothing_where_the_answers_are_written(tmp_path: Path) -> None:
    path = sheet(tmp_path, ["C"], "red", (*HEADER, "答案"))
    book = openpyxl.load_workbook(path)
    book.worksheets[0].cell(2, 6, "A")
    book.save(path)
    (item,) = read(path).items
    assert (item.key, item.problems) == (("A",), ())


def test_lines_pasted_into_one_column_are_keyed_by_their_print(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for number, key in enumerate("BADC", 1):
        page.append([f"{number}. 第{number}件事由谁决定（ ）"])
        for letter, text in zip("ABCD", "甲乙丙丁", strict=True):
            page.append([f"{letter}. {text}"])
            if letter == key:
                page.cell(page.max_row, 1).font = Font(color="FFFF0000")
    book.save(tmp_path / "题.xlsx")
    items = read(tmp_path / "题.xlsx").items
    assert [("".join(item.key), item.problems) for item in items] == [(k, ()) for k in "BADC"]
