"""Rows of a preview checked: against the others of their file and against the bank as they are now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from lms.ground.db import session
from question_bank.intakes.models import Intake, IntakeRow
from question_bank.intakes.queries.rows import rows_at, stretches
from question_bank.intakes.rules import grid
from question_bank.intakes.rules.grid import NEAR, Like, Row, Standing
from question_bank.items.models import Item, ItemVersion
from question_bank.items.rules.terms import ItemState


def examined(intake: Intake, records: Sequence[IntakeRow]) -> list[Row]:
    """These rows checked, against the others of their file and against the bank as they are now.

    What was said of a row and its hash must be written (flushed) before.
    """
    drafts = [record.draft for record in records]
    contents = [grid.content_from(draft) for draft in drafts]
    hashes = [
        grid.hash_of(draft, content, intake.reading)
        for draft, content in zip(drafts, contents, strict=True)
    ]
    twins = _twins(intake, records, hashes)
    near = _near(intake, records, hashes)
    files = intake.reading.get("files", {})
    return [
        grid.row(
            record.position, draft, content, digest,
            likes=twins.get(record.position, near.get(record.position, [])), files=files,
        )
        for record, draft, content, digest in zip(records, drafts, contents, hashes, strict=True)
    ]  # fmt: skip


def known(bank_id: int, hashes: Collection[str]) -> dict[str, int]:
    """Those of the content hashes that the bank has in use → the numbers of their items."""
    found: dict[str, int] = {}
    for some in stretches(sorted(set(hashes))):
        in_bank = (
            select(ItemVersion.content_hash, Item.id)
            .join(Item.current)
            .where(
                Item.bank_id == bank_id,
                Item.state != ItemState.RETIRED,
                ItemVersion.content_hash.in_(some),
            )
        )
        found |= dict(session.execute(in_bank).all())
    return found


def _twins(
    intake: Intake, records: Sequence[IntakeRow], hashes: Sequence[str]
) -> dict[int, list[Like]]:
    """Position → the item of the bank, else of the file, that says the same."""
    in_bank, first = known(intake.bank_id, hashes), _first(intake, hashes)
    found = {}
    for record, digest in zip(records, hashes, strict=True):
        twin = grid.same(digest, record.position, in_bank, first)
        if twin is not None:
            found[record.position] = [twin]
    return found


def _first(intake: Intake, hashes: Collection[str]) -> dict[str, int]:
    """Hash → the first row of the file that says it and was not set aside."""
    found: dict[str, int] = {}
    for some in stretches(sorted(set(hashes))):
        in_file = (
            select(IntakeRow.hash, func.min(IntakeRow.position))
            .where(
                IntakeRow.intake_id == intake.id,
                IntakeRow.standing != Standing.ASIDE,
                IntakeRow.hash.in_(some),
            )
            .group_by(IntakeRow.hash)
        )
        found |= dict(session.execute(in_file).all())
    return found


def _near(
    intake: Intake, records: Sequence[IntakeRow], hashes: Sequence[str]
) -> dict[int, list[Like]]:
    """Position → what says nearly the same, where it still stands."""
    nearby = [one for record in records for one in record.near]
    standing = _standing_rows(intake, {one["row"] for one in nearby if "row" in one})
    in_use = _in_use(intake, {one["version"] for one in nearby if "version" in one})
    found: dict[int, list[Like]] = {}
    for record, digest in zip(records, hashes, strict=True):
        told = []
        for one in record.near:
            at, version = one.get("row"), one.get("version")
            other = standing.get(at) if at is not None else in_use.get(version)
            if other is None or other == digest or (at is not None and at > record.position):
                continue
            name = f"row{at}" if at is not None else f"item{one['item']}"
            whose = f"本文件第{at + 1}题" if at is not None else f"题库第{one['item']}号试题"
            sentence = f"与{whose}相近，{one['share']:.0%}相同，请看是否重复。"
            told.append(Like(NEAR, name, sentence))
        if told:
            found[record.position] = told
    return found


def _standing_rows(intake: Intake, positions: Collection[int]) -> dict[int, str]:
    """Position → hash of those rows that are not set aside."""
    return {
        row.position: row.hash
        for row in rows_at(intake, positions)
        if row.standing is not Standing.ASIDE
    }


def _in_use(intake: Intake, version_ids: Collection[int]) -> dict[int, str]:
    """Version → hash of those that are in use in the bank of the intake."""
    return {
        version_id: digest
        for some in stretches(sorted(version_ids))
        for version_id, digest in session.execute(
            select(ItemVersion.id, ItemVersion.content_hash)
            .join(Item, Item.id == ItemVersion.item_id)
            .where(
                ItemVersion.id.in_(some),
                Item.bank_id == intake.bank_id,
                Item.state != ItemState.RETIRED,
            )
        )
    }


def kept(row: Row) -> Mapping[str, Any]:
    """The columns of IntakeRow that a checked row tells."""
    content = row.content
    texts = [content.stem, *content.options, *map(str, content.key), content.rationale]
    texts += [text for part in content.parts for text in (part.stem, *part.options)]
    texts += [str(row.item.get("number") or ""), str(row.item.get("topic", "")), *row.tags]
    return {
        "standing": row.standing,
        "kind": content.kind,
        "hash": row.hash,
        "codes": f" {' '.join(row.codes)} " if row.codes else "",
        "text": "\n".join(texts).casefold(),
        "topic": str(row.item.get("topic", "")),
    }
