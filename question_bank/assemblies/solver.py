"""组卷 by OR-Tools CP-SAT: one worker, a fixed seed and no clock, so the same order gives the
same papers.

Papers are made one after another, the variants of a paper together, each from a random choice of
the candidates that is widened to all of them when it does not suffice. What is still impossible
is solved once more with every limit for sale, dearest the one that no other bank could mend: what
was bought is the report.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import LazyLoader, find_spec, module_from_spec
from itertools import combinations
from random import Random
from typing import Any

from question_bank.assemblies.rules.orders import (
    Candidate,
    Chosen,
    Order,
    Shortfall,
    Solution,
)
from question_bank.assemblies.rules.supply import supply
from question_bank.blueprints.rules.cells import Cell, Group
from question_bank.papers.rules.overlap import most_allowed

EFFORT = 3.0
"""CP-SAT's deterministic time for one paper: about as many seconds on a slow machine."""
CHOICE = 6
"""How many candidates a cell gets at first for every item that it needs, the least used first."""
LEAST_CHOICE = 40
REPORTED = 25
"""The same for a report of what stands in the way."""
JOINT = 30_000
"""Up to so many choices all parallel papers are tried as one, when one after another fails."""

# What a limit costs when it cannot be kept. A missing item is the last resort: where it can be
# had at all, the limit that forbids it is the one to tell of.
_MISSING, _ENEMIES, _OVERLAP, _DIFFICULTY = 10**9, 10**6, 10**6, 10


def _lazily(name: str) -> Any:
    """The module, loaded at its first use: a web process that imports this room does not pay."""
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(name)
    spec.loader = LazyLoader(spec.loader)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


cp_model = _lazily("ortools.sat.python.cp_model")


def solve(order: Order, *, told: Callable[[int], None] = lambda done: None) -> Solution:
    """All papers of the order, or the shortfall of the first that cannot be made.

    `told(done)` is called before every paper; what it raises ends the work.
    """
    made: list[tuple[Chosen, ...]] = []
    for number in range(1, order.papers + 1):
        told(number - 1)
        variants = _paper(order, number, made)
        if variants is None:
            return _together(order) or Solution(shortfall=_shortfall(order, number, made))
        made.append(variants)
    return Solution(tuple(made))


def _paper(
    order: Order, number: int, made: Sequence[tuple[Chosen, ...]]
) -> tuple[Chosen, ...] | None:
    """The next paper, from a choice of the candidates and, where these do not do, from all.

    Of several papers an earlier one shall not use up what the cells of a later one cannot do
    without: at first a group of items is kept for the cell that has the least choice.
    """
    lots, others = _lots(order, number, made), _others(order, made)
    few = _choice(order, lots, CHOICE)
    attempts = [(few, True)] if order.papers > 1 else []
    attempts += [(few, False)] + ([(lots, False)] if len(few) < len(lots) else [])
    for apart in _sharings(order):
        for candidates, reserved in attempts:
            model = _Model(
                order, candidates, papers=1, others=others, reserved=reserved, apart=apart
            )
            answer = model.solve(order.seed + number)
            if answer is not None:
                return answer[0]
    return None


def _sharings(order: Order) -> tuple[bool, ...]:
    """Variants that share nothing are tried first: that is quick, and no fewer can be shared."""
    if order.variants == 1 or order.shared_limit == 0:
        return (True,)
    return (True, False)


def _together(order: Order) -> Solution | None:
    """All parallel papers as one problem: what an earlier paper took, another may need more."""
    if order.papers == 1 or order.papers * order.variants * len(order.candidates) > JOINT:
        return None
    model = _Model(order, _lots(order, 0, ()), papers=order.papers, others=order.past)
    answer = model.solve(order.seed)
    return None if answer is None else Solution(tuple(answer))


def _lots(order: Order, number: int, made: Sequence[tuple[Chosen, ...]]) -> list[Candidate]:
    """The candidates in a random order that depends on the seed alone; before it, those that
    stand in fewer of the papers not to be repeated, then those that stood in fewer lately."""
    drawn = sorted(order.candidates, key=lambda one: one.version_id)
    Random(f"{order.seed}:{number}").shuffle(drawn)
    again = Counter(item_id for items in _others(order, made).values() for item_id in items)
    return sorted(drawn, key=lambda one: (again[one.item_id], one.uses))


