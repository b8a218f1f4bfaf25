"""Improving a placement by simulated annealing, when there is too much of it to try everything.

A meeting goes to another place, or two meetings change places, and what makes the timetable dearer
is accepted the more seldom, the more it costs and the later it comes (Bellio, Ceschia, Di Gaspero,
Schaerf and Urli, "Feature-based tuning of simulated annealing applied to the curriculum-based
course timetabling problem", Computers & Operations Research 65, 2016). Unlike theirs, this search
never breaks a hard rule, so that what it holds can be held at any time.

Subjects, and the periods of a crowd, are bits of one number: whether people clash and who has a
lone meeting take the same few operations whatever their number.
"""

from __future__ import annotations

from collections import defaultdict
from math import log
from random import Random

from courses.suggestions.rules.placing import Placement, Problem
from lms.ground.clock import monotonic

_HOT, _COLD = 10.0, 0.1  # in units of cost
_BETWEEN = 1_000  # changes tried between two looks at the clock
_OTHER_ROOM, _OTHER_PERIOD = 0.3, 0.4  # of all tries; the rest changes both
_FREE, _PINNED = -1, -2
_NOBODY = -1  # as an index: the last


def improved(problem: Problem, placement: Placement, until: float, seed: int) -> Placement:
    """The best placement met until then (see `monotonic`); the same meetings, the pinned unmoved."""
    table = Table(problem, placement)
    random = Random(seed)
    cost = least = 0
    best = list(table.at)
    start = monotonic()
    while table.at and (now := monotonic()) < until:
        spent = (now - start) / (until - start)
        heat = _HOT * (_COLD / _HOT) ** spent
        for _ in range(_BETWEEN):
            meeting, place = table.draw(random)
            cost += table.change(meeting, place, -heat * log(1 - random.random()))
            if cost < least:
                least, best = cost, list(table.at)
    return table.placement(best)


