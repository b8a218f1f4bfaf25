"""The same papers, answer sheets and marking guides as Word, for whoever has to change a line."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt

from question_bank.items.kinds.policies import POLICIES
from question_bank.items.rules.runs import sign, texts_of, unplaced
from question_bank.papers.models import Variant
from question_bank.papers.rules.drawing import pool_heading
from question_bank.prints.documents.pages import LETTERS, LINE, option_lines, show_key
from question_bank.prints.documents.word_margin import SEAL, WHO, seal_margin
from question_bank.prints.documents.word_pictures import SMALL, Pictures, pictures, write
from question_bank.prints.documents.word_type import (
    HEI,
    add_centred,
    add_line,
    add_ruled,
    add_table,
    font,
    frame,
    set_up,
)
from question_bank.prints.rules.runs import PrintKind
from question_bank.prints.rules.sheets import RULES, answer_parts, wants_bracket

_COLUMN = {PrintKind.A3: Mm(173), PrintKind.A4: Mm(172)}
_ROOM = {"short": 4, "essay": 14}


def document(variant: Variant, kind: PrintKind, *, serial: str) -> bytes:
    """One copy of a layout; the serial stands in the head of every page."""
    word = Document()
    set_up(word, wide=kind is PrintKind.A3)
    frame(word, f"印号 {serial}", f"{variant.code}卷　{variant.content_hash[:12]}")
    if kind is PrintKind.GUIDE:
        _write_guide(word, variant)
    elif kind is PrintKind.SHEET:
        _write_sheet(word, variant)
    else:
        _write_paper(word, variant, kind)
    written = io.BytesIO()
    word.save(written)
    return written.getvalue()


def _write_paper(word: Any, variant: Variant, kind: PrintKind) -> None:
    content = variant.content
    if kind is PrintKind.A3:
        seal_margin(word)
    else:
        add_line(word, WHO)
        add_centred(word, SEAL, 9)
    _heading(
        word,
        variant,
        f"（{variant.code}卷　闭卷　满分 {content['total']} 分　考试时间 {content['minutes']} 分钟）",
    )
    _score_table(word, content, _COLUMN[kind])
    for section in content["sections"]:
        _section_title(word, section["title"])
        for slot in section["slots"]:
            worth = section["kind"] in ("short", "essay", "case", "listening")
            _write_slot(word, slot, kind, worth=worth)


def _write_slot(word: Any, slot: Mapping[str, Any], kind: PrintKind, *, worth: bool) -> None:
    points = f"（{slot['points']}分）" if worth else ""
    media = pictures(slot.get("media") or ())
    _item(word, f"{slot['number']}．{_stem(slot)}{points}", media)
    for position in unplaced(texts_of(slot), media):
        if media[position] is not None:
            write(word.add_paragraph(), sign(position), media)
    if slot["kind"] == "matching":
        for at, part in enumerate(slot["parts"]):
            right = slot["options"][at] if at < len(slot["options"]) else ""
            _tabbed(
                word, [f"{at + 1}．{part['stem']}", f"{LETTERS[at]}．{right}"], kind, media=media
            )
        for at in range(len(slot["parts"]), len(slot["options"])):
            _tabbed(word, ["", f"{LETTERS[at]}．{slot['options'][at]}"], kind, media=media)
    else:
        _options(word, slot["options"], kind, media)
        for position, part in enumerate(slot["parts"], start=1):
            _item(word, f"（{position}）{_stem(part)}（{part['points']}分）", media)
            _options(word, part.get("options", []), kind, media)
            _room(word, part["kind"])
    _room(word, slot["kind"])


def _stem(asked: Mapping[str, Any]) -> str:
    """A stem, with the bracket that a judgement is written into if it has none."""
    return f"{asked['stem']}（　　）" if wants_bracket(asked) else str(asked["stem"])


def _write_sheet(word: Any, variant: Variant) -> None:
    content = variant.content
    _heading(word, variant, f"（{variant.code}卷　满分 {content['total']} 分）", after="　答题纸")
    add_line(word, WHO)
    add_line(word, RULES, 9)
    for part in answer_parts(content):
        _section_title(word, part.title)
        if part.compact:
            step = 3 if part.widest > 4 else 4
            for start in range(0, len(part.fields), step):
                row = part.fields[start : start + step]
                cells = [
                    f"{one.label}　" + " ".join(f"[{box}]" for box in one.boxes) for one in row
                ]
                _tabbed(word, cells, PrintKind.A4, columns=step)
            continue
        for field in part.fields:
            given = " ".join(f"[{box}]" for box in field.boxes)
            given += "　".join(["________________________"] * field.blanks)
            add_line(
                word, f"{field.label}　{given}" if given else f"{field.label}（{field.points}分）"
            )
            for _row in range(field.lines):
                add_ruled(word)


def _write_guide(word: Any, variant: Variant) -> None:
    content, answers = variant.content, variant.answers
    _heading(
        word,
        variant,
        f"{variant.code}卷　标准答案和评分标准　（满分 {content['total']} 分，阅卷用，注意保密）",
    )
    for section in content["sections"]:
        _section_title(word, pool_heading(section))
        policy = answers[str(section["slots"][0]["number"])]["policy"]
        add_line(word, f"计分办法：{POLICIES[policy].title}（{policy}）", 9)
        table = add_table(word, [Mm(14), Mm(158)])
        for slot in section["slots"]:
            cells = table.add_row().cells
            cells[0].text = str(slot["number"])
            answer = answers[str(slot["number"])]
            told = "\n".join(_told(answer))
            write(cells[1].paragraphs[0], told, pictures(answer.get("media") or ()))


def _told(answer: Mapping[str, Any]) -> list[str]:
    """Key, rubric, rationale and source of a slot, line by line."""
    lines = [show_key(answer), *_rubric(answer)]
    for position, part in enumerate(answer["parts"], start=1):
        lines += [f"（{position}）{part['points']}分：{show_key(part)}", *_rubric(part)]
        lines.append(part["rationale"])
    lines.append(f"解析：{answer['rationale']}" if answer["rationale"] else "")
    lines.append(f"录音文字：{answer['transcript']}" if answer.get("transcript") else "")
    lines.append(f"出处：{answer['provenance']}" if answer.get("provenance") else "")
    return [line for line in lines if line]


def _rubric(answer: Mapping[str, Any]) -> list[str]:
    return [f"（{row['points']}分）{row['text']}" for row in answer["rubric"]]


def _heading(word: Any, variant: Variant, below: str, *, after: str = "") -> None:
    title = add_centred(word, variant.content["title"] + after, 18)
    title.runs[0].bold = True
    font(title.runs[0], HEI)
    add_centred(word, below, 10.5)


def _section_title(word: Any, title: str) -> None:
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(8)
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(title)
    run.bold = True
    run.font.size = Pt(11.5)
    font(run, HEI)


def _score_table(word: Any, content: Mapping[str, Any], width: int) -> None:
    heads = [section["title"].split("、")[0] for section in content["sections"]]
    rows = [["题号", *heads, "总分"], ["得分"], ["评卷人"]]
    table = add_table(word, [width // len(rows[0])] * len(rows[0]), rows=3)
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=False):
            cell.text = text
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER


def _item(word: Any, text: str, media: Pictures) -> None:
    """A stem: its number hangs in the margin, its options stay with it."""
    paragraph = word.add_paragraph()
    write(paragraph, text, media)
    paragraph.paragraph_format.left_indent = Pt(21)
    paragraph.paragraph_format.first_line_indent = Pt(-21)
    paragraph.paragraph_format.space_before = Pt(3)
    paragraph.paragraph_format.keep_with_next = True


def _options(word: Any, options: Sequence[str], kind: PrintKind, media: Pictures) -> None:
    lines = option_lines(list(options), LINE.get(kind, LINE[PrintKind.A4]))
    columns = len(lines[0]) if lines else 1
    for line in lines:
        _tabbed(
            word, [f"{letter}．{text}" for letter, text in line], kind, columns=columns, media=media
        )


def _tabbed(
    word: Any, texts: Sequence[str], kind: PrintKind, *, columns: int = 2, media: Pictures = ()
) -> None:
    paragraph = word.add_paragraph()
    write(paragraph, "\t".join(texts), media, SMALL)
    paragraph.paragraph_format.left_indent = Pt(21)
    paragraph.paragraph_format.keep_together = True
    step = (_COLUMN.get(kind, _COLUMN[PrintKind.A4]) - Pt(21)) // columns
    for at in range(1, columns):
        paragraph.paragraph_format.tab_stops.add_tab_stop(Pt(21) + step * at, WD_TAB_ALIGNMENT.LEFT)


def _room(word: Any, kind: str) -> None:
    for _row in range(_ROOM.get(kind, 0)):
        word.add_paragraph()
    if kind in ("ordering", "matching"):
        asked = "顺序：" if kind == "ordering" else "配对："
        add_line(word, asked + "_" * 20).paragraph_format.left_indent = Pt(21)
