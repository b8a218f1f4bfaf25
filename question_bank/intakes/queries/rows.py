"""Reading the rows of a preview: pages, counts, and each row checked against file and bank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from question_bank.intakes.models import Intake, IntakeRow
from question_bank.intakes.rules import grid
from question_bank.intakes.rules.grid import NEAR, Like, Row, Standing
from question_bank.intakes.rules.sieve import Sieve
from question_bank.items.models import Item, ItemVersion
from question_bank.items.rules.terms import ItemState
from question_bank.items.rules.typed import topic_path
from question_bank.topics.queries import labels

WAITING = (Standing.FAULTY, Standing.DOUBTFUL)
ROWS_PER_PAGE = 50
_URGENCY = case({standing: at for at, standing in enumerate(Standing)}, value=IntakeRow.standing)
_STRETCH = 500


def page(intake: Intake, sieve: Sieve, *, number: int | None) -> Page[IntakeRow]:
    """A page of the rows that the sieve lets through, the most urgent first."""
    statement = sifted(intake.id, sieve).order_by(_URGENCY, IntakeRow.position)
    return paginate(statement, number=number, size=ROWS_PER_PAGE)


def sifted(intake_id: int, sieve: Sieve) -> Select[IntakeRow]:
    """The rows that the sieve lets through, in no order."""
    return select(IntakeRow).where(IntakeRow.intake_id == intake_id, *_conditions(sieve))


def number_sifted(intake_id: int, sieve: Sieve) -> int:
    """How many rows the sieve lets through."""
    statement = select(func.count()).select_from(IntakeRow)
    found = session.scalar(statement.where(IntakeRow.intake_id == intake_id, *_conditions(sieve)))
    return found or 0


def _conditions(sieve: Sieve) -> Iterator[ColumnElement[bool]]:
    if sieve.standing in set(Standing):
        yield IntakeRow.standing == Standing(sieve.standing)
    if sieve.kind:
        yield IntakeRow.kind == ("" if sieve.kind == "none" else sieve.kind)
    if sieve.code:
        yield IntakeRow.codes.contains(f" {sieve.code} ", autoescape=True)
    if sieve.text:
        yield IntakeRow.text.contains(sieve.text.casefold(), autoescape=True)


def get_row(intake: Intake, position: int) -> IntakeRow:
    """The row at a position from 0; Missing where the file has none."""
    found = session.get(IntakeRow, (intake.id, position))
    if found is None:
        raise Missing("文件里的这道题")
    return found


def all_rows(intake: Intake) -> list[IntakeRow]:
    """Every row in the order of the file."""
    statement = select(IntakeRow).where(IntakeRow.intake_id == intake.id)
    return list(session.scalars(statement.order_by(IntakeRow.position)))


def uncompared(intake: Intake) -> int:
    """How many rows, of those that may enter, changed since what is near them was looked for."""
    statement = select(func.count()).where(
        IntakeRow.intake_id == intake.id,
        IntakeRow.standing != Standing.ASIDE,
        IntakeRow.compared.is_(False),
    )
    return session.scalar(statement) or 0


def waiting(intake: Intake) -> list[IntakeRow]:
    """The rows with faults or undecided doubts."""
    statement = select(IntakeRow).where(
        IntakeRow.intake_id == intake.id, IntakeRow.standing.in_(WAITING)
    )
    return list(session.scalars(statement.order_by(IntakeRow.position)))


def ready(intake: Intake) -> list[IntakeRow]:
    """The rows that would enter, in the order of the file."""
    statement = select(IntakeRow).where(
        IntakeRow.intake_id == intake.id, IntakeRow.standing == Standing.READY
    )
    return list(session.scalars(statement.order_by(IntakeRow.position)))


def rows_at(intake: Intake, positions: Collection[int]) -> list[IntakeRow]:
    """The rows at these positions."""
    return [
        row
        for some in _stretches(sorted(positions))
        for row in session.scalars(
            select(IntakeRow).where(IntakeRow.intake_id == intake.id, IntakeRow.position.in_(some))
        )
    ]


def saying(intake: Intake, hashes: Collection[str]) -> list[IntakeRow]:
    """The rows whose content has one of these hashes."""
    statement = select(IntakeRow).where(
        IntakeRow.intake_id == intake.id, IntakeRow.hash.in_(hashes)
    )
    return list(session.scalars(statement))


def tally(intake: Intake) -> dict[Standing, int]:
    """How many rows stand where."""
    counted = session.execute(
        select(IntakeRow.standing, func.count())
        .where(IntakeRow.intake_id == intake.id)
        .group_by(IntakeRow.standing)
    )
    return dict.fromkeys(Standing, 0) | dict(counted.all())


def kinds(intake: Intake, *standings: Standing) -> dict[str, int]:
    """How many rows there are of each kind, the most frequent first."""
    statement = select(IntakeRow.kind, func.count()).where(IntakeRow.intake_id == intake.id)
    if standings:
        statement = statement.where(IntakeRow.standing.in_(standings))
    counted = session.execute(statement.group_by(IntakeRow.kind).order_by(func.count().desc()))
    return dict(counted.all())


def codes(intake: Intake, *standings: Standing) -> dict[str, int]:
    """How many of the rows that stand there have which problem, the most frequent first."""
    told = session.scalars(
        select(IntakeRow.codes).where(
            IntakeRow.intake_id == intake.id, IntakeRow.standing.in_(standings)
        )
    )
    counted = Counter(code for line in told for code in line.split())
    return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def new_topics(intake: Intake) -> list[str]:
    """The topics that taking in would make, as people read them."""
    said = session.scalars(
        select(IntakeRow.topic)
        .where(IntakeRow.intake_id == intake.id, IntakeRow.standing == Standing.READY)
        .distinct()
    )
    known = set(labels().values())
    paths = {tuple(topic_path(one)) for one in said}
    wanted = {" › ".join(path[: at + 1]) for path in paths for at in range(len(path))}
    return sorted(wanted - known)


def set_aside(intake: Intake) -> list[IntakeRow]:
    """The rows that do not enter, in the order of the file."""
    statement = select(IntakeRow).where(
        IntakeRow.intake_id == intake.id, IntakeRow.standing == Standing.ASIDE
    )
    return list(session.scalars(statement.order_by(IntakeRow.position)))


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
    for some in _stretches(sorted(set(hashes))):
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
    for some in _stretches(sorted(set(hashes))):
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
        for some in _stretches(sorted(version_ids))
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


def _stretches(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _STRETCH):
        yield values[start : start + _STRETCH]


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
