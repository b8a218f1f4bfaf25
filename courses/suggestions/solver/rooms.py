"""Who meets in which room of a period, when the period is known."""

from __future__ import annotations

from collections.abc import Collection

from courses.suggestions.rules.placing import Problem


def rooms_for(problem: Problem, period: int, numbers: Collection[int]) -> dict[int, int]:
    """A room in a period for as many of the subjects as can have one.

    Pinned meetings choose first, then the largest, the tightest room with seats for all; whoever
    finds none left makes others move (augmenting paths).
    """
    taken: dict[int, int] = {}
    pinned = {i: room for i in numbers for at, room in problem.subjects[i].pinned if at == period}

    def wish(number: int) -> list[int]:
        size = problem.subjects[number].size
        rooms = [pinned[number]] if number in pinned else problem.subjects[number].rooms
        fitting = [room for room in rooms if period not in problem.rooms[room].closed]
        return sorted(fitting, key=lambda room: _tightness(problem.rooms[room].seats - size, room))

    def place(number: int, tried: set[int]) -> bool:
        for room in wish(number):
            if room not in tried:
                tried.add(room)
                if room not in taken or place(taken[room], tried):
                    taken[room] = number
                    return True
        return False

    for number in sorted(numbers, key=lambda i: (i not in pinned, -problem.subjects[i].size, i)):
        place(number, set())
    return {number: room for room, number in taken.items()}


def _tightness(spare: int, room: int) -> tuple[int, int, int]:
    """Rooms with too few seats last, the least lacking first; else the least to spare."""
    return max(0, -spare), spare, room
