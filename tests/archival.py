"""What ISO 19005-2 and -3 (level b) ask of a PDF, as far as it can be read from the file.

No validator of its own is among what these tests can install; this one looks for what a renderer
gets wrong in practice, clause by clause, and each clause is seen to catch a breach (test_archival).
It does not judge: colours inside of images, glyph shapes, and the syntax below pypdf's reader.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, IndirectObject, StreamObject

PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
ACTIONS = {"/GoTo", "/GoToR", "/GoToE", "/Thread", "/URI", "/Named", "/SubmitForm"}
ANNOTATIONS = {"/Link", "/Text", "/FreeText", "/Widget", "/FileAttachment", "/Popup", "/Highlight"}
FILTERS = {"/FlateDecode", "/DCTDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/CCITTFaxDecode",
           "/JBIG2Decode", "/JPXDecode", "/RunLengthDecode"}  # fmt: skip
PRINTED, HIDDEN, NO_VIEW = 4, 2, 32


def faults(content: bytes) -> list[str]:
    """The clauses that a PDF breaks, each with what breaks it; none when it may be archived."""
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        return ["6.1.3 it is encrypted"]
    catalog = reader.trailer["/Root"].get_object()
    found = [*_of_the_file(content, reader), *_of_the_metadata(catalog), *_of_colours(reader)]
    for thing in _everything(reader):
        found += _of_an_object(thing)
    for page in reader.pages:
        found += _of_a_page(page)
    return sorted(set(found + list(_of_attachments(catalog))))


def part_of(content: bytes) -> str:
    """Part and level that the metadata state, such as 2B; empty without."""
    metadata = PdfReader(io.BytesIO(content)).trailer["/Root"].get("/Metadata")
    return "" if metadata is None else _stated(metadata.get_object().get_data())


def _stated(metadata: bytes) -> str:
    found = {"part": "", "conformance": ""}
    for description in ElementTree.fromstring(metadata).iter(f"{RDF}Description"):
        for name in found:
            value = description.get(PDFAID + name) or description.findtext(PDFAID + name)
            found[name] = value or found[name]
    return found["part"] + found["conformance"]


def _of_the_file(content: bytes, reader: PdfReader) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[0-7]\r?\n%[\x80-\xff]{4}", content):
        yield "6.1.2 the header is not that of PDF 1.0 to 1.7, followed by four bytes above 127"
    if not re.search(rb"%%EOF\r?\n?\Z", content):
        yield "6.1.3 something follows the end of the file"
    identifier = reader.trailer.get("/ID")
    if identifier is None or len(identifier) != 2 or not all(identifier):
        yield "6.1.3 the file has no identifier"
    catalog = reader.trailer["/Root"].get_object()
    for key in ("/AA", "/Requirements", "/OCProperties"):
        if key in catalog:
            yield f"6.5.2, 6.9, 6.11 the catalogue has {key}"
    names = catalog.get("/Names", DictionaryObject()).get_object()
    for key in ("/JavaScript", "/AlternatePresentations"):
        if key in names:
            yield f"6.5.1, 6.10 the catalogue names {key}"


def _of_the_metadata(catalog: Any) -> Iterator[str]:
    metadata = catalog.get("/Metadata")
    if metadata is None:
        yield "6.6.2 the document has no metadata"
        return
    data = metadata.get_object().get_data()
    if re.search(rb"<\?xpacket begin=[^>]*(bytes|encoding)=", data):
        yield "6.6.2.1 the metadata state their bytes or encoding"
    if _stated(data) not in ("2B", "3B"):
        yield "6.6.4 the metadata do not state part 2 or 3, level B"


def _of_colours(reader: PdfReader) -> Iterator[str]:
    """An sRGB profile covers device grey and RGB; CMYK would need a profile of its own."""
    intents = reader.trailer["/Root"].get("/OutputIntents", ArrayObject())
    ours = [one.get_object() for one in intents if one.get_object().get("/S") == "/GTS_PDFA1"]
    if len(ours) != 1:
        yield "6.2.3 there is not one output intent GTS_PDFA1"
        return
    profile = ours[0]["/DestOutputProfile"].get_object()
    data = profile.get_data()
    if data[36:40] != b"acsp" or data[12:16] not in (b"mntr", b"prtr") or data[8] > 4:
        yield "6.2.3 the output intent has no ICC profile of version 2 or 4"
    if (data[16:20], profile.get("/N")) != (b"RGB ", 3):
        yield "6.2.3 the output intent's profile is not RGB"
    for page in reader.pages:
        operators = {
            operator for _, operator in ContentStream(page.get_contents(), reader).operations
        }
        if operators & {b"k", b"K"}:
            yield "6.2.4.3 a page uses CMYK without a profile"


def _everything(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary and stream that the trailer leads to, once."""
    waiting: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, IndirectObject):
            if (thing.idnum, thing.generation) in seen:
                continue
            seen.add((thing.idnum, thing.generation))
            thing = thing.get_object()
        if isinstance(thing, DictionaryObject):
            yield thing
            waiting += thing.values()  # raw: references stay references
        elif isinstance(thing, ArrayObject):
            waiting += list(thing)


