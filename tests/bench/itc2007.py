"""Curriculum-based course timetabling, ITC-2007 track 3: solve a `.ctt`, write a `.sol`.

    python tests/bench/itc2007.py FILE.ctt [FILE.ctt ...] --seconds 120
    python tests/bench/itc2007.py FILE.ctt --seconds 120 -o FILE.sol

Prints the cost of every instance by kind, beside the best of ten runs of the competition's winner
(T. Müller, "ITC2007 solver description: a hybrid approach", 2009, table 4). The instances are not
part of this project: they are read where they lie.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from courses.suggestions.rules.placing import (
    Crowd,
    Placement,
    Problem,
    Room,
    Subject,
    clashes,
    cost,
)
from courses.suggestions.solver.effort import Effort
from courses.suggestions.solver.search import solve

WINNER = {
    "comp01": 5, "comp02": 51, "comp03": 84, "comp04": 37, "comp05": 330, "comp06": 48,
    "comp07": 20, "comp08": 41, "comp09": 109, "comp10": 16, "comp11": 0, "comp12": 333,
    "comp13": 66, "comp14": 59, "comp15": 84, "comp16": 34, "comp17": 83, "comp18": 83,
    "comp19": 62, "comp20": 27, "comp21": 103,
}  # fmt: skip


def read(text: str) -> Problem:
    """An instance in the official format."""
    header, sections = _sections(text)
    days, per_day = int(header["Days"]), int(header["Periods_per_day"])
    courses = sections["COURSES"]
    names = {row[0]: number for number, row in enumerate(courses)}
    rooms = tuple(Room(name, int(seats)) for name, seats in sections["ROOMS"])
    taken: dict[str, set[int]] = {name: set() for name in names}
    for name, day, period in sections["UNAVAILABILITY_CONSTRAINTS"]:
        taken[name].add(int(day) * per_day + int(period))
    subjects = tuple(
        Subject(
            name=name,
            lessons=int(lessons),
            size=int(size),
            least_days=int(least),
            periods=frozenset(range(days * per_day)) - taken[name],
            rooms=frozenset(range(len(rooms))),
        )
        for name, _, lessons, least, size in courses
    )
    teachers: dict[str, set[int]] = {}
    for number, (_, teacher, *_rest) in enumerate(courses):
        teachers.setdefault(teacher, set()).add(number)
    crowds = [Crowd(name, frozenset(taught)) for name, taught in teachers.items()]
    crowds += [
        Crowd(name, frozenset(names[one] for one in members), compact=True)
        for name, _, *members in sections["CURRICULA"]
    ]
    return Problem(days, per_day, rooms, subjects, tuple(crowds))


def written(problem: Problem, placement: Placement) -> str:
    """A solution in the official format: course, room, day, period in day."""
    return "".join(
        f"{problem.subjects[number].name} {problem.rooms[room].name} "
        f"{problem.day(period)} {period % problem.per_day}\n"
        for number, places in sorted(placement.items())
        for period, room in sorted(places)
    )


def main() -> int:
    """0 when every hard rule is kept in every instance."""
    arguments = _arguments()
    broken = 0
    print("instance  cost  seats days gaps moves  winner  ratio  seconds")
    for file in arguments.file:
        problem = read(file.read_text())
        start = time.monotonic()
        found = solve(problem, Effort(arguments.seconds, arguments.threads))
        taken = time.monotonic() - start
        faults = clashes(problem, found.placement)
        told = cost(problem, found.placement)
        broken += bool(faults or told.missing)
        name, best = file.stem, WINNER.get(file.stem)
        ratio = f"{told.total / best:5.2f}" if best else "    -"
        print(
            f"{name:8} {told.total:5} {told.seats:6} {told.days:4} {told.gaps:4} {told.moves:5} "
            f"{best if best is not None else '-':>7}  {ratio} {taken:8.1f}"
            f"{'  BROKEN: ' + '; '.join(faults[:3]) if faults else ''}"
            f"{f'  {told.missing} MISSING' if told.missing else ''}",
            flush=True,
        )
        if arguments.output:
            arguments.output.write_text(written(problem, found.placement))
    return 1 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="+")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("-o", "--output", type=Path)
    arguments = parser.parse_args()
    if arguments.output and len(arguments.file) > 1:
        parser.error("-o takes the solution of one FILE")
    return arguments


def _sections(text: str) -> tuple[dict[str, str], dict[str, list[list[str]]]]:
    header: dict[str, str] = {}
    sections: dict[str, list[list[str]]] = {}
    for line in _lines(text):
        if line.endswith(":"):
            sections[line[:-1]] = []
        elif sections:
            next(reversed(sections.values())).append(line.split())
        else:
            name, _, value = line.partition(":")
            header[name] = value.strip()
    return header, sections


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip() and line.strip() != "END.")


if __name__ == "__main__":
    raise SystemExit(main())
