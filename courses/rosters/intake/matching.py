"""Who the rows of a name list are: known people, new ones, learners already, and doubles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from courses.cohorts.queries import enrolments
from courses.rosters import queries
from courses.rosters.intake.reading import Roster, RosterRow, mask
from lms.ground.people.models import Person, Unit
from lms.ground.people.queries import people_by_id_hash, units_by_name
from lms.ground.people.rules import UNIT_KIND_NAMES, UnitKind
from lms.ground.vault import lookup_hash
from lms.ground.words import word

NEW_UNIT = "new:"
EVERYBODY = "all"
_TOLD = 10


class RowState(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    KNOWN = "known"
    LEARNER = "learner"


ROW_STATE_NAMES = {
    RowState.NEW: word("新建人员"),
    RowState.KNOWN: word("已有人员"),
    RowState.LEARNER: word("已是本班学员"),
}


@dataclass(frozen=True)
class Line:
    """A row, who it is, and everything that stands against it.

    `is_confirmed`: somebody has said that this is a new person although nobody can check it.
    """

    row: RosterRow
    state: RowState
    person: Person | None
    faults: tuple[str, ...]
    is_confirmed: bool = False

    @property
    def doubt(self) -> str:
        """Why a new person may be one that is known; "" where an ID number settles it."""
        if self.state is not RowState.NEW or self.faults or self.row.id_number:
            return ""
        lacking = "身份证号" if self.row.unit else "身份证号和单位"
        return f"没有{lacking}，无法核对是否同一人。"

    @property
    def id_number(self) -> str:
        """What may be shown of the ID number."""
        return mask(self.row.id_number)

    @property
    def phone(self) -> str:
        return mask(self.row.phone)


@dataclass(frozen=True)
class Matched:
    """A name list against what the house knows.

    `units` is where each named unit was found; `asked` are the names that no unit has, and
    those of them that were not answered yet are the `unknown_units`.
    """

    roster: Roster
    lines: tuple[Line, ...]
    units: Mapping[str, Unit]
    new_units: Mapping[str, UnitKind]
    asked: tuple[str, ...]
    unknown_units: tuple[str, ...]

    @property
    def faults(self) -> list[str]:
        """All that must be put right before the list can be entered, as sentences."""
        found = list(self.roster.faults)
        found += [
            f"单位“{name}”还不在系统里，请选择对应的单位或新建。" for name in self.unknown_units
        ]
        for line in self.lines:
            found += [f"第{line.row.number}行：{fault}" for fault in line.faults]
        return found

    @property
    def doubtful(self) -> list[Line]:
        """The rows that somebody has to confirm or has confirmed."""
        return [line for line in self.lines if line.doubt]

    @property
    def doubts(self) -> list[str]:
        """What still has to be confirmed before the list can be entered, as a sentence."""
        waiting = [str(line.row.number) for line in self.doubtful if not line.is_confirmed]
        if not waiting:
            return []
        rows = "、".join(waiting[:_TOLD]) + ("等" if len(waiting) > _TOLD else "")
        return [
            f"第{rows}行共{len(waiting)}人没有身份证号，无法核对是否同一人："
            "请补上身份证号，或确认是新的人。"
        ]

    def count(self, state: RowState) -> int:
        """How many rows are so; what is at fault is nobody yet."""
        return sum(line.state == state and not line.faults for line in self.lines)


def match(
    roster: Roster,
    cohort_id: int,
    choices: Mapping[str, str],
    confirmed: Collection[str] = (),
) -> Matched:
    """Match the rows with people and units, in a fixed number of statements.

    `choices` says for a unit that is not known by its name what it is: the number of a unit,
    or `new:` and a kind; `confirmed` are the numbers of doubtful rows that are new people, or
    `all`.
    """
    found = _People(roster.rows)
    learners = {row.person_id for row in enrolments(cohort_id)}
    everybody = EVERYBODY in confirmed
    lines = [
        replace(found.line(row, learners), is_confirmed=everybody or str(row.number) in confirmed)
        for row in roster.rows
    ]
    known = units_by_name()
    named = dict.fromkeys(line.row.unit for line in lines if line.state is RowState.NEW)
    asked = tuple(name for name in named if name and name not in known)
    units = {name: known[name] for name in named if name in known}
    by_id = {str(unit.id): unit for unit in known.values()}
    units |= {name: by_id[choices[name]] for name in asked if choices.get(name) in by_id}
    new_units = _new_units(asked, choices)
    unknown = tuple(name for name in asked if name not in units and name not in new_units)
    return Matched(roster, tuple(_mark_doubles(lines)), units, new_units, asked, unknown)


class _People:
    """The people whom rows may mean: by ID number, by learner number, by name and unit."""

    def __init__(self, rows: Sequence[RosterRow]) -> None:
        numbers = {row.id_number for row in rows if row.id_number and not row.faults}
        self._by_id = people_by_id_hash([lookup_hash(number) for number in numbers])
        self._by_number = queries.find_by_learner_numbers(
            {row.learner_number for row in rows if row.learner_number}
        )
        self._by_name = queries.people_by_name({row.details.name for row in rows})

    def line(self, row: RosterRow, learners: set[int]) -> Line:
        person, fault = self._find(row)
        faults = (*row.faults, *([fault] if fault else []))
        if person is None:
            return Line(row, RowState.NEW, None, faults)
        state = RowState.LEARNER if person.id in learners else RowState.KNOWN
        return Line(row, state, person, faults)

    def _find(self, row: RosterRow) -> tuple[Person | None, str]:
        name = row.details.name
        person = self._by_id.get(lookup_hash(row.id_number)) if row.id_number else None
        if person is not None:
            known = f"这个身份证号已登记为另一个姓名（{person.name[:1]}某），请核对。"
            return (person, "") if person.name == name else (None, known)
        person = self._by_number.get(row.learner_number)
        if person is not None:
            return (person, "") if person.name == name else (None, "学号与姓名对不上，请核对。")
        if row.id_number:
            return None, ""
        return self._by_name_and_unit(row)

    def _by_name_and_unit(self, row: RosterRow) -> tuple[Person | None, str]:
        alike = self._by_name.get(row.details.name, [])
        if row.unit:
            alike = [one for one in alike if one.unit is not None and one.unit.name == row.unit]
            fault = "本单位有同名的人，请填写身份证号以便区分。" if len(alike) > 1 else ""
            return (alike[0], "") if len(alike) == 1 else (None, fault)
        return None, "系统里已有同名的人，请填写身份证号或单位以便区分。" if alike else ""


def _mark_doubles(lines: Iterable[Line]) -> Iterable[Line]:
    """The later of two rows that mean the same person is at fault."""
    seen: dict[object, int] = {}
    for line in lines:
        key = _key(line)
        first = seen.setdefault(key, line.row.number)
        if first == line.row.number:
            yield line
        else:
            yield replace(line, faults=(*line.faults, f"与第{first}行是同一个人，请删去一行。"))


def _key(line: Line) -> object:
    if line.person is not None:
        return line.person.id
    return line.row.id_number or (line.row.details.name, line.row.unit)


def _new_units(asked: Iterable[str], choices: Mapping[str, str]) -> dict[str, UnitKind]:
    kinds = {f"{NEW_UNIT}{kind.value}": kind for kind in UNIT_KIND_NAMES}
    return {name: kinds[choices[name]] for name in asked if choices.get(name) in kinds}
