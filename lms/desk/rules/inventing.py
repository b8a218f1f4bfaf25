"""How invented people and their answers come about: a seeded draw decides, never the clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True)
class Invented:
    """Somebody who does not exist; `unit` is a code of units.toml."""

    name: str
    gender: str
    born: date
    ethnicity: str
    education: str
    politics: str
    unit: str
    post: str
    rank: str
    id_number: str
    phone: str
    diet: str


def id_number(area: str, born: date, serial: int) -> str:
    """A well-formed ID number (GB 11643-1999) of an area that does not exist."""
    body = f"{area}{born:%Y%m%d}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + _CHECKS[total % 11]


def invent(
    material: dict[str, Any], units: Sequence[dict[str, Any]], *, count: int, chance: Random
) -> list[Invented]:
    """`count` people over `units`; those written out in the material come first."""
    names = _names(material, chance)
    staffed = [unit for unit in units if unit["code"] != "county" and unit["kind"] != "school"]
    people = [
        _complete(row, material, number, chance) for number, row in enumerate(material["people"])
    ]
    for number in range(len(people), count):
        name, gender = next(names)
        unit = staffed[number % len(staffed)]
        post = chance.choice([p for p in material["posts"] if p["unit_kind"] == unit["kind"]])
        row = {
            "name": name,
            "gender": gender,
            "unit": unit["code"],
            "post": chance.choice(post["titles"]),
            "rank": post["rank"],
        }
        people.append(_complete(row, material, number, chance))
    return people


def _names(material: dict[str, Any], chance: Random) -> Iterator[tuple[str, str]]:
    """Names without repetition."""
    surnames, given = material["surnames"], material["given"]
    used: set[str] = set()
    while True:
        gender = chance.choice(("male", "female"))
        rare = chance.random() < 0.05
        surname = chance.choice(
            surnames["rare"] + surnames["double"] if rare else surnames["common"]
        )
        pool = given["either"] if chance.random() < 0.2 else given[gender]
        name = surname + chance.choice(pool)
        if name not in used:
            used.add(name)
            yield name, gender


def _complete(
    row: dict[str, Any], material: dict[str, Any], number: int, chance: Random
) -> Invented:
    """Everything that the row leaves open is drawn; odd serials are men's."""
    choices = material["choices"]
    born = date(1968, 1, 1) + timedelta(days=chance.randrange(33 * 365))
    serial = number * 2 % 998 + (1 if row["gender"] == "male" else 0)
    return Invented(
        name=row["name"],
        gender=row["gender"],
        born=born,
        ethnicity=row.get("ethnicity") or chance.choice(choices["ethnicities"]),
        education=chance.choice(choices["education"]),
        politics=row.get("politics") or ("member" if chance.random() < 0.75 else "masses"),
        unit=row["unit"],
        post=row["post"],
        rank=row["rank"],
        id_number=id_number(material["id_area_code"], born, serial),
        phone=f"{material['phone_prefix']}{number:08d}",
        diet=row.get("diet") or (chance.choice(choices["diets"]) if chance.random() < 0.08 else ""),
    )


def respond(slot: dict[str, Any], answer: dict[str, Any], *, skill: float, chance: Random) -> Any:
    """What a candidate of `skill` (0 to 1) answers to a slot of a sealed variant."""
    if slot.get("parts"):
        return {
            str(index): respond(part, key, skill=skill, chance=chance)
            for index, (part, key) in enumerate(zip(slot["parts"], answer["parts"], strict=True), 1)
        }
    knows = chance.random() < skill
    match slot["kind"]:
        case "single":
            return answer["key"][0] if knows else chance.choice("ABCD"[: len(slot["options"])])
        case "multiple":
            return sorted(answer["key"] if knows else answer["key"][: chance.randint(1, 3)])
        case "truth":
            return answer["key"][0] if knows else chance.choice(("true", "false"))
        case "blank":
            return [accepted[0] if knows else "" for accepted in answer["key"]]
    text = str(answer["key"][0]) if answer["key"] else ""
    return text if knows else text[: max(1, len(text) // 2)]
