"""The house's own Word file, written: every paragraph is of a style that says what it holds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from PIL import Image

from question_bank.items.formats import figures, template
from question_bank.items.formats.tags import groups_text, source_text
from question_bank.items.kinds.protocol import letter
from question_bank.items.rules.draft import Draft, limits_text
from question_bank.items.rules.terms import KIND_NAMES, Kind

STEM, PART, OPTION, FIELD, NOTE = "逢学题干", "逢学小题", "逢学选项", "逢学属性", "逢学说明"
_IDS = {STEM: "FxStem", PART: "FxPart", OPTION: "FxOption", FIELD: "FxField", NOTE: "FxNote"}
_LOOKS = {
    STEM: '<w:pPr><w:keepNext/><w:spacing w:before="200"/></w:pPr>',
    PART: '<w:pPr><w:keepNext/><w:spacing w:before="100"/><w:ind w:left="200"/></w:pPr>',
    OPTION: '<w:pPr><w:ind w:left="420"/></w:pPr>',
    FIELD: '<w:pPr><w:ind w:left="420"/></w:pPr><w:rPr><w:color w:val="44546A"/></w:rPr>',
    NOTE: '<w:rPr><w:color w:val="808080"/></w:rPr>',
}
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/package/2006"
_PER_PIXEL, _WIDEST = 9525, 5_000_000  # English Metric Units
_EARLIEST = (1980, 1, 1, 0, 0, 0)
Paragraph = tuple[str, str, str]


def document(
    drafts: Sequence[Draft], files: Mapping[str, bytes], guide: Sequence[str] = ()
) -> bytes:
    """The file; `guide` are lines above the items."""
    pictures = {
        name: f"image{at}.{_suffix(name)}" for at, name in enumerate(_pictures(drafts), start=1)
    }
    sizes = {name: _size(files[name]) for name in pictures}
    ids = {name: at for at, name in enumerate(pictures, start=1)}

    def drawn(name: str) -> str:
        return _drawing(ids[name], *sizes[name])

    body = [_paragraph((NOTE, "", line), (), drawn) for line in guide]
    for number, draft in enumerate(drafts, start=1):
        body += [_paragraph(one, draft.media, drawn) for one in _item(draft, number)]
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, text in _parts("".join(body), pictures, ids).items():
            _put(made, name, text.encode())
        for name, part in pictures.items():
            _put(made, f"word/media/{part}", files[name])
    return memory.getvalue()


def _pictures(drafts: Sequence[Draft]) -> list[str]:
    return list(dict.fromkeys(
        name for draft in drafts for name in draft.media if not figures.is_sound(name)
    ))  # fmt: skip


def _suffix(name: str) -> str:
    suffix = name.rpartition(".")[2].lower()
    return suffix if suffix in ("png", "jpg", "jpeg", "gif") else "png"


def _item(draft: Draft, number: int) -> Iterator[Paragraph]:
    """The paragraphs of an item as (style, label, text)."""
    yield (STEM, f"{draft.number or number}．[{KIND_NAMES[Kind(draft.kind)]}]", draft.stem)
    for name in figures.unshown(draft):
        if not figures.is_sound(name):
            yield (FIELD, "附图：", f"［图{draft.media.index(name) + 1}］")
    yield from _fields(draft)
    if draft.kind in ("case", "listening"):
        for at, part in enumerate(draft.parts, start=1):
            yield (PART, f"（{at}）[{KIND_NAMES[Kind(part.kind)]}]", part.stem)
            yield from _fields(part)


def _fields(draft: Draft) -> Iterator[Paragraph]:
    if draft.kind == "matching":
        for part in draft.parts:
            yield (FIELD, "左栏：", part.stem)
    for at, option in enumerate(draft.options):
        yield (OPTION, f"{letter(at)}．", option)
    keys = map(str, draft.key) if draft.kind in template.WRITTEN else [template.key_text(draft)]
    told = [
        *(("答案", key) for key in keys),
        ("可换序", groups_text(draft)),
        *(("采分点", template.row_text(row)) for row in draft.rubric),
        ("解析", draft.rationale),
        ("分值", "" if draft.points is None else f"{draft.points:f}"),
        ("难度", draft.difficulty),
        ("认知层次", draft.cognition),
        ("知识点", draft.topic),
        ("标签", "、".join(draft.tags)),
        *(("出处", source_text(source)) for source in draft.sources),
        *limits_text(draft).items(),
        ("录音文字", draft.transcript),
    ]
    for name, text in told:
        if text:
            yield (FIELD, f"{name}：", text)


def _paragraph(one: Paragraph, media: Sequence[str], drawn: Callable[[str], str]) -> str:
    style, label, text = one
    bold = (
        f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{escape(label)}</w:t></w:r>'
        if label
        else ""
    )
    pieces = figures.split(text, media)
    runs = "".join(
        f"<w:r>{drawn(piece)}</w:r>" if at % 2 else _run(piece) for at, piece in enumerate(pieces)
    )
    return f'<w:p><w:pPr><w:pStyle w:val="{_IDS[style]}"/></w:pPr>{bold}{runs}</w:p>'


def _run(text: str) -> str:
    if not text:
        return ""
    lines = (f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{'<w:br/>'.join(lines)}</w:r>"


def _size(data: bytes) -> tuple[int, int]:
    """Width and height on the page in EMU; an inch square for what is no picture."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = (max(1, side) * _PER_PIXEL for side in image.size)
    except (OSError, ValueError, Image.DecompressionBombError):
        return 914_400, 914_400
    shrunk = min(1.0, _WIDEST / width)
    return int(width * shrunk), int(height * shrunk)


