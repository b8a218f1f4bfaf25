"""The demo school as it lies in `demo/*.toml`: plain rows, nothing decided."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "demo"
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class DemoSchool:
    """All that the files say; `people` holds the material of which invented people are made."""

    units: Rows
    people: dict[str, Any]
    instructors: Rows
    programmes: Rows
    courses: Rows
    venues: Rows
    routes: Rows
    cohorts: Rows
    banks: Rows


def read() -> DemoSchool:
    """The demo school; the files are part of the house, so a fault in them is a bug."""
    return DemoSchool(
        units=_rows("units"),
        people=_file(FOLDER / "people.toml"),
        instructors=_rows("instructors"),
        programmes=_rows("programmes"),
        courses=_rows("courses"),
        venues=_rows("venues"),
        routes=_rows("routes"),
        cohorts=_rows("cohorts"),
        banks=[_file(path) for path in sorted((FOLDER / "items").glob("*.toml"))],
    )


def _rows(name: str) -> Rows:
    rows: Rows = _file(FOLDER / f"{name}.toml")[name]
    return rows


def _file(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
