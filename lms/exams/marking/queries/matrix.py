"""A scoring run as a table without names: who earned and chose what, for the analysis of items."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.queries import responses
from lms.exams.marking.models import ScoringRun
from lms.exams.marking.queries.corrections import at_run
from lms.exams.marking.queries.exams import items_of, slots_of
from lms.exams.marking.queries.runs import slots_of_run
from lms.exams.marking.rules.corrections import (
    Correction,
    corrected,
    dropped,
    tells_of_item,
    told_of_figures,
)
from lms.exams.sittings.models import Sitting
from lms.ground.clock import local
from lms.ground.db import session
from question_bank.analysis.rules.guessing import guess_score
from question_bank.analysis.rules.occasions import Asked
from question_bank.analysis.rules.table import Choices, Table
from question_bank.items.kinds.credits import plain
from question_bank.items.kinds.protocol import letter, letters
from question_bank.papers.models import Variant

_TRUTH = ("true", "false")
_Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The slots of one attempt, its variant, and which number every item has on it."""

    variant: Variant
    number_of: Mapping[int, int]
    points: Mapping[int, Decimal]
    given: Mapping[int, Any]


def table_of(run: ScoringRun, attempt_ids: Collection[int]) -> tuple[list[Asked], Table, str]:
    """The items of these attempts in a run, the table of points and choices, and what the
    corrections of the run mean for it. Items stand in the order of the first variant, then of
    the next.

    An item that stands in several variants is one column; who did not have it has None there.
    What nobody drew, or was left out by a correction, is no column.
    """
    standing, sheets = at_run(run.id), _sheets(run, attempt_ids)
    variants = {one.variant.id: one.variant for one in sheets}
    places = _places(sorted(variants.values(), key=lambda one: one.code))
    drawn = {item for sheet in sheets for item in sheet.number_of}
    gone = dropped(standing)
    columns = [item for item in places if item in drawn - gone]
    answers = [corrected(_answer(places[item]), standing.get(item)) for item in columns]
    table = Table(
        full=[Decimal(one["points"]) for one in answers],
        rows=[[_points(sheet, item) for item in columns] for sheet in sheets],
        slots=_by_place(sheets, gone),
        choices=[
            choices
            for at, (item, answer) in enumerate(zip(columns, answers, strict=True))
            for choices in _choices(at, item, answer, _slot(places[item]), sheets)
        ],
    )
    asked = [
        _asked(item, answer, places[item], standing.get(item))
        for item, answer in zip(columns, answers, strict=True)
    ]
    told = (
        (_label(places[item]), standing[item]) for item in places if item in drawn & {*standing}
    )
    return asked, table, told_of_figures(told)


def first_day(exam_id: int) -> date | None:
    """The day of the exam's first sitting; None while there is none."""
    opens_at = session.scalar(select(func.min(Sitting.opens_at)).where(Sitting.exam_id == exam_id))
    return None if opens_at is None else local(opens_at).date()


def _sheets(run: ScoringRun, attempt_ids: Collection[int]) -> list[_Sheet]:
    given = responses(attempt_ids)
    points = {
        attempt_id: {slot.number: slot.points for slot in slots}
        for attempt_id, slots in slots_of_run(run.id, attempt_ids).items()
    }
    sat = (
        select(Attempt.id, Attempt.seed, Variant)
        .join(Attempt.variant)
        .where(Attempt.id.in_(attempt_ids))
    )
    return [
        _Sheet(variant, items_of(variant, seed), points[attempt_id], given[attempt_id])
        for attempt_id, seed, variant in session.execute(sat.order_by(Attempt.id))
    ]


def _places(variants: Iterable[Variant]) -> dict[int, list[tuple[Variant, int]]]:
    """Where each item version stands."""
    found: dict[int, list[tuple[Variant, int]]] = {}
    for variant in variants:
        for number in sorted(map(int, variant.answers)):
            item = int(variant.answers[str(number)]["item_version_id"])
            found.setdefault(item, []).append((variant, number))
    return found


def _points(sheet: _Sheet, item: int) -> Decimal | None:
    number = sheet.number_of.get(item)
    return None if number is None else sheet.points[number]


def _answer(places: Sequence[tuple[Variant, int]]) -> _Entry:
    variant, number = places[0]
    entry: _Entry = variant.answers[str(number)]
    return entry


def _slot(places: Sequence[tuple[Variant, int]]) -> _Entry:
    variant, number = places[0]
    return slots_of(variant.content)[number]


def _label(places: Sequence[tuple[Variant, int]]) -> str:
    return "、".join(f"{variant.code}卷第{number}题" for variant, number in places)


def _by_place(sheets: Sequence[_Sheet], gone: set[int]) -> list[list[Decimal]]:
    """The points of each sheet by place, without the places where nobody's item counts."""
    out = [{one.number_of[item] for item in gone & one.number_of.keys()} for one in sheets]
    nobody = set.intersection(*out) if out else set()
    return [[one.points[number] for number in sorted({*one.points} - nobody)] for one in sheets]


def _asked(
    item: int, answer: _Entry, places: Sequence[tuple[Variant, int]], correction: Correction | None
) -> Asked:
    slot = _slot(places)
    guess: Fraction | None = guess_score(
        answer,
        len(slot.get("options") or ()),
        [len(part.get("options") or ()) for part in slot.get("parts") or ()],
    )
    return Asked(item, _label(places), guess, tells=tells_of_item(correction))


def _choices(
    at: int, item: int, answer: _Entry, slot: _Entry, sheets: Sequence[_Sheet]
) -> list[Choices]:
    """The lists of options of an item: its own, or those of its parts."""
    given = [sheet.given.get(sheet.number_of.get(item, 0)) for sheet in sheets]
    asked: list[tuple[int, _Entry, _Entry, list[Any]]] = [(0, answer, slot, given)]
    for part, (entry, shown) in enumerate(
        zip(answer.get("parts") or (), slot.get("parts") or (), strict=False), start=1
    ):
        inner = [one.get(str(part)) if isinstance(one, dict) else None for one in given]
        asked.append((part, entry, shown, inner))
    return [
        Choices(
            item=at,
            part=part,
            letters=offered,
            key=frozenset(map(str, plain(entry["key"]))),
            chosen=[_chosen(entry["kind"], one) for one in answers],
        )
        for part, entry, shown, answers in asked
        if (offered := _offered(entry["kind"], shown))
    ]


def _offered(kind: str, slot: _Entry) -> tuple[str, ...]:
    """What there is to choose from; nothing where people do not choose."""
    if kind == "truth":
        return _TRUTH
    if kind in ("single", "multiple"):
        return tuple(letter(at) for at in range(len(slot["options"])))
    return ()


def _chosen(kind: str, response: Any) -> frozenset[str]:
    if kind == "truth":
        return frozenset({response} & set(_TRUTH)) if isinstance(response, str) else frozenset()
    return frozenset(letters(response))
