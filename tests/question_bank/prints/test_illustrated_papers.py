"""Pictures and recordings of items, from the item's page to the sealed paper and its prints."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from flask import Flask
from lxml import html
from PIL import Image
from pypdf import PdfReader

from lms.ground import db
from lms.ground.clock import now
from lms.ground.errors import Refused
from lms.ground.uploads.actions import store
from question_bank.items.documents import picture
from question_bank.items.models import ItemVersion
from question_bank.items.rules.terms import Kind
from question_bank.papers.models import Paper
from question_bank.papers.queries.papers import get_paper
from question_bank.prints.documents.pages import html_of, pdf_of
from question_bank.prints.documents.word import document
from question_bank.prints.documents.word_pictures import write
from question_bank.prints.rules.runs import PrintKind
from tests import cast, make


def _first(paper: Paper, kind: Kind) -> ItemVersion:
    slots = get_paper(paper.id).variants[0].slots
    return next(s.item_version for s in slots if s.item_version.item.kind is kind)


def _shown(page: str) -> list[tuple[str, str]]:
    """The pictures of a page: alternative text and address."""
    found = html.fromstring(page).xpath("//img[@class='picture']")
    return [(one.get("alt"), one.get("src")) for one in found]


def test_an_items_page_shows_every_picture_where_its_sign_stands(app: Flask) -> None:
    with app.app_context(), db.transaction():
        version = _first(make.illustrated(sealed=False), Kind.SINGLE)
        item_id, media = version.item_id, version.media
    browser = cast.browser(app, cast.office)
    page = browser.get(f"/items/{item_id}").text
    order = [0, 4, 1, 2, 3]  # the one that no text shows stands below the stem
    expected = [(f"图{at + 1}", f"/items/{item_id}/files/{media[at]}") for at in order]
    assert _shown(page) == expected
    assert "［图" not in page
    with browser.get(expected[0][1]) as sent:
        assert (sent.status_code, sent.mimetype) == (200, "image/png")


def test_the_papers_page_shows_pictures_and_recordings(app: Flask) -> None:
    with app.app_context(), db.transaction():
        paper_id = make.illustrated(sealed=False).id
    page = cast.browser(app, cast.office).get(f"/papers/{paper_id}").text
    assert [alt for alt, _address in _shown(page)] == [
        "图1",
        "图5",
        "图2",
        "图3",
        "图4",
        "图2",
        "图3",
    ]
    assert len(html.fromstring(page).xpath("//audio/@src")) == 1
    assert "考试时最多播放2次" in page


def test_a_seal_freezes_media_and_plays_but_what_would_tell_the_answer_stays_inside(
    context: None,
) -> None:
    paper = get_paper(make.illustrated().id)
    variant = paper.variants[0]
    choice, listening = (section["slots"][0] for section in variant.content["sections"])
    seen, heard = (slot.item_version.media for slot in variant.slots)
    assert choice["media"] == [*seen[:3], None, seen[4]]
    assert (choice["recordings"], choice["plays"]) == ([], None)
    assert (listening["media"], listening["recordings"]) == (heard, heard[:1])
    assert listening["plays"] == 2
    assert "Xin chào" not in str(variant.content)
    assert [variant.answers[number]["media"] for number in ("1", "2")] == [seen, heard]
    told = [variant.answers[number]["transcript"] for number in ("1", "2")]
    assert told == ["", "Xin chào 录音里的话"]


@pytest.mark.parametrize("kind", list(PrintKind))
def test_prints_hold_every_picture_once_and_no_sign(context: None, kind: PrintKind) -> None:
    variant = get_paper(make.illustrated().id).variants[0]
    expected = {PrintKind.GUIDE: ["图4"], PrintKind.SHEET: []}.get(
        kind, ["图1", "图5", "图2", "图3", "图2", "图3"]
    )
    printed = html_of(variant, kind)
    assert [alt for alt, _address in _shown(printed)] == expected
    assert all(address.startswith("data:image/png;base64,") for _alt, address in _shown(printed))
    assert "［图" not in printed
    assert ("Xin chào" in printed) == (kind is PrintKind.GUIDE)
    written = Document(BytesIO(document(variant, kind, serial="1")))
    told = [one.get("descr") for one in written.element.body.iter(qn("wp:docPr"))]
    assert told == expected
    assert "［图" not in "".join(one.text or "" for one in written.element.body.iter(qn("w:t")))


def test_a_pdf_holds_the_pictures(context: None) -> None:
    variant = get_paper(make.illustrated().id).variants[0]
    read = PdfReader(BytesIO(pdf_of(variant, PrintKind.A4)))
    assert sum(len(page.images) for page in read.pages) == 6


def test_a_large_picture_is_scaled_to_what_a_page_can_show(context: None) -> None:
    large = make.picture(4000, 1000, kind="WEBP")
    with Image.open(BytesIO(picture(large))) as scaled:
        assert (scaled.format, scaled.size) == ("PNG", (1600, 400))
    paragraph = Document().add_paragraph()
    write(paragraph, "前［图1］后", [large])
    (drawn,) = paragraph._p.iter(qn("wp:extent"))
    assert (drawn.get("cx"), drawn.get("cy")) == (str(Mm(150)), str(Mm(150) // 4))
    assert paragraph.text == "前后"


def test_a_picture_that_is_damaged_is_told_by_its_name(context: None) -> None:
    torn = store(b"\x89PNG\r\n\x1a\n and nothing", name="断.png", owner_id=1, at=now())
    with pytest.raises(Refused, match=r"断\.png"):
        picture(torn)
