"""The printed paper and its marking guide, from the documents that the seal froze."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template

from lms.ground import pdf
from question_bank.items.kinds.catalogue import KINDS
from question_bank.items.kinds.policies import POLICIES
from question_bank.items.rules.terms import KIND_NAMES
from question_bank.papers.models import Variant
from question_bank.papers.rules.columns import option_columns


def paper_pdf(variant: Variant) -> bytes:
    """The variant as candidates get it: A4, sealed header, pages counted."""
    return pdf.render(paper_html(variant), title=f"{variant.content['title']} {variant.code}卷")


def guide_pdf(variant: Variant) -> bytes:
    """标准答案和评分标准 of the variant."""
    title = f"{variant.content['title']} {variant.code}卷 标准答案和评分标准"
    return pdf.render(guide_html(variant), title=title)


def paper_html(variant: Variant) -> str:
    """The paper without a word of its answers: made from `content` alone."""
    return render_template(
        "papers/print_paper.html",
        content=variant.content,
        code=variant.code,
        digest=variant.content_hash[:12],
        option_lines=_option_lines,
    )


def guide_html(variant: Variant) -> str:
    """Key, policy, rubric, rationale and source, slot by slot."""
    return render_template(
        "papers/print_guide.html",
        content=variant.content,
        answers=variant.answers,
        code=variant.code,
        digest=variant.content_hash[:12],
        policies=POLICIES,
        kind_names=KIND_NAMES,
        show_key=_show_key,
    )


def _show_key(answer: Mapping[str, Any]) -> str:
    return KINDS[answer["kind"]].show_key(answer["key"])


def _option_lines(options: list[str]) -> list[list[tuple[str, str]]]:
    """Options with their letters, as many on a line as fit."""
    lettered = list(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", options, strict=False))
    step = option_columns(options)
    return [lettered[at : at + step] for at in range(0, len(lettered), step)]
