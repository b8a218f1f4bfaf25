"""Keyed-in sheets from a workbook: one row a candidate, one column a field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lms.exams.attempts.rules.operations import Response
from lms.exams.scripts.queries import Sheet
from lms.exams.scripts.rules import NAME, SEAT, Field, Script, fields, read_script, write_script
from lms.ground.errors import Refused
from lms.ground.sheets.columns import Listing, find_listing
from lms.ground.sheets.reading import Row, read

Present = Mapping[int, Mapping[int, Response]]
"""The present answers of every sheet, as `attempts.queries.responses` gives them."""


@dataclass(frozen=True)
class Read:
    """A row of the workbook: the sheet that it belongs to, if it does, and what stands in it;
    `is_new`: it says something, and something else than the sheet has: only then is it taken in
    (a template that was fetched earlier has empty rows for who was keyed in since)."""

    number: int
    sheet: Sheet | None
    script: Script | None
    faults: tuple[str, ...]
    is_new: bool = False

    @property
    def answered(self) -> int:
        answers = self.script.answers if self.script else {}
        return sum(one is not None for one in answers.values())


def read_workbook(content: bytes, sheets: Sequence[Sheet], present: Present) -> list[Read]:
    """The rows under the header, each with its faults. Refused where there is no such table."""
    table = read(content)[0]
    known = _fields(sheets)
    wanted = {"seat": (SEAT, "座位"), "name": (NAME,)}
    columns = {field.name: (field.label, f"{field.number}", field.name) for field in known}
    listing = find_listing(table, {**wanted, **columns}, optional=list(columns))
    if not set(listing.columns) & set(columns):
        raise Refused("没有找到一道题的列，请用本页的模板填写。")
    by_seat = {str(one.candidate.seat): one for one in sheets}
    rows, seen = [], set()
    for row in listing.rows:
        read_row = _read(row, listing, by_seat, list(columns), present)
        seat = listing.text(row, "seat")
        if seat in seen:
            told = f"第 {row.number} 行：座位号 {seat} 出现了两次。"
            read_row = replace(read_row, faults=(*read_row.faults, told))
        seen.add(seat)
        rows.append(read_row)
    if not rows:
        raise Refused("表里没有一行答卷。")
    return rows


def _fields(sheets: Sequence[Sheet]) -> list[Field]:
    """The fields of all variants of the sitting; they mostly have the same."""
    by_name = {
        field.name: field
        for content in {
            one.attempt.variant_id: one.attempt.variant.content for one in sheets
        }.values()
        for field in fields(content)
    }
    return sorted(by_name.values(), key=lambda field: (field.number, field.part))


def _read(
    row: Row, listing: Listing, by_seat: dict[str, Sheet], names: list[str], present: Present
) -> Read:
    where = f"第 {row.number} 行"
    seat, name = listing.text(row, "seat"), listing.text(row, "name")
    sheet = by_seat.get(seat)
    if sheet is None:
        return Read(row.number, None, None, (f"{where}：没有座位号“{seat}”的考生。",))
    if name.replace(" ", "") != sheet.name.replace(" ", ""):
        told = f"{where}：座位号 {seat} 的考生是{sheet.name}，表里写的是“{name}”。"
        return Read(row.number, sheet, None, (told,))
    typed = {one: listing.text(row, one) for one in names}
    paper, seed = sheet.attempt.variant.content, sheet.attempt.seed
    script, kept = (
        read_script(paper, seed, typed),
        write_script(paper, seed, present[sheet.attempt.id]),
    )
    is_new = any(typed.values()) and any(
        text.split() != kept.get(one, "").split() for one, text in typed.items()
    )
    faults = tuple(f"{where}，{fault}" for fault in script.faults)
    return Read(row.number, sheet, script, faults, is_new)
