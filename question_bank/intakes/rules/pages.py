"""Running headers and page numbers that stand between the lines of copies from PDF."""

from __future__ import annotations

import re
from itertools import pairwise

from question_bank.items.rules.lines import Line

_PAGE_NUMBER = re.compile(r"\s*(\d{1,4})\s*[页)）\-—–]?\s*$")
_LINES_OF_PAGE = 15
_OF_ALL = r"(?:[/，,、\s]*共\s*\d{1,4}\s*页)?"
# What can be nothing but the number of a page, with a header before it perhaps.
_NUMBERED_PAGE = re.compile(rf"(.{{0,40}}?)\s*第\s*(\d{{1,4}})\s*页{_OF_ALL}\s*$")
_DASHED = re.compile(r"()\s*[-—–~·]+\s*(\d{1,4})\s*[-—–~·]+\s*$")
_SLASHED = re.compile(r"()\s*(\d{1,4})\s*/\s*\d{1,4}\s*$")
_ENGLISH = re.compile(r"(.{0,40}?)\s*Page\s*(\d{1,4})(?:\s*of\s*\d{1,4})?\s*$", re.IGNORECASE)


def without_pages(lines: list[Line]) -> tuple[list[Line], int]:
    """The lines without headers and numbers of pages, and how many lines were headers."""
    kept, numbered = _without_page_lines(lines)
    kept, headers = _without_running_headers(kept)
    return kept, numbered + headers


def _without_page_lines(lines: list[Line]) -> tuple[list[Line], int]:
    """Without lines like 第3页 共9页, — 3 — or 3/9 that count up by one through the file, and without
    the titles that stand beside at least two of them."""
    for pattern in (_NUMBERED_PAGE, _DASHED, _SLASHED, _ENGLISH):
        found = [(at, m) for at, line in enumerate(lines) if (m := pattern.match(line.text))]
        heads = {re.sub(r"\s", "", match[1]) for _, match in found}
        if len(found) < 2 or len(heads) > 2 or not _counts_up([int(m[2]) for _, m in found]):
            continue
        drop = {at for at, _ in found}
        drop |= _titles_beside(lines, drop)
        return [line for at, line in enumerate(lines) if at not in drop], len(drop)
    return lines, 0


def _titles_beside(lines: list[Line], pages: set[int]) -> set[int]:
    """Lines right above or below page numbers that say the same beside at least two of them."""
    beside = {at for page in pages for at in (page - 1, page + 1) if 0 <= at < len(lines)} - pages
    texts = [lines[at].text.strip() for at in beside]
    return {
        at
        for at in beside
        if len(text := lines[at].text.strip()) > 5
        and texts.count(text) > 1
        and not re.search(r"[（(_。？：:；]|^\d|^[A-L]\s*[.、．]|答案", text)
    }


def _counts_up(pages: list[int]) -> bool:
    return sum(b - a == 1 for a, b in pairwise(pages)) * 10 >= (len(pages) - 1) * 9


def _without_running_headers(lines: list[Line]) -> tuple[list[Line], int]:
    """The lines without page headers: the same text with a page number that counts up by one.

    A header that PDF copies have drawn up behind the last line of a page is cut off from it.
    """
    shapes: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        number = _PAGE_NUMBER.search(line.text)
        if number and len(line.text.strip()) < 60:
            shapes.setdefault(re.sub(r"\s+", "", line.text[: number.start()]), []).append(at)
    for shape, places in shapes.items():
        if len(shape) < 4 or len(places) < 3 or not _is_apart(lines, places):
            continue
        pattern = re.compile(r"\s*" + r"\s*".join(map(re.escape, shape)) + _PAGE_NUMBER.pattern)
        found = [(at, m) for at, line in enumerate(lines) if (m := pattern.search(line.text))]
        pages = [int(match[1]) for _, match in found]
        if found[-1][0] - found[0][0] < _LINES_OF_PAGE * (len(found) - 1):
            continue
        if _counts_up(pages):
            cut = {at: match.start() for at, match in found}
            kept = [line.cut(0, cut[at]) if at in cut else line for at, line in enumerate(lines)]
            return [k for at, k in enumerate(kept) if at not in cut or k.text.strip()], len(found)
    return lines, 0


def _is_apart(lines: list[Line], places: list[int]) -> bool:
    """Whether lines are no headings of items or sections, which also count up."""
    texts = [lines[at].text for at in places]
    return not any(
        re.match(r"\s*(?:第\s*\d+\s*[题章]|[A-L]\s*[.、．]|\d+\s*[.、．])", text) for text in texts
    )
