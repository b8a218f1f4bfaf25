"""Where plots put their bars, dots and lines, in the units of a 360 × 240 picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

WIDTH, HEIGHT = 360, 240
LEFT, RIGHT, TOP, BOTTOM = 40, 342, 14, 196
DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 4", "10 4")
COLOURS = ("#0b6e4f", "#a61b1b", "#1d4e89", "#b45309", "#6d28d9", "#475569")


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with what it counts."""

    x: float
    y: float
    width: float
    height: float
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars over tenths of the full score."""

    bars: tuple[Bar, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """An item at its facility and discrimination; `key` finds it again."""

    x: float
    y: float
    key: int


@dataclass(frozen=True, slots=True)
class Scatter:
    """Dots, and the lines of the norms: two upright for the facility, one level for r."""

    dots: tuple[Dot, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_limits: tuple[float, float]
    y_limit: float
    zero: float


@dataclass(frozen=True, slots=True)
class Curve:
    """The line of one option, with where its name stands."""

    letter: str
    is_key: bool
    points: str
    dots: tuple[tuple[float, float], ...]
    colour: str
    dash: str
    name_y: float


@dataclass(frozen=True, slots=True)
class Curves:
    """The lines of all options over the groups of candidates."""

    curves: tuple[Curve, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def histogram(bins: Sequence[int]) -> Histogram:
    """How many candidates reached each tenth."""
    most = max([*bins, 1])
    step = max(1, ceil(most / 4))
    top = step * ceil(most / step)
    wide = (RIGHT - LEFT) / len(bins)
    bars = []
    for at, count in enumerate(bins):
        y = _y(count, 0, top)
        label = f"{at * 10}%–{at * 10 + 10}%"
        x = round(LEFT + at * wide + 1, 1)
        bars.append(Bar(x, y, round(wide - 2, 1), round(BOTTOM - y, 1), count, label))
    return Histogram(
        bars=tuple(bars),
        x_ticks=tuple(Tick(round(LEFT + at * 2 * wide, 1), f"{at * 20}%") for at in range(6)),
        y_ticks=tuple(Tick(_y(one, 0, top), str(one)) for one in range(0, top + 1, step)),
    )


def scatter(
    items: Sequence[tuple[int, float, float]], *, low: float, high: float, discrimination: float
) -> Scatter:
    """(key, facility, r) by facility from 0 to 1 and r from -0.4 (or lower) to 1."""
    bottom = min([-0.4, *(-ceil(-r * 5) / 5 for _key, _p, r in items if r < -0.4)])
    marks = [mark / 5 for mark in range(round(bottom * 5), 6)]
    return Scatter(
        dots=tuple(Dot(_x(p), _y(r, bottom, 1), key) for key, p, r in items),
        x_ticks=tuple(Tick(_x(mark / 5), f"{mark / 5:.1f}") for mark in range(6)),
        y_ticks=tuple(Tick(_y(mark, bottom, 1), f"{mark:.1f}") for mark in marks),
        x_limits=(_x(low), _x(high)),
        y_limit=_y(discrimination, bottom, 1),
        zero=_y(0, bottom, 1),
    )


def curves(options: Sequence[tuple[str, bool, Sequence[float]]]) -> Curves:
    """(letter, is it right, share of each group), the groups from the lowest on the left."""
    groups = len(options[0][2]) if options else 0
    places = [round(_x(0.06 + 0.84 * at / max(groups - 1, 1)), 1) for at in range(groups)]
    drawn = []
    for at, (letter, is_key, shares) in enumerate(options):
        dots = tuple((x, _y(share, 0, 1)) for x, share in zip(places, shares, strict=True))
        drawn.append((letter, is_key, dots, at))
    names = _apart([dots[-1][1] if dots else 0.0 for _letter, _key, dots, _at in drawn])
    return Curves(
        curves=tuple(
            Curve(
                letter=letter,
                is_key=is_key,
                points=" ".join(f"{x},{y}" for x, y in dots),
                dots=dots,
                colour=COLOURS[0] if is_key else COLOURS[1 + at % (len(COLOURS) - 1)],
                dash="" if is_key else DASHES[1 + at % (len(DASHES) - 1)],
                name_y=name_y,
            )
            for (letter, is_key, dots, at), name_y in zip(drawn, names, strict=True)
        ),
        x_ticks=tuple(Tick(x, _group_name(at, groups)) for at, x in enumerate(places)),
        y_ticks=tuple(Tick(_y(one / 4, 0, 1), f"{one * 25}%") for one in range(5)),
    )


def _apart(heights: Sequence[float], *, least: float = 12.0) -> list[float]:
    """The heights moved up where two names would overlap, or one would stand on the axis."""
    moved = list(heights)
    last = BOTTOM + least - 4
    for at in sorted(range(len(heights)), key=lambda one: -heights[one]):
        moved[at] = last = round(min(heights[at], last - least), 1)
    return moved


def _group_name(at: int, groups: int) -> str:
    if at == 0:
        return "低分组"
    if at == groups - 1:
        return "高分组"
    return "中间组" if groups == 3 else str(at + 1)


def _x(share: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * share, 1)


def _y(value: float, low: float, high: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low), 1)
