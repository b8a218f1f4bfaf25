"""The demo school's content: whole, true to its own references, and of nobody real."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

from lms.ground.people.rules import Gender, Politics, RankLevel, UnitKind

Table = dict[str, Any]

DEMO = Path(__file__).resolve().parents[3] / "lms" / "desk" / "demo"
FILES = sorted(DEMO.rglob("*.toml"))
LETTERS = "ABCDEFGH"
TEXTBOOK = "教材通识"
# At least so many of each kind (issue 2 asks for 150 items over the first seven).
LEAST = {
    "single": 60, "multiple": 30, "truth": 30, "blank": 20, "short": 12, "essay": 8, "case": 6,
    "speaking": 1,
}  # fmt: skip


def read(name: str) -> Table:
    return tomllib.loads((DEMO / name).read_text(encoding="utf-8"))


BANKS = {path.stem: read(f"items/{path.name}") for path in sorted((DEMO / "items").glob("*.toml"))}
ITEMS = [
    pytest.param(item, id=f"{code}-{number}")
    for code, bank in BANKS.items()
    for number, item in enumerate(bank["items"], 1)
]
UNITS = {unit["code"]: unit for unit in read("units.toml")["units"]}
PEOPLE = read("people.toml")
INSTRUCTORS = {one["name"]: one for one in read("instructors.toml")["instructors"]}
PROGRAMMES = {one["code"]: one for one in read("programmes.toml")["programmes"]}
COURSES = {one["code"]: one for one in read("courses.toml")["courses"]}
VENUES = {one["code"]: one for one in read("venues.toml")["venues"]}
ROUTES = {one["code"]: one for one in read("routes.toml")["routes"]}
COHORTS = read("cohorts.toml")["cohorts"]
EACH_COHORT = [pytest.param(cohort, id=cohort["code"]) for cohort in COHORTS]


def with_parts(item: Table) -> list[Table]:
    return [item, *item.get("parts", [])]


def texts(value: Any) -> Iterator[str]:
    """Every string in a parsed file, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_nfc_without_control_characters(path: Path) -> None:
    for text in texts(tomllib.loads(path.read_text(encoding="utf-8"))):
        assert unicodedata.is_normalized("NFC", text), text
        assert [mark for mark in text if unicodedata.category(mark) in ("Cc", "Cf", "Co")] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_holds_no_id_number_and_no_phone_number(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\d{17}[\dXx]|(?<!\d)1\d{10}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}", text) == []


def test_every_kind_has_its_number_of_items() -> None:
    counts = Counter(item["kind"] for bank in BANKS.values() for item in bank["items"])
    assert {kind: counts[kind] for kind in LEAST if counts[kind] < LEAST[kind]} == {}
    assert sorted(counts) == sorted(LEAST)
    assert sum(counts.values()) >= 170


def test_no_two_items_ask_the_same() -> None:
    stems = [item["stem"] for bank in BANKS.values() for item in bank["items"]]
    assert [stem for stem, times in Counter(stems).items() if times > 1] == []


@pytest.mark.parametrize("item", ITEMS)
def test_a_key_answers_its_item(item: Table) -> None:
    for part in with_parts(item):
        key, options = part.get("key", []), part.get("options", [])
        match part["kind"]:
            case "single":
                assert len(key) == 1 and set(key) <= set(LETTERS[: len(options)])
            case "multiple":
                assert len(key) >= 2 and key == sorted(set(key))
                assert set(key) <= set(LETTERS[: len(options)])
            case "truth":
                assert key in (["true"], ["false"])
            case "blank":
                assert len(key) == part["stem"].count("____") and all(key)
            case "short" | "essay" | "speaking":
                assert len(key) == 1 and key[0]
            case "case":
                assert "key" not in part


@pytest.mark.parametrize("item", ITEMS)
def test_options_differ_and_carry_no_letters(item: Table) -> None:
    for part in with_parts(item):
        options = part.get("options", [])
        assert bool(options) == (part["kind"] in ("single", "multiple"))
        assert len(set(options)) == len(options)
        assert [option for option in options if re.match(r"[A-H][.．、]", option)] == []


@pytest.mark.parametrize("item", ITEMS)
def test_points_add_up(item: Table) -> None:
    for part in with_parts(item):
        rubric = part.get("rubric", [])
        assert bool(rubric) == (part["kind"] in ("short", "essay", "speaking"))
        if rubric:
            assert sum(Decimal(line["points"]) for line in rubric) == Decimal(part["points"])
    if item["kind"] == "case":
        assert sum(Decimal(part["points"]) for part in item["parts"]) == Decimal(item["points"])