def _others(order: Order, made: Sequence[tuple[Chosen, ...]]) -> dict[str, frozenset[int]]:
    """The papers that a new one must not repeat too much of: past ones, and its parallels."""
    parallel = {
        f"本次第{number}套": frozenset(one.item_id for chosen in variants for one in _items(chosen))
        for number, variants in enumerate(made, start=1)
    }
    return {**order.past, **parallel}


def _items(chosen: Chosen) -> Iterable[Candidate]:
    return (one for items in chosen.values() for one in items)


def _choice(order: Order, lots: Sequence[Candidate], breadth: int) -> list[Candidate]:
    """`breadth` candidates for every item that a cell needs, the first of `lots` that fit it."""
    kept: set[int] = set()
    fits: dict[tuple[int, Group], bool] = {}
    for cell in order.cells:
        room = max(LEAST_CHOICE, breadth * cell.count * order.variants)
        for one in lots:
            key = (cell.position, one.group)
            if key not in fits:
                fits[key] = cell.fits(one.group)
            if fits[key]:
                kept.add(one.version_id)
                room -= 1
                if not room:
                    break
    return [one for one in lots if one.version_id in kept]


def _shortfall(order: Order, number: int, made: Sequence[tuple[Chosen, ...]]) -> Shortfall:
    """What the paper lacks, and which limits stand in the way, when all is to be had at a price."""
    stock: dict[Group, int] = defaultdict(int)
    for group in {one.says: one.group for one in order.candidates}.values():
        stock[group] += 1
    unavoidable = supply(order.cells, stock).missing
    many = _choice(order, _lots(order, number, made), REPORTED)
    model = _Model(order, many, papers=1, others=_others(order, made), soft=True)
    return model.shortfall(number, unavoidable)


@dataclass
class _Form:
    """One variant in the model: which candidates it takes, and what its cells lack."""

    takes: list[Any]
    shares: dict[tuple[Group, int], Any] = field(default_factory=dict)
    missing: dict[int, Any] = field(default_factory=dict)


def _reach(cells: Sequence[Cell], candidates: Iterable[Candidate]) -> dict[Group, list[Cell]]:
    """The cells that the items of every group fit."""
    groups = {one.group for one in candidates}
    return {group: [cell for cell in cells if cell.fits(group)] for group in groups}


def _sum(terms: Iterable[Any]) -> Any:
    """Built at once: Python's own sum would nest an expression for every term."""
    return cp_model.LinearExpr.sum(list(terms))


