"""Items → the bytes of an interchange file, read back before they go out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lms.ground.errors import Refused
from lms.ground.sheets.writing import Column, SheetSpec, workbook
from lms.ground.uploads import delivery
from lms.ground.uploads.models import Upload
from question_bank.exports import queries
from question_bank.exports.rules import Missed, Unfit, draft_of, essence, kept, missed
from question_bank.items.formats.interchange import FORMATS, SUFFIXES
from question_bank.items.formats.protocol import tidy
from question_bank.items.models import Item
from question_bank.items.queries import files
from question_bank.items.rules.draft import Draft
from question_bank.items.rules.terms import COGNITION_NAMES, DIFFICULTY_NAMES, KIND_NAMES, Kind
from question_bank.items.rules.terms import Source as Document
from question_bank.topics.queries import labels

_CHUNK = 500
_ENDS = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp",
    "audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/mp4": ".m4a", "audio/ogg": ".ogg",
    "audio/amr": ".amr", "video/mp4": ".mp4", "video/webm": ".webm",
}  # fmt: skip
_NO_NAME = "知识点名称里的“/”“>”会写成“／”“〉”"


@dataclass(frozen=True, slots=True)
class Exported:
    """A file with its number of items, and what of the items asked for is not in it."""

    data: bytes
    number: int
    missed: tuple[Missed, ...]


class _Files(Mapping[str, bytes]):
    """The bytes of uploads by the names under which they travel, read when they are asked for."""

    def __init__(self) -> None:
        self.uploads: dict[str, Upload] = {}

    def __getitem__(self, name: str) -> bytes:
        return delivery.path(self.uploads[name]).read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self.uploads)

    def __len__(self) -> int:
        return len(self.uploads)


def export(
    item_ids: Sequence[int],
    form: str,
    unfit: Unfit,
    *,
    advance: Callable[[int], None] = lambda done: None,
) -> Exported:
    """These items as a file of a format; `advance` hears how many were gathered.

    With Unfit.REFUSE the data is empty as soon as one item would lose something. What was
    written is read back: an item that comes back another counts as one that does not fit.
    """
    found = _Files()
    drafts, told = _drafts(item_ids, found, advance)
    for draft in drafts:
        losses = FORMATS[form].losses(draft)
        told += [missed(draft, loss.sentence, whole=loss.whole) for loss in losses]
    going = kept(drafts, told, unfit)
    if (told and unfit is Unfit.REFUSE) or not going:
        return Exported(b"", 0, tuple(told))
    data = _written(going, form, found)
    strange = _strange(going, told, data, form)
    if not strange:
        return Exported(data, len(going), tuple(told))
    told += strange
    going = kept(going, strange, unfit)
    if unfit is Unfit.REFUSE or not going:
        return Exported(b"", 0, tuple(told))
    return Exported(_written(going, form, found), len(going), tuple(told))


def _drafts(
    item_ids: Sequence[int], found: _Files, advance: Callable[[int], None]
) -> tuple[list[Draft], list[Missed]]:
    names = labels()
    drafts: list[Draft] = []
    told: list[Missed] = []
    for start in range(0, len(item_ids), _CHUNK):
        items = queries.items(item_ids[start : start + _CHUNK])
        wanted = {one for item in items for one in item.current.media}
        uploads = {upload.id: upload for upload in files(sorted(wanted))}
        for item in items:
            draft = _draft(item, names, uploads, found)
            drafts.append(draft)
            name = names.get(item.topic_id or 0, "")
            told += [missed(draft, _NO_NAME)] if any(sign in name for sign in "/>＞") else []
        advance(start + len(items))
    return drafts, told


def _draft(
    item: Item, names: Mapping[int, str], uploads: Mapping[int, Upload], found: _Files
) -> Draft:
    media = []
    for number in item.current.media:
        upload = uploads[number]
        name = f"{number}{_ENDS.get(upload.media_type, Path(upload.name).suffix)}"
        found.uploads[name] = upload
        media.append(name)
    topic = names.get(item.topic_id or 0, "")
    plain = topic.replace("/", "／").replace(">", "〉").replace("＞", "〉").replace(" › ", " > ")
    return tidy(
        replace(
            draft_of(item.id, item.kind.value, vars(item.current), media),
            topic=plain,
            tags=tuple(tag.word for tag in item.tags),
            difficulty=DIFFICULTY_NAMES[item.current.difficulty],
            cognition=COGNITION_NAMES[item.current.cognition],
            sources=tuple(
                Document(one.document, one.article, one.edition, one.valid_from, one.valid_to)
                for one in item.provenances
            ),
        )
    )


def _written(drafts: Sequence[Draft], form: str, found: _Files) -> bytes:
    numbered = [replace(draft, number=at) for at, draft in enumerate(drafts, start=1)]
    return FORMATS[form].write(numbered, found)


def _strange(
    drafts: Sequence[Draft], told: Sequence[Missed], data: bytes, form: str
) -> list[Missed]:
    """The items that do not come back as they went, of which that was not told already."""
    known = {one.number for one in told}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"items{SUFFIXES[form]}"
        path.write_bytes(data)
        read = FORMATS[form].read(path).items
    if len(read) != len(drafts):
        raise Refused("写出的文件读回来题数不对，没有导出，请联系系统管理员。")
    return [
        missed(draft, "写出后读回来与原题不同", whole=True)
        for draft, again in zip(drafts, read, strict=True)
        if draft.number not in known and essence(again) != essence(draft)
    ]


def list_of(told: Sequence[Missed], title: str) -> bytes:
    """What does not fit, item by item, as a workbook."""
    columns = [
        Column("编号", 8),
        Column("题型", 12),
        Column("题干", 40),
        Column("放不下的内容", 40),
    ]
    rows = [
        (
            one.number,
            KIND_NAMES[Kind(one.kind)],
            one.stem,
            one.sentence + ("（整道题）" if one.whole else ""),
        )
        for one in told
    ]
    return workbook([SheetSpec("放不下的内容", columns, rows, title=title)])
