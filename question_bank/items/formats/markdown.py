"""Markdown files: lines without the signs of layout."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from question_bank.items.formats import text
from question_bank.items.rules.lines import Line
from question_bank.items.rules.runs import LOST

_QUOTE = re.compile(r"^\s*>\s?")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_ESCAPE = re.compile(r"\\([\\`*{}\[\]()#+\-.!_>])")
_IMAGE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)[^)]*\)")


def lines(path: Path) -> list[Line]:
    """The lines of a Markdown file; headings lose their #, bold text its stars, pictures are named."""
    return [_bare(line) for line in text.lines(path)]


def _bare(line: Line) -> Line:
    shown = _QUOTE.sub("", line.text)
    shown = re.sub(r"^\s*#{1,6}\s+", "", shown)
    doubts = ("picture_outside",) if _IMAGE.search(shown) else ()
    shown = _IMAGE.sub(LOST, shown)
    shown = _BOLD.sub(r"\2", shown)
    return replace(line, text=_ESCAPE.sub(r"\1", shown), doubts=doubts)