class _Model:
    """`papers` papers of an order as booleans: does variant v take candidate c?

    Candidates of a group are alike for the cells, so a group's items are shared out to its cells
    by numbers; with `reserved` only the cell that has the least choice gets them. With `apart`
    no two variants share an item. With `soft` every limit may be broken, at a price.
    """

    def __init__(
        self,
        order: Order,
        candidates: Sequence[Candidate],
        *,
        papers: int,
        others: Mapping[str, frozenset[int]],
        soft: bool = False,
        reserved: bool = False,
        apart: bool = False,
    ) -> None:
        self.order, self.soft, self.apart = order, soft, apart
        reach = _reach(order.cells, candidates)
        if reserved:
            choice = Counter(cell.position for one in candidates for cell in reach[one.group])
            for cells in reach.values():
                cells[:] = sorted(cells, key=lambda cell: choice[cell.position])[:1]
        self.candidates = [one for one in candidates if reach[one.group]]
        self.reach = reach
        self.model = cp_model.CpModel()
        self.cost: list[Any] = []
        self.bought: dict[tuple[str, str], list[Any]] = defaultdict(list)
        self.members: dict[Group, list[int]] = defaultdict(list)
        for at, one in enumerate(self.candidates):
            self.members[one.group].append(at)
        self.papers = [[self._form() for _ in range(order.variants)] for _ in range(papers)]
        self.forms = [form for paper in self.papers for form in paper]
        for form in self.forms:
            self._fill(form)
            self._keep_enemies_apart(form)
            self._aim(form)
            self._repeat_little(form, others)
        self._share_little()

    def solve(self, seed: int) -> list[tuple[Chosen, ...]] | None:
        """The papers; None when there are none, or none was found with the given effort."""
        if not all(self._filled(cell) for cell in self.order.cells):
            return None
        solver = self._run(seed)
        if solver is None:
            return None
        chance = Random(seed)
        return [tuple(self._read(form, solver, chance) for form in paper) for paper in self.papers]

    def shortfall(self, number: int, unavoidable: Mapping[int, int]) -> Shortfall:
        """What was bought of every limit."""
        solver = self._run(self.order.seed)
        if solver is None:  # the effort did not suffice for a report either: what is certain
            return Shortfall(number, missing=unavoidable)
        paid = {
            key: max(int(solver.value(one)) for one in bought)
            for key, bought in self.bought.items()
        }
        told = {key: amount for key, amount in paid.items() if amount}
        missing = {int(name): amount for (what, name), amount in told.items() if what == "cell"}
        return Shortfall(
            number,
            missing={**missing, **unavoidable},
            enemies=tuple(name for what, name in told if what == "enemies"),
            shared=told.get(("shared", ""), 0),
            repeated={name: amount for (what, name), amount in told.items() if what == "other"},
            nearest=self._nearest(solver) if ("target", "") in told else None,
        )

    def _filled(self, cell: Cell) -> bool:
        """A cheap look before the model is solved: are there enough for the cell at all?"""
        there = sum(
            len(members) for group, members in self.members.items() if cell in self.reach[group]
        )
        return there >= cell.count

    def _run(self, seed: int) -> Any:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed % 2**31
        solver.parameters.max_deterministic_time = EFFORT
        if self.cost:
            self.model.minimize(_sum(self.cost))
        if self.soft:  # a report can always be had: nothing is taken, every limit is paid for
            for form in self.forms:
                for taken in form.takes:
                    self.model.add_hint(taken, 0)
        status = solver.solve(self.model)
        return solver if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None

    def _form(self) -> _Form:
        return _Form([self.model.new_bool_var("") for _ in self.candidates])

    def _buy(self, what: str, name: str, most: int, price: int) -> Any:
        """How far a limit is broken: 0 where all are kept."""
        if not self.soft:
            return 0
        bought = self.model.new_int_var(0, most, "")
        self.bought[what, name].append(bought)
        self.cost.append(price * bought)
        return bought

    def _fill(self, form: _Form) -> None:
        """Every cell has exactly its count; a group gives what it is shared out."""
        given: dict[int, list[Any]] = defaultdict(list)
        for group, members in self.members.items():
            cells = self.reach[group]
            taken = _sum(form.takes[at] for at in members)
            if len(cells) == 1:
                given[cells[0].position].append(taken)
                continue
            for cell in cells:
                most = min(cell.count, len(members))
                share = self.model.new_int_var(0, most, "")
                form.shares[group, cell.position] = share
                given[cell.position].append(share)
            shares = _sum(form.shares[group, cell.position] for cell in cells)
            self.model.add(shares == taken)
        for cell in self.order.cells:
            lacking = self._buy("cell", str(cell.position), cell.count, _MISSING)
            self.model.add(_sum(given[cell.position]) + lacking == cell.count)

    def _keep_enemies_apart(self, form: _Form) -> None:
        """One at most of every group of enemies, and of items that say the same."""
        saying: dict[str, list[int]] = defaultdict(list)
        for at, one in enumerate(self.candidates):
            saying[one.says].append(at)
        for places in saying.values():
            if len(places) > 1:
                self.model.add_at_most_one(form.takes[at] for at in places)
        where = {one.item_id: at for at, one in enumerate(self.candidates)}
        for name, items in self.order.enemies.items():
            met = [form.takes[where[item_id]] for item_id in sorted(items) if item_id in where]
            if len(met) > 1:
                over = self._buy("enemies", name, len(met), _ENEMIES)
                self.model.add(_sum(met) <= 1 + over)

    def _aim(self, form: _Form) -> None:
        """The score rate to be expected, Σ p·points / Σ points, lies around the target."""
        if self.order.target is None:
            return
        total = int(sum(cell.count * cell.points * 100 for cell in self.order.cells))
        gained = self._gained(form)
        # What the other price would be: thousandths of the rate, rounded up by a missing item.
        off = self._buy("target", "", 1000, _DIFFICULTY)
        low, high = (self.order.target + side * self.order.tolerance for side in (-1, 1))
        self.model.add(gained + off * total >= low * total)
        self.model.add(gained - off * total <= high * total)

    def _gained(self, form: _Form) -> Any:
        """Σ p·points over the items taken, points in hundredths."""
        worth = [self._worth(one.group) * one.p for one in self.candidates]
        return cp_model.LinearExpr.weighted_sum(form.takes, worth)

    def _worth(self, group: Group) -> int:
        """Points in hundredths; of a group that fits cells of different worth, their mean."""
        cells = self.reach[group]
        return int(sum(cell.points for cell in cells) * 100 / len(cells))

    def _nearest(self, solver: Any) -> int:
        total = sum(cell.count * cell.points * 100 for cell in self.order.cells)
        target = self.order.target or 0
        rates = [int(solver.value(self._gained(form)) / total) for form in self.forms]
        return max(rates, key=lambda rate: abs(rate - target))

    def _repeat_little(self, form: _Form, others: Mapping[str, frozenset[int]]) -> None:
        """No more than the limit of any other paper."""
        allowed = most_allowed(self.order.repeat_limit, self.order.size)
        if allowed is None:
            return
        for title, items in others.items():
            met = [
                taken
                for one, taken in zip(self.candidates, form.takes, strict=True)
                if one.item_id in items
            ]
            if len(met) > allowed:
                over = self._buy("other", title, len(met), _OVERLAP)
                self.model.add(_sum(met) <= allowed + over)

    def _share_little(self) -> None:
        """Variants of a paper share as few items as can be, and no more than the limit; parallel
        papers in one model keep to theirs."""
        if self.apart:
            for takes in zip(*(form.takes for form in self.forms), strict=True):
                self.model.add_at_most_one(takes)
            return
        within = most_allowed(self.order.shared_limit, self.order.size)
        between = most_allowed(self.order.repeat_limit, self.order.size)
        for first, second in combinations(range(len(self.forms)), 2):
            same_paper = first // self.order.variants == second // self.order.variants
            allowed = within if same_paper else between
            shared = self._shared(self.forms[first], self.forms[second])
            self.cost.append(1000 * shared)
            if allowed is not None:
                over = self._buy("shared", "", self.order.size, _OVERLAP)
                self.model.add(shared <= allowed + over)

    def _shared(self, one: _Form, other: _Form) -> Any:
        """At least the number of items in both, and exactly that where few are wanted: what both
        take together, less the items that either takes. (Counting "both" itself leaves the
        linear relaxation nothing to prove by.)"""
        either = []
        for first, second in zip(one.takes, other.takes, strict=True):
            taken = self.model.new_bool_var("")
            self.model.add_bool_or(first, second, taken.negated())
            either.append(taken)
        return _sum(one.takes) + _sum(other.takes) - _sum(either)

    def _read(self, form: _Form, solver: Any, chance: Random) -> Chosen:
        """The items of a variant by cell: those of a group are dealt out as they come."""
        placed: dict[int, list[Candidate]] = {cell.position: [] for cell in self.order.cells}
        for group, members in self.members.items():
            taken = [self.candidates[at] for at in members if solver.value(form.takes[at])]
            chance.shuffle(taken)
            cells = self.reach[group]
            for cell in cells:
                share = form.shares.get((group, cell.position))
                number = len(taken) if share is None else int(solver.value(share))
                placed[cell.position] += taken[:number]
                taken = taken[number:]
        for items in placed.values():
            chance.shuffle(items)
        return {position: tuple(items) for position, items in placed.items()}
