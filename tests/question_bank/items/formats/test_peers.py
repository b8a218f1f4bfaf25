"""Files that other people made: Moodle's examples of GIFT, 1EdTech's examples of QTI 2.2, read in place."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from question_bank.intakes.intake import read
from question_bank.items.kinds import blank
from question_bank.items.kinds.credits import note, plain
from question_bank.items.kinds.gaps import gaps
from question_bank.items.rules.draft import Draft

# Line, kind, number of options, key (letters; pairs; number of blanks), what a person must look at.
GIFT: list[tuple[int, str, int, Any, str]] = [
    (8, "single", 3, "C", ""),
    (10, "single", 3, "B", ""),
    (12, "truth", 0, "false", ""),
    (14, "blank", 0, 1, ""),
    (16, "blank", 0, "1822【±1】", ""),
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
    (70, "blank", 0, "1822【±0】", ""),
    (72, "blank", 0, "3.1415【±0.0005】", ""),
    (74, "blank", 0, "3.1415【±0.0005】", ""),
    (76, "blank", 0, "1822【±0】／1822【±2 50%】", ""),
    (85, "blank", 0, "4【±0】", ""),
    (90, "blank", 0, 1, ""),
    (93, "single", 3, "C", ""),
    (98, "single", 3, "C", ""),
    (103, "blank", 0, 1, ""),
    (108, "blank", 0, 1, ""),
    (113, "truth", 0, "false", ""),
    (115, "single", 3, "C【B 50%】", ""),
    (117, "single", 4, "D【B 25%，C 50%】", ""),
    (123, "blank", 0, "Nazareth／Nazereth【75%】／Bethlehem【25%】", ""),
    (130, "multiple", 4, "BC", ""),
    (136, "multiple", 4, "BC【A -50%，B 50%，C 50%，D -50%】", ""),
    (143, "single", 3, "B", ""),
    (148, "single", 6, "F", ""),
    (167, "single", 3, "C", ""),
    (169, "single", 3, "B", ""),
    (171, "truth", 0, "false", ""),
    (173, "blank", 0, 1, ""),
    (175, "blank", 0, "1822【±5】", ""),
    (177, "matching", 3, "001122", ""),
    (184, "single", 3, "B", ""),
    (190, "single", 3, "C【B 50%】", ""),
    (195, "blank", 0, "Nazareth／Nazereth【75%】／Bethlehem【25%】", ""),
    (202, "blank", 0, "1822【±0】／1822【±2 50%】", ""),
]  # fmt: skip
# By file. What a person must look at and why: `kind_unmapped` graphics, sliders, uploads and drawings,
# which no kind here has; `scoring` adaptive items, templates with random data and processing of their
# own; `composite` several interactions in one item; `attempts` hints on demand; `markup` attached pages;
# `media_missing` pictures that the folder has not; `pairs` one entry with several partners.
QTI: dict[str, tuple[str, int, Any, str]] = {
    "adaptive": ("case", 0, "single+single", "media_missing scoring"),
    "adaptive_template": ("case", 0, "single+single", "media_missing scoring"),
    "associate": ("matching", 3, "021120【1-C 50%，2-B 25%，3-A 25%】", ""),
    "choice": ("single", 3, "A", "media_missing"),
    "choice_aria": ("single", 4, "A", "media_missing"),
    "choice_fixed": ("single", 4, "A", "media_missing"),
    "choice_multiple": ("multiple", 6, "AD【A 50%，B -100%，C -100%，D 50%，E -100%，F -50%】", ""),
    "choice_multiple_chocolade": ("multiple", 14, "ABCDEFGHIJ【EFGHKLMN 100%】", ""),
    "choice_multiple_rtl": ("multiple", 6, "AD【A 50%，B -100%，C -100%，D 50%，E -100%，F -50%】", ""),
    "choice_ruby": ("single", 10, "A", ""),
    "data-attributes": ("matching", 3, "000000111122222222", "media_missing pairs"),
    "drawing": ("", 0, "", "kind_unmapped media_missing"),
    "essay": ("essay", 0, "", ""),
    "Example01-modalFeedback": ("single", 2, "A", ""),
    "Example02-feedbackInline": ("single", 2, "A", ""),
    "Example03-feedbackBlock-solution-random": ("blank", 0, 0, "attempts scoring"),
    "Example03-feedbackBlock-solution": ("blank", 0, "7.389【±0】", "attempts scoring"),
    "Example04-feedbackBlock-templateBlock": ("blank", 0, 0, "attempts scoring"),
    "Example05-feedbackBlock-adaptive": ("case", 0, "single+single+single+single+single+blank+blank+blank", "scoring"),
    "extended_text": ("essay", 0, "", "media_missing"),
    "extended_text_rubric": ("essay", 0, "", "media_missing"),
    "feedback_adaptive": ("single", 4, "C", "scoring"),
    "figures": ("single", 3, "A", "media_missing"),
    "gap_match": ("matching", 4, "0012【1-A 1/3，2-C 2/3，错 -1/3】", ""),
    "graphic_associate": ("", 0, "", "kind_unmapped media_missing"),
    "graphic_gap_match": ("", 0, "", "kind_unmapped media_missing"),
    "graphic_gap_match_text": ("", 0, "", "kind_unmapped media_missing"),
    "graphic_order": ("", 0, "", "kind_unmapped media_missing"),
    "hint": ("single", 4, "C", "attempts scoring"),
    "hotspot": ("", 0, "", "kind_unmapped media_missing"),
    "hottext": ("single", 5, "B", ""),
    "inline_choice": ("single", 3, "C", ""),
    "inline_choice_math": ("single", 3, "B", ""),
    "likert": ("single", 5, "", ""),
    "match": ("matching", 3, "01102032【1-B 1/3，2-A 1/6，3-A 1/6，4-C 1/3】", ""),
    "math": ("single", 4, "A", ""),
    "mc_calc3": ("single", 7, "", "scoring"),
    "mc_calc5": ("multiple", 3, "B", "scoring"),
    "mc_stat2": ("blank", 0, 4, "scoring"),
    "multi-input": ("case", 0, "single+single+blank+matching", "composite scoring"),
    "nested_object": ("essay", 0, "", "media_missing"),
    "order": ("ordering", 3, "201", ""),
    "order_partial_scoring": ("ordering", 3, "201【CBA 50%】", ""),
    "order_rtl": ("ordering", 3, "201", ""),
    "orkney1": ("single", 2, "A", "markup"),
    "orkney2": ("single", 2, "B", "markup"),
    "position_object": ("", 0, "", "kind_unmapped media_missing"),
    "select_point": ("", 0, "", "kind_unmapped media_missing"),
    "slider": ("", 0, "", "kind_unmapped"),
    "svg": ("single", 4, "A", "media_missing"),
    "template": ("blank", 0, 0, "scoring"),
    "template_image": ("blank", 0, 0, "media_missing scoring"),
    "text_entry": ("blank", 0, "York／york【50%】", ""),
    "upload": ("", 0, "", "kind_unmapped"),
    "upload_composite": ("case", 0, "-+blank", "composite kind_unmapped"),
    "media_coords": ("case", 0, "-+-+-", "composite kind_unmapped media_missing"),
    "audio-video": ("single", 4, "C", "media_missing"),
}  # fmt: skip

# What no kind here can hold, by what it is; all others but for pictures that the folder lacks are ready.
CANNOT_BE_HELD = {
    "adaptive": "adaptive", "adaptive_template": "adaptive", "feedback_adaptive": "adaptive", "hint": "adaptive",
    "Example03-feedbackBlock-solution-random": "adaptive", "Example03-feedbackBlock-solution": "adaptive",
    "Example04-feedbackBlock-templateBlock": "adaptive", "Example05-feedbackBlock-adaptive": "adaptive",
    "mc_calc3": "template", "mc_calc5": "template", "mc_stat2": "template", "template": "template",
    "template_image": "template", "multi-input": "scores part of a text (substring)",
    "orkney1": "attached web page", "orkney2": "attached web page", "data-attributes": "one gap filled several times",
    "drawing": "drawing", "upload": "upload", "upload_composite": "upload", "slider": "slider",
    "hotspot": "hotspot", "select_point": "selectPoint", "position_object": "positionObject",
    "graphic_associate": "graphicAssociate", "graphic_gap_match": "graphicGapMatch", "media_coords": "graphicGapMatch",
    "graphic_gap_match_text": "graphicGapMatch", "graphic_order": "graphicOrder",
}  # fmt: skip


def key_of(draft: Draft) -> Any:
    key, credits = plain(draft.key), note(draft.key)
    match draft.kind:
        case "blank":
            graded = any(gap.graded for gap in gaps(draft.key))
            return blank.show_key(draft.key) if graded else len(draft.key)
        case "matching":
            return "".join(f"{left}{right}" for left, right in key) + credits
        case "case":
            return "+".join(part.kind or "-" for part in draft.parts)
        case "truth" | "single" | "multiple" | "ordering":
            return "".join(map(str, key)) + credits
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


def test_only_what_no_kind_can_hold_waits_for_a_person() -> None:
    """Pictures that the folder of examples lacks aside."""
    waiting = {name for name, (*_, doubt) in QTI.items() if doubt not in ("", "media_missing")}
    assert waiting == set(CANNOT_BE_HELD)


def test_every_example_of_qti_reads_alone(shared_data: Path) -> None:
    items = folder(shared_data, "qti22-1edtech") / "qtiv2p2-examples" / "items"
    for file in sorted(items.glob("*.xml")):
        if file.name != "imsmanifest.xml":
            (draft,) = read(file).items
            assert (draft.kind, len(draft.options), key_of(draft)) == QTI[file.stem][:3]