class Table:
    """A placement that changes step by step and knows what each step costs.

    `at` has the place of every meeting that may move; a place is period × rooms + room.
    """

    def __init__(self, problem: Problem, placement: Placement) -> None:
        self._describe(problem)
        self.at: list[int] = []
        self._subject: list[int] = []
        self._pinned: list[tuple[int, int]] = []
        self._held = [_FREE] * (len(problem.periods) * self._rooms)
        self._meeting = [0] * len(problem.periods)  # bits of subjects
        self._attended = [0] * self._crowds  # bits of periods
        self._lone = [0] * self._crowds
        self._on_day = [[0] * problem.days for _ in problem.subjects]
        self._in_room = [[0] * self._rooms for _ in problem.subjects]
        for number, places in placement.items():
            pinned = set(problem.subjects[number].pinned)
            for period, room in places:
                self._enter(number, period * self._rooms + room, (period, room) in pinned)

    def _describe(self, problem: Problem) -> None:
        """What never changes."""
        subjects, self._weights, self._rooms = problem.subjects, problem.weights, len(problem.rooms)
        self._day = [problem.day(period) for period in problem.periods]
        # A bit stays free after every day: the last period and the next first are no neighbours.
        self._bit = [1 << (period + day) for period, day in enumerate(self._day)]
        self._least = [subject.least_days for subject in subjects]
        self._open = [
            frozenset(
                period * self._rooms + room
                for room in subject.rooms
                for period in subject.periods - problem.rooms[room].closed
            )
            for subject in subjects
        ]
        self._choices = [sorted(places) for places in self._open]
        self._seats = [
            [self._weights.seat * max(0, subject.size - room.seats) for room in problem.rooms]
            for subject in subjects
        ]
        self._apart = [1 << number for number in range(len(subjects))]
        for crowd in problem.crowds:
            everyone = sum(1 << number for number in crowd.subjects)
            for number in crowd.subjects:
                self._apart[number] |= everyone
        compact = [crowd.subjects for crowd in problem.crowds if crowd.compact]
        self._crowds = len(compact)
        mine = [
            {crowd for crowd, them in enumerate(compact) if i in them} for i in range(len(subjects))
        ]
        # By subject and the one that it changes places with: a crowd of both sees no difference.
        self._seen_by = [[sorted(one - other) for other in [*mine, set()]] for one in mine]

    def _enter(self, number: int, place: int, pinned: bool) -> None:
        period, room = divmod(place, self._rooms)
        self._meeting[period] |= 1 << number
        self._on_day[number][self._day[period]] += 1
        self._in_room[number][room] += 1
        for crowd in self._seen_by[number][_NOBODY]:
            self._attended[crowd] |= self._bit[period]
            self._lone[crowd] = _alone(self._attended[crowd])
        if pinned:
            self._held[place] = _PINNED
            self._pinned.append((number, place))
        else:
            self._held[place] = len(self.at)
            self.at.append(place)
            self._subject.append(number)

    def placement(self, at: list[int]) -> Placement:
        """The placement with the movable meetings at `at`."""
        places: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for number, place in [*self._pinned, *zip(self._subject, at, strict=True)]:
            places[number].append(divmod(place, self._rooms))
        return dict(places)

    def draw(self, random: Random) -> tuple[int, int]:
        """A meeting, and a place where it might go."""
        meeting = int(random.random() * len(self.at))
        here = self.at[meeting]
        kind = random.random()
        if kind < _OTHER_ROOM:
            return meeting, here - here % self._rooms + int(random.random() * self._rooms)
        choices = self._choices[self._subject[meeting]]
        there = choices[int(random.random() * len(choices))]
        if kind < _OTHER_ROOM + _OTHER_PERIOD:
            there += here % self._rooms - there % self._rooms
        return meeting, there

    def change(self, meeting: int, there: int, limit: float) -> int:
        """Put a meeting there, and whoever is there in its place; what that costs.

        0 and nothing changed when a hard rule forbids it, or when it costs more than `limit`.
        """
        here, other = self.at[meeting], self._held[there]
        number = self._subject[meeting]
        partner = self._subject[other] if other >= 0 else _NOBODY
        if other == _PINNED or partner == number or there not in self._open[number]:
            return 0
        if partner >= 0 and here not in self._open[partner]:
            return 0
        if here // self._rooms != there // self._rooms and self._clash(
            number, partner, here, there
        ):
            return 0
        cost = self._cost(number, partner, here, there)
        if partner >= 0:
            cost += self._cost(partner, number, there, here)
        if cost > limit:
            return 0
        self._move(number, here, there)
        if partner >= 0:
            self._move(partner, there, here)
            self.at[other] = here
        self._held[here], self._held[there], self.at[meeting] = other, meeting, there
        return cost

    def _clash(self, number: int, partner: int, here: int, there: int) -> bool:
        """Whether somebody of either would have to be in two places."""
        then = self._meeting[there // self._rooms]
        if partner < 0:
            return bool(self._apart[number] & then)
        now = self._meeting[here // self._rooms]
        return bool(
            self._apart[number] & (then ^ 1 << partner)
            or self._apart[partner] & (now ^ 1 << number)
        )

    def _cost(self, number: int, partner: int, here: int, there: int) -> int:
        """What a subject's going from here to there costs, while its partner comes the other way."""
        period, room = divmod(here, self._rooms)
        new_period, new_room = divmod(there, self._rooms)
        cost = 0
        if period != new_period:
            cost += self._gaps(number, partner, self._bit[period], self._bit[new_period])
            day, new_day = self._day[period], self._day[new_period]
            if day != new_day:
                cost += self._days(number, day, new_day)
        if room != new_room:
            seats, in_room = self._seats[number], self._in_room[number]
            cost += seats[new_room] - seats[room]
            cost += self._weights.move * ((in_room[new_room] == 0) - (in_room[room] == 1))
        return cost

    def _gaps(self, number: int, partner: int, old: int, new: int) -> int:
        more = 0
        for crowd in self._seen_by[number][partner]:
            more += _alone(self._attended[crowd] ^ old | new) - self._lone[crowd]
        return self._weights.gap * more

    def _days(self, number: int, old: int, new: int) -> int:
        on_day, least = self._on_day[number], self._least[number]
        if least < 2:
            return 0
        used = len(on_day) - on_day.count(0)
        then = used - (on_day[old] == 1) + (on_day[new] == 0)
        return self._weights.day * (max(least - then, 0) - max(least - used, 0))

    def _move(self, number: int, here: int, there: int) -> None:
        period, room = divmod(here, self._rooms)
        new_period, new_room = divmod(there, self._rooms)
        self._in_room[number][room] -= 1
        self._in_room[number][new_room] += 1
        self._on_day[number][self._day[period]] -= 1
        self._on_day[number][self._day[new_period]] += 1
        self._meeting[period] ^= 1 << number
        self._meeting[new_period] ^= 1 << number
        for crowd in self._seen_by[number][_NOBODY]:
            self._attended[crowd] ^= self._bit[period] ^ self._bit[new_period]
            self._lone[crowd] = _alone(self._attended[crowd])


def _alone(periods: int) -> int:
    """How many of these bits have no neighbour."""
    return (periods & ~(periods << 1) & ~(periods >> 1)).bit_count()
