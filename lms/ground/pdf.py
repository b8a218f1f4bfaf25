"""HTML to PDF/A, by WeasyPrint: every glyph there, every font inside, nothing fetched from outside.

Only worker processes render. What that takes is loaded when it is first used, so that a web
process may import a room that makes documents without paying for it.
"""

from __future__ import annotations

import html as markup
import io
import logging
import subprocess
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lms.ground.config import ROOT
from lms.ground.errors import Refused
from lms.ground.lazy import lazily

pypdf: Any = lazily("pypdf")
weasyprint: Any = lazily("weasyprint")

STATIC = ROOT / "static"
FONTS = (
    "Noto Serif CJK SC",
    "Noto Sans CJK SC",
    "HanaMinA",  # rare hanzi: extension A and the whole basic block
    "HanaMinB",  # extensions B to F
    "DejaVu Serif",  # what is neither hanzi nor Vietnamese, which the Noto fonts have
    "DejaVu Sans",
)
FONT_STACK = ", ".join(f'"{family}"' for family in FONTS)
"""For `font-family` in a document's own CSS; what names no font gets it anyway."""
SANS_STACK = ", ".join(f'"{family}"' for family in (FONTS[1], *FONTS[2:], FONTS[0]))
"""The same characters in a Heiti; a bare `sans-serif` may give Japanese forms of hanzi."""

# Pages' margin boxes inherit from the root; what browsers show in monospace does not.
_BASE_CSS = f"""
html, code, kbd, pre, samp, tt {{ font-family: {FONT_STACK} }}
@page {{ size: A4; margin: 20mm }}
"""
_SHOWN_MISSING = 20
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attached:
    """A file inside the PDF: what the page was made from (PDF/A-3, relationship Source)."""

    name: str
    content: bytes
    description: str = ""


class MissingGlyph(Refused):
    """The characters that no font of the stack has; without this they would be left out."""

    def __init__(self, characters: Sequence[str]) -> None:
        self.characters = tuple(characters)
        listed = "、".join(f"{mark}（U+{ord(mark):04X}）" for mark in characters[:_SHOWN_MISSING])
        more = f" 等 {len(characters)} 个字符" if len(characters) > _SHOWN_MISSING else ""
        super().__init__(
            f"这台服务器的字体显示不了 {listed}{more}，没有生成文件；请管理员安装含有它们的字体。"
        )


def render(
    html: str,
    *,
    title: str,
    base: Path | None = None,
    lang: str = "zh-Hans",
    attachments: Sequence[Attached] = (),
) -> bytes:
    """A whole HTML document as PDF/A-2b, or PDF/A-3b with `attachments` (ISO 19005-2, -3).

    Relative addresses start at `base`, by default the project's `static/`; only files in
    there and `data:` addresses are read, and one that cannot be read is an error. Raises
    MissingGlyph when a character of the document would not be seen.
    """
    missing = uncovered(html)
    if missing:
        raise MissingGlyph(missing)
    variant = "pdf/a-3b" if attachments else "pdf/a-2b"
    with _as_usual_errors():
        document = _lay_out(html, (base or STATIC).resolve().as_uri() + "/", lang)
        document.metadata.title = title
        document.metadata.lang = lang
        written: bytes = document.write_pdf(
            pdf_variant=variant, attachments=[_attachment(file) for file in attachments]
        )
    return written


def uncovered(text: str) -> list[str]:
    """The visible characters of an HTML text that no font of the stack has, in code order."""
    known = coverage()
    return [
        mark
        for mark in sorted(set(markup.unescape(text)))
        if ord(mark) not in known and not _is_invisible(mark)
    ]


@cache
def coverage() -> frozenset[int]:
    """The code points that the installed fonts of the stack have, as fontconfig knows them.

    That is what the layout (Pango) goes by, and takes 10 ms a family; reading the fonts'
    own tables takes 200.
    """
    return frozenset().union(*(_charset(family) for family in FONTS))


def merge(pdfs: Sequence[bytes]) -> bytes:
    """One PDF of all pages in order; it stays PDF/A, with the title of the first.

    Each part keeps its own fonts (some 300 kB): many people's pages are smaller and faster
    as one document rendered at once.
    """
    first, *others = pdfs
    # As a context manager it would forget the clone.
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(first))
    for pdf in others:
        writer.append(pypdf.PdfReader(io.BytesIO(pdf)), import_outline=False)
    merged = io.BytesIO()
    writer.write(merged)
    return merged.getvalue()


def page_count(content: bytes) -> int:
    """How many pages a PDF has."""
    return len(pypdf.PdfReader(io.BytesIO(content)).pages)


def _lay_out(html: str, base: str, lang: str) -> Any:
    fetcher = _Fetcher()
    source = weasyprint.HTML(string=html, base_url=base, url_fetcher=fetcher)
    if not source.etree_element.get("lang"):
        source.etree_element.set("lang", lang)
    return source.render(stylesheets=[weasyprint.CSS(string=_BASE_CSS, url_fetcher=fetcher)])


@contextmanager
def _as_usual_errors() -> Iterator[None]:
    """WeasyPrint's own error for an address would end the process: it is no `Exception`.

    It also leaves its colour profile open for Python to close, which warns.
    """
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        try:
            yield
        except weasyprint.urls.FatalURLFetchingError as error:
            raise ValueError(f"{error}: {error.__cause__}") from error


class _Fetcher:
    """What WeasyPrint asks for every address: the project's static files and `data:`, no more."""

    _fail_on_errors = True  # WeasyPrint would else print the page without what is missing

    def __call__(self, url: str) -> Any:
        parts = urlsplit(url)
        if parts.scheme == "file":
            file = Path(unquote(parts.path)).resolve()
            if parts.netloc or not file.is_relative_to(STATIC.resolve()):
                raise ValueError(f"{url} is no static file of this project")
        elif parts.scheme != "data":
            raise ValueError(f"{parts.scheme}: addresses are not fetched")
        return weasyprint.URLFetcher(allow_redirects=False).fetch(url)


def _attachment(file: Attached) -> Any:
    return weasyprint.Attachment(
        string=file.content,
        name=file.name,
        description=file.description or file.name,
        relationship="Source",
    )


def _charset(family: str) -> set[int]:
    """The code points of a family; none where it is not installed."""
    listed = subprocess.run(
        ["fc-list", "--format=%{charset}\n", f":family={family}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    if not listed:
        log.warning("the font %s is not installed", family)
    points: set[int] = set()
    for span in set(listed):
        first, _, last = span.partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return points


def _is_invisible(mark: str) -> bool:
    """Blanks, controls, and marks that only choose or join glyphs."""
    point = ord(mark)
    if 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF:  # variation selectors
        return True
    return mark.isspace() or unicodedata.category(mark) in ("Cc", "Cf")
