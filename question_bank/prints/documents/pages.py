"""The printed paper, its answer sheet and its marking guide as PDF, from what the seal froze."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template

from lms.ground import pdf
from question_bank.items.documents import embedded
from question_bank.items.kinds.catalogue import KINDS
from question_bank.items.kinds.policies import POLICIES
from question_bank.items.rules.runs import Medium
from question_bank.items.rules.terms import KIND_NAMES
from question_bank.papers.models import Variant
from question_bank.papers.rules.drawing import pool_heading
from question_bank.prints.rules.columns import option_columns
from question_bank.prints.rules.runs import PrintKind
from question_bank.prints.rules.sheets import RULES, answer_parts, wants_bracket

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Full-width characters that a line of text takes beside the number of the item.
LINE = {PrintKind.A4: 40, PrintKind.A3: 38}


@dataclass(frozen=True, slots=True)
class Sitter:
    """Who a paper is for; what is empty is written in by hand."""

    unit: str = ""
    name: str = ""
    number: str = ""
    seat: str = ""


def pdf_of(variant: Variant, kind: PrintKind) -> bytes:
    """One copy of a layout, without a serial."""
    title = f"{variant.content['title']} {variant.code}卷"
    return pdf.render(html_of(variant, kind), title=title)


def html_of(variant: Variant, kind: PrintKind) -> str:
    """One copy of a layout as HTML."""
    if kind is PrintKind.GUIDE:
        return guide_html(variant)
    if kind is PrintKind.SHEET:
        return sheet_html(variant)
    return paper_html(variant, kind)


def paper_html(variant: Variant, kind: PrintKind) -> str:
    """The paper without a word of its answers: made from `content` alone."""
    return content_html(
        variant.content, code=variant.code, digest=variant.content_hash[:12], kind=kind
    )


def content_html(
    content: Mapping[str, Any],
    *,
    code: str,
    digest: str,
    kind: PrintKind,
    sitter: Sitter | None = None,
) -> str:
    """A paper of this content; with a `sitter` it is that candidate's own."""
    return render_template(
        "prints/print_paper.html",
        content=content,
        code=code,
        digest=digest,
        sitter=sitter or Sitter(),
        wide=kind is PrintKind.A3,
        letters=LETTERS,
        option_lines=lambda options: option_lines(options, LINE[kind]),
        wants_bracket=wants_bracket,
        media_of=_media_of,
    )


def sheet_html(variant: Variant) -> str:
    """答题纸: boxes to fill for choices, lines for blanks, room for what is written."""
    return render_template(
        "prints/print_sheet.html",
        content=variant.content,
        code=variant.code,
        digest=variant.content_hash[:12],
        parts=answer_parts(variant.content),
        rules=RULES,
        letters=LETTERS,
    )


def guide_html(variant: Variant) -> str:
    """标准答案和评分标准: key, policy, rubric, rationale and source, slot by slot."""
    return render_template(
        "prints/print_guide.html",
        content=variant.content,
        answers=variant.answers,
        code=variant.code,
        digest=variant.content_hash[:12],
        policies=POLICIES,
        kind_names=KIND_NAMES,
        show_key=show_key,
        pool_heading=pool_heading,
        media_of=_media_of,
    )


def _media_of(entry: Mapping[str, Any]) -> list[Medium]:
    """The pictures of a slot, or of an entry of Variant.answers."""
    return embedded(entry.get("media") or ())


def show_key(answer: Mapping[str, Any]) -> str:
    """The key of an entry of Variant.answers as people read it."""
    return KINDS[answer["kind"]].show_key(answer["key"])


def option_lines(options: list[str], line: int) -> list[list[tuple[str, str]]]:
    """Options with their letters, as many on a line as fit."""
    lettered = list(zip(LETTERS, options, strict=False))
    step = option_columns(options, line)
    return [lettered[at : at + step] for at in range(0, len(lettered), step)]
