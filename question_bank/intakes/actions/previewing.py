"""What people say of the rows of a preview: one by one, or all that have the same problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from lms.ground.audit.actions import Actor
from lms.ground.db import session
from lms.ground.errors import Conflict, Refused
from question_bank.intakes.models import Intake, IntakeRow
from question_bank.intakes.queries import examining, rows
from question_bank.intakes.queries.comparing import Comparison
from question_bank.intakes.rules import grid, pictures
from question_bank.intakes.rules.grid import Decision, Standing
from question_bank.intakes.rules.sieve import Sieve
from question_bank.intakes.rules.terms import IntakeState

_FEW = 300
# What of a draft is compared with others.
_WORDS = ("kind", "stem", "options", "parts")


class Deed(StrEnum):
    """What can be done to many rows at once."""

    ACCEPT = "accept"
    ASIDE = "aside"
    BACK = "back"
    TOPIC = "topic"
    TAGS = "tags"
    DIFFICULTY = "difficulty"
    POINTS = "points"


FIELDS = (Deed.TOPIC, Deed.TAGS, Deed.DIFFICULTY, Deed.POINTS)


def opened(intake: Intake) -> Intake:
    """The intake while its preview may be changed; else Refused."""
    if intake.state is not IntakeState.PREVIEW:
        raise Refused("这次导入现在不能改动：它还没有读完，或者已经入库。")
    return intake


def correct(
    intake: Intake, position: int, fields: Mapping[str, Any], *, dropped: Sequence[str] = (),
    seen: int | None, by: Actor,
) -> None:  # fmt: skip
    """Change one item of the preview: `kind`, `stem`, `options`, `key` …, and take away pictures.

    A correction is a look: the doubts about the item are settled by it, but for what it is like
    by its new words. Conflict on a stale form.
    """
    record = _changing(intake, position, seen, by)
    before = record.draft
    said = {**record.said, **fields, **_accepted(intake, [record])[position]}
    record.said = said | pictures.without({**record.item, **said}, dropped)
    _reword(record, before)
    _look_again(intake, [record])


def restore(intake: Intake, position: int, *, seen: int | None, by: Actor) -> None:
    """Forget all that was said of an item: it is as the file has it."""
    record = _changing(intake, position, seen, by)
    before, record.said = record.draft, {}
    _reword(record, before)
    _look_again(intake, [record])


def decide(
    intake: Intake, position: int, decision: Decision | None, *, seen: int | None, by: Actor
) -> None:
    """Accept an item with its doubts, set it aside, or take the decision back.

    Conflict on a stale page, but for whoever decides what was decided already.
    """
    wanted = decision.value if decision else ""
    known = rows.get_row(opened(intake), position)
    if known.said.get("decision", "") == wanted and known.standing is not Standing.DOUBTFUL:
        return
    record = _changing(intake, position, seen, by)
    said: dict[int, dict[str, Any]] = {position: {"decision": wanted}}
    if decision is Decision.ACCEPTED:
        said = _accepted(intake, [record])
    record.said = {**record.said, **said[position]}
    _look_again(intake, [record])


def set_all_aside(intake: Intake, *, by: Actor) -> int:
    """Set aside whatever has faults or undecided doubts; how many."""
    return _say(intake, rows.waiting(opened(intake)), Decision.ASIDE.value, by)


def decide_all(
    intake: Intake, sieve: Sieve, deed: Deed, *, expected: int | None, by: Actor
) -> tuple[int, int]:
    """Accept, set aside or take back all that the sieve lets through: (how many, how many not).

    Accepting settles one problem that was looked at: whoever has faults or another doubt as well
    is left for a look of its own. Conflict if not as many are meant as were shown.
    """
    if deed is Deed.ACCEPT and not sieve.code:
        raise Refused("请先选定一种问题，再把有这种问题的题一起核对。")
    found = _meant(intake, sieve, expected)
    fit = [row for row in found if _fits(row, sieve, deed)]
    decision = {Deed.ACCEPT: Decision.ACCEPTED.value, Deed.ASIDE: Decision.ASIDE.value}
    return _say(intake, fit, decision.get(deed, ""), by), len(found) - len(fit)


def set_all(
    intake: Intake, sieve: Sieve, fields: Mapping[str, Any], *, only_empty: bool,
    expected: int | None, by: Actor,
) -> int:  # fmt: skip
    """Say the topic, the tags, the difficulty or the points of all that the sieve lets through; how many.

    This settles no doubts. With `only_empty`, what the file itself says stays.
    """
    found = _meant(intake, sieve, expected)
    if only_empty:
        found = [row for row in found if not any(row.draft.get(name) for name in fields)]
    _note(found, {row.position: fields for row in found}, by)
    session.flush()
    recheck(found, intake)
    return len(found)


def keep_near(intake: Intake, comparison: Comparison) -> None:
    """What the comparison found to be nearly the same; rows that were changed meanwhile wait for
    the next one."""
    fresh = [
        row
        for row in rows.rows_at(intake, comparison.versions)
        if row.version == comparison.versions[row.position]
    ]
    changed = []
    for row in fresh:
        row.compared = True
        near = [dict(one) for one in comparison.near.get(row.position, ())]
        if row.near != near:
            row.near = near
            changed.append(row)
    session.flush()
    recheck(changed, intake)


def _fits(row: IntakeRow, sieve: Sieve, deed: Deed) -> bool:
    if deed is Deed.ACCEPT:
        return row.standing is Standing.DOUBTFUL and row.codes.split() == [sieve.code]
    aside = row.standing is Standing.ASIDE
    return not aside if deed is Deed.ASIDE else bool(row.said.get("decision"))


def _meant(intake: Intake, sieve: Sieve, expected: int | None) -> list[IntakeRow]:
    found = list(session.scalars(rows.sifted(opened(intake).id, sieve)))
    if expected is not None and len(found) != expected:
        raise Conflict(
            f"符合条件的刚才是{expected}道，现在是{len(found)}道，可能有人正在一起处理；"
            "没有改动，请看过再决定。"
        )
    return found


def _say(intake: Intake, found: Sequence[IntakeRow], decision: str, by: Actor) -> int:
    said: Mapping[int, Mapping[str, Any]] = {one.position: {"decision": decision} for one in found}
    if decision == Decision.ACCEPTED:
        said = _accepted(intake, found)
    _note(found, said, by)
    _look_again(intake, found)
    return len(found)


def _accepted(intake: Intake, found: Sequence[IntakeRow]) -> dict[int, dict[str, Any]]:
    """Position → that these rows are fit as they stand, beside what is alike now."""
    return {
        row.index: {"decision": Decision.ACCEPTED.value, "seen": list(row.likes)}
        for row in examining.examined(intake, found)
    }


def _reword(row: IntakeRow, before: Mapping[str, Any]) -> None:
    """A row that asks something else than before is held against the others once more."""
    if any(row.draft.get(name) != before.get(name) for name in _WORDS):
        row.compared = False


def _note(found: Sequence[IntakeRow], said: Mapping[int, Mapping[str, Any]], by: Actor) -> None:
    for row in found:
        row.said = {**row.said, **said[row.position]}
        row.changed_by = by.name
        row.version += 1


def _changing(intake: Intake, position: int, seen: int | None, by: Actor) -> IntakeRow:
    record = rows.get_row(opened(intake), position)
    if record.version != seen:
        raise Conflict(
            f"第{position + 1}题刚由{record.changed_by or '别人'}处理过，"
            "没有覆盖；请看过现在的样子再决定。"
        )
    record.edited_from(seen)
    record.changed_by = by.name
    return record


def _look_again(intake: Intake, changed: Sequence[IntakeRow]) -> None:
    """Tell anew where these rows stand, and those that stood in their light."""
    former = {row.hash for row in changed}
    for row in changed:
        row.hash = grid.hash_of(row.draft, grid.content_from(row.draft), intake.reading)
        aside = row.said.get("decision") == Decision.ASIDE
        row.standing = Standing.ASIDE if aside else Standing.DOUBTFUL
    session.flush()
    if len(changed) > _FEW:
        recheck(rows.all_rows(intake), intake)
        return
    near = {one["row"] for row in changed for one in row.near if "row" in one}
    peers = rows.saying(intake, former | {row.hash for row in changed})
    records = {row.position: row for row in [*changed, *peers, *rows.rows_at(intake, near)]}
    recheck(list(records.values()), intake)


def recheck(records: Sequence[IntakeRow], intake: Intake) -> None:
    """Tell where these rows of the intake stand, as file and bank are now."""
    for record, row in zip(records, examining.examined(intake, records), strict=True):
        for name, value in examining.kept(row).items():
            if getattr(record, name) != value:
                setattr(record, name, value)
    session.flush()