@pytest.mark.parametrize("item", ITEMS)
def test_an_item_says_where_it_comes_from(item: Table) -> None:
    provenance = item["provenance"]
    dated = {"valid_from"} if provenance["version"] != TEXTBOOK else set()
    assert set(provenance) == {"document", "article", "version"} | dated
    assert all(provenance.values())
    if dated:
        assert date.fromisoformat(provenance["valid_from"]) <= date(2026, 1, 1)
    assert all((item["topic"], item["rationale"]))
    assert item["difficulty"] in ("易", "中", "难")
    assert item["cognitive"] in ("识记", "理解", "应用")


def test_the_articles_cited_exist() -> None:
    """The last articles: 村民委员会组织法 50, 公务员法 113, 党章 55."""
    last = {
        "village_law": "五十",
        "civil_servant_law": "一百一十三",
        "party_constitution": "五十五",
    }
    for code, article in last.items():
        for item in BANKS[code]["items"]:
            cited = re.findall(r"第([一二三四五六七八九十百零]+)条", item["provenance"]["article"])
            assert cited and all(1 <= numeral(one) <= numeral(article) for one in cited)


def numeral(text: str) -> int:
    """A Chinese numeral below a thousand."""
    total = digit = 0
    for mark in text:
        if mark in "十百":
            total += (digit or 1) * {"十": 10, "百": 100}[mark]
            digit = 0
        else:
            digit = "零一二三四五六七八九".index(mark)
    return total + digit


def test_units_form_one_tree_of_known_kinds() -> None:
    assert [code for code, unit in UNITS.items() if "parent" not in unit] == ["county"]
    assert {unit["parent"] for unit in UNITS.values() if "parent" in unit} <= set(UNITS)
    assert {unit["kind"] for unit in UNITS.values()} == {str(kind) for kind in UnitKind}
    assert len({unit["name"] for unit in UNITS.values()}) == len(UNITS) >= 30


def test_people_are_made_of_lists_that_yield_enough_different_names() -> None:
    surnames = [*PEOPLE["surnames"]["common"], *PEOPLE["surnames"]["rare"]]
    given = [*PEOPLE["given"]["male"], *PEOPLE["given"]["female"], *PEOPLE["given"]["either"]]
    assert len(set(surnames)) == len(surnames) and len(set(given)) == len(given)
    assert len(surnames) * len(given) > 3000
    assert any(ord(mark) > 0xFFFF for mark in PEOPLE["given"]["rare"])


def test_people_written_out_fit_the_models() -> None:
    named = PEOPLE["people"]
    assert len({person["name"] for person in named}) == len(named)
    assert any("·" in person["name"] for person in named)
    for person in named:
        assert person["unit"] in UNITS
        Gender(person["gender"]), Politics(person["politics"]), RankLevel(person["rank"])
    assert {post["unit_kind"] for post in PEOPLE["posts"]} <= {str(kind) for kind in UnitKind}
    assert {post["rank"] for post in PEOPLE["posts"]} <= {str(rank) for rank in RankLevel}


def test_there_are_47_instructors_and_20_of_the_fields() -> None:
    categories = Counter(one["category"] for one in INSTRUCTORS.values())
    assert len(INSTRUCTORS) == len(read("instructors.toml")["instructors"]) == 47
    assert sorted(categories) == sorted(["党校教师", "党政领导", "技术专家", "乡土人才"])
    assert categories["技术专家"] + categories["乡土人才"] == 20
    assert {one["unit"] for one in INSTRUCTORS.values()} <= set(UNITS)
    assert {one["name"] for one in PEOPLE["people"]} & set(INSTRUCTORS) == set()


def test_programmes_are_those_of_the_report() -> None:
    held = {one["name"]: one["held"] for one in PROGRAMMES.values()}
    assert (held["知行学堂"], held["共富学堂"], held["越语学堂"]) == (6, 3, 1)
    assert set(held) == {"知行学堂", "共富学堂", "越语学堂", "中青班", "万名党员进党校"}
    for one in PROGRAMMES.values():
        assert sum(map(Decimal, one["preset"]["weights"].values())) == 100


def test_usual_courses_are_in_the_catalogue_and_leave_room_for_more() -> None:
    usual = {code: one["usual"] for code, one in PROGRAMMES.items() if "usual" in one}
    assert set(usual) == {"zhixing", "gongfu", "yueyu"}
    for code, courses in usual.items():
        assert set(courses) <= set(COURSES)
        assert sum(map(Decimal, courses.values())) <= Decimal(PROGRAMMES[code]["preset"]["hours"])


