"""印号: every copy of a PDF with its own serial in the corner, the pages kept once for all.

A page of a copy is two drawings (form XObjects, ISO 32000-1 §8.10): the page that all copies
share, and the serial.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from lms.ground import pdf
from lms.ground.lazy import lazily

pypdf: Any = lazily("pypdf")

_STAMP = """<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><style>
@page {{ size: {width}pt {height}pt; margin: 0 }}
body {{ margin: 0; font-size: 8pt }}
p {{ position: absolute; right: 15mm; top: 6.5mm; margin: 0 }}
section {{ break-after: page; position: relative; height: 100% }}
</style></head><body>{pages}</body></html>"""


def copies(paper: bytes, serials: Sequence[str]) -> bytes:
    """As many copies of `paper` as there are serials, one after another; still PDF/A."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(paper))
    originals = list(writer.pages)
    box = originals[0].mediabox
    stamps = pypdf.PdfReader(
        io.BytesIO(_stamps(serials, float(box.width), float(box.height)))
    ).pages
    shared = [_drawing(page, writer) for page in originals]
    for stamp in stamps:
        serial = _drawing(stamp, writer)
        for drawing in shared:
            page = writer.add_blank_page(float(box.width), float(box.height))
            _draw(page, drawing, serial, writer)
    for _original in originals:
        writer.remove_page(0)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _stamps(serials: Sequence[str], width: float, height: float) -> bytes:
    """A document with one page for every serial, and nothing else on it."""
    pages = "".join(f"<section><p>印号 {serial}</p></section>" for serial in serials)
    return pdf.render(_STAMP.format(width=width, height=height, pages=pages), title="印号")


def _drawing(page: Any, writer: Any) -> Any:
    """The page as a drawing of the writer that other pages can show."""
    contents = page.get_contents()
    drawing = pypdf.generic.StreamObject()
    drawing.set_data(b"" if contents is None else contents.get_data())
    drawing.update(
        {
            pypdf.generic.NameObject("/Type"): pypdf.generic.NameObject("/XObject"),
            pypdf.generic.NameObject("/Subtype"): pypdf.generic.NameObject("/Form"),
            pypdf.generic.NameObject("/BBox"): page.mediabox,
            pypdf.generic.NameObject("/Resources"): _resources(page).clone(writer),
        }
    )
    return writer._add_object(drawing.flate_encode())


def _resources(page: Any) -> Any:
    found = page["/Resources"].get_object()
    assert isinstance(found, pypdf.generic.DictionaryObject)
    return found


def _draw(page: Any, drawing: Any, serial: Any, writer: Any) -> None:
    contents = pypdf.generic.StreamObject()
    contents.set_data(b"q /Page Do Q q /Serial Do Q")
    page[pypdf.generic.NameObject("/Contents")] = writer._add_object(contents)
    page[pypdf.generic.NameObject("/Resources")] = pypdf.generic.DictionaryObject(
        {
            pypdf.generic.NameObject("/XObject"): pypdf.generic.DictionaryObject(
                {
                    pypdf.generic.NameObject("/Page"): drawing,
                    pypdf.generic.NameObject("/Serial"): serial,
                }
            )
        }
    )
