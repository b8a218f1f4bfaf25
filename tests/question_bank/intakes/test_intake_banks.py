"""Banks that people really wrote, read in place; the table of accuracy is tests/bench/intake.py."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from question_bank.intakes.intake import read
from question_bank.items.rules.draft import Reading


def bank(shared_data: Path, pattern: str) -> Reading:
    (path,) = (shared_data / "zh-human").glob(pattern)
    return read(path)


@pytest.mark.parametrize(
    ("pattern", "kinds"),
    [
        ("v01*/test/test.docx", {"truth": 644, "multiple": 550, "single": 968}),
        ("v02*/*.docx", {"single": 217, "multiple": 150, "blank": 66, "truth": 73}),
        ("v04*/haha.txt", {"single": 419, "multiple": 351}),
        ("v06*/*.xlsx", {"single": 593}),
        ("v07*/*.xlsx", {"truth": 300, "single": 300, "multiple": 300}),
        ("v08*/*.xlsx", {"single": 162, "multiple": 65, "truth": 56}),
        ("v09*/*.xls", {"single": 776, "multiple": 56}),
        ("v10*/questions.csv", {"multiple": 400, "single": 481}),
        ("v17*/*.xlsx", {"single": 80, "multiple": 40}),
    ],
)
def test_all_items_of_a_bank_are_found(
    shared_data: Path, pattern: str, kinds: dict[str, int]
) -> None:
    assert Counter(draft.kind for draft in bank(shared_data, pattern).items) == kinds


def test_the_numbers_of_a_long_document_run_without_a_gap(shared_data: Path) -> None:
    items = bank(shared_data, "v01*/test/test.docx").items
    assert [draft.number for draft in items] == list(range(1, 2163))


def test_every_key_of_a_table_is_the_one_in_its_column(shared_data: Path) -> None:
    with (shared_data / "zh-human/v10-csv-exammaster/questions.csv").open(
        encoding="utf-8-sig", newline=""
    ) as stream:
        rows = list(csv.reader(stream))[1:]
    items = bank(shared_data, "v10*/questions.csv").items
    assert ["".join(map(str, draft.key)) for draft in items] == [row[7] for row in rows]