def test_routes_keep_their_stops_in_order() -> None:
    stops = {code: [stop["name"] for stop in route["stops"]] for code, route in ROUTES.items()}
    assert stops == {
        "border_trail": ["3号阵地", "放马哨", "天才路", "老卡、新店通道"],
        "red_history": [
            "四连山", "人民防空洞", "起义馆（古炮台遗址）", "边检站站史馆", "红河片区展览馆",
            "大湾联防所",
        ],
    }  # fmt: skip


def test_every_course_can_be_taught_and_is_examined_or_says_why_not() -> None:
    for course in COURSES.values():
        assert course["kind"] in ("必修课", "专业课", "特色课")
        assert Decimal(course["hours"]) % Decimal("0.25") == 0
        assert course["instructors"] and set(course["instructors"]) <= set(INSTRUCTORS)
        assert ("bank" in course) != ("unexamined" in course)
        assert course.get("bank", "crops") in BANKS
        assert course.get("route", "border_trail") in ROUTES
    assert {course["form"] for course in COURSES.values()} == {
        "专题讲授", "案例教学", "交流研讨", "现场教学", "情景模拟", "成果检验",
    }  # fmt: skip


def test_venues_are_named_once_and_hold_somebody() -> None:
    assert len({venue["name"] for venue in VENUES.values()}) == len(VENUES)
    assert min(venue["capacity"] for venue in VENUES.values()) > 0
    assert "党建实务操作室" in [venue["name"] for venue in VENUES.values()]


def test_twelve_cohorts_hold_about_300_learners_at_different_times() -> None:
    assert Counter(cohort["status"] for cohort in COHORTS) == {
        "filed": 1, "held": 9, "running": 1, "planned": 1,
    }  # fmt: skip
    assert sum(cohort["size"] for cohort in COHORTS) == 300
    # Six days of room, so that a start may move back to a Monday.
    assert all(a["start"] + a["days"] + 6 < b["start"] for a, b in pairwise(COHORTS))
    over = Counter(c["programme"] for c in COHORTS if c["status"] in ("filed", "held"))
    assert {code: over[code] for code in PROGRAMMES} == {
        code: programme["held"] for code, programme in PROGRAMMES.items()
    }


@pytest.mark.parametrize("cohort", EACH_COHORT)
def test_a_cohort_plan_fits_its_courses_venues_and_hours(cohort: Table) -> None:
    for lesson in cohort["lessons"]:
        course = COURSES[lesson["course"]]
        assert lesson["instructor"] in course["instructors"]
        assert lesson.get("route") == course.get("route")
        assert ("venue" in lesson) != ("route" in lesson)
        if "venue" in lesson:
            assert VENUES[lesson["venue"]]["capacity"] >= cohort["size"]
        assert 0 <= lesson["day"] < cohort["days"]
    hours = sum(Decimal(COURSES[lesson["course"]]["hours"]) for lesson in cohort["lessons"])
    wanted = Decimal(PROGRAMMES[cohort["programme"]]["preset"]["hours"])
    assert hours + Decimal(cohort["exam"]["hours"]) == wanted


@pytest.mark.parametrize("cohort", EACH_COHORT)
def test_no_two_lessons_of_a_cohort_overlap_and_the_exam_ends_it(cohort: Table) -> None:
    spans = [(one["day"], one["start"], one["end"]) for one in cohort["lessons"]]
    for (day, start, end), (other, from_, to) in combinations(spans, 2):
        assert day != other or end <= from_ or to <= start
    assert (cohort["exam"]["day"], cohort["exam"]["start"]) > max((d, end) for d, _, end in spans)


@pytest.mark.parametrize("cohort", EACH_COHORT)
def test_the_exam_covers_every_course_and_the_banks_can_fill_it(cohort: Table) -> None:
    exam = cohort["exam"]
    taught = [COURSES[lesson["course"]] for lesson in cohort["lessons"]]
    assert {course["bank"] for course in taught if "bank" in course} <= set(exam["banks"])
    stock = Counter(item["kind"] for bank in exam["banks"] for item in BANKS[bank]["items"])
    assert [line for line in exam["blueprint"] if stock[line["kind"]] < line["count"]] == []
    assert sum(line["count"] * Decimal(line["points"]) for line in exam["blueprint"]) == 100
    assert VENUES[exam["venue"]]["capacity"] >= cohort["size"]
