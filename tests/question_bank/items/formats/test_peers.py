"""Files that other people made: Moodle's examples of GIFT, 1EdTech's examples of QTI 2.2, read in place."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from question_bank.intakes.intake import read
from question_bank.items.rules.draft import Draft

# Line, kind, number of options, key (letters; pairs; number of blanks), what a person must look at.
GIFT: list[tuple[int, str, int, Any, str]] = [
    (8, "single", 3, "C", ""),
    (10, "single", 3, "B", ""),
    (12, "truth", 0, "false", ""),
    (14, "blank", 0, 1, ""),
    (16, "blank", 0, 1, "tolerance"),
    (25, "single", 3, "C", ""),
    (27, "single", 3, "B", ""),
    (29, "single", 3, "C", ""),
    (35, "single", 4, "B", ""),
    (43, "blank", 0, 1, ""),
    (45, "blank", 0, 1, ""),
    (49, "truth", 0, "false", ""),
    (51, "truth", 0, "true", ""),
    (55, "matching", 3, "001122", ""),
    (61, "matching", 4, "00112233", ""),
    (70, "blank", 0, 1, ""),
    (72, "blank", 0, 1, "tolerance"),
    (74, "blank", 0, 0, "tolerance"),
    (76, "blank", 0, 1, "weights"),
    (85, "blank", 0, 1, ""),
    (90, "blank", 0, 1, ""),
    (93, "single", 3, "C", ""),
    (98, "single", 3, "C", ""),
    (103, "blank", 0, 1, ""),
    (108, "blank", 0, 1, ""),
    (113, "truth", 0, "false", ""),
    (115, "single", 3, "C", "weights"),
    (117, "single", 4, "D", "weights"),
    (123, "blank", 0, 1, "weights"),
    (130, "multiple", 4, "BC", ""),
    (136, "multiple", 4, "BC", "weights"),
    (143, "single", 3, "B", ""),
    (148, "single", 6, "F", ""),
    (167, "single", 3, "C", ""),
    (169, "single", 3, "B", ""),
    (171, "truth", 0, "false", ""),
    (173, "blank", 0, 1, ""),
    (175, "blank", 0, 1, "tolerance"),
    (177, "matching", 3, "001122", ""),
    (184, "single", 3, "B", ""),
    (190, "single", 3, "C", "weights"),
    (195, "blank", 0, 1, "weights"),
    (202, "blank", 0, 1, "weights"),
]  # fmt: skip
# By file. What does not map and why: `kind_unmapped` graphics, sliders, uploads and drawings, which no
# kind here has; `scoring` adaptive items, templates with random data and processing of their own;
# `weights` points by option; `composite` several interactions in one item; `attempts` hints on demand;
# `markup` formulas, tables and attached pages; `media_missing` pictures that the folder has not;
# `pairs` one entry with several partners; `associate` pairs within one list.
QTI: dict[str, tuple[str, int, Any, str]] = {
    "adaptive": ("case", 0, "single+single", "composite media_missing scoring"),
    "adaptive_template": ("case", 0, "single+single", "composite media_missing scoring"),
    "associate": ("matching", 3, "021120", "associate weights"),
    "choice": ("single", 3, "A", "media_missing"),
    "choice_aria": ("single", 4, "A", "markup media_missing"),
    "choice_fixed": ("single", 4, "A", "media_missing"),
    "choice_multiple": ("multiple", 6, "AD", "weights"),
    "choice_multiple_chocolade": ("multiple", 14, "", "scoring"),
    "choice_multiple_rtl": ("multiple", 6, "AD", "weights"),
    "choice_ruby": ("single", 10, "A", ""),
    "data-attributes": ("matching", 3, "000000111122222222", "markup media_missing pairs"),
    "drawing": ("", 0, "", "kind_unmapped media_missing"),
    "essay": ("essay", 0, "", ""),
    "Example01-modalFeedback": ("single", 2, "A", ""),
    "Example02-feedbackInline": ("single", 2, "A", ""),
    "Example03-feedbackBlock-solution-random": ("blank", 0, 0, "attempts markup scoring"),
    "Example03-feedbackBlock-solution": ("blank", 0, 1, "attempts markup scoring"),
    "Example04-feedbackBlock-templateBlock": ("blank", 0, 0, "attempts markup scoring"),
    "Example05-feedbackBlock-adaptive": ("case", 0, "single+single+single+single+single+blank+blank+blank", "composite scoring"),
    "extended_text": ("essay", 0, "", "media_missing"),
    "extended_text_rubric": ("essay", 0, "", "media_missing"),
    "feedback_adaptive": ("single", 4, "C", "scoring"),
    "figures": ("single", 3, "A", "media_missing"),
    "gap_match": ("matching", 4, "0012", "weights"),
    "graphic_associate": ("", 0, "", "kind_unmapped media_missing"),
    "graphic_gap_match": ("", 0, "", "kind_unmapped media_missing"),
    "graphic_gap_match_text": ("", 0, "", "kind_unmapped media_missing"),
    "graphic_order": ("", 0, "", "kind_unmapped media_missing"),
    "hint": ("single", 4, "C", "attempts scoring"),
    "hotspot": ("", 0, "", "kind_unmapped media_missing"),
    "hottext": ("single", 5, "B", ""),
    "inline_choice": ("single", 3, "C", ""),
    "inline_choice_math": ("single", 3, "B", "markup"),
    "likert": ("single", 5, "", ""),
    "match": ("matching", 3, "01102032", "weights"),
    "math": ("single", 4, "A", "markup"),
    "mc_calc3": ("single", 7, "", "markup scoring"),
    "mc_calc5": ("multiple", 3, "B", "markup scoring"),
    "mc_stat2": ("blank", 0, 4, "markup scoring"),
    "multi-input": ("case", 0, "single+single+blank+matching", "composite scoring"),
    "nested_object": ("essay", 0, "", "media_missing"),
    "order": ("ordering", 3, "201", ""),
    "order_partial_scoring": ("ordering", 3, "201", "scoring"),
    "order_rtl": ("ordering", 3, "201", ""),
    "orkney1": ("single", 2, "A", "markup"),
    "orkney2": ("single", 2, "B", "markup"),
    "position_object": ("", 0, "", "kind_unmapped media_missing"),
    "select_point": ("", 0, "", "kind_unmapped media_missing"),
    "slider": ("", 0, "", "kind_unmapped"),
    "svg": ("single", 4, "A", "media_missing"),
    "template": ("blank", 0, 0, "scoring"),
    "template_image": ("blank", 0, 0, "media_missing scoring"),
    "text_entry": ("blank", 0, 1, "weights"),
    "upload": ("", 0, "", "kind_unmapped"),
    "upload_composite": ("case", 0, "-+blank", "composite kind_unmapped"),
    "media_coords": ("case", 0, "-+-+-", "composite kind_unmapped media_missing"),
    "audio-video": ("single", 4, "C", "media_missing"),
}  # fmt: skip


def key_of(draft: Draft) -> Any:
    match draft.kind:
        case "blank":
            return len(draft.key)
        case "matching":
            return "".join(f"{left}{right}" for left, right in draft.key)
        case "case":
            return "+".join(part.kind or "-" for part in draft.parts)
        case "truth" | "single" | "multiple" | "ordering":
            return "".join(map(str, draft.key))
        case _:
            return ""


def doubts(draft: Draft) -> str:
    return " ".join(sorted({problem.code for problem in draft.problems if not problem.notice}))


def folder(shared_data: Path, name: str) -> Path:
    found = shared_data / "peer" / name
    if not found.is_dir():
        pytest.skip(f"{name} is not in the folder of real input")
    return found


def test_the_examples_of_gift_read_as_moodle_means_them(shared_data: Path) -> None:
    inner = "question/format/gift/examples.txt"
    reading = read(folder(shared_data, "moodle-gift-examples") / inner)
    assert reading.layout == "gift"
    found = [
        (one.source.line, one.kind, len(one.options), key_of(one), doubts(one))
        for one in reading.items
    ]
    assert found == GIFT


def test_the_examples_of_qti_read_as_a_package(shared_data: Path, tmp_path: Path) -> None:
    items = folder(shared_data, "qti22-1edtech") / "qtiv2p2-examples" / "items"
    path = tmp_path / "qti.zip"
    with zipfile.ZipFile(path, "w") as made:
        for file in sorted(items.iterdir()):
            made.write(file, file.name)
    reading = read(path)
    assert reading.layout == "qti-package"
    assert {
        one.source.file.removesuffix(".xml"): (one.kind, len(one.options), key_of(one), doubts(one))
        for one in reading.items
    } == QTI
    assert [problem.code for problem in reading.problems if not problem.notice] == []


def test_every_example_of_qti_reads_alone(shared_data: Path) -> None:
    items = folder(shared_data, "qti22-1edtech") / "qtiv2p2-examples" / "items"
    for file in sorted(items.glob("*.xml")):
        if file.name != "imsmanifest.xml":
            (draft,) = read(file).items
            assert (draft.kind, len(draft.options), key_of(draft)) == QTI[file.stem][:3]
