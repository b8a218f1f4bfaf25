"""The same papers, answer sheets and marking guides as Word, for whoever has to change a line."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from question_bank.items.kinds.policies import POLICIES
from question_bank.items.rules.runs import sign, texts_of, unplaced
from question_bank.papers.models import Variant
from question_bank.papers.rules.drawing import pool_heading
from question_bank.prints.documents.pages import LETTERS, LINE, option_lines, show_key
from question_bank.prints.documents.word_margin import SEAL, WHO, seal_margin
from question_bank.prints.documents.word_pictures import SMALL, Pictures, pictures, write
from question_bank.prints.rules.runs import PrintKind
from question_bank.prints.rules.sheets import RULES, answer_parts

_SONG, _HEI, _LATIN = "宋体", "黑体", "Times New Roman"
_COLUMN = {PrintKind.A3: Mm(173), PrintKind.A4: Mm(172)}
_ROOM = {"short": 4, "essay": 14}


def document(variant: Variant, kind: PrintKind, *, serial: str) -> bytes:
    """One copy of a layout; the serial stands in the head of every page."""
    word = Document()
    _set_up(word, wide=kind is PrintKind.A3)
    _frame(word, f"印号 {serial}", f"{variant.code}卷　{variant.content_hash[:12]}")
    if kind is PrintKind.GUIDE:
        _write_guide(word, variant)
    elif kind is PrintKind.SHEET:
        _write_sheet(word, variant)
    else:
        _write_paper(word, variant, kind)
    written = io.BytesIO()
    word.save(written)
    return written.getvalue()


def _set_up(word: Any, *, wide: bool) -> None:
    section = word.sections[0]
    if wide:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(420), Mm(297)
        section.left_margin, section.right_margin = Mm(38), Mm(18)
        _two_columns(section)
    else:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin, section.right_margin = Mm(20), Mm(18)
    section.top_margin, section.bottom_margin = Mm(18), Mm(20)
    style = word.styles["Normal"]
    style.font.name, style.font.size = _LATIN, Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _SONG)
    language = OxmlElement("w:lang")  # without it full stops are set as in Taiwan
    language.set(qn("w:eastAsia"), "zh-CN")
    style.element.rPr.append(language)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.35


def _write_paper(word: Any, variant: Variant, kind: PrintKind) -> None:
    content = variant.content
    if kind is PrintKind.A3:
        seal_margin(word)
    else:
        _line(word, WHO)
        _centred(word, SEAL, 9)
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
    mark = "（　　）" if slot["kind"] == "truth" and "（　" not in slot["stem"] else ""
    media = pictures(slot.get("media") or ())
    _item(word, f"{slot['number']}．{slot['stem']}{mark}{points}", media)
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
            _item(word, f"（{position}）{part['stem']}（{part['points']}分）", media)
            _options(word, part.get("options", []), kind, media)
            _room(word, part["kind"])
    _room(word, slot["kind"])


def _write_sheet(word: Any, variant: Variant) -> None:
    content = variant.content
    _heading(word, variant, f"（{variant.code}卷　满分 {content['total']} 分）", after="　答题纸")
    _line(word, WHO)
    _line(word, RULES, 9)
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
            _line(
                word, f"{field.label}　{given}" if given else f"{field.label}（{field.points}分）"
            )
            for _row in range(field.lines):
                _ruled(word)


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
        _line(word, f"计分办法：{POLICIES[policy].title}（{policy}）", 9)
        table = _table(word, [Mm(14), Mm(158)])
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
    title = _centred(word, variant.content["title"] + after, 18)
    title.runs[0].bold = True
    _font(title.runs[0], _HEI)
    _centred(word, below, 10.5)


def _section_title(word: Any, title: str) -> None:
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(8)
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(title)
    run.bold = True
    run.font.size = Pt(11.5)
    _font(run, _HEI)


def _score_table(word: Any, content: Mapping[str, Any], width: int) -> None:
    heads = [section["title"].split("、")[0] for section in content["sections"]]
    rows = [["题号", *heads, "总分"], ["得分"], ["评卷人"]]
    table = _table(word, [width // len(rows[0])] * len(rows[0]), rows=3)
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=False):
            cell.text = text
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER


def _table(word: Any, widths: Sequence[int], *, rows: int = 0) -> Any:
    """A table of lines whose columns are exactly so wide, whatever stands in them."""
    table = word.add_table(rows=rows, cols=len(widths))
    table.style, table.autofit = "Table Grid", False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    return table


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
        _line(word, asked + "_" * 20).paragraph_format.left_indent = Pt(21)


def _ruled(word: Any) -> None:
    """An empty line to write on; those that follow each other share a border between them."""
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(6)
    properties = paragraph._p.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    for place in ("bottom", "between"):
        border = OxmlElement(f"w:{place}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "999999")):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _line(word: Any, text: str, size: float = 10.5) -> Any:
    paragraph = word.add_paragraph()
    paragraph.add_run(text).font.size = Pt(size)
    return paragraph


def _centred(word: Any, text: str, size: float) -> Any:
    paragraph = _line(word, text, size)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def _font(run: Any, name: str) -> None:
    run.font.name = _LATIN
    run._r.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), name)


def _frame(word: Any, above: str, below: str) -> None:
    """The serial in the head, page numbers and digest in the foot."""
    head = word.sections[0].header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    head.add_run(above).font.size = Pt(9)
    foot = word.sections[0].footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.style.font.size = Pt(9)
    for text, field in (("第 ", "PAGE"), (" 页　共 ", "NUMPAGES")):
        foot.add_run(text)
        _add_field(foot, field)
    foot.add_run(f" 页　　{below}").font.size = Pt(9)


def _add_field(paragraph: Any, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _two_columns(section: Any) -> None:
    columns = section._sectPr.find(qn("w:cols"))
    if columns is None:
        columns = OxmlElement("w:cols")
        section._sectPr.append(columns)
    columns.set(qn("w:num"), "2")
    columns.set(qn("w:space"), str(int(Mm(18).pt * 20)))