def _of_an_object(thing: DictionaryObject) -> Iterator[str]:
    kind, sub = thing.get("/Type"), thing.get("/Subtype")
    if isinstance(thing, StreamObject):
        yield from _of_a_stream(thing)
    is_action = kind == "/Action" or "/JS" in thing or "/URI" in thing
    if is_action and thing.get("/S") not in ACTIONS:
        yield f"6.5.1 the action {thing.get('/S')} is not allowed"
    if "/AA" in thing:
        yield "6.5.2 additional actions are not allowed"
    if kind == "/Font":
        yield from _of_a_font(thing)
    if kind == "/ExtGState" and (thing.get("/TR") or thing.get("/TR2", "/Default") != "/Default"):
        yield "6.2.5 a graphics state transfers colours"
    if sub == "/Image" and (thing.get("/Interpolate") or "/Alternates" in thing or "/OPI" in thing):
        yield "6.2.8 an image is interpolated or has alternates"
    if sub == "/Image" and thing.get("/ColorSpace") == "/DeviceCMYK":
        yield "6.2.4.3 an image uses CMYK without a profile"
    if sub == "/PS" or "/Ref" in thing:
        yield "6.2.9 a form is PostScript or refers to another file"
    if "/NeedAppearances" in thing or "/XFA" in thing:
        yield "6.4 a form depends on its viewer"


def _of_a_stream(thing: StreamObject) -> Iterator[str]:
    if {"/F", "/FFilter", "/FDecodeParms"} & set(thing):
        yield "6.1.7.1 a stream is outside of the file"
    filters = thing.get("/Filter", [])
    for name in [filters] if isinstance(filters, str) else filters:
        if name not in FILTERS:
            yield f"6.1.7.2 a stream is packed by {name}"


def _of_a_font(font: DictionaryObject) -> Iterator[str]:
    name = font.get("/BaseFont", "a font without a name")
    if font.get("/Subtype") == "/Type0":
        if "/ToUnicode" not in font:
            yield f"6.2.11.7 {name} does not say which characters it shows"
        if font.get("/Encoding") not in ("/Identity-H", "/Identity-V"):
            yield f"6.2.11.3.3 {name} has an encoding that is not inside"
        return
    descriptor = font.get("/FontDescriptor", DictionaryObject()).get_object()
    inside = [key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in descriptor]
    if len(inside) != 1 and font.get("/Subtype") != "/Type3":
        yield f"6.2.11.4.1 {name} is not inside"
    elif font.get("/Subtype") == "/CIDFontType2" and "/CIDToGIDMap" not in font:
        yield f"6.2.11.3.2 {name} does not say which glyph is which"
    elif font.get("/Subtype") in ("/CIDFontType0", "/CIDFontType2"):
        yield from _of_glyphs(name, font, descriptor[inside[0]].get_object().get_data())


def _of_glyphs(name: str, font: DictionaryObject, file: bytes) -> Iterator[str]:
    """Every glyph that has a width is there, and is as wide as stated, to a thousandth."""
    glyphs = TTFont(io.BytesIO(file), lazy=True)
    unit, widths = glyphs["head"].unitsPerEm, glyphs["hmtx"]
    order = glyphs.getGlyphOrder()
    # In a font of outlines by character identifier, that is a glyph's name, and not its place.
    named = {glyph: glyph for glyph in order if glyph.startswith("cid")}
    for number, width in _stated_widths(font.get("/W", ArrayObject()).get_object()):
        by_place = order[number] if number < len(order) else None
        glyph = named.get(f"cid{number:05}") if named else by_place
        if glyph is None:
            yield f"6.2.11.4.1 {name} lacks a glyph that is used"
        elif abs(widths[glyph][0] * 1000 / unit - width) > 1:
            yield f"6.2.11.5 {name} states a width that its glyph does not have"


def _stated_widths(stated: Any) -> Iterator[tuple[int, float]]:
    """`c [w …]` and `first last w` of a CIDFont's /W, glyph by glyph."""
    rest = list(stated)
    while rest:
        first, second = int(rest.pop(0)), rest.pop(0).get_object()
        if isinstance(second, ArrayObject):
            yield from ((first + place, float(width)) for place, width in enumerate(second))
        else:
            width = float(rest.pop(0))
            yield from ((glyph, width) for glyph in range(first, int(second) + 1))


def _of_a_page(page: Any) -> Iterator[str]:
    for annotation in (one.get_object() for one in page.get("/Annots", ArrayObject())):
        sub, flags = annotation.get("/Subtype"), int(annotation.get("/F", 0))
        if sub not in ANNOTATIONS:
            yield f"6.3.1 the annotation {sub} is not allowed"
        if sub != "/Popup" and (not flags & PRINTED or flags & (HIDDEN | NO_VIEW)):
            yield f"6.3.2 an annotation {sub} is not always shown and printed"
        if sub not in ("/Link", "/Popup") and "/AP" not in annotation:
            yield f"6.3.3 the annotation {sub} has no appearance"


def _of_attachments(catalog: Any) -> Iterator[str]:
    names = catalog.get("/Names", DictionaryObject()).get_object()
    tree = names.get("/EmbeddedFiles", DictionaryObject()).get_object()
    listed = [one.get_object() for one in tree.get("/Names", ArrayObject())][1::2]
    associated = [one.get_object() for one in catalog.get("/AF", ArrayObject())]
    stated = _stated(catalog["/Metadata"].get_object().get_data()) if "/Metadata" in catalog else ""
    if listed and stated != "3B":
        yield "6.8 only part 3 takes attachments of any kind"
    for file in listed:
        if "/AFRelationship" not in file or "/F" not in file or "/UF" not in file:
            yield "6.8 an attachment does not say its name or what it is to the document"
        if file not in associated:
            yield "6.8 an attachment does not belong to the document"
        if "/Subtype" not in file["/EF"]["/F"].get_object():
            yield "6.8 an attachment does not say its media type"