def _drawing(number: int, width: int, height: int) -> str:
    picture = "http://schemas.openxmlformats.org/drawingml/2006/picture"
    main = "http://schemas.openxmlformats.org/drawingml/2006/main"
    return (
        '<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
        f'wordprocessingDrawing"><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{number}" name="图{number}"/><a:graphic xmlns:a="{main}">'
        f'<a:graphicData uri="{picture}"><pic:pic xmlns:pic="{picture}"><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="图{number}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="rIdP{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing>"
    )


def _parts(body: str, pictures: Mapping[str, str], ids: Mapping[str, int]) -> dict[str, str]:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    images = "".join(
        f'<Relationship Id="rIdP{ids[name]}" Type="{_R}/image" Target="media/{part}"/>'
        for name, part in pictures.items()
    )
    kinds = "".join(
        f'<Default Extension="{suffix}" ContentType="image/{"jpeg" if suffix == "jpg" else suffix}"/>'
        for suffix in ("png", "jpg", "jpeg", "gif")
    )
    return {
        "[Content_Types].xml": f'{head}<Types xmlns="{_OFFICE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/>{kinds}<Override PartName="/word/document.xml" ContentType="{main}'
        f'.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="{main}.styles+xml"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{_OFFICE}/relationships"><Relationship Id="rId1" '
        f'Type="{_R}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{head}<Relationships xmlns="{_OFFICE}/relationships"><Relationship '
        f'Id="rIdS" Type="{_R}/styles" Target="styles.xml"/>{images}</Relationships>',
        "word/styles.xml": head + _styles(),
        "word/document.xml": f'{head}<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{body}<w:sectPr>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1300" w:bottom="1440" '
        'w:left="1300" w:header="850" w:footer="990" w:gutter="0"/></w:sectPr></w:body></w:document>',
    }  # fmt: skip


def _styles() -> str:
    font = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/><w:sz w:val="22"/>'
    own = "".join(
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{_IDS[name]}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/>{look}</w:style>'
        for name, look in _LOOKS.items()
    )
    return (
        f'<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>{font}</w:rPr></w:rPrDefault>'
        '</w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
        f'<w:name w:val="Normal"/></w:style>{own}</w:styles>'
    )


def _put(made: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EARLIEST)
    entry.compress_type = zipfile.ZIP_DEFLATED
    made.writestr(entry, data, compresslevel=1)
